/// How often each token occurs, and in how many documents: what a token store keeps beside its shards.
///
/// A value; one for each thread, merged at the end.
public struct TokenStatistics: Sendable, Equatable {
    /// How often each token occurs, by id.
    public private(set) var frequencies: [Int64]
    /// In how many documents each token occurs, by id.
    public private(set) var documentFrequencies: [Int64]
    /// How many documents there are.
    public private(set) var documentCount = 0
    /// How many tokens there are.
    public private(set) var tokenCount: Int64 = 0
    /// Ids that are not in the vocabulary.
    public private(set) var unknownIDs: Int64 = 0
    private var lastDocument: [Int32]

    /// Nothing counted yet.
    public init(vocabularySize: Int) {
        frequencies = Array(repeating: 0, count: max(vocabularySize, 0))
        documentFrequencies = frequencies
        lastDocument = Array(repeating: -1, count: max(vocabularySize, 0))
    }

    /// Counts the tokens of one document.
    public mutating func add(document ids: some Sequence<TokenID>) {
        let document = Int32(truncatingIfNeeded: documentCount)
        documentCount += 1
        for id in ids {
            guard id >= 0, Int(id) < frequencies.count else {
                unknownIDs += 1
                continue
            }
            tokenCount += 1
            frequencies[Int(id)] += 1
            if lastDocument[Int(id)] != document {
                lastDocument[Int(id)] = document
                documentFrequencies[Int(id)] += 1
            }
        }
    }

    /// Adds what was counted over other documents. The larger vocabulary counts.
    public mutating func merge(_ other: TokenStatistics) {
        let size = max(frequencies.count, other.frequencies.count)
        let missing = size - frequencies.count
        frequencies += Array(repeating: 0, count: missing)
        documentFrequencies += Array(repeating: 0, count: missing)
        for index in other.frequencies.indices {
            frequencies[index] += other.frequencies[index]
            documentFrequencies[index] += other.documentFrequencies[index]
        }
        lastDocument = Array(repeating: -1, count: size)
        documentCount += other.documentCount
        tokenCount += other.tokenCount
        unknownIDs += other.unknownIDs
    }

    /// The most frequent tokens, the smaller id first among equals.
    public func mostFrequent(_ count: Int) -> [(id: TokenID, count: Int64)] {
        frequencies.indices.filter { frequencies[$0] > 0 }
            .sorted { (frequencies[$0], $1) > (frequencies[$1], $0) }
            .prefix(max(count, 0)).map { (TokenID($0), frequencies[$0]) }
    }

    /// Tokens that occur at most so often: what a vocabulary can do without.
    public func rare(atMost limit: Int64 = 0) -> [TokenID] {
        frequencies.indices.filter { frequencies[$0] <= limit }.map { TokenID($0) }
    }
}
