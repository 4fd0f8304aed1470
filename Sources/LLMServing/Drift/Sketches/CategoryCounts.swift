/// How often each category came; merging parts gives the whole.
///
/// Bounded: categories beyond ``limit`` are counted together as ``other``, so that input cannot grow it. Merging is exact as
/// long as no side has reached the limit.
public struct CategoryCounts: Sendable, Hashable {
    /// The name that categories beyond the limit share.
    public static let other = "(other)"

    /// The most categories that are told apart.
    public let limit: Int
    /// Counts by category.
    public private(set) var counts: [String: Int] = [:]
    /// How many were counted.
    public private(set) var total = 0

    /// Empty counts.
    public init(limit: Int = 1000) {
        self.limit = limit
    }

    /// Counts a category.
    public mutating func add(_ category: String, count: Int = 1) {
        guard count > 0 else { return }
        total += count
        let name = counts[category] != nil || counts.count < limit ? category : Self.other
        counts[name, default: 0] += count
    }

    /// Adds other counts.
    public mutating func merge(_ other: CategoryCounts) {
        for (category, count) in other.counts.sorted(by: { $0.key < $1.key }) { add(category, count: count) }
    }

    /// The share of a category; 0 without any.
    public func share(of category: String) -> Double {
        total > 0 ? Double(counts[category] ?? 0) / Double(total) : 0
    }

    /// Both counts on the same categories, in the order of their names.
    public func aligned(with other: CategoryCounts) -> (own: [Double], other: [Double]) {
        let names = Set(counts.keys).union(other.counts.keys).sorted()
        return (names.map { Double(counts[$0] ?? 0) }, names.map { Double(other.counts[$0] ?? 0) })
    }
}
