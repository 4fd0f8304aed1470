import LLMTensor

extension GGUFTokenizer {
    /// WordPiece: GGUF marks tokens that begin a word (U+2581) instead of those that go on.
    ///
    /// Normalization and the longest word are those of BERT's own tokenizer, which llama.cpp comes near: it has one base
    /// letter for each character and no longest word.
    static func wordPieces(_ source: GGUFVocabulary) -> any Tokenizer {
        var special = source.specialTokens(
            bos: 101, eos: nil, unk: 100, pad: 0, addsBeginning: true, addsEnd: true)
        special.cls = source.id("cls_token_id") ?? special.bos
        special.sep = special.sep ?? 102
        special.mask = special.mask ?? 103
        for id in [special.cls, special.sep, special.unk, special.pad, special.mask] {
            if let id { special.all.insert(id) }
        }
        let mark = spaceMark
        let model = WordPieceModel(
            vocabulary: source.vocabulary, unknown: special.unk, longestWord: 100,
            isFirst: { token in
                token.starts(with: mark) ? UnsafeBufferPointer(rebasing: token.dropFirst(mark.count)) : nil
            },
            isFollowing: { $0.starts(with: mark) ? nil : $0 })
        var bert = BertNormalizer()
        bert.lowercases = source.flag("normalizer.lowercase") ?? true
        bert.stripsAccents = source.flag("normalizer.strip_accents") ?? bert.lowercases
        var parts = PipelineTokenizer.Parts(vocabulary: source.vocabulary, model: .wordPiece(model))
        parts.addedTokens = source.addedTokens()
        parts.normalizer = .bert(bert)
        parts.preTokenizer = PreTokenizer(steps: [
            .classes(.whiteSpace, .removed), .classes(.bertPunctuation, .isolated),
        ])
        var single: [PostProcessor.Piece] = [.first(type: 0)]
        var pair: [PostProcessor.Piece] = [.first(type: 0)]
        if let bos = special.cls ?? special.bos {
            single.insert(.special(bos, type: 0), at: 0)
            pair.insert(.special(bos, type: 0), at: 0)
        }
        if let sep = special.sep {
            single.append(.special(sep, type: 0))
            pair += [.special(sep, type: 0), .second(type: 1), .special(sep, type: 1)]
        }
        parts.postProcessor = PostProcessor(single: single, pair: pair)
        parts.decoder = .sequence([.metaspace(mark: spaceMark, dropsFirst: true), .cleanUp])
        parts.specialTokens = special
        return PipelineTokenizer(parts)
    }

    /// SentencePiece unigram (T5, XLM-RoBERTa).
    static func unigram(_ source: GGUFVocabulary) throws(TokenizerError) -> any Tokenizer {
        let types = source.types
        let special = source.specialTokens(bos: nil, eos: 1, unk: 2, pad: 0, addsBeginning: false, addsEnd: true)
        var map: PrecompiledCharacterMap?
        if let array = source.file.metadata["tokenizer.ggml.precompiled_charsmap"]?.array {
            guard let values = array.integers(),
                let made = PrecompiledCharacterMap(values.map { UInt8(truncatingIfNeeded: $0) })
            else {
                throw .invalid(
                    source: source.file.path, key: "tokenizer.ggml.precompiled_charsmap", reason: "a damaged map")
            }
            map = made
        }
        typealias Kind = GGUFVocabulary.TokenType
        var scores = source.scores.map(Double.init)
        var lowest = Float.greatestFiniteMagnitude
        var literals: [(key: UnsafeBufferPointer<UInt8>, value: Int32)] = []
        for (index, type) in types.prefix(source.vocabulary.count).enumerated() {
            if type == Kind.normal { lowest = min(lowest, source.scores[index]) }
            if type == Kind.userDefined {
                scores[index] = 0
                literals.append((source.vocabulary.bytes(of: TokenID(index)), Int32(index)))
            }
        }
        let model = UnigramModel(
            vocabulary: source.vocabulary, scores: scores, unknown: special.unk, minimumScore: Double(lowest)
        ) { id in
            let type = types[Int(id)]
            return type == Kind.normal || type == Kind.userDefined || type == Kind.unused
        }
        var normalizer = SentencePieceNormalizer()
        normalizer.map = map
        normalizer.addsSpace = source.flag("add_space_prefix") ?? true
        normalizer.foldsSpaces = source.flag("remove_extra_whitespaces") ?? false
        normalizer.literals = literals.isEmpty ? nil : ByteTrie(literals)
        var parts = PipelineTokenizer.Parts(vocabulary: source.vocabulary, model: .unigram(model))
        parts.addedTokens = source.addedTokens()
        strip(&parts.addedTokens, source)
        parts.normalizer = .sentencePiece(normalizer)
        parts.postProcessor = around(special)
        parts.decoder = .sequence([
            .rawByteFallback, .replace(Replacement(pattern: .literal(spaceMark), content: [0x20])), .fuse,
            .strip(scalar: [0x20], start: normalizer.addsSpace ? 1 : 0, stop: 0),
        ])
        parts.specialTokens = special
        return PipelineTokenizer(parts)
    }

    /// RWKV World: the longest token from the left; the vocabulary is escaped text.
    static func rwkv(_ source: GGUFVocabulary) -> any Tokenizer {
        let tokens = (0..<source.vocabulary.count).map { index in
            RWKVVocabulary.unescaped(source.vocabulary.bytes(of: TokenID(index)))
        }
        let special = source.specialTokens(bos: nil, eos: nil, unk: nil, pad: nil, addsBeginning: false, addsEnd: false)
        return RWKVVocabulary.tokenizer(tokens, source.addedTokens(), special)
    }
}

/// Vocabularies of RWKV World.
enum RWKVVocabulary {
    /// Resolves `\t`, `\n`, `\r`, `\xHH` and quoted characters.
    static func unescaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        func digit(_ byte: UInt8) -> UInt8 { byte >= 0x61 ? byte &- 0x57 : byte >= 0x41 ? byte &- 0x37 : byte &- 0x30 }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            guard text[index] == 0x5C, index + 1 < text.count else {
                result.append(text[index])
                index += 1
                continue
            }
            switch text[index + 1] {
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "x") where index + 3 < text.count:
                result.append(digit(text[index + 2]) << 4 | digit(text[index + 3]))
                index += 2
            default: result.append(text[index + 1])
            }
            index += 2
        }
        return result
    }

    static func tokenizer(_ tokens: [[UInt8]], _ added: [AddedToken], _ special: SpecialTokens) -> any Tokenizer {
        let vocabulary = Vocabulary(tokens: tokens)
        let model = WordPieceModel(
            vocabulary: vocabulary, unknown: nil, longestWord: .max, isFirst: { $0 }, isFollowing: { $0 })
        var parts = PipelineTokenizer.Parts(vocabulary: vocabulary, model: .wordPiece(model))
        parts.addedTokens = added
        parts.specialTokens = special
        return PipelineTokenizer(parts)
    }
}
