#if CommandLine
    import LLMData
    import LLMTensor

    /// The sources that input paths stand for.
    enum InputSources {
        /// Opens files, and those of folders in the order of their paths: JSON Lines by the recipe's keys, CSV, HTML and text
        /// as ``FolderSource`` reads them.
        static func open(_ paths: [String], recipe: Recipe) throws -> [any DocumentSource] {
            var sources: [any DocumentSource] = []
            for path in paths {
                switch SystemCall.kind(of: path) {
                case nil: throw CommandFailure(.missingInput, "\(path): no such file or folder")
                case .directory:
                    let files = try FolderSource(path: path).files
                    guard !files.isEmpty else { throw CommandFailure(.badData, "\(path): holds no file") }
                    for file in files { sources.append(try source(file, recipe)) }
                case .regular, .other: sources.append(try source(path, recipe))
                }
            }
            return sources
        }

        private static func source(_ path: String, _ recipe: Recipe) throws -> any DocumentSource {
            let isOther = SystemCall.kind(of: path) == .other
            if isOther || path.hasSuffix(".jsonl") || path.hasSuffix(".ndjson") || path.hasSuffix(".json") {
                return try RecordLines(path: path, keys: recipe.keys)
            }
            return try FolderSource(path: path)
        }
    }
#endif
