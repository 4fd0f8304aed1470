package import LLMTensor

/// What a GGUF file says about a tokenizer (`tokenizer.ggml.*`), for any tokenizer that the format can hold.
///
/// The format holds byte-level byte-pair encodings whose way of splitting has a name, and SentencePiece byte-pair
/// encodings; llama.cpp and ``TokenizerLoader`` read them back to the same ids. Source: the GGUF specification.
package struct GGUFTokenizerMetadata: Sendable {
    /// Keys with values, in the order in which files have them.
    package private(set) var entries: [(key: String, value: GGUFValue)] = []

    /// Describes a tokenizer.
    ///
    /// - Parameter vocabularySize: rows of the token embedding; ids without a token are written as unused ones.
    /// - Throws: ``TokenizerError/unsupported(source:key:value:)`` when the format has no words for the tokenizer.
    package init(_ tokenizer: any Tokenizer, vocabularySize: Int? = nil) throws(TokenizerError) {
        guard let tokenizer = tokenizer as? PipelineTokenizer else {
            throw Self.unsupported("kind", "\(type(of: tokenizer))")
        }
        let size = max(vocabularySize ?? 0, tokenizer.vocabularySize)
        switch tokenizer.parts.model {
        case .bpe(let model) where model.options.bytes: try addByteLevel(tokenizer, model, size)
        case .bpe(let model) where model.options.byteFallback:
            try addSentencePiece(tokenizer, Self.scores(of: model, count: size), size)
        case .scoredBPE(let model):
            try addSentencePiece(tokenizer, model.scores + Array(repeating: 0, count: size), size)
        case .rankedBPE(let model): try addRanked(tokenizer, model, size)
        case .bpe: throw Self.unsupported("model", "byte-pair encoding of characters")
        case .wordPiece: throw Self.unsupported("model", "WordPiece")
        case .unigram: throw Self.unsupported("model", "Unigram")
        case .wordLevel: throw Self.unsupported("model", "WordLevel")
        }
        addSpecialTokens(tokenizer.specialTokens, tokenizer.parts.vocabulary)
    }

    private static func unsupported(_ key: String, _ value: String) -> TokenizerError {
        .unsupported(source: "GGUF export", key: "tokenizer \(key)", value: value)
    }

    private mutating func set(_ key: String, _ value: GGUFValue) { entries.append(("tokenizer.ggml." + key, value)) }
}

// MARK: Models

extension GGUFTokenizerMetadata {
    private mutating func addByteLevel(
        _ tokenizer: PipelineTokenizer, _ model: BPEModel, _ size: Int
    ) throws(TokenizerError) {
        let pre = try Self.splitName(of: tokenizer, ignoresMerges: model.options.ignoresMerges)
        set("model", .string("gpt2"))
        set("pre", .string(pre))
        addTokens(tokenizer, size)
        var lines: [[UInt8]] = []
        for pair in model.merges.pairs {
            let left = Array(tokenizer.parts.vocabulary.bytes(of: pair.left))
            lines.append(left + [0x20] + Array(tokenizer.parts.vocabulary.bytes(of: pair.right)))
        }
        set("merges", .array(GGUFArray(strings: lines)))
    }

    /// tiktoken: merges are those of two tokens that become a third one by earlier merges.
    private mutating func addRanked(
        _ tokenizer: PipelineTokenizer, _ model: RankedBPEModel, _ size: Int
    ) throws(TokenizerError) {
        let pre = try Self.splitName(of: tokenizer, ignoresMerges: nil)
        set("model", .string("gpt2"))
        set("pre", .string(pre))
        addTokens(tokenizer, size) { id in
            tokenizer.isAdded(id) ? tokenizer.rawToken(id) ?? [] : ByteAlphabet.encode(model.vocabulary.bytes(of: id))
        }
        let order = (0..<TokenID(model.vocabulary.count)).sorted { model.ranks[Int($0)] < model.ranks[Int($1)] }
        var lines: [[UInt8]] = []
        for id in order {
            let token = Array(model.vocabulary.bytes(of: id))
            guard token.count > 1, let cut = model.lastCut(of: token, below: model.ranks[Int(id)]) else { continue }
            lines.append(ByteAlphabet.encode(token[..<cut]) + [0x20] + ByteAlphabet.encode(token[cut...]))
        }
        set("merges", .array(GGUFArray(strings: lines)))
    }

