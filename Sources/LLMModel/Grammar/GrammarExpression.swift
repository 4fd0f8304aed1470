/// A grammar as it is written, before it is compiled: what GBNF and JSON schemas are both translated to.
indirect enum GrammarExpression: Sendable, Equatable {
    /// These bytes.
    case literal([UInt8])
    /// One Unicode scalar out of sorted, disjoint ranges.
    case scalars(ScalarRanges)
    /// One after the other; empty for nothing at all.
    case sequence([GrammarExpression])
    /// One of several.
    case choice([GrammarExpression])
    /// At least `minimum` and at most `maximum` times; without bound when nil.
    case repeated(GrammarExpression, minimum: Int, maximum: Int?)
    /// What another rule says.
    case rule(String)

    /// Nothing at all.
    static let empty = GrammarExpression.sequence([])

    /// The UTF-8 of a text.
    static func text(_ text: String) -> GrammarExpression { .literal([UInt8](text.utf8)) }

    /// This or nothing.
    static func optional(_ expression: GrammarExpression) -> GrammarExpression { .choice([expression, .empty]) }
}

/// Unicode scalars as sorted, disjoint ranges; surrogates are never among them.
struct ScalarRanges: Sendable, Equatable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let all = ScalarRanges([0...0x10FFFF])

    /// Sorts, joins, and takes the surrogates out.
    init(_ ranges: [ClosedRange<UInt32>]) {
        var joined: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound + 1 {
                joined[joined.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        self.ranges = joined.flatMap { Self.withoutSurrogates($0) }
    }

    private static func withoutSurrogates(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
        guard range.upperBound >= 0xD800, range.lowerBound <= 0xDFFF else { return [range] }
        var parts: [ClosedRange<UInt32>] = []
        if range.lowerBound < 0xD800 { parts.append(range.lowerBound...0xD7FF) }
        if range.upperBound > 0xDFFF { parts.append(0xE000...range.upperBound) }
        return parts
    }

    /// All other scalars.
    var inverted: ScalarRanges {
        var result: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { result.append(next...0x10FFFF) }
        return ScalarRanges(result)
    }

    /// The scalars of this set that are not in the other.
    func subtracting(_ other: ScalarRanges) -> ScalarRanges {
        ScalarRanges(inverted.ranges + other.ranges).inverted
    }

    /// Whether a scalar is one of them.
    func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } }

    var isEmpty: Bool { ranges.isEmpty }
}
