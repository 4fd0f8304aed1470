public import LLMTensor
public import LLMTokenizer

/// Several ``TokenShard``s as one: documents and tokens are numbered through.
///
/// Immutable; may be used from any thread.
public final class TokenCorpus: Sendable {
    /// The shards in order.
    public let shards: [TokenShard]
    /// Documents in all.
    public let documentCount: Int
    /// Tokens in all.
    public let tokenCount: Int
    /// Every id is below.
    public let vocabularySize: Int
    /// The tokenizer that made the ids.
    public let fingerprint: TokenizerFingerprint

    private let firstDocuments: [Int]
    private let firstTokens: [Int]

    /// Opens shards by path, in this order.
    ///
    /// - Throws: ``TensorFileError`` when one is damaged, or made with another tokenizer than the first.
    public init(paths: [String]) throws(TensorFileError) {
        var shards: [TokenShard] = []
        var firstDocuments: [Int] = []
        var firstTokens: [Int] = []
        var documents = 0
        var tokens = 0
        for path in paths {
            let shard = try TokenShard(path: path)
            if let first = shards.first {
                guard first.fingerprint == shard.fingerprint, first.vocabularySize == shard.vocabularySize else {
                    throw .unsupported(
                        at: FileLocation(path: path), reason: "made with another tokenizer than \(first.path)")
                }
            }
            firstDocuments.append(documents)
            firstTokens.append(tokens)
            let (newDocuments, documentOverflow) = documents.addingReportingOverflow(shard.documentCount)
            let (newTokens, tokenOverflow) = tokens.addingReportingOverflow(shard.tokenCount)
            guard !documentOverflow, !tokenOverflow else {
                throw .unsupported(at: FileLocation(path: path), reason: "more tokens than can be numbered")
            }
            documents = newDocuments
            tokens = newTokens
            shards.append(shard)
        }
        self.shards = shards
        self.firstDocuments = firstDocuments
        self.firstTokens = firstTokens
        documentCount = documents
        tokenCount = tokens
        vocabularySize = shards.first?.vocabularySize ?? 0
        fingerprint = shards.first?.fingerprint ?? .none
    }

    /// Opens the shards of a folder whose names begin with `prefix`, in the order of their names.
    ///
    /// - Throws: ``TensorFileError``; ``TensorFileError/notFound(path:)`` when there are none.
    public convenience init(folder: String, prefix: String) throws(TensorFileError) {
        let names = try Folder.names(in: folder).filter { $0.hasPrefix(prefix) && $0.hasSuffix(".tokens") }
        guard !names.isEmpty else { throw .notFound(path: "\(folder)/\(prefix)*.tokens") }
        try self.init(paths: names.map { "\(folder)/\($0)" })
    }

    /// The id of a document.
    ///
    /// - Precondition: `document` is below ``documentCount``.
    public func id(ofDocument document: Int) -> String {
        let (shard, local) = locate(document, in: firstDocuments)
        return shards[shard].id(ofDocument: local)
    }

    /// The place of a document's tokens in the corpus.
    ///
    /// - Precondition: `document` is below ``documentCount``.
    public func range(ofDocument document: Int) -> Range<Int> {
        let (shard, local) = locate(document, in: firstDocuments)
        let range = shards[shard].range(ofDocument: local)
        return firstTokens[shard] + range.lowerBound..<firstTokens[shard] + range.upperBound
    }

    /// The document that a token belongs to. Takes two binary searches.
    ///
    /// - Precondition: `place` is below ``tokenCount``.
    public func document(containing place: Int) -> Int {
        precondition((0..<tokenCount).contains(place), "no token \(place)")
        let (shard, local) = locate(place, in: firstTokens)
        return firstDocuments[shard] + shards[shard].document(containing: local)
    }

    /// The tokens of a document.
    public func tokens(ofDocument document: Int) throws(TensorFileError) -> [TokenID] {
        try tokens(range(ofDocument: document))
    }

    /// The tokens of a range, which may cross shards.
    ///
    /// - Precondition: `range` lies in the corpus.
    public func tokens(_ range: Range<Int>) throws(TensorFileError) -> [TokenID] {
        var result: [TokenID] = []
        try append(range, to: &result)
        return result
    }

    /// Appends the tokens of a range, which may cross shards, to an array.
    ///
    /// - Precondition: `range` lies in the corpus.
    public func append(_ range: Range<Int>, to tokens: inout [TokenID]) throws(TensorFileError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= tokenCount, "tokens \(range) of \(tokenCount)")
        var place = range.lowerBound
        while place < range.upperBound {
            let (shard, local) = locate(place, in: firstTokens)
            let end = min(range.upperBound - firstTokens[shard], shards[shard].tokenCount)
            try shards[shard].append(local..<end, to: &tokens)
            place = firstTokens[shard] + end
        }
    }

    /// The last shard that begins at or before `number`: of several that begin there, all but the last are empty.
    private func locate(_ number: Int, in firsts: [Int]) -> (shard: Int, local: Int) {
        precondition(number >= 0 && !firsts.isEmpty, "no such place")
        var low = 0
        var high = firsts.count
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if firsts[middle] <= number { low = middle } else { high = middle }
        }
        return (low, number - firsts[low])
    }
}
