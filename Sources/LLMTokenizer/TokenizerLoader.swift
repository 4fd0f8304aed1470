public import LLMTensor

/// Makes tokenizers from files.
public enum TokenizerLoader {
    /// The tokenizer in a file or model directory, by what the file says and not by its name.
    ///
    /// - Throws: ``TokenizerError`` naming the file, the key and what was expected.
    public static func load(path: String) throws(TokenizerError) -> any Tokenizer {
        let file: GGUFFile
        do {
            file = try GGUFFile(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        return try load(gguf: file)
    }

    /// The tokenizer in the metadata of a GGUF file.
    ///
    /// - Throws: ``TokenizerError`` naming the metadata key and what was expected.
    public static func load(gguf: GGUFFile) throws(TokenizerError) -> any Tokenizer {
        try GGUFTokenizer.load(gguf)
    }
}
