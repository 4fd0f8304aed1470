import LLMTensor

/// Makes tokenizers from files.
public enum TokenizerLoader {
    /// The tokenizer in a file or model directory, by what the file says and not by its name.
    ///
    /// - Throws: ``TokenizerError`` naming the file, the key and what was expected.
    public static func load(path: String) throws(TokenizerError) -> any Tokenizer {
        throw .unreadable(path: path, reason: "not supported yet")
    }
}
