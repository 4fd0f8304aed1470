public import LLMTensor

/// Counts of a preparation. Those of parts add up to those of the whole.
public struct PreparationStatistics: Sendable, Equatable {
    /// Records that were read, documents and malformed ones.
    public var records = 0
    /// Bytes of the texts that were read.
    public var textBytes = 0
    /// Documents that stayed.
    public var kept = 0
    /// Bytes of the texts that stayed.
    public var keptBytes = 0
    /// Documents that went, by stage and reason.
    public var dropped: [String: [String: Int]] = [:]
    /// Records that could not be read.
    public var malformed = 0
    /// Documents that got another id because theirs was taken.
    public var renamed = 0
    /// Documents of each part.
    public var partDocuments: [String: Int] = [:]
    /// Tokens of each part.
    public var partTokens: [String: Int] = [:]

    /// No counts.
    public init() {}

    /// Documents that went.
    public var droppedCount: Int { dropped.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
    /// Tokens of all parts.
    public var tokens: Int { partTokens.values.reduce(0, +) }

    /// Counts an outcome.
    package mutating func add(_ outcome: DocumentOutcome) {
        switch outcome {
        case .kept(let document):
            kept += 1
            keptBytes += document.text.utf8.count
        case .dropped(_, let stage, let reason): dropped[stage, default: [:]][reason, default: 0] += 1
        case .malformed: malformed += 1
        }
    }

    /// Counts a record as it was read.
    package mutating func add(read record: SourceRecord) {
        records += 1
        if case .document(let document) = record { textBytes += document.text.utf8.count }
    }

    /// Adds the counts of another part.
    public mutating func merge(_ other: PreparationStatistics) {
        records += other.records
        textBytes += other.textBytes
        kept += other.kept
        keptBytes += other.keptBytes
        malformed += other.malformed
        renamed += other.renamed
        for (stage, reasons) in other.dropped { dropped[stage, default: [:]].merge(reasons, uniquingKeysWith: +) }
        partDocuments.merge(other.partDocuments, uniquingKeysWith: +)
        partTokens.merge(other.partTokens, uniquingKeysWith: +)
    }

    /// The counts as JSON, keys in a fixed order.
    public var jsonValue: JSONValue {
        var stages = JSONObject()
        for (stage, reasons) in dropped.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            stages[stage] = Self.object(reasons)
        }
        var object = JSONObject()
        object["records"] = .integer(Int64(records))
        object["kept"] = .integer(Int64(kept))
        object["dropped"] = .integer(Int64(droppedCount))
        object["malformed"] = .integer(Int64(malformed))
        object["renamed"] = .integer(Int64(renamed))
        object["text_bytes"] = .integer(Int64(textBytes))
        object["kept_bytes"] = .integer(Int64(keptBytes))
        object["tokens"] = .integer(Int64(tokens))
        object["dropped_by_stage"] = .object(stages)
        object["documents_by_part"] = Self.object(partDocuments)
        object["tokens_by_part"] = Self.object(partTokens)
        return .object(object)
    }

    /// Reads counts; nil when they are not all there.
    public init?(_ value: JSONValue) {
        func count(_ key: String) -> Int? { value[key]?.integerValue }
        guard let records = count("records"), let kept = count("kept"), let malformed = count("malformed"),
            let renamed = count("renamed"), let textBytes = count("text_bytes"), let keptBytes = count("kept_bytes"),
            let stages = value["dropped_by_stage"]?.objectValue, let parts = value["documents_by_part"]?.objectValue,
            let tokens = value["tokens_by_part"]?.objectValue
        else { return nil }
        self.init()
        self.records = records
        self.kept = kept
        self.malformed = malformed
        self.renamed = renamed
        self.textBytes = textBytes
        self.keptBytes = keptBytes
        for (stage, reasons) in stages.members { dropped[stage] = Self.counts(reasons.objectValue ?? JSONObject()) }
        partDocuments = Self.counts(parts)
        partTokens = Self.counts(tokens)
    }

    private static func object(_ counts: [String: Int]) -> JSONValue {
        var object = JSONObject()
        for (key, count) in counts.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            object[key] = .integer(Int64(count))
        }
        return .object(object)
    }

    private static func counts(_ object: JSONObject) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (key, value) in object.members { counts[key] = value.integerValue }
        return counts
    }
}
