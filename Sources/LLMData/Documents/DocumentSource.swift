/// Gives documents one after the other, from a file, a folder, a database, a queue.
///
/// The order is fixed: reading twice gives the same documents with the same ids. Records that cannot be read are not
/// lost silently: they come as ``SourceRecord/malformed(_:)`` with their place and reason, and reading goes on.
public protocol DocumentSource: Sendable {
    /// The records as they come.
    associatedtype Records: AsyncSequence & Sendable where Records.Element == SourceRecord

    /// A name for progress and statistics, usually the path.
    var name: String { get }
    /// Bytes to read in all, for progress; nil when unknown.
    var byteCount: Int? { get }
    /// What decides the records besides the file of the name: a query, say; nil for nothing. A preparation notes it, and
    /// is not taken up with another.
    var signature: String? { get }
    /// The records, first to last. May be called more than once; each call starts from the beginning.
    func records() -> Records
}

extension DocumentSource {
    /// Nothing.
    public var signature: String? { nil }
}

/// What a source gives.
public enum SourceRecord: Sendable, Equatable {
    /// A document that was read.
    case document(Document)
    /// A record that was there but could not be read.
    case malformed(MalformedRecord)
}

/// A record that could not be read, and why.
public struct MalformedRecord: Sendable, Equatable {
    /// The place of the record.
    public var origin: DocumentOrigin
    /// What was found and what was expected.
    public var reason: String

    /// Creates a report.
    public init(origin: DocumentOrigin, reason: String) {
        self.origin = origin
        self.reason = reason
    }
}