    private mutating func addSentencePiece(
        _ tokenizer: PipelineTokenizer, _ scores: [Float], _ size: Int
    ) throws(TokenizerError) {
        let addsSpace = try Self.addsSpace(tokenizer.parts)
        set("model", .string("llama"))
        set("pre", .string("default"))
        addTokens(tokenizer, size, scores: Array(scores.prefix(size)))
        set("add_space_prefix", .bool(addsSpace))
    }

    /// Scores that make the same merges in the same order: minus the rank of the first merge to each token.
    private static func scores(of model: BPEModel, count: Int) -> [Float] {
        let pairs = model.merges.pairs
        var scores = [Float](repeating: -Float(pairs.count + 1), count: count)
        for (rank, pair) in pairs.enumerated().reversed() where Int(pair.id) < count {
            scores[Int(pair.id)] = -Float(rank)
        }
        return scores
    }

    /// Whether a mark is put in front of a text that is written with U+2581 for spaces.
    private static func addsSpace(_ parts: PipelineTokenizer.Parts) throws(TokenizerError) -> Bool {
        var adds = false
        var marks = false
        func read(_ normalizer: Normalizer) throws(TokenizerError) {
            switch normalizer {
            case .sequence(let steps): for step in steps { try read(step) }
            case .prepend: adds = true
            case .replace(let replacement) where replacement.content == GGUFTokenizer.spaceMark: marks = true
            default: throw unsupported("normalizer", "other than spaces to U+2581")
            }
        }
        if let normalizer = parts.normalizer { try read(normalizer) }
        for step in parts.preTokenizer.steps {
            if case .metaspace(GGUFTokenizer.spaceMark, let prepends, _) = step {
                marks = true
                if prepends != .never { adds = true }
            }
        }
        guard marks else { throw unsupported("normalizer", "without U+2581 for spaces") }
        return adds
    }
}

// MARK: Tokens

extension GGUFTokenizerMetadata {
    private mutating func addTokens(
        _ tokenizer: PipelineTokenizer, _ size: Int, scores: [Float]? = nil,
        text: ((TokenID) -> [UInt8])? = nil
    ) {
        typealias Kind = GGUFVocabulary.TokenType
        var kinds = [Int32](repeating: Kind.normal, count: size)
        var tokens: [[UInt8]] = []
        tokens.reserveCapacity(size)
        for id in 0..<TokenID(size) {
            var token = text.map { $0(id) } ?? tokenizer.rawToken(id) ?? []
            if token.isEmpty {
                token = Array("[PAD\(id)]".utf8)
                kinds[Int(id)] = Kind.unused
            } else if scores != nil, Self.isByteToken(token) {
                kinds[Int(id)] = Kind.byte
            }
            tokens.append(token)
        }
        for added in tokenizer.parts.addedTokens where Int(added.id) < size {
            tokens[Int(added.id)] = added.content
            kinds[Int(added.id)] = added.isSpecial ? Kind.control : Kind.userDefined
        }
        for id in tokenizer.specialTokens.all where Int(id) < size && id >= 0 { kinds[Int(id)] = Kind.control }
        if scores != nil, let unknown = tokenizer.specialTokens.unk { kinds[Int(unknown)] = Kind.unknown }
        set("tokens", .array(GGUFArray(strings: tokens)))
        if let scores { set("scores", .array(GGUFArray(scores))) }
        set("token_type", .array(GGUFArray(kinds)))
    }

    private static func isByteToken(_ token: [UInt8]) -> Bool {
        token.count == 6 && (0...255).contains { BPEModel.fallbackName(UInt8($0)) == token }
    }

    private mutating func addSpecialTokens(_ special: SpecialTokens, _ vocabulary: Vocabulary) {
        // "seperator" is how the format spells it.
        let named: [(String, TokenID?)] = [
            ("bos", special.bos), ("eos", special.eos), ("unknown", special.unk), ("seperator", special.sep),
            ("padding", special.pad), ("cls", special.cls), ("mask", special.mask),
        ]
        for (name, id) in named {
            if let id, id >= 0 { set("\(name)_token_id", .uint32(UInt32(id))) }
        }
        // Readers find other ends of a turn by their names; those with unusual names have to be said.
        let known = Set(EndOfGeneration.names)
        let others = special.endOfGeneration.subtracting([special.eos].compactMap { $0 }).sorted().filter { id in
            id >= 0 && !(vocabulary.string(of: id).map { known.contains($0) } ?? false)
        }
        for (name, id) in zip(["eot", "eom"], others) { set("\(name)_token_id", .uint32(UInt32(id))) }
        set("add_bos_token", .bool(special.addsBeginning))
        set("add_eos_token", .bool(special.addsEnd))
    }
}

