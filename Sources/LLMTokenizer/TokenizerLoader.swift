public import LLMTensor

/// Makes tokenizers from files.
public enum TokenizerLoader {
    /// The tokenizer in a file or model directory, by what the file says and not by its name.
    ///
    /// - Throws: ``TokenizerError`` naming the file, the key and what was expected.
    public static func load(path: String) throws(TokenizerError) -> any Tokenizer {
        if SourceFile.isDirectory(path) { return try ModelDirectory.load(path) }
        let (isGGUF, isJSON) = try SourceFile.reading(path) { bytes -> (Bool, Bool) in
            (bytes.starts(with: Array("GGUF".utf8)), isTokenizerJSON(bytes))
        }
        if isJSON { return PipelineTokenizer(try TokenizerJSON.load(path: path)) }
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
        if looksLikeSentencePiece(bytes) { return try SentencePieceFile.load(bytes: bytes, source: source) }
        let line = bytes.prefix(while: { $0 != 0x0A })
        if isTokenizerJSON(bytes) { return PipelineTokenizer(try TokenizerJSON.load(bytes: bytes, source: source)) }
        switch bytes.first(where: { $0 > 0x20 && $0 < 0x80 }) {
        case UInt8(ascii: "{"): return try TekkenFile.load(bytes: bytes, source: source)
        case _ where line.split(separator: 0x20).count == 2:
            return try TiktokenFile.load(bytes: bytes, source: source, encoding: nil)
        case UInt8(ascii: "1") where line.split(separator: 0x20).count >= 3:
            return try VocabularyFiles.rwkv(bytes: bytes, source: source)
        case UInt8(ascii: "["): return try VocabularyFiles.bert(bytes: bytes, source: source)
        default: throw .unreadable(path: source, reason: "not a tokenizer file of a kind this library knows")
        }
    }

    /// A rank file of tiktoken with its pattern and special tokens.
    ///
    /// - Throws: ``TokenizerError`` naming the line or the pattern and what was expected.
    public static func load(tiktoken path: String, encoding: TiktokenEncoding) throws(TokenizerError) -> any Tokenizer {
        try SourceFile.reading(path) { bytes throws(TokenizerError) in
            try TiktokenFile.load(bytes: bytes, source: path, encoding: encoding)
        }
    }

    /// The two files of GPT-2: a vocabulary in JSON and a list of merges.
    ///
    /// - Throws: ``TokenizerError`` naming the file and what was expected.
    public static func load(vocabulary: String, merges: String) throws(TokenizerError) -> any Tokenizer {
        try VocabularyFiles.bytePairs(vocabulary: vocabulary, merges: merges)
    }

    private static func isTokenizerJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.first(where: { $0 > 0x20 && $0 < 0x80 }) == UInt8(ascii: "{") && !looksLikeSentencePiece(bytes)
            && firstKey(bytes) != "config"
    }

    /// A model begins with a piece: field 1, which holds text.
    private static func looksLikeSentencePiece(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var reader = ProtobufReader(bytes)
        guard bytes.first == 0x0A, let (_, value) = reader.next(), case .bytes(let message) = value else {
            return false
        }
        var inner = ProtobufReader(message)
        guard let (field, text) = inner.next(), field == 1, case .bytes = text else { return false }
        while inner.next() != nil {}
        return !inner.isDamaged
    }

    private static func firstKey(_ bytes: UnsafeRawBufferPointer) -> String? {
        var reader = JSONReader(bytes: bytes)
        return try? {
            try reader.beginObject(); return try reader.nextKey()?.string
        }()
    }
}
