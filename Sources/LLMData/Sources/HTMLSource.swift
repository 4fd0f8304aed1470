internal import LLMTensor

/// The main text of an HTML file as one document; attributes `title`, `language` and `replacements` where there are any.
///
/// May be used from any thread.
public struct HTMLSource: DocumentSource {
    /// The path.
    public let name: String
    /// What is left out of the page.
    public let configuration: HTMLText.Configuration
    private static let maximumBytes = 1 << 28

    /// Reads a file.
    public init(path: String, _ configuration: HTMLText.Configuration = HTMLText.Configuration()) {
        name = path
        self.configuration = configuration
    }

    /// Size of the file.
    public var byteCount: Int? { FileReader.size(of: name) }

    /// One document.
    public func records() -> SourceRecords {
        SourceRecords { try Reader(file: FileReader(path: name), configuration: configuration) }
    }

    private final class Reader: RecordReader {
        var file: FileReader?
        let configuration: HTMLText.Configuration

        init(file: FileReader, configuration: HTMLText.Configuration) {
            self.file = file
            self.configuration = configuration
        }

        func next() throws -> SourceRecord? {
            guard let file else { return nil }
            self.file = nil
            let origin = DocumentOrigin(name: file.path)
            guard let bytes = try file.rest(limit: HTMLSource.maximumBytes) else {
                return .malformed(
                    MalformedRecord(origin: origin, reason: "longer than \(HTMLSource.maximumBytes) bytes"))
            }
            let page = HTMLText(configuration).extract(bytes)
            var document = Document(id: file.path, text: page.text, origin: origin)
            if !page.title.isEmpty { document.attributes["title"] = .string(page.title) }
            if let language = page.language { document.attributes["language"] = .string(language) }
            if page.replacements > 0 { document.attributes["replacements"] = .integer(Int64(page.replacements)) }
            return .document(document)
        }
    }
}
