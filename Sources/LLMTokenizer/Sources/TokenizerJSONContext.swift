import LLMTensor

/// Turns the small parts of a tokenizer.json into stages.
struct TokenizerJSONContext {
    let source: String

    /// Runs `body` and gives JSON errors the file's name.
    func reading<T>(_ body: () throws -> T) throws(TokenizerError) -> T {
        do {
            return try body()
        } catch let error as TokenizerError {
            throw error
        } catch {
            throw .unreadable(path: source, reason: "\(error)")
        }
    }

    func unsupported(_ key: String, _ value: String) -> TokenizerError {
        .unsupported(source: source, key: key, value: value)
    }

    private func node(_ value: JSONValue?) -> JSONNode? {
        value.flatMap { JSONNode($0, source: source).ifPresent }
    }

    func addedTokens(_ value: JSONValue?) throws(TokenizerError) -> [AddedToken] {
        try reading {
            try (node(value)?.elements() ?? []).map { item in
                let id = try item["id"].integer()
                guard id >= 0, id < 1 << 24 else {
                    throw TokenizerError.invalid(source: source, key: "added_tokens", reason: "the id \(id)")
                }
                func flag(_ key: String) throws -> Bool { try item[key].ifPresent?.bool() ?? false }
                let isSpecial = try flag("special")
                return AddedToken(
                    id: TokenID(id), content: Array(try item["content"].string().utf8), isSpecial: isSpecial,
                    isNormalized: try item["normalized"].ifPresent?.bool() ?? !isSpecial,
                    isSingleWord: try flag("single_word"), stripsLeft: try flag("lstrip"),
                    stripsRight: try flag("rstrip"))
            }
        }
    }

    // MARK: Normalizers

    func normalizer(_ value: JSONValue?) throws(TokenizerError) -> Normalizer? {
        guard let node = node(value) else { return nil }
        return try reading { try normalizer(node) }
    }

    private func normalizer(_ node: JSONNode) throws -> Normalizer {
        let type = try node["type"].string()
        switch type {
        case "Sequence": return .sequence(try node["normalizers"].elements().map(normalizer))
        case "NFC": return .form(.nfc)
        case "NFD": return .form(.nfd)
        case "NFKC": return .form(.nfkc)
        case "NFKD": return .form(.nfkd)
        case "Lowercase": return .lowercase
        case "StripAccents": return .stripAccents
        case "Strip":
            return .strip(
                left: try node["strip_left"].ifPresent?.bool() ?? true,
                right: try node["strip_right"].ifPresent?.bool() ?? true)
        case "Nmt": return .nmt
        case "ByteLevel": return .byteLevel
        case "Prepend": return .prepend(Array(try node["prepend"].string().utf8))
        case "Replace": return .replace(try replacement(node))
        case "Precompiled":
            guard let blob = Base64.decode(try node["precompiled_charsmap"].string()),
                let map = PrecompiledCharacterMap(blob)
            else {
                throw TokenizerError.invalid(
                    source: source, key: "normalizer.precompiled_charsmap", reason: "a damaged map")
            }
            return .precompiled(map)
        case "BertNormalizer":
            var bert = BertNormalizer()
            bert.cleansText = try node["clean_text"].ifPresent?.bool() ?? true
            bert.padsIdeographs = try node["handle_chinese_chars"].ifPresent?.bool() ?? true
            bert.stripsAccents = try node["strip_accents"].ifPresent?.bool()
            bert.lowercases = try node["lowercase"].ifPresent?.bool() ?? true
            return .bert(bert)
        default: throw unsupported("normalizer.type", type)
        }
    }

    private func replacement(_ node: JSONNode) throws -> Replacement {
        Replacement(pattern: try pattern(node["pattern"]), content: Array(try node["content"].string().utf8))
    }

    private func pattern(_ node: JSONNode) throws -> Replacement.Pattern {
        if let literal = node["String"].ifPresent { return .literal(Array(try literal.string().utf8)) }
        return .regex(try RegexProgram(try node["Regex"].string(), dialect: .oniguruma))
    }

    // MARK: Pre-tokenizers

    func preTokenizer(_ value: JSONValue?) throws(TokenizerError) -> [PreTokenizer.Step] {
        guard let node = node(value) else { return [] }
        return try reading {
            var steps: [PreTokenizer.Step] = []
            try preTokenizer(node, &steps)
            return steps
        }
    }

