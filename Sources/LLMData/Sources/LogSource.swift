internal import LLMTensor

/// Documents from the lines of a log, taken apart by a regular expression with named groups.
///
/// One group is the text, the others become attributes. A line that does not fit is malformed, or belongs to the entry
/// before it: stack traces and tables stay with what they were written for. The expression is Swift's (`Regex`), which
/// backtracks: keep groups narrow (`\S+` rather than `.*`) where lines are by strangers. May be used from any thread.
///
/// ```swift
/// let log = try LogSource(
///     path: "server.log", .init(pattern: #"(?<date>\S+) (?<level>[A-Z]+) (?<text>.*)"#, joinsOtherLines: true))
/// ```
public struct LogSource: DocumentSource {
    /// How lines are taken apart.
    public struct Configuration: Sendable, Hashable {
        /// The expression a whole line has to fit.
        public var pattern: String
        /// Group with the text.
        public var textGroup: String
        /// Group with the id; where there is none, the file's name and the record's number are.
        public var idGroup: String?
        /// Whether lines that do not fit are added to the entry before them; otherwise they are malformed records.
        public var joinsOtherLines: Bool
        /// Longest line in bytes, and longest entry.
        public var maximumLineBytes = 1 << 20

        /// Creates settings.
        public init(
            pattern: String, textGroup: String = "text", idGroup: String? = nil, joinsOtherLines: Bool = false
        ) {
            self.pattern = pattern
            self.textGroup = textGroup
            self.idGroup = idGroup
            self.joinsOtherLines = joinsOtherLines
        }
    }

    /// The path.
    public let name: String
    /// How lines are taken apart.
    public let configuration: Configuration

    /// Reads a file.
    ///
    /// - Throws: ``DataError/invalidConfiguration(setting:reason:)`` for an expression that is none.
    public init(path: String, _ configuration: Configuration) throws {
        name = path
        self.configuration = configuration
        _ = try Self.expression(configuration)
    }

    /// Size of the file.
    public var byteCount: Int? { FileReader.size(of: name) }

    /// The settings.
    public var signature: String? {
        "log \(configuration.textGroup) \(configuration.idGroup ?? "*") \(configuration.joinsOtherLines) "
            + configuration.pattern
    }

    /// The documents, an entry each.
    public func records() -> SourceRecords {
        SourceRecords {
            try Reader(FileReader(path: name), configuration, expression: Self.expression(configuration))
        }
    }

    private static func expression(_ configuration: Configuration) throws -> Regex<AnyRegexOutput> {
        for group in [configuration.textGroup] + (configuration.idGroup.map { [$0] } ?? [])
        where !configuration.pattern.contains("(?<\(group)>") {
            throw DataError.invalidConfiguration(setting: "pattern", reason: "has no group (?<\(group)>...)")
        }
        do {
            return try Regex(configuration.pattern).matchingSemantics(.unicodeScalar)
        } catch {
            throw DataError.invalidConfiguration(setting: "pattern", reason: "\(error)")
        }
    }

    private final class Reader: RecordReader {
        let file: FileReader
        let configuration: Configuration
        let expression: Regex<AnyRegexOutput>
        /// The entry that further lines may belong to.
        private var entry: Document?
        /// Records to give, last first.
        private var ready: [SourceRecord] = []
        private var record = 0

        init(_ file: FileReader, _ configuration: Configuration, expression: Regex<AnyRegexOutput>) {
            self.file = file
            self.configuration = configuration
            self.expression = expression
        }

        func next() throws -> SourceRecord? {
            while ready.isEmpty {
                guard let line = try file.nextLine(limit: configuration.maximumLineBytes) else {
                    defer { entry = nil }
                    return entry.map { .document($0) }
                }
                try take(line)
            }
            return ready.removeLast()
        }

        private func take(_ line: FileReader.Line) throws {
            switch line {
            case .tooLong(let offset, let count):
                refuse(offset, "a line of \(count) bytes, at most \(configuration.maximumLineBytes) are read")
            case .bytes(let bytes, let offset):
                let (text, replacements) = TextDecoding.utf8(bytes[...])
                if let match = try expression.wholeMatch(in: text) {
                    begin(document(match.output, replacements, offset))
                } else if configuration.joinsOtherLines, let last = entry,
                    last.text.utf8.count + bytes.count < configuration.maximumLineBytes
                {
                    entry?.text = last.text + "\n" + text
                } else if !bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
                    refuse(offset, "the line does not fit the pattern")
                }
            }
        }

        private func begin(_ document: Document) {
            ready = entry.map { [.document($0)] } ?? []
            entry = document
            if !configuration.joinsOtherLines {
                ready = [.document(document)]
                entry = nil
            }
        }

        private func refuse(_ offset: Int, _ reason: String) {
            ready = [.malformed(MalformedRecord(origin: origin(offset), reason: reason))]
            if let entry { ready.append(.document(entry)) }
            entry = nil
        }

        /// The place of a new record.
        private func origin(_ offset: Int) -> DocumentOrigin {
            defer { record += 1 }
            return DocumentOrigin(name: file.path, record: record, byteOffset: offset)
        }

        private func document(_ groups: AnyRegexOutput, _ replacements: Int, _ offset: Int) -> Document {
            var document = Document(id: "\(file.path)#\(record)", text: "", origin: origin(offset))
            for group in groups {
                guard let name = group.name, let value = group.substring else { continue }
                if name == configuration.textGroup {
                    document.text = String(value)
                } else if name == configuration.idGroup, !value.isEmpty {
                    document.id = String(value)
                } else {
                    document.attributes[name] = .string(String(value))
                }
            }
            if replacements > 0 { document.attributes["replacements"] = .integer(Int64(replacements)) }
            return document
        }
    }
}
