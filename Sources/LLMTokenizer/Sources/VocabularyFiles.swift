import LLMTensor

/// Vocabularies in plain files: vocab.json with merges.txt, vocab.txt of BERT, the list of RWKV World.
enum VocabularyFiles {
    /// The byte-level pair of GPT-2 (`encoder.json`, `vocab.bpe`), or of CLIP, where `</w>` ends words.
    static func bytePairs(vocabulary path: String, merges mergesPath: String) throws(TokenizerError) -> any Tokenizer {
        var blob: [UInt8] = Array(#"{"model":{"type":"BPE","vocab":"#.utf8)
        try SourceFile.reading(path) { bytes throws(TokenizerError) in blob += bytes }
        blob += Array(#","merges":["#.utf8)
        var endsWords = false
        try SourceFile.reading(mergesPath) { bytes throws(TokenizerError) in
            var isFirst = true
            let end = Array("</w>".utf8)
            for line in bytes.split(separator: 0x0A) {
                if line.starts(with: Array("#version".utf8)) { continue }
                let fields = line.split(separator: 0x20).map { $0.filter { $0 != 0x0D } }
                guard fields.count == 2 else { continue }
                endsWords = endsWords || fields[1].count > end.count && fields[1].suffix(end.count) == end[...]
                blob += Array((isFirst ? "[\"" : ",[\"").utf8) + escaped(fields[0]) + Array("\",\"".utf8)
                blob += escaped(fields[1]) + Array("\"]".utf8)
                isFirst = false
            }
        }
        blob += Array((endsWords ? clipPipeline : gpt2Pipeline).utf8)
        let read = blob.withUnsafeBytes { bytes in
            Result { () throws(TokenizerError) in try TokenizerJSON.load(bytes: bytes, source: path) }
        }
        var parts = try read.get()
        addSpecial(endsWords ? ["<|startoftext|>", "<|endoftext|>"] : ["<|endoftext|>"], &parts)
        if endsWords, let eos = parts.specialTokens.eos {
            parts.specialTokens.bos = parts.vocabulary.id(of: Array("<|startoftext|>".utf8))
            parts.specialTokens.pad = eos
            let around = parts.specialTokens.bos.map { [PostProcessor.Piece.special($0, type: 0)] } ?? []
            let end = [PostProcessor.Piece.special(eos, type: 0)]
            parts.postProcessor.single = around + [.first(type: 0)] + end
            parts.postProcessor.pair = around + [.first(type: 0)] + end + end + [.second(type: 0)] + end
        }
        return PipelineTokenizer(parts)
    }

    private static let gpt2Pipeline =
        #"]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"decoder":{"type":"ByteLevel"}}"#

    /// What OpenAI's CLIP does, as `transformers` writes it down.
    private static let clipPipeline =
        #"],"end_of_word_suffix":"</w>","unk_token":"<|endoftext|>"},"normalizer":{"type":"Sequence","normalizers":["#
        + #"{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]},"#
        + #""pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"<\\|startoftext\\|>"#
        + #"|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"},"behavior":"Removed","#
        + #""invert":true},{"type":"ByteLevel","add_prefix_space":false}]},"decoder":{"type":"Sequence","decoders":["#
        + #"{"type":"ByteLevel"},{"type":"Replace","pattern":{"String":"</w>"},"content":" "},"#
        + #"{"type":"Strip","content":" ","start":1,"stop":1}]}}"#

    private static func escaped(_ text: [UInt8]) -> [UInt8] {
        text.flatMap { $0 == 0x22 || $0 == 0x5C ? [0x5C, $0] : [$0] }
    }

    private static func addSpecial(_ names: [String], _ parts: inout PipelineTokenizer.Parts) {
        for name in names {
            guard let id = parts.vocabulary.id(of: Array(name.utf8)) else { continue }
            parts.addedTokens.append(AddedToken(id: id, content: Array(name.utf8), isSpecial: true))
            parts.specialTokens.all.insert(id)
            if EndOfGeneration.names.contains(name) {
                parts.specialTokens.eos = id
                parts.specialTokens.endOfGeneration.insert(id)
            }
        }
    }

    /// `vocab.txt` of BERT: a token a line.
    static func bert(
        bytes: UnsafeRawBufferPointer, source: String, lowercases: Bool = true
    ) throws(TokenizerError) -> any Tokenizer {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            Array(line.last == 0x0D ? line.dropLast() : line)
        }
        if lines.last == [] { lines.removeLast() }
        let vocabulary = Vocabulary(tokens: lines)
        func id(_ name: String) -> TokenID? { vocabulary.id(of: Array(name.utf8)) }
        guard let unknown = id("[UNK]") else { throw .missing(source: source, key: "[UNK]") }
        let prefix = Array("##".utf8)
        let model = WordPieceModel(
            vocabulary: vocabulary, unknown: unknown, longestWord: 100, isFirst: { $0 },
            isFollowing: { token in
                token.starts(with: prefix) ? UnsafeBufferPointer(rebasing: token.dropFirst(2)) : nil
            })
        var bert = BertNormalizer()
        bert.lowercases = lowercases
        var parts = PipelineTokenizer.Parts(vocabulary: vocabulary, model: .wordPiece(model))
        parts.normalizer = .bert(bert)
        parts.preTokenizer = PreTokenizer(steps: [
            .classes(.whiteSpace, .removed), .classes(.bertPunctuation, .isolated),
        ])
        parts.decoder = .wordPiece(prefix: prefix, cleansUp: true)
        addSpecial(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], &parts)
        parts.specialTokens.unk = unknown
        parts.specialTokens.pad = id("[PAD]")
        parts.specialTokens.cls = id("[CLS]")
        parts.specialTokens.sep = id("[SEP]")
        parts.specialTokens.mask = id("[MASK]")
        if let cls = id("[CLS]"), let sep = id("[SEP]") {
            parts.postProcessor.single = [.special(cls, type: 0), .first(type: 0), .special(sep, type: 0)]
            parts.postProcessor.pair = parts.postProcessor.single + [.second(type: 1), .special(sep, type: 1)]
        }
        return PipelineTokenizer(parts)
    }