    private func preTokenizer(_ node: JSONNode, _ steps: inout [PreTokenizer.Step]) throws {
        let type = try node["type"].string()
        switch type {
        case "Sequence":
            for step in try node["pretokenizers"].elements() { try preTokenizer(step, &steps) }
        case "ByteLevel":
            if try node["add_prefix_space"].ifPresent?.bool() ?? true { steps.append(.prefixSpace) }
            if try node["use_regex"].ifPresent?.bool() ?? true {
                steps.append(try KnownPatterns.step(KnownPatterns.gpt2))
            }
            steps.append(.byteAlphabet)
        case "UnicodeScripts": steps.append(.scripts)
        case "Split": steps.append(try split(node))
        case "Digits":
            let isIndividual = try node["individual_digits"].ifPresent?.bool() ?? false
            steps.append(.classes(.numeric, isIndividual ? .isolated : .contiguous))
        case "Whitespace": steps.append(.words)
        case "WhitespaceSplit": steps.append(.classes(.whiteSpace, .removed))
        case "BertPreTokenizer":
            steps += [.classes(.whiteSpace, .removed), .classes(.bertPunctuation, .isolated)]
        case "Punctuation":
            let behavior = try node["behavior"].ifPresent.map { try self.behavior($0.string()) } ?? .isolated
            steps.append(.classes(.bertPunctuation, behavior))
        case "CharDelimiterSplit", "Delimiter":
            steps.append(
                .pattern(.literal(Array(try node["delimiter"].string().utf8)), .removed, inverted: false))
        case "FixedLength": steps.append(.fixedLength(max(try node["length"].integer(), 1)))
        case "Metaspace": steps.append(try metaspace(node))
        default: throw unsupported("pre_tokenizer.type", type)
        }
    }

    private func split(_ node: JSONNode) throws -> PreTokenizer.Step {
        let behavior = try behavior(try node["behavior"].string())
        let inverted = try node["invert"].ifPresent?.bool() ?? false
        if let text = node["pattern"]["Regex"].ifPresent {
            return try KnownPatterns.step(try text.string(), behavior: behavior, inverted: inverted)
        }
        return .pattern(try pattern(node["pattern"]), behavior, inverted: inverted)
    }

    private func behavior(_ name: String) throws -> SplitBehavior {
        switch name {
        case "Removed": return .removed
        case "Isolated": return .isolated
        case "MergedWithPrevious": return .mergedWithPrevious
        case "MergedWithNext": return .mergedWithNext
        case "Contiguous": return .contiguous
        default: throw unsupported("pre_tokenizer.behavior", name)
        }
    }

    /// When a mark goes in front: newer files say so, older ones only whether.
    private func prepends(_ node: JSONNode) throws -> PreTokenizer.Prepend {
        let adds = try node["add_prefix_space"].ifPresent?.bool()
        guard let scheme = node["prepend_scheme"].ifPresent else { return adds == false ? .never : .always }
        switch try scheme.string() {
        case "always": return .always
        case "first": return .first
        case "never": return .never
        case let other: throw unsupported("pre_tokenizer.prepend_scheme", other)
        }
    }

    private func metaspace(_ node: JSONNode) throws -> PreTokenizer.Step {
        .metaspace(
            mark: Array((try node["replacement"].ifPresent?.string() ?? "▁").utf8), prepends: try prepends(node),
            splits: try node["split"].ifPresent?.bool() ?? true)
    }

    // MARK: Decoders

    func decoder(_ value: JSONValue?) throws(TokenizerError) -> Decoder? {
        guard let node = node(value) else { return nil }
        return try reading { try decoder(node) }
    }

    private func decoder(_ node: JSONNode) throws -> Decoder {
        let type = try node["type"].string()
        switch type {
        case "Sequence": return .sequence(try node["decoders"].elements().map(decoder))
        case "ByteLevel": return .byteLevel
        case "ByteFallback": return .byteFallback
        case "Fuse": return .fuse
        case "Replace": return .replace(try replacement(node))
        case "Strip":
            return .strip(
                scalar: Array(try node["content"].string().utf8), start: try node["start"].integer(),
                stop: try node["stop"].integer())
        case "WordPiece":
            return .wordPiece(
                prefix: Array((try node["prefix"].ifPresent?.string() ?? "##").utf8),
                cleansUp: try node["cleanup"].ifPresent?.bool() ?? true)
        case "Metaspace":
            return .metaspace(
                mark: Array((try node["replacement"].ifPresent?.string() ?? "▁").utf8),
                dropsFirst: try prepends(node) != .never)
        case "BPEDecoder": return .bpeSuffix(Array((try node["suffix"].ifPresent?.string() ?? "</w>").utf8))
        case "CTC":
            return .ctc(
                pad: Array((try node["pad_token"].ifPresent?.string() ?? "<pad>").utf8),
                delimiter: Array((try node["word_delimiter_token"].ifPresent?.string() ?? "|").utf8),
                cleansUp: try node["cleanup"].ifPresent?.bool() ?? true)
        default: throw unsupported("decoder.type", type)
        }
    }
}

/// Base 64 (RFC 4648), with or without padding.
enum Base64 {
    static func decode(_ text: some StringProtocol) -> [UInt8]? { decode(Array(text.utf8)[...]) }

    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for byte in text {
            let value: UInt32
            switch byte {
            case 0x41...0x5A: value = UInt32(byte) - 0x41
            case 0x61...0x7A: value = UInt32(byte) - 0x47
            case 0x30...0x39: value = UInt32(byte) + 4
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D, 0x0A, 0x0D: continue
            default: return nil
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return result
    }
}
