/// Looks at one document at a time: changes it, keeps it, or drops it with a reason.
///
/// Stages are pure: the same document gives the same result in every process, thread and order, so they run in
/// parallel here and in Spark partitions alike. Randomness comes from a seed and the document's id only.
public protocol DocumentStage: Sendable {
    /// The stage's name in recipes, statistics and ``Document/history``.
    var name: String { get }
    /// Changes `document` in place and says whether it stays.
    func process(_ document: inout Document) throws -> StageDecision
}

/// What a stage decides about a document.
public enum StageDecision: Sendable, Equatable {
    /// It stays.
    case keep
    /// It goes, for this reason: a short stable identifier such as `gopher_short_doc`.
    case drop(reason: String)
}

/// Looks at all documents of a corpus together, in two steps that can run in different processes: a signature per
/// document, which is pure, and one decision over all signatures.
///
/// Signatures are flat bytes, so that they can lie in files, be merged from many workers, and survive a restart.
public protocol CorpusStage: Sendable {
    /// The stage's name in recipes and statistics.
    var name: String { get }
    /// Bytes that stand for the document in the decision; empty for documents that take no part.
    func signature(of document: Document) throws -> [UInt8]
    /// The documents to drop, in ascending order of index, given the signatures of all documents in corpus order.
    func removals(signatures: [[UInt8]]) throws -> [CorpusRemoval]
}

/// A document that a ``CorpusStage`` drops.
public struct CorpusRemoval: Sendable, Equatable {
    /// Its place in corpus order, from 0.
    public var index: Int
    /// A short stable identifier such as `exact_duplicate`.
    public var reason: String
    /// The place of the document it repeats; nil when there is no such document.
    public var duplicateOf: Int?

    /// Creates a removal.
    public init(index: Int, reason: String, duplicateOf: Int? = nil) {
        self.index = index
        self.reason = reason
        self.duplicateOf = duplicateOf
    }
}
