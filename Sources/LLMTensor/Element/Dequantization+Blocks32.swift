// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Formats with blocks of 32 elements. In the 4-bit and 5-bit ones, byte i holds element i in its low and element
/// i + 16 in its high half.
extension Dequantization {
    /// d: f16, 16 bytes of nibbles: d * (q - 8).
    static func q4_0(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 18
            let target = output + block * 32
            let scale = half(input)
            for index in 0..<16 {
                let byte = input.load(fromByteOffset: 2 &+ index, as: UInt8.self)
                target[index] = scale * Float(Int32(byte & 15) &- 8)
                target[index &+ 16] = scale * Float(Int32(byte >> 4) &- 8)
            }
        }
    }

    /// d: f16, m: f16, 16 bytes of nibbles: d * q + m.
    static func q4_1(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 20
            let target = output + block * 32
            let scale = half(input)
            let minimum = half(input + 2)
            for index in 0..<16 {
                let byte = input.load(fromByteOffset: 4 &+ index, as: UInt8.self)
                target[index] = scale * Float(Int32(byte & 15)) + minimum
                target[index &+ 16] = scale * Float(Int32(byte >> 4)) + minimum
            }
        }
    }

    /// d: f16, 32 fifth bits, 16 bytes of nibbles: d * (q - 16).
    static func q5_0(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 22
            let target = output + block * 32
            let scale = half(input)
            let high = littleEndian32(input + 2)
            for index in 0..<16 {
                let byte = input.load(fromByteOffset: 6 &+ index, as: UInt8.self)
                let first = UInt32(byte & 15) | ((high &>> UInt32(index)) & 1) << 4
                let second = UInt32(byte >> 4) | ((high &>> UInt32(index &+ 16)) & 1) << 4
                target[index] = scale * Float(Int32(bitPattern: first) &- 16)
                target[index &+ 16] = scale * Float(Int32(bitPattern: second) &- 16)
            }
        }
    }

    /// d: f16, m: f16, 32 fifth bits, 16 bytes of nibbles: d * q + m.
    static func q5_1(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 24
            let target = output + block * 32
            let scale = half(input)
            let minimum = half(input + 2)
            let high = littleEndian32(input + 4)
            for index in 0..<16 {
                let byte = input.load(fromByteOffset: 8 &+ index, as: UInt8.self)
                let first = UInt32(byte & 15) | ((high &>> UInt32(index)) & 1) << 4
                let second = UInt32(byte >> 4) | ((high &>> UInt32(index &+ 16)) & 1) << 4
                target[index] = scale * Float(Int32(bitPattern: first)) + minimum
                target[index &+ 16] = scale * Float(Int32(bitPattern: second)) + minimum
            }
        }
    }

    /// d: f16, 32 signed bytes: q * d. Q8_1 has the sum of the block after d.
    static func q8(
        _ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int, blockSize: Int, quants: Int
    ) {
        for block in 0..<count {
            let input = source + block * blockSize
            let target = output + block * 32
            let scale = half(input)
            for index in 0..<32 {
                let quant = input.load(fromByteOffset: quants &+ index, as: Int8.self)
                target[index] = Float(Int32(quant)) * scale
            }
        }
    }

    /// e: power of two (E8M0), 16 bytes of nibbles, each a number of E2M1: OCP Microscaling Formats 1.0.
    static func mxfp4(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 17
            let target = output + block * 32
            let exponent = UInt32(input.load(as: UInt8.self))
            // Half of 2^(e - 127), because the table holds the numbers doubled.
            let scale = Float(bitPattern: exponent < 2 ? 0x0020_0000 << exponent : (exponent - 1) << 23)
            nibbles(input + 1, target, scale, mxfp4Doubled)
        }
    }

    /// d: f16, 16 bytes of nibbles into a table of 16 levels: d * level.
    static func iq4_NL(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 18
            nibbles(input + 2, output + block * 32, half(input), iq4Levels)
        }
    }

    /// 32 elements of 16 bytes of indices into `table`.
    @inline(__always)
    static func nibbles(
        _ input: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ scale: Float, _ table: SIMD16<Int8>
    ) {
        withUnsafePointer(to: table) { pointer in
            pointer.withMemoryRebound(to: Int8.self, capacity: 16) { levels in
                for index in 0..<16 {
                    let byte = input.load(fromByteOffset: index, as: UInt8.self)
                    target[index] = scale * Float(Int32(levels[Int(byte & 15)]))
                    target[index &+ 16] = scale * Float(Int32(levels[Int(byte >> 4)]))
                }
            }
        }
    }

    /// Numbers of E2M1 times two; the format's negative zero is plain zero here, as in the reference.
    private static let mxfp4Doubled = SIMD16<Int8>(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12)

    /// The 16 levels of IQ4_NL and IQ4_XS, denser around zero.
    static let iq4Levels = SIMD16<Int8>(
        -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)
}
