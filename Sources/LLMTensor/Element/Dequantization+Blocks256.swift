// Functions carry the names of their formats.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// Formats with super-blocks of 256 elements and their own scales per 16 or 32 elements.
extension Dequantization {
    /// 16 bytes of (scale, minimum) nibbles, 64 bytes of 2-bit q, d: f16, dmin: f16: d * scale * q - dmin * minimum.
    /// Byte i of each 32 holds elements i, i + 32, i + 64, i + 96.
    static func q2_K(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 84
            let target = output + block * 256
            let scale = half(input + 80)
            let minimum = half(input + 82)
            for group in 0..<16 {
                let packed = input.load(fromByteOffset: group, as: UInt8.self)
                let groupScale = scale * Float(packed & 15)
                let groupMinimum = minimum * Float(packed >> 4)
                let quants = input + 16 + (group >> 3) * 32 + (group & 1) * 16
                let shift = UInt8((group >> 1) & 3) * 2
                for index in 0..<16 {
                    let quant = (quants.load(fromByteOffset: index, as: UInt8.self) &>> shift) & 3
                    target[group &* 16 &+ index] = groupScale * Float(Int32(quant)) - groupMinimum
                }
            }
        }
    }

    /// 32 bytes of third bits, 64 bytes of 2-bit q, 12 bytes of 6-bit scales, d: f16: d * (scale - 32) * (q - 4).
    static func q3_K(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 110
            let target = output + block * 256
            let scale = half(input + 108)
            for group in 0..<16 {
                let low = input.load(fromByteOffset: 96 + (group & 7), as: UInt8.self) >> UInt8(group >> 3 * 4)
                let high = input.load(fromByteOffset: 104 + (group & 3), as: UInt8.self) >> UInt8(group >> 2 * 2)
                let groupScale = scale * Float(Int32(low & 15 | (high & 3) << 4) - 32)
                let quants = input + 32 + (group >> 3) * 32 + (group & 1) * 16
                let mask = input + (group & 1) * 16
                let shift = UInt8((group >> 1) & 3) * 2
                let bit = UInt8(group >> 1)
                for index in 0..<16 {
                    let two = (quants.load(fromByteOffset: index, as: UInt8.self) &>> shift) & 3
                    let third = (mask.load(fromByteOffset: index, as: UInt8.self) &>> bit) & 1
                    target[group &* 16 &+ index] = groupScale * Float(Int32(two | third << 2) &- 4)
                }
            }
        }
    }

    /// The 6-bit scale and minimum of one of the 8 groups of Q4_K and Q5_K, from their 12 bytes.
    @inline(__always)
    static func scaleAndMinimum(_ packed: UnsafeRawPointer, _ group: Int) -> (scale: Float, minimum: Float) {
        func byte(_ index: Int) -> UInt8 { packed.load(fromByteOffset: index, as: UInt8.self) }
        if group < 4 { return (Float(byte(group) & 63), Float(byte(group + 4) & 63)) }
        let low = byte(group + 4)
        return (
            Float(low & 15 | (byte(group - 4) >> 2) & 0x30), Float(low >> 4 | (byte(group) >> 2) & 0x30)
        )
    }

    /// d: f16, dmin: f16, 12 bytes of 6-bit scales and minimums, 128 bytes of nibbles: d * scale * q - dmin * minimum.
    static func q4_K(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 144
            let target = output + block * 256
            let scale = half(input)
            let minimum = half(input + 2)
            for pair in 0..<4 {
                let first = scaleAndMinimum(input + 4, pair * 2)
                let second = scaleAndMinimum(input + 4, pair * 2 + 1)
                let (firstScale, firstMinimum) = (scale * first.scale, minimum * first.minimum)
                let (secondScale, secondMinimum) = (scale * second.scale, minimum * second.minimum)
                let quants = input + 16 + pair * 32
                let part = target + pair * 64
                for index in 0..<32 {
                    let byte = quants.load(fromByteOffset: index, as: UInt8.self)
                    part[index] = firstScale * Float(Int32(byte & 15)) - firstMinimum
                    part[index &+ 32] = secondScale * Float(Int32(byte >> 4)) - secondMinimum
                }
            }
        }
    }

    /// As Q4_K, with 32 bytes of fifth bits before the nibbles: bit g of byte i belongs to element i of group g.
    static func q5_K(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 176
            let target = output + block * 256
            let scale = half(input)
            let minimum = half(input + 2)
            let high = input + 16
            for pair in 0..<4 {
                let first = scaleAndMinimum(input + 4, pair * 2)
                let second = scaleAndMinimum(input + 4, pair * 2 + 1)
                let (firstScale, firstMinimum) = (scale * first.scale, minimum * first.minimum)
                let (secondScale, secondMinimum) = (scale * second.scale, minimum * second.minimum)
                let quants = input + 48 + pair * 32
                let part = target + pair * 64
                let bit = UInt8(pair * 2)
                for index in 0..<32 {
                    let byte = quants.load(fromByteOffset: index, as: UInt8.self)
                    let bits = high.load(fromByteOffset: index, as: UInt8.self) &>> bit
                    let lower = byte & 15 | (bits & 1) << 4
                    let upper = byte >> 4 | (bits & 2) << 3
                    part[index] = firstScale * Float(Int32(lower)) - firstMinimum
                    part[index &+ 32] = secondScale * Float(Int32(upper)) - secondMinimum
                }
            }
        }
    }

    /// 128 bytes of nibbles, 64 bytes of two more bits, 16 signed scales, d: f16: d * scale * (q - 32).
    static func q6_K(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 210
            let target = output + block * 256
            let scale = half(input + 208)
            for group in 0..<16 {
                let groupScale = scale * Float(input.load(fromByteOffset: 192 + group, as: Int8.self))
                let low = input + (group >> 3) * 64 + (group & 3) * 16
                let high = input + 128 + (group >> 3) * 32 + (group & 1) * 16
                let lowShift = UInt8((group >> 2) & 1) * 4
                let highShift = UInt8((group >> 1) & 3) * 2
                for index in 0..<16 {
                    let four = (low.load(fromByteOffset: index, as: UInt8.self) &>> lowShift) & 15
                    let two = (high.load(fromByteOffset: index, as: UInt8.self) &>> highShift) & 3
                    target[group &* 16 &+ index] = groupScale * Float(Int32(four | two << 4) &- 32)
                }
            }
        }
    }

    /// d: f32, 256 signed bytes, 16 sums of 16 elements each (not needed here): d * q.
    static func q8_K(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 292
            let target = output + block * 256
            let scale = Float(bitPattern: littleEndian32(input))
            for index in 0..<256 {
                target[index] = scale * Float(Int32(input.load(fromByteOffset: 4 &+ index, as: Int8.self)))
            }
        }
    }

    /// d: f16, 8 x 2 high and 8 x 4 low bits of scales, 128 bytes of nibbles: d * (scale - 32) * level.
    static func iq4_XS(_ source: UnsafeRawPointer, _ output: UnsafeMutablePointer<Float>, _ count: Int) {
        for block in 0..<count {
            let input = source + block * 136
            let target = output + block * 256
            let scale = half(input)
            let high = littleEndian16(input + 2)
            for group in 0..<8 {
                let low = input.load(fromByteOffset: 4 + group / 2, as: UInt8.self) >> UInt8(group & 1 * 4)
                let six = Int32(low & 15) | Int32((high >> UInt16(2 * group)) & 3) << 4
                nibbles(input + 8 + group * 16, target + group * 32, scale * Float(six - 32), iq4Levels)
            }
        }
    }
}
