#if CommandLine
    import LLMTensor

    /// The content of an input file, or of standard input for "-".
    enum InputText {
        /// The bytes as they are.
        ///
        /// - Throws: ``CommandFailure`` with 66 when there is no such file.
        static func bytes(path: String) throws -> [UInt8] {
            if path == "-" { return try StandardStreams.readInput() }
            switch SystemCall.kind(of: path) {
            case nil: throw CommandFailure(.missingInput, "\(path): no such file")
            case .directory: throw CommandFailure(.badData, "\(path): is a directory, expected a text file")
            case .regular, .other: break
            }
            if SystemCall.kind(of: path) == .other { return try StreamFile.read(path) }
            return try MappedFile(path: path).withUnsafeBytes { Array($0) }
        }

        /// The text, which has to be UTF-8.
        static func text(path: String) throws -> String {
            let bytes = try bytes(path: path)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw notText(path: path, bytes: bytes)
            }
            return text
        }

        /// One segment per line, split at "\n" only; a line feed at the end of the file ends the last line.
        static func lines(path: String) throws -> [String] {
            let bytes = try bytes(path: path)
            var parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            if parts.last?.isEmpty == true { parts.removeLast() }
            return try parts.enumerated().map { index, part in
                guard let line = String(validating: part, as: UTF8.self) else {
                    throw CommandFailure(.badData, "\(name(path)): line \(index + 1) is not UTF-8")
                }
                return line
            }
        }

        private static func notText(path: String, bytes: [UInt8]) -> CommandFailure {
            var line = 1
            for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                if String(validating: part, as: UTF8.self) == nil { break }
                line += 1
            }
            return CommandFailure(.badData, "\(name(path)): line \(line) is not UTF-8")
        }

        static func name(_ path: String) -> String { path == "-" ? "standard input" : path }
    }
#endif
