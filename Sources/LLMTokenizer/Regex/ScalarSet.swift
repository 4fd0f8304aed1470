/// A character class of a pattern: Unicode classes and ranges, possibly negated.
struct ScalarSet: Sendable, Equatable {
    var classes: ScalarClass = []
    /// Sorted only after ``normalize()``.
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false

    init() {}

    init(_ scalar: UInt32) { ranges = [scalar...scalar] }

    init(_ classes: ScalarClass, negated: Bool = false) {
        self.classes = classes
        isNegated = negated
    }

    func contains(_ scalar: UInt32) -> Bool {
        let inside =
            UnicodeData.shared.mask(of: scalar) & classes.rawValue != 0
            || ranges.contains { $0.contains(scalar) }
        return inside != isNegated
    }

    /// Adds another set, writing sets out as ranges where classes cannot say it.
    mutating func formUnion(_ other: ScalarSet) {
        if !isNegated, !other.isNegated {
            classes.formUnion(other.classes)
            ranges += other.ranges
        } else {
            self = ScalarSet.materialized { self.contains($0) || other.contains($0) }
        }
    }

    func intersection(_ other: ScalarSet) -> ScalarSet {
        .materialized { contains($0) && other.contains($0) }
    }

    /// Word characters but ² ³ ¹ ¼ ½ ¾.
    static let wordInClass = materialized { scalar in
        UnicodeData.shared.contains(scalar, .word)
            && !(scalar < 0xBF && UnicodeData.shared.contains(scalar, ScalarClass(.otherNumber)))
    }

    var complement: ScalarSet {
        var result = self
        result.isNegated.toggle()
        return result
    }

    /// The set with both cases of what is in it.
    func caseInsensitive() -> ScalarSet {
        var result = self
        result.isNegated = false
        for range in ranges where range.count <= 0x400 {
            for scalar in range {
                for other in CaseFolding.variants(of: scalar) { result.ranges.append(other...other) }
            }
        }
        result.isNegated = isNegated
        return result
    }

    private static func materialized(_ contains: (UInt32) -> Bool) -> ScalarSet {
        var result = ScalarSet()
        var start: UInt32?
        for scalar in UInt32(0)..<0x110000 {
            if contains(scalar) {
                if start == nil { start = scalar }
            } else if let first = start {
                result.ranges.append(first...(scalar - 1))
                start = nil
            }
        }
        if let first = start { result.ranges.append(first...0x10FFFF) }
        return result
    }

    /// Merges ranges that touch.
    mutating func normalize() {
        ranges.sort { $0.lowerBound < $1.lowerBound }
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        ranges = merged
    }
}

/// Which scalars are the same but for case.
enum CaseFolding {
    private static let groups: [UInt32: [UInt32]] = {
        var byLower: [UInt32: [UInt32]] = [:]
        for (scalar, lower) in UnicodeMappings.shared.lowercase where lower.count == 1 {
            byLower[lower[0], default: [lower[0]]].append(scalar)
        }
        byLower[0x73, default: [0x73]].append(0x17F)
        byLower[0xE5, default: [0xE5]].append(0x212B)
        var result: [UInt32: [UInt32]] = [:]
        for (_, group) in byLower {
            let unique = Array(Set(group)).sorted()
            for member in unique { result[member] = unique }
        }
        return result
    }()

    /// The scalar and those that differ from it only in case (simple folding).
    static func variants(of scalar: UInt32) -> [UInt32] { groups[scalar] ?? [scalar] }
}
