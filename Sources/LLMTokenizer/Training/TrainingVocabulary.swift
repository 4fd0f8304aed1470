/// Tokens in the order of their ids while a trainer finds them.
struct TrainingVocabulary {
    private(set) var tokens: [[UInt8]] = []
    private var ids: [[UInt8]: TokenID] = [:]

    /// The id of a token, which is added if it is new.
    @discardableResult
    mutating func add(_ token: [UInt8]) -> TokenID {
        if let known = ids[token] { return known }
        let id = TokenID(truncatingIfNeeded: tokens.count)
        tokens.append(token)
        ids[token] = id
        return id
    }

    func id(of token: [UInt8]) -> TokenID? { ids[token] }

    var count: Int { tokens.count }
}

/// Which scalars become tokens before anything is merged.
struct TrainingAlphabet {
    /// Scalars in ascending order.
    private(set) var scalars: [UInt32] = []

    /// - Parameters:
    ///   - counts: how often each scalar came.
    ///   - required: scalars that count as more frequent than all others.
    ///   - limit: how many are kept, the most frequent ones; of equals, those with smaller values.
    init(counts: [UInt32: Int64], required: [UInt32], limit: Int?) {
        var counts = counts
        for scalar in required { counts[scalar] = .max }
        var kept = counts.map { (scalar: $0.key, count: $0.value) }
        if let limit, kept.count > limit {
            kept.sort { $0.count != $1.count ? $0.count > $1.count : $0.scalar < $1.scalar }
            kept.removeLast(kept.count - max(limit, 0))
        }
        scalars = kept.map(\.scalar).sorted()
    }
}
