import LLMTensor

/// Tokenizers out of GGUF metadata (`tokenizer.ggml.*`), with the semantics of llama.cpp.
enum GGUFTokenizer {
    static func load(_ file: GGUFFile) throws(TokenizerError) -> any Tokenizer {
        let key = "tokenizer.ggml.model"
        guard let kind = file.metadata[key]?.string else { throw .missing(source: file.path, key: key) }
        let vocabulary = try GGUFVocabulary(file)
        switch kind {
        case "gpt2", "gemma4": return try bytePairs(vocabulary, kind: kind)
        case "llama": return sentencePieces(vocabulary)
        case "bert": return wordPieces(vocabulary)
        case "t5": return try unigram(vocabulary)
        case "rwkv": return rwkv(vocabulary)
        default: throw .unsupported(source: file.path, key: key, value: kind)
        }
    }

    /// Marks that stand for a space in SentencePiece vocabularies: U+2581.
    static let spaceMark: [UInt8] = [0xE2, 0x96, 0x81]

    /// SentencePiece byte-pair encoding with scores.
    private static func sentencePieces(_ source: GGUFVocabulary) -> any Tokenizer {
        let types = source.types
        let isText: (Int) -> Bool = { index in
            types[index] != GGUFVocabulary.TokenType.control && types[index] != GGUFVocabulary.TokenType.unknown
                && types[index] != GGUFVocabulary.TokenType.byte
        }
        let text = Vocabulary(sharing: source.vocabulary, isIndexed: isText)
        let special = source.specialTokens(
            bos: 1, eos: 2, unk: 0, pad: nil, addsBeginning: true, addsEnd: false)
        let byteTokens = (0..<256).map { byte in
            source.vocabulary.id(of: BPEModel.fallbackName(UInt8(byte))) ?? text.id(of: [UInt8(byte)]) ?? -1
        }
        let model = ScoredBPEModel(
            vocabulary: text, scores: source.scores, byteTokens: byteTokens, unknown: special.unk)
        let addsSpace = source.flag("add_space_prefix") ?? true
        let escape = Normalizer.replace(Replacement(pattern: .literal([0x20]), content: spaceMark))
        var parts = PipelineTokenizer.Parts(vocabulary: source.vocabulary, model: .scoredBPE(model))
        parts.addedTokens = source.addedTokens()
        strip(&parts.addedTokens, source)
        parts.normalizer = addsSpace ? .sequence([.prepend([0x20]), escape]) : escape
        parts.postProcessor = around(special)
        var steps: [Decoder] = [
            .rawByteFallback, .replace(Replacement(pattern: .literal(spaceMark), content: [0x20])),
        ]
        if addsSpace { steps += [.fuse, .strip(scalar: [0x20], start: 1, stop: 0)] }
        parts.decoder = .sequence(steps)
        parts.literalTokens = []
        parts.specialTokens = special
        return PipelineTokenizer(parts)
    }

    /// GGUF files do not say which tokens strip white space; llama.cpp knows these by the model's name.
    static func strip(_ tokens: inout [AddedToken], _ source: GGUFVocabulary) {
        let name = (source.file.metadata["general.name"]?.string ?? "").lowercased()
        let architecture = source.file.metadata["general.architecture"]?.string ?? ""
        let pre = source.string("pre") ?? ""
        let isPhi3 = name.contains("phi-3") || name.contains("phi3")
        let masks =
            ["jina-v2-de", "jina-v2-es", "jina-v2-code"].contains { pre.contains($0) }
            || ["nomic-bert-moe", "jina-bert-v3"].contains { architecture.contains($0) }
        for index in tokens.indices {
            let content = String(decoding: tokens[index].content, as: UTF8.self)
            tokens[index].stripsASCII = true
            if isPhi3, !["<unk>", "<s>", "<|endoftext|>"].contains(content) { tokens[index].stripsRight = true }
            if masks, content == "<mask>" { tokens[index].stripsLeft = true }
        }
    }

    static func around(_ special: SpecialTokens) -> PostProcessor {
        var single: [PostProcessor.Piece] = [.first(type: 0)]
        var pair: [PostProcessor.Piece] = [.first(type: 0), .second(type: 1)]
        if special.addsBeginning, let bos = special.bos {
            single.insert(.special(bos, type: 0), at: 0)
            pair.insert(.special(bos, type: 0), at: 0)
            pair.insert(.special(bos, type: 1), at: 2)
        }
        if special.addsEnd, let eos = special.eos {
            single.append(.special(eos, type: 0))
            pair.append(.special(eos, type: 1))
        }
        return PostProcessor(single: single, pair: pair)
    }

    /// Byte-pair encoding with merges.
    private static func bytePairs(_ source: GGUFVocabulary, kind: String) throws(TokenizerError) -> any Tokenizer {
        let path = source.file.path
        let name = kind == "gemma4" ? "gemma4" : source.string("pre") ?? "default"
        guard let split = GGUFPreTokenizer.named(name) else {
            throw .unsupported(source: path, key: "tokenizer.ggml.pre", value: name)
        }
        guard let list = source.file.metadata["tokenizer.ggml.merges"]?.array, list.elementType == .string else {
            throw .missing(source: path, key: "tokenizer.ggml.merges")
        }
        let words = split.isByteLevel ? source.vocabulary.decodedFromByteAlphabet() : source.vocabulary
        var merges: [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)] = []
        merges.reserveCapacity(list.count)
        var joined: [UInt8] = []
        list.withStringBytes { (rank, line) in
            guard line.count > 2, let space = line.dropFirst().firstIndex(of: 0x20) else { return }
            joined.removeAll(keepingCapacity: true)
            joined.append(contentsOf: line[..<space])
            joined.append(contentsOf: line[(space + 1)...])
            let raw = source.vocabulary
            guard let base = line.baseAddress?.assumingMemoryBound(to: UInt8.self),
                let id = raw.id(of: joined)
            else { return }
            let left = raw.id(base, space)
            let right = raw.id(base + space + 1, line.count - space - 1)
            if left >= 0, right >= 0 { merges.append((left, right, id, Int32(truncatingIfNeeded: rank))) }
        }
        let special = source.specialTokens(
            bos: kind == "gemma4" ? nil : 11, eos: kind == "gemma4" ? nil : 11, unk: nil, pad: nil,
            addsBeginning: split.addsBeginning, addsEnd: false)
        var options = BPEModel.Options()
        options.bytes = split.isByteLevel
        options.byteFallback = !split.isByteLevel
        options.dividesAtMissing = true
        options.ignoresMerges = split.ignoresMerges
        let model = BPEModel(
            vocabulary: words, merges: MergeTable(merges), options: options, findsSeams: !split.isByteLevel)
        var parts = PipelineTokenizer.Parts(vocabulary: source.vocabulary, model: .bpe(model))
        parts.addedTokens = source.addedTokens()
        strip(&parts.addedTokens, source)
        parts.preTokenizer = try split.preTokenizer()
        let spaces = Replacement(pattern: .literal(spaceMark), content: [0x20])
        if split.marksSpaces {
            parts.normalizer = .replace(Replacement(pattern: .literal([0x20]), content: spaceMark))
            parts.decoder = .sequence([.rawByteFallback, .replace(spaces)])
        } else {
            parts.decoder = .byteLevel
            parts.literalTokens = Set(parts.addedTokens.map(\.id))
        }
        parts.specialTokens = special
        parts.postProcessor = around(special)
        return PipelineTokenizer(parts)
    }
}
