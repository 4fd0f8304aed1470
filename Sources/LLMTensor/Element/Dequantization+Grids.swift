// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Formats that name groups of 4 or 8 elements by their index in a table (``IQGrid``), super-blocks of 256.
extension Dequantization {
    /// The eighth sign makes the number of minus signs even, so seven bits name all eight.
    @inline(__always)
    private static func evenSigns(_ seven: UInt32) -> UInt32 {
        let bits = seven & 127
        return bits | UInt32(truncatingIfNeeded: bits.nonzeroBitCount & 1) << 7
    }

    /// Eight elements: scale * level * sign, levels in the bytes of `levels`.
    @inline(__always)
    private static func put(
        _ target: UnsafeMutablePointer<Float>, _ scale: Float, levels: UInt64, signs: UInt32
    ) {
        for index in 0..<8 {
            // The sign belongs to the integer: a product with -1 would become a change of sign, NaN's included.
            let level = Int32(truncatingIfNeeded: (levels &>> UInt64(index &* 8)) & 0xFF)
            target[index] = scale * Float((signs &>> UInt32(index)) & 1 == 0 ? level : -level)
        }
    }

    /// d: f16, then per 32 elements four table indices and a word of 4 x 7 sign bits and a 4-bit scale.
    static func iq2_XXS(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq2XXS.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 66
                let scale = half(input)
                for group in 0..<8 {
                    let words = input + 2 + group * 8
                    let signs = littleEndian32(words + 4)
                    let groupScale = scale * (0.5 + Float(signs >> 28)) * 0.25
                    for part in 0..<4 {
                        put(
                            output + (block * 256 + group * 32 + part * 8), groupScale,
                            levels: grid[Int(words.load(fromByteOffset: part, as: UInt8.self))],
                            signs: evenSigns(signs >> UInt32(7 * part)))
                    }
                }
            }
        }
    }

    /// d: f16, 32 words of a 9-bit index and 7 sign bits, 16 scales of 4 bits.
    static func iq2_XS(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq2XS.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 74
                let scale = half(input)
                for part in 0..<32 {
                    let word = littleEndian16(input + 2 + part * 2)
                    let groupScale = scale * (0.5 + fourBitScale(input + 66, part / 2)) * 0.25
                    put(
                        output + (block * 256 + part * 8), groupScale, levels: grid[Int(word & 511)],
                        signs: evenSigns(UInt32(word >> 9)))
                }
            }
        }
    }

    /// d: f16, 32 low index bytes, 32 bytes of signs, 32 x 2 high index bits, 16 scales of 4 bits.
    static func iq2_S(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq2S.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 82
                let scale = half(input)
                for part in 0..<32 {
                    let high = input.load(fromByteOffset: 66 + part / 4, as: UInt8.self) >> UInt8(part % 4 * 2)
                    let index = Int(input.load(fromByteOffset: 2 + part, as: UInt8.self)) | Int(high & 3) << 8
                    let groupScale = scale * (0.5 + fourBitScale(input + 74, part / 2)) * 0.25
                    put(
                        output + (block * 256 + part * 8), groupScale, levels: grid[index],
                        signs: UInt32(input.load(fromByteOffset: 34 + part, as: UInt8.self)))
                }
            }
        }
    }

    /// d: f16, 64 table indices of four elements, then per 32 elements a word of 4 x 7 sign bits and a 4-bit scale.
    static func iq3_XXS(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq3XXS.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 98
                let scale = half(input)
                for part in 0..<32 {
                    let word = littleEndian32(input + 66 + part / 4 * 4)
                    let groupScale = scale * (0.5 + Float(word >> 28)) * 0.5
                    let first = grid[Int(input.load(fromByteOffset: 2 + part * 2, as: UInt8.self))]
                    let second = grid[Int(input.load(fromByteOffset: 3 + part * 2, as: UInt8.self))]
                    put(
                        output + (block * 256 + part * 8), groupScale, levels: first | second << 32,
                        signs: evenSigns(word >> UInt32(part % 4 * 7)))
                }
            }
        }
    }

    /// d: f16, 64 low index bytes, 64 high index bits, 32 bytes of signs, 8 scales of 4 bits.
    static func iq3_S(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        IQGrid.iq3S.withUnsafeBufferPointer { grid in
            for block in 0..<count {
                let input = source + block * 110
                let scale = half(input)
                for part in 0..<32 {
                    let high = Int(input.load(fromByteOffset: 66 + part / 4, as: UInt8.self)) >> (part % 4 * 2)
                    let first = Int(input.load(fromByteOffset: 2 + part * 2, as: UInt8.self)) | (high & 1) << 8
                    let second = Int(input.load(fromByteOffset: 3 + part * 2, as: UInt8.self)) | (high & 2) << 7
                    let groupScale = scale * (1 + 2 * fourBitScale(input + 106, part / 4))
                    put(
                        output + (block * 256 + part * 8), groupScale, levels: grid[first] | grid[second] << 32,
                        signs: UInt32(input.load(fromByteOffset: 74 + part, as: UInt8.self)))
                }
            }
        }
    }

    /// Scale number `index` of a run of nibbles.
    @inline(__always)
    private static func fourBitScale(_ scales: UnsafeRawPointer, _ index: Int) -> Float {
        Float((scales.load(fromByteOffset: index >> 1, as: UInt8.self) >> UInt8((index & 1) * 4)) & 15)
    }
}
