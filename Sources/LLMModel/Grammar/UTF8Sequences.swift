/// Ranges of Unicode scalars as sequences of byte ranges (the construction of Russ Cox's RE2 and of `utf8-ranges`).
enum UTF8Sequences {
    /// The byte ranges whose product is exactly the UTF-8 of these scalars; one sequence per way to read them.
    static func of(_ scalars: ScalarRanges) -> [[ClosedRange<UInt8>]] {
        var result: [[ClosedRange<UInt8>]] = []
        for range in scalars.ranges { split(range, into: &result) }
        return result
    }

    /// Splits until both ends have the same length and vary only in whole trailing bytes.
    private static func split(_ range: ClosedRange<UInt32>, into result: inout [[ClosedRange<UInt8>]]) {
        for limit: UInt32 in [0x7F, 0x7FF, 0xFFFF] where range.contains(limit) && range.upperBound > limit {
            split(range.lowerBound...limit, into: &result)
            split((limit + 1)...range.upperBound, into: &result)
            return
        }
        if range.upperBound > 0x7F {
            for bits: UInt32 in [6, 12, 18] {
                let mask = (UInt32(1) << bits) - 1
                guard range.lowerBound & ~mask != range.upperBound & ~mask else { continue }
                if range.lowerBound & mask != 0 {
                    split(range.lowerBound...(range.lowerBound | mask), into: &result)
                    split(((range.lowerBound | mask) + 1)...range.upperBound, into: &result)
                    return
                }
                if range.upperBound & mask != mask {
                    split(range.lowerBound...((range.upperBound & ~mask) - 1), into: &result)
                    split((range.upperBound & ~mask)...range.upperBound, into: &result)
                    return
                }
            }
        }
        let lower = bytes(range.lowerBound)
        let upper = bytes(range.upperBound)
        result.append(zip(lower, upper).map { $0...$1 })
    }

    /// The UTF-8 of one scalar.
    static func bytes(_ scalar: UInt32) -> [UInt8] {
        switch scalar {
        case ..<0x80: [UInt8(scalar)]
        case ..<0x800: [UInt8(0xC0 | scalar >> 6), trail(scalar)]
        case ..<0x10000: [UInt8(0xE0 | scalar >> 12), trail(scalar >> 6), trail(scalar)]
        default: [UInt8(0xF0 | scalar >> 18), trail(scalar >> 12), trail(scalar >> 6), trail(scalar)]
        }
    }

    private static func trail(_ bits: UInt32) -> UInt8 { UInt8(0x80 | bits & 0x3F) }
}