// MARK: Splitting

extension GGUFTokenizerMetadata {
    /// The name for the way the tokenizer splits text, found by splitting a text that tells all of them apart.
    private static func splitName(
        of tokenizer: PipelineTokenizer, ignoresMerges: Bool?
    ) throws(TokenizerError) -> String {
        switch tokenizer.parts.normalizer {
        case nil, .form(.nfc): break
        default: throw unsupported("normalizer", "other than NFC")
        }
        guard !tokenizer.parts.preTokenizer.modifiesText else {
            throw unsupported("pre-tokenizer", "a prefix space")
        }
        let wanted = spans(tokenizer.parts.preTokenizer)
        for name in GGUFPreTokenizer.names {
            guard let candidate = GGUFPreTokenizer.named(name), candidate.isByteLevel, !candidate.marksSpaces,
                ignoresMerges.map({ $0 == candidate.ignoresMerges }) ?? true
            else { continue }
            if spans(try candidate.preTokenizer()) == wanted { return name }
        }
        throw unsupported("pre-tokenizer", "a way of splitting that has no name in GGUF")
    }

    private static func spans(_ preTokenizer: PreTokenizer) -> [Int] {
        let scratch = EncodeScratch()
        return Array(probe.utf8).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return [] }
            preTokenizer.split(base, Span(start: 0, end: buffer.count), scratch)
            return scratch.spans.flatMap { [$0.start, $0.end] }
        }
    }

    /// Letters of several scripts and cases, numbers of many lengths, contractions, symbols, and every run of space.
    private static let probe =
        "The quick brown fox's 1 12 123 1234 12345678 3.14 1,000,000 jumps; we'LL don't I'VE it's they'RE\n\n"
        + "  two  three   four\t\ttabs \n \n\r\n\r\nHTMLParser camelCase snake_case SHOUT Ünïcödé naïve CAFÉ'S x'y\n"
        + "一二三 漢字かなカナ 한국어 текст слово العربية हिन्दी कि ไทย עברית Ελληνικά ǅungla ª\u{301}e\u{301}\u{300}\n"
        + "!!! ... ?! #$%&*()[]{}<>|~^`+=@ a+b=c $5 €10 ½ Ⅷ ²³ ٣٤٥ 🙂👍🏽👩‍👩‍👧 — “quote” ‘q’ …  trailing  \n"
        + "http://example.org/a/b?c=d&e=f // comment /* x */ <sentinel:12> IMGIMGABCZ\u{A0}nbsp\u{3000}wide\u{200B}z\r"
        + "\u{2028}end 's 'S ' s    \n   x7y 99bottles 8\u{301} _ __ -- ,,a ,b .c !d \"e\" 'f' «g» １２３ \u{7F}\u{1}  "
}

extension RankedBPEModel {
    /// Where the last two parts of a token meet when only merges of a lower rank have been made; nil when more than
    /// two are left, that is, when no merge makes the token.
    func lastCut(of token: [UInt8], below limit: Int32) -> Int? {
        var cuts = Array(0...token.count)
        func rank(_ start: Int, _ end: Int) -> Int32 {
            token.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return .max }
                let id = vocabulary.id(base + start, end - start)
                return id < 0 ? .max : ranks[Int(id)]
            }
        }
        while cuts.count > 3 {
            var best: (rank: Int32, index: Int) = (.max, 0)
            for index in 1..<(cuts.count - 1) {
                let candidate = rank(cuts[index - 1], cuts[index + 1])
                if candidate < best.rank { best = (candidate, index) }
            }
            guard best.rank < limit else { return nil }
            cuts.remove(at: best.index)
        }
        return cuts.count == 3 ? cuts[1] : nil
    }
}

extension ScoredBPEModel {
    /// The scores the ranks were made from.
    var scores: [Float] {
        (0..<ranks.count).map { index in
            let ascending = ~ranks[index]
            return Float(bitPattern: UInt32(bitPattern: ascending >= 0 ? ascending : ascending ^ 0x7FFF_FFFF))
        }
    }
}
