/// Conversions between `Float` and the 16-bit formats, on bit patterns: `Float16` is missing on some platforms, and a
/// library call on others.
package enum HalfPrecision {
    /// The exact value of an IEEE 754 binary16 number; NaN payloads are kept.
    @inline(__always)
    package static func float(_ bits: UInt16) -> Float {
        let magnitude = UInt32(bits & 0x7FFF)
        let sign = UInt32(bits & 0x8000) << 16
        // Moves the exponent to its place and corrects the bias; exact for subnormal numbers too.
        let scaled = (Float(bitPattern: magnitude << 13) * 0x1p112).bitPattern
        let special = (magnitude << 13) | 0x7000_0000
        return Float(bitPattern: (magnitude >= 0x7C00 ? special : scaled) | sign)
    }

    /// The nearest binary16 number, ties to even; overflow gives infinity, NaN stays a quiet NaN.
    package static func binary16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: (bits >> 16) & 0x8000)
        let magnitude = bits & 0x7FFF_FFFF
        if magnitude > 0x7F80_0000 {
            return sign | 0x7E00 | UInt16(truncatingIfNeeded: (magnitude >> 13) & 0x3FF)
        }
        if magnitude >= 0x4780_0000 { return sign | 0x7C00 }
        if magnitude < 0x3880_0000 {
            // Subnormal: adding 0.5 leaves the result, rounded, in the lowest bits.
            let shifted = (Float(bitPattern: magnitude) + 0.5).bitPattern &- 0x3F00_0000
            return sign | UInt16(truncatingIfNeeded: shifted)
        }
        // A carry out of the mantissa moves into the exponent, up to infinity.
        let rounded = magnitude &- 0x3800_0000 &+ 0xFFF &+ ((magnitude >> 13) & 1)
        return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }

    /// The nearest bfloat16 number, ties to even; NaN stays a quiet NaN.
    package static func bfloat16(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if bits & 0x7FFF_FFFF > 0x7F80_0000 { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ ((bits >> 16) & 1)) >> 16)
    }
}
