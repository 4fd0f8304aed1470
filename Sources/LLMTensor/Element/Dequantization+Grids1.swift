// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// The two formats under two bits: a table of {-1, 0, 1}^8, shifted by an eighth up or down.
extension Dequantization {
    /// Eight elements: scale * (level + shift).
    @inline(__always)
    private static func put(_ target: UnsafeMutablePointer<Float>, _ scale: Float, levels: UInt64, shift: Float) {
        for index in 0..<8 {
            let level = Int8(truncatingIfNeeded: levels &>> UInt64(index &* 8))
            target[index] = scale * (Float(Int32(level)) + shift)
        }
    }

    /// d: f16, 32 low index bytes, 8 words of 4 x 3 high index bits, a 3-bit scale and the sign of the shift.
    static func iq1_S(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq1.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 50
                let scale = half(input)
                for part in 0..<32 {
                    let word = Int(littleEndian16(input + 34 + part / 4 * 2))
                    let low = Int(input.load(fromByteOffset: 2 + part, as: UInt8.self))
                    let index = low | (word >> (part % 4 * 3) & 7) << 8
                    put(
                        output + (block * 256 + part * 8), scale * Float(2 * (word >> 12 & 7) + 1),
                        levels: grid[index], shift: word & 0x8000 == 0 ? 0.125 : -0.125)
                }
            }
        }
    }

    /// 32 low index bytes, 32 nibbles of 3 high index bits and the sign of the shift, 4 words of 4 x 3-bit scales, whose
    /// high nibbles together are d: f16.
    static func iq1_M(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq1.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 56
                var scaleBits: UInt16 = 0
                for index in 0..<4 {
                    scaleBits |= (littleEndian16(input + 48 + index * 2) & 0xF000) >> UInt16(12 - 4 * index)
                }
                let scale = HalfPrecision.float(scaleBits)
                for part in 0..<32 {
                    let nibble = Int(input.load(fromByteOffset: 32 + part / 2, as: UInt8.self)) >> (part % 2 * 4)
                    let index = Int(input.load(fromByteOffset: part, as: UInt8.self)) | (nibble & 7) << 8
                    let word = Int(littleEndian16(input + 48 + part / 8 * 2))
                    let groupScale = scale * Float(2 * (word >> (part / 2 % 4 * 3) & 7) + 1)
                    put(
                        output + (block * 256 + part * 8), groupScale, levels: grid[index],
                        shift: nibble & 8 == 0 ? 0.125 : -0.125)
                }
            }
        }
    }
}
