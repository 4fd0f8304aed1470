public import LLMTensor

/// A tokenizer fresh from training: ready to use, and ready to be saved.
///
/// What is saved is what is used: ``tokenizer`` was read back from ``json``. Immutable.
public struct TrainedTokenizer: Sendable {
    /// The tokenizer.
    public let tokenizer: any Tokenizer
    /// The content of its `tokenizer.json`, which the Hugging Face `tokenizers` library reads as well.
    public let json: [UInt8]
    /// What it was trained on.
    public let summary: Summary

    /// Numbers about a training.
    public struct Summary: Sendable, Equatable {
        /// Tokens, special ones included.
        public var vocabularySize: Int
        /// Merges, for byte-pair encoding.
        public var mergeCount: Int
        /// Different words in the corpus.
        public var distinctWords: Int
        /// Texts in the corpus.
        public var textCount: Int
        /// Bytes of text in the corpus.
        public var byteCount: Int
    }

    init(_ file: TokenizerFile, words: WordCounter, distinctWords: Int) throws(TokenizerError) {
        let content = try file.content()
        json = content
        var loaded: Result<any Tokenizer, TokenizerError> = .failure(.missing(source: "tokenizer.json", key: "model"))
        content.withUnsafeBytes { bytes in
            loaded = Result { () throws(TokenizerError) in
                try TokenizerLoader.load(bytes: bytes, source: "tokenizer.json")
            }
        }
        tokenizer = try loaded.get()
        summary = Summary(
            vocabularySize: tokenizer.vocabularySize, mergeCount: file.model.mergeCount,
            distinctWords: distinctWords, textCount: words.textCount, byteCount: words.byteCount)
    }

    /// Writes `tokenizer.json`.
    ///
    /// - Parameter path: the file, or a directory it goes into. A file that is there is replaced at once and whole.
    /// - Throws: `TensorFileError` naming the path and what the system said.
    public func save(path: String) throws(TensorFileError) {
        let file = SourceFile.isDirectory(path) ? path + "/tokenizer.json" : path
        let writer = try AtomicFileWriter(path: file)
        try writer.write(json)
        try writer.commit()
    }
}
