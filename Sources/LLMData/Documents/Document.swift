public import LLMTensor

/// One text with what is known about it: the unit that sources give and stages take.
///
/// A value type. ``text`` is valid UTF-8; bytes a source could not decode were replaced by U+FFFD and counted there.
public struct Document: Sendable, Equatable {
    /// Names the document within its corpus; unique, stable from run to run.
    public var id: String
    /// The text itself.
    public var text: String
    /// Where it was read.
    public var origin: DocumentOrigin
    /// Core attributes (`title`, `author`, `date`, `language`, `url`, ...) and any others, in the order they came.
    public var attributes: JSONObject
    /// Names of the stages that changed the text or the attributes, first to last.
    public var history: [String]

    /// Creates a document.
    public init(
        id: String, text: String, origin: DocumentOrigin = DocumentOrigin(name: ""),
        attributes: JSONObject = JSONObject(), history: [String] = []
    ) {
        self.id = id
        self.text = text
        self.origin = origin
        self.attributes = attributes
        self.history = history
    }
}

/// The place of a document in its source.
public struct DocumentOrigin: Sendable, Equatable {
    /// File path, database name or whatever the source calls itself.
    public var name: String
    /// Number of the record in that source, from 0; nil when the source is one document.
    public var record: Int?
    /// Offset of the record's first byte; nil when the source is no file.
    public var byteOffset: Int?

    /// Creates an origin.
    public init(name: String, record: Int? = nil, byteOffset: Int? = nil) {
        self.name = name
        self.record = record
        self.byteOffset = byteOffset
    }
}
