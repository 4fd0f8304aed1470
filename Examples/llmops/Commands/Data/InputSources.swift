#if CommandLine
    import LLMData
    import LLMTensor

    /// The sources that input paths stand for.
    enum InputSources {
        /// Opens files, and those of folders in the order of their paths.
        static func open(_ paths: [String], recipe: Recipe) throws -> [any DocumentSource] {
            var sources: [any DocumentSource] = []
            for path in paths {
                switch SystemCall.kind(of: path) {
                case nil: throw CommandFailure(.missingInput, "\(path): no such file or folder")
                case .directory:
                    let files = try files(in: path)
                    guard !files.isEmpty else {
                        throw CommandFailure(.badData, "\(path): holds no \(endings.joined(separator: ", ")) file")
                    }
                    for file in files { sources.append(try source(file, recipe)) }
                case .regular, .other: sources.append(try source(path, recipe))
                }
            }
            return sources
        }

        private static let endings = [".jsonl", ".ndjson", ".txt", ".md"]

        private static func files(in folder: String) throws -> [String] {
            var result: [String] = []
            for name in try Folder.names(in: folder) where !name.hasPrefix(".") {
                let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
                switch SystemCall.kind(of: path) {
                case .directory: result += try files(in: path)
                case .regular where endings.contains { name.hasSuffix($0) }: result.append(path)
                default: break
                }
            }
            return result
        }

        private static func source(_ path: String, _ recipe: Recipe) throws -> any DocumentSource {
            if path.hasSuffix(".txt") || path.hasSuffix(".md") { return try WholeFile(path: path) }
            return try RecordLines(path: path, keys: recipe.keys)
        }
    }

    /// A text file as one document.
    private struct WholeFile: DocumentSource {
        let name: String
        private let file: MappedFile

        init(path: String) throws(TensorFileError) {
            name = path
            file = try MappedFile(path: path)
        }

        var byteCount: Int? { file.bytes.count }

        func records() -> AsyncStream<SourceRecord> {
            AsyncStream { continuation in
                let origin = DocumentOrigin(name: name)
                if let text = file.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) {
                    continuation.yield(.document(Document(id: name, text: text, origin: origin)))
                } else {
                    continuation.yield(.malformed(MalformedRecord(origin: origin, reason: "not UTF-8")))
                }
                continuation.finish()
            }
        }
    }
#endif