    /// The list of RWKV World: an id, the token as Python writes it, and its length.
    static func rwkv(bytes: UnsafeRawBufferPointer, source: String) throws(TokenizerError) -> any Tokenizer {
        var tokens: [[UInt8]] = []
        for (number, line) in bytes.split(separator: 0x0A).enumerated() {
            guard let first = line.firstIndex(of: 0x20), let last = line.lastIndex(of: 0x20), first < last,
                let id = Int(String(decoding: line[..<first], as: UTF8.self)), id >= 0, id < 1 << 20,
                let token = PythonLiteral.bytes(Array(line[(first + 1)..<last]))
            else {
                throw .invalid(source: source, key: "line \(number + 1)", reason: "expected an id, a literal, a length")
            }
            if id >= tokens.count { tokens += Array(repeating: [], count: id + 1 - tokens.count) }
            tokens[id] = token
        }
        return RWKVVocabulary.tokenizer(tokens, [], SpecialTokens(eos: 0, endOfGeneration: [0]))
    }
}

/// Strings and bytes as Python's `repr` writes them.
enum PythonLiteral {
    static func bytes(_ text: [UInt8]) -> [UInt8]? {
        let isBytes = text.first == UInt8(ascii: "b")
        let body = isBytes ? text[1...] : text[...]
        guard body.count >= 2, let quote = body.first, quote == body.last, quote == 0x27 || quote == 0x22 else {
            return nil
        }
        var result: [UInt8] = []
        var index = body.startIndex + 1
        let end = body.endIndex - 1
        while index < end {
            guard text[index] == 0x5C, index + 1 < end else {
                result.append(text[index])
                index += 1
                continue
            }
            let letter = text[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
                let digits = letter == UInt8(ascii: "x") ? 2 : letter == UInt8(ascii: "u") ? 4 : 8
                guard index + digits <= end,
                    let value = UInt32(String(decoding: text[index..<(index + digits)], as: UTF8.self), radix: 16)
                else { return nil }
                if isBytes {
                    result.append(UInt8(truncatingIfNeeded: value))
                } else {
                    UTF8Text.append(value, to: &result)
                }
                index += digits
            default: result.append(letter)
            }
        }
        return result
    }
}
