import Testing

@testable import LLMTokenizer

/// Segments are tokenized one by one and remembered; the stages, run over the whole text, say what is right.
@Suite("Segments") struct SegmentTests {
    /// What pushes at the borders of segments: spaces next to marks, joiners, prepended marks, jamo, ideographs, controls.
    private static let parts = [
        " ", " ", " ", "  ", "\n", "\r\n", "\t", "\r", "\u{A0}", "\u{3000}", "\u{2028}", "\u{B}", "\0", "\u{1}",
        "\u{7F}",
        "the", "Hello", "WORLD", "antidisestablishmentarianism", "x", "a", ".", ",", "'", "--", "(", "_", "7", "1234",
        "é", "e\u{301}", "\u{301}", "\u{308}\u{323}", "ß", "İ", "ﬁ", "Å", "ﷺ", "ｶﾞ", "か\u{3099}", "が", "カ", "漢", "字",
        "豈",
        "한국", "\u{1112}\u{1161}\u{11AB}", "ไทย", "ำ", "नमस्ते", "क्षि", "\u{0600}", "\u{06DD}1", "\u{0D4E}", "ا", "العربية",
        "\u{200D}", "\u{200C}", "\u{FEFF}", "👩\u{200D}👩", "🏽", "🇩🇪", "😀", "\u{E0020}", "▁", "▁▁", "▁the", "##ing",
        "<unk>",
        "[MASK]", "\u{FFFD}", "…", "“", "„Straße", "кни", "га", "ё", "\u{20}\u{E33}",
    ]

    private func check(_ tokenizer: any Tokenizer, _ name: String) throws {
        let pipeline = try #require(tokenizer as? PipelineTokenizer)
        #expect(pipeline.segments != nil, "\(name)")
        var state: UInt64 = 11
        for round in 0..<4000 {
            var text = ""
            for _ in 0..<(1 + round % 24) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += Self.parts[Int(state >> 33) % Self.parts.count]
            }
            let ids = tokenizer.encode(text, addSpecialTokens: false)
            // With offsets there are no segments.
            let whole = tokenizer.encoding(text, options: EncodingOptions(addsSpecialTokens: false)).ids
            #expect(ids == whole, "\(name) \(text.unicodeScalars.map { String($0.value, radix: 16) })")
            if ids != whole { return }
        }
    }

    @Test(
        "Ids of segments are those of the whole text, for large vocabularies",
        .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-llama-spm.gguf")),
        arguments: ["llama-spm", "baichuan", "phi-3", "bert-bge"])
    func large(name: String) throws {
        try check(try TokenizerLoader.load(path: ModelCache.path("llama-vocab/ggml-vocab-\(name).gguf")), name)
    }

    @Test(
        "Every scalar becomes in a segment of BERT what all stages make of it",
        .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-bert-bge.gguf")),
        arguments: [(true, nil), (false, nil), (true, false), (false, true)] as [(Bool, Bool?)])
    func scalars(lowercases: Bool, stripsAccents: Bool?) throws {
        let path = ModelCache.path("llama-vocab/ggml-vocab-bert-bge.gguf")
        var parts = try #require(try TokenizerLoader.load(path: path) as? PipelineTokenizer).parts
        guard case .bert(var normalizer)? = parts.normalizer?.simplified else {
            Issue.record("no normalizer of BERT in \(path)")
            return
        }
        (normalizer.lowercases, normalizer.stripsAccents) = (lowercases, stripsAccents)
        parts.normalizer = .bert(normalizer)
        let tokenizer = PipelineTokenizer(parts)
        #expect(tokenizer.segments != nil)
        for value in UInt32(1)...0x2_0000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Behind it a mark that stays where accents stay, and more letters.
            for text in ["x\(scalar)y", "\(scalar)", "e\(scalar)\u{323}n"] {
                let ids = tokenizer.encode(text, addSpecialTokens: false)
                let whole = tokenizer.encoding(text, options: EncodingOptions(addsSpecialTokens: false)).ids
                #expect(ids == whole, "U+\(String(value, radix: 16)) in \(text)")
                if ids != whole { return }
            }
        }
    }

    @Test(
        "Ids of segments are those of the whole text with a character map",
        .enabled(if: ModelCache.has("llama-vocab/ggml-vocab-nomic-bert-moe.gguf")),
        arguments: [PreTokenizer.Prepend.always, .never])
    func characterMap(prepends: PreTokenizer.Prepend) throws {
        let path = ModelCache.path("llama-vocab/ggml-vocab-nomic-bert-moe.gguf")
        let loaded = try #require(try TokenizerLoader.load(path: path) as? PipelineTokenizer)
        guard case .sentencePiece(let normalizer)? = loaded.parts.normalizer else {
            Issue.record("no character map in \(path)")
            return
        }
        var parts = loaded.parts
        parts.normalizer = .precompiled(try #require(normalizer.map))
        parts.preTokenizer = PreTokenizer(steps: [
            .classes(.whiteSpace, .removed), .metaspace(mark: Array("▁".utf8), prepends: prepends, splits: true),
        ])
        try check(PipelineTokenizer(parts), "xlm-r \(prepends)")
    }
}

@Suite("Byte tries") struct ByteTrieTests {
    @Test("A trie finds what a dictionary finds, for keys with common heads, zeros and repetitions")
    func dictionary() {
        var state: UInt64 = 5
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet: [UInt8] = [0, 0x61, 0x61, 0x62, 0x80, 0xE2, 0xFF]
        let shared: [UInt8] = (0..<40).map { UInt8($0 % 5) }
        // Some share more bytes than are looked at together.
        let keys = (0..<5000).map { index in
            (index % 3 == 0 ? Array(shared.prefix(next(40))) : [])
                + (0..<next(14)).map { _ in alphabet[next(alphabet.count)] }
        }
        var expected: [[UInt8]: Int32] = [:]
        for (value, key) in keys.enumerated() where !key.isEmpty { expected[key] = Int32(value) }
        let flat = keys.flatMap { $0 }
        flat.withUnsafeBufferPointer { all in
            var start = 0
            let slices = keys.map { key in
                defer { start += key.count }
                return UnsafeBufferPointer(rebasing: all[start..<(start + key.count)])
            }
            let trie = ByteTrie(count: keys.count) {
                (Int32($0), Float($0))
            } key: {
                slices[$0]
            }
            for round in 0..<20_000 {
                let known = round % 2 == 0 ? keys[next(keys.count)] : []
                let text = known + (0..<(1 + next(16))).map { _ in alphabet[next(alphabet.count)] }
                let found = text.withUnsafeBufferPointer { text in
                    text.baseAddress.flatMap { trie.longest($0, 0, text.count) }
                }
                let length = (1...text.count).last { expected[Array(text.prefix($0))] != nil }
                #expect(found?.length == length)
                #expect(found?.value == length.flatMap { expected[Array(text.prefix($0))] })
            }
        }
    }
}
