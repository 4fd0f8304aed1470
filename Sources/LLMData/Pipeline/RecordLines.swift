package import LLMTensor

/// A file of JSON lines as a source. Lines of white space are no records.
package struct RecordLines: DocumentSource {
    package let name: String
    private let file: MappedFile
    private let keys: DocumentJSON.Keys

    /// Opens a file.
    package init(path: String, keys: DocumentJSON.Keys = .init()) throws(TensorFileError) {
        name = path
        self.keys = keys
        file = try MappedFile(path: path)
    }

    package var byteCount: Int? { file.bytes.count }

    package func records() -> Records { Records(file: file, name: name, keys: keys) }

    package struct Records: AsyncSequence, Sendable {
        let file: MappedFile
        let name: String
        let keys: DocumentJSON.Keys

        package func makeAsyncIterator() -> Iterator { Iterator(source: self) }

        package struct Iterator: AsyncIteratorProtocol {
            let source: Records
            var offset = 0
            var line = 0

            package mutating func next() async throws -> SourceRecord? {
                source.file.withUnsafeBytes { bytes in
                    while offset < bytes.count {
                        let start = offset
                        let end = Lines.end(bytes, from: start)
                        offset = end + 1
                        line += 1
                        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
                        guard text.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
                        let origin = DocumentOrigin(name: source.name, record: line - 1, byteOffset: start)
                        return DocumentJSON.record(text, keys: source.keys, origin: origin)
                    }
                    return nil
                }
            }
        }
    }
}
