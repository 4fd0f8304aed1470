public import LLMTensor

/// Makes tokenizers from files.
public enum TokenizerLoader {
    /// The tokenizer in a file or model directory, by what the file says and not by its name.
    ///
    /// - Throws: ``TokenizerError`` naming the file, the key and what was expected.
    public static func load(path: String) throws(TokenizerError) -> any Tokenizer {
        if SourceFile.isDirectory(path) { return try ModelDirectory.load(path) }
        let isGGUF = try SourceFile.reading(path) { bytes in bytes.starts(with: Array("GGUF".utf8)) }
        if isGGUF {
            let file: GGUFFile
            do {
                file = try GGUFFile(path: path)
            } catch {
                throw .unreadable(path: path, reason: "\(error)")
            }
            return try load(gguf: file)
        }
        return try SourceFile.reading(path) { bytes throws(TokenizerError) in
            try load(bytes: bytes, source: path)
        }
    }

    /// The tokenizer in the metadata of a GGUF file.
    ///
    /// - Throws: ``TokenizerError`` naming the metadata key and what was expected.
    public static func load(gguf: GGUFFile) throws(TokenizerError) -> any Tokenizer {
        try GGUFTokenizer.load(gguf)
    }

    /// The tokenizer in the bytes of a file that is not GGUF.
    ///
    /// - Parameter source: what errors call the bytes.
    /// - Throws: ``TokenizerError`` naming the key and what was expected.
    public static func load(bytes: UnsafeRawBufferPointer, source: String) throws(TokenizerError) -> any Tokenizer {
        let first = bytes.first { $0 > 0x20 && $0 < 0x80 }
        switch first {
        case UInt8(ascii: "{"): return PipelineTokenizer(try TokenizerJSON.load(bytes: bytes, source: source))
        default: throw .unreadable(path: source, reason: "not a tokenizer file of a kind this library knows")
        }
    }
}
