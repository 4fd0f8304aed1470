internal import LLMTensor

/// Documents from a text file: all of it, each line, or each paragraph.
///
/// The encoding is UTF-8, or what a byte order mark says (whole files only). What is no UTF-8 becomes U+FFFD, and
/// the attribute `replacements` says how often. May be used from any thread.
public struct PlainTextSource: DocumentSource {
    /// What is a document.
    public struct Configuration: Sendable, Hashable {
        /// A part of the file.
        public enum Unit: String, Sendable, Hashable, CaseIterable {
            /// The whole file.
            case file
            /// Each line that is not empty.
            case line
            /// Lines up to an empty one.
            case paragraph
        }

        /// What is a document.
        public var unit = Unit.file
        /// Longest document in bytes; longer ones come as malformed records.
        public var maximumBytes = 1 << 28

        /// The whole file.
        public init(unit: Unit = .file) { self.unit = unit }
    }

    /// The path.
    public let name: String
    /// What is a document.
    public let configuration: Configuration

    /// Reads a file.
    public init(path: String, _ configuration: Configuration = Configuration()) {
        name = path
        self.configuration = configuration
    }

    /// Size of the file.
    public var byteCount: Int? { FileReader.size(of: name) }

    /// The documents in the order of the file.
    public func records() -> SourceRecords {
        SourceRecords { try Reader(file: FileReader(path: name), configuration: configuration) }
    }

    private final class Reader: RecordReader {
        let file: FileReader
        let configuration: Configuration
        var record = 0
        var isDone = false

        init(file: FileReader, configuration: Configuration) {
            self.file = file
            self.configuration = configuration
        }

        func next() throws -> SourceRecord? {
            if isDone { return nil }
            if configuration.unit != .file { return try nextPart() }
            isDone = true
            guard let bytes = try file.rest(limit: configuration.maximumBytes) else { return tooLong(0) }
            let (text, replacements) = TextDecoding.decode(bytes[...])
            return document(text, replacements, offset: 0)
        }

        private func nextPart() throws -> SourceRecord? {
            var part: [UInt8] = []
            var start: Int?
            var isTooLong = false
            while let line = try file.nextLine(limit: configuration.maximumBytes) {
                switch line {
                case .tooLong(let offset, _):
                    start = start ?? offset
                    isTooLong = true
                case .bytes(var bytes, let offset):
                    if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
                    let isBlank = bytes.allSatisfy(TextScan.isSpace)
                    if isBlank, start == nil { continue }
                    if isBlank { return finish(part, start, isTooLong) }
                    if start != nil, !isTooLong { part.append(0x0A) }
                    start = start ?? offset
                    if part.count + bytes.count > configuration.maximumBytes { (part, isTooLong) = ([], true) }
                    if !isTooLong { part += bytes }
                }
                if configuration.unit == .line { return finish(part, start, isTooLong) }
            }
            isDone = true
            return start == nil ? nil : finish(part, start, isTooLong)
        }

        private func finish(_ part: [UInt8], _ offset: Int?, _ isTooLong: Bool) -> SourceRecord {
            if isTooLong { return tooLong(offset) }
            let (text, replacements) = TextDecoding.utf8(part[...])
            return document(text, replacements, offset: offset)
        }

        private func tooLong(_ offset: Int?) -> SourceRecord {
            defer { record += 1 }
            let origin = DocumentOrigin(name: file.path, record: record, byteOffset: offset)
            let reason = "longer than \(configuration.maximumBytes) bytes"
            return .malformed(MalformedRecord(origin: origin, reason: reason))
        }

        private func document(_ text: String, _ replacements: Int, offset: Int?) -> SourceRecord {
            defer { record += 1 }
            let isFile = configuration.unit == .file
            let origin = DocumentOrigin(name: file.path, record: isFile ? nil : record, byteOffset: offset)
            var document = Document(id: isFile ? file.path : "\(file.path)#\(record)", text: text, origin: origin)
            if replacements > 0 { document.attributes["replacements"] = .integer(Int64(replacements)) }
            return .document(document)
        }
    }
}
