extension Dequantization {
    static func float32(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count {
            output[index] = Float(bitPattern: littleEndian32(source + index * 4))
        }
    }

    static func float16(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count {
            output[index] = HalfPrecision.float(littleEndian16(source + index * 2))
        }
    }

    static func bfloat16(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count {
            output[index] = Float(bitPattern: UInt32(littleEndian16(source + index * 2)) << 16)
        }
    }

    static func float64(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for index in 0..<count {
            let bits = UInt64(littleEndian: (source + index * 8).loadUnaligned(as: UInt64.self))
            output[index] = Float(Double(bitPattern: bits))
        }
    }

    @inline(__always)
    static func integers<T: FixedWidthInteger & BitwiseCopyable>(
        _: T.Type, _ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        for index in 0..<count {
            let raw = (source + index * MemoryLayout<T>.size).loadUnaligned(as: T.self)
            output[index] = Float(T(littleEndian: raw))
        }
    }

    @inline(__always)
    static func littleEndian16(_ source: UnsafeRawPointer) -> UInt16 {
        UInt16(littleEndian: source.loadUnaligned(as: UInt16.self))
    }

    @inline(__always)
    static func littleEndian32(_ source: UnsafeRawPointer) -> UInt32 {
        UInt32(littleEndian: source.loadUnaligned(as: UInt32.self))
    }

    /// The half-precision number at `source`.
    @inline(__always)
    static func half(_ source: UnsafeRawPointer) -> Float {
        HalfPrecision.float(littleEndian16(source))
    }
}
