// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Formats whose elements are -1, 0 or 1 times the scale of the block of 256.
extension Dequantization {
    /// 48 bytes of five ternary digits, 4 bytes of four, d: f16.
    ///
    /// A byte is a fraction of 256: multiplied by 3^n and wrapped, its leading ternary digit is digit n.
    static func tq1_0(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 54
            var target = output + block * 256
            let scale = half(input + 52)
            for (offset, length, digits) in [(0, 32, 5), (32, 16, 5), (48, 4, 4)] {
                var power: UInt8 = 1
                for _ in 0..<digits {
                    for index in 0..<length {
                        let fraction = input.load(fromByteOffset: offset &+ index, as: UInt8.self) &* power
                        target[index] = scale * Float(Int32((UInt16(fraction) &* 3) >> 8) &- 1)
                    }
                    target += length
                    power &*= 3
                }
            }
        }
    }

    /// 64 bytes of 2-bit q, d: f16: d * (q - 1). Byte i of each 32 holds elements i, i + 32, i + 64, i + 96.
    static func tq2_0(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 66
            let target = output + block * 256
            let scale = half(input + 64)
            for group in 0..<8 {
                let quants = input + (group >> 2) * 32
                let shift = UInt8(group & 3) * 2
                for index in 0..<32 {
                    let quant = (quants.load(fromByteOffset: index, as: UInt8.self) &>> shift) & 3
                    target[group &* 32 &+ index] = scale * Float(Int32(quant) &- 1)
                }
            }
        }
    }
}
