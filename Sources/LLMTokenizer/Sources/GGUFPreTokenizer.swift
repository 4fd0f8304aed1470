/// What `tokenizer.ggml.pre` names: how text is split before byte-pair encoding, and what goes with it.
struct GGUFPreTokenizer: Sendable {
    enum Step: Sendable {
        /// Every match of the pattern is a word, and what is between.
        case pattern(String)
        case classes(ScalarClass)
        case digitGroupsFromRight
    }

    var steps: [Step]
    /// A word in the vocabulary is its token, whatever the merges say.
    var ignoresMerges = false
    var addsBeginning = false
    /// The vocabulary is in the byte alphabet; else it is text with byte tokens.
    var isByteLevel = true
    /// Spaces are written as U+2581.
    var marksSpaces = false

    func preTokenizer() throws(TokenizerError) -> PreTokenizer {
        var made: [PreTokenizer.Step] = []
        for step in steps {
            switch step {
            case .pattern(let pattern): made.append(try KnownPatterns.step(pattern))
            case .classes(let classes): made.append(.classes(classes, .isolated))
            case .digitGroupsFromRight: made.append(.digitGroupsFromRight)
            }
        }
        return PreTokenizer(steps: made).withScanners
    }

    static func named(_ name: String) -> GGUFPreTokenizer? {
        guard let kind = kinds.first(where: { $0.names.contains(name) }) else { return nil }
        var found = kind.value
        if ["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano"]
            .contains(name)
        {
            found.ignoresMerges = true
            found.addsBeginning = true
        }
        if name == "tekken" {
            found.ignoresMerges = true
            found.addsBeginning = true
        }
        if ["minicpm5", "youtu", "glm4", "glm5", "granite-embed-multi-97m"].contains(name) {
            found.ignoresMerges = true
        }
        if name == "chameleon" || name == "gemma4" { found.addsBeginning = true }
        return found
    }

    /// Every name, the usual one of names with the same meaning first.
    static let names: [String] =
        ["gpt-2", "smollm", "llama-bpe", "dbrx", "qwen2", "gpt-4o", "tekken", "glm4", "deepseek-v3", "deepseek-llm"]
        + ["deepseek-coder", "falcon", "bloom"] + kinds.flatMap { $0.names.sorted() }

    private static let kinds: [(names: Set<String>, value: GGUFPreTokenizer)] = [
        (
            ["default"],
            .init(steps: [
                .pattern(#"[\p{P}\$\+<=>\^~\|]+"#), .pattern(Pattern.gpt2), .pattern(#"\p{N}+"#),
                .pattern("[0-9][0-9][0-9]"),
            ])
        ),
        (
            [
                "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum",
                "modern-bert", "jina-v1-en", "jina-v2-code", "roberta-bpe", "mpt", "olmo", "jais", "trillion",
                "granite-docling", "exaone4",
            ], .init(steps: [.pattern(Pattern.gpt2)])
        ),
        (
            ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"],
            .init(steps: [.classes(.number), .pattern(Pattern.gpt2)])
        ),
        (
            [
                "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
                "jina-v5-nano", "dbrx", "smaug-bpe", "chatglm-bpe", "glm4", "glm5",
            ], .init(steps: [.pattern(Pattern.cl100k(number: #"\p{N}{1,3}"#))])
        ),
        (
            [
                "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open",
                "grok-2",
            ], .init(steps: [.pattern(Pattern.cl100k(number: #"\p{N}"#))])
        ),
        (
            ["qwen35"],
            .init(steps: [
                .pattern(
                    Pattern.contractions
                        + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + Pattern.spaces)
            ])
        ),
        (
            ["ufakzeka"],
            .init(steps: [
                .pattern(#"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + Pattern.spaces)
            ])
        ),
        (
            ["minicpm5"],
            .init(steps: [
                .pattern(#"\p{N}{1,3}"#), .pattern(Pattern.cl100k(number: #"\p{N}+"#)),
            ])
        ),
        (["laguna"], .init(steps: [.pattern(#"[^\n]+|[\n]+"#), .pattern(Pattern.cl100k(number: #"\p{N}"#))])),
        (
            ["jais-2"],
            .init(steps: [
                .pattern(
                    Pattern.contractions
                        + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|"#
                        + #"\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|"#
                        + #"\s{1,2}(?!\S)|\s{1}"#)
            ])
        ),
        (
            ["bailingmoe", "bailingmoe2", "llada-moe"],
            .init(steps: [
                .pattern(
                    #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|"#
                        + #"\s*[\r\n]|\s+(?!\S)|\s+"#)
            ])
        ),
        (
            ["seed-coder"],
            .init(steps: [
                .pattern(
                    Pattern.contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|"#
                        + Pattern.spaces)
            ])
        ),
        (
            ["exaone-moe"],
            .init(steps: [
                .pattern(
                    Pattern.contractions
                        + #"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|"#
                        + #"\s*[\r\n]|\s+(?!\S)|\s+"#)
            ])
        ),
        (
            ["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2", "granite-embed-multi-97m"],
            .init(steps: [
                .pattern(Pattern.o200k(number: #"\p{N}{1,3}"#, suffix: Pattern.contractions + "?"))
            ])
        ),
        (["tekken"], .init(steps: [.pattern(Pattern.o200k(number: #"\p{N}"#, suffix: ""))])),
        (
            ["tiny_aya", "cohere2moe"],
            .init(steps: [
                .digitGroupsFromRight,
                .pattern(Pattern.o200k(number: #"\p{N}{1,3}"#, suffix: Pattern.contractions + "?")),
            ])
        ),
        (
            ["youtu"],
            .init(steps: [
                .pattern(Pattern.youtuScripts),
                .pattern(Pattern.o200k(number: #"\p{N}"#, suffix: Pattern.contractions + "?")),
            ])
        ),
        (["kimi-k2"], .init(steps: [.pattern(Pattern.kimi)])),
        (
            ["deepseek-llm"],
            .init(steps: [
                .pattern("[\r\n]"), .pattern(Pattern.deepSeekLetters),
                .pattern(Pattern.deepSeekPunctuation), .pattern(#"\s+$"#),
                .pattern(Pattern.deepSeekIdeographs), .pattern(#"\p{N}+"#),
            ])
        ),
        (
            ["deepseek-coder"],
            .init(steps: [
                .pattern("[\r\n]"), .pattern(#"\s?\p{L}+"#), .pattern(#"\s?\p{P}+"#),
                .pattern(Pattern.deepSeekIdeographs), .pattern(#"\p{N}"#),
            ])
        ),
        (
            ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"],
            .init(steps: [
                .pattern(#"\p{N}{1,3}"#), .pattern(Pattern.deepSeek3Ideographs), .pattern(Pattern.deepSeek3),
            ])
        ),
        (
            ["spark2_5"],
            .init(steps: [
                .pattern(#"\p{N}{1,3}"#), .pattern(Pattern.deepSeek3Ideographs),
                .pattern(
                    Pattern.deepSeek3Words + #"| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+"#), .pattern(#"\p{N}"#),
            ])
        ),
        (
            ["afmoe"],
            .init(steps: [
                .digitGroupsFromRight,
                .pattern(Pattern.afmoeScripts),
                .pattern(Pattern.deepSeek3),
            ])
        ),
        (
            ["falcon"],
            .init(steps: [
                .pattern(#"[\p{P}\$\+<=>\^~\|`]+"#), .pattern(Pattern.gpt2), .pattern("[0-9][0-9][0-9]"),
            ])
        ),
        (["poro-chat", "bloom", "gpt3-finnish"], .init(steps: [.pattern(Pattern.bloom)])),
        (["viking"], .init(steps: [.pattern(Pattern.bloom), .pattern(#"\p{N}"#)])),
        (["superbpe"], .init(steps: [.pattern(#"\p{N}+"#), .pattern(#"(?=(\d{3})+(?!\d))"#)])),
        (
            ["chameleon"],
            .init(steps: [
                .pattern("<sentinel:[0-9]+>"), .pattern("(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z"),
                .pattern(#"([\t\n]|    |  )"#), .pattern(#"\p{N}"#), .pattern(#"[\p{P}!-/:-@\[-`{-~]"#),
                .pattern(Pattern.gpt2),
            ])
        ),
        (
            ["gemma4", "granite-embed-multi-311m", "sarvam-moe"],
            .init(
                steps: [.pattern(#"[^\n]+|[\n]+"#)], isByteLevel: false, marksSpaces: true)
        ),
        (["whitespace"], .init(steps: [.pattern(#"\S+"#)], isByteLevel: false)),
    ]

    private enum Pattern {
        static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
        static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#
        static let gpt2 = KnownPatterns.gpt2
        static let bloom = #" ?[^(\s|.,!?\x{2026}\x{3002}\x{FF0C}\x{3001}\x{964}\x{6D4}\x{60C})]+"#

        static func cl100k(number: String) -> String {
            contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + number + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
        }

        static func o200k(number: String, suffix: String) -> String {
            let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
            let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
            let lead = #"[^\r\n\p{L}\p{N}]?"#
            return lead + upper + "*" + lower + "+" + suffix + "|" + lead + upper + "+" + lower + "*" + suffix + "|"
                + number + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces
        }

        static let kimi =
            #"[\p{Han}]+|"#
            + #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+"#
            + contractions + "?|"
            + #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*"#
            + contractions + "?|" + #"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces

        static let deepSeek3Words =
            ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"##
        static let deepSeek3 = deepSeek3Words + #"| ?[\p{P}\p{S}]+[\r\n]*|"# + spaces

        static let deepSeekLetters =
            #"\s?[A-Za-z\x{B5}\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{1BA}\x{1BC}-\x{1BF}\x{1C4}-\x{293}\x{2"#
            + #"95}-\x{2AF}\x{370}-\x{373}\x{376}\x{377}\x{37B}-\x{37D}\x{37F}\x{386}\x{388}-\x{38A}\x{38C"#
            + #"}\x{38E}-\x{3A1}\x{3A3}-\x{3F5}\x{3F7}-\x{481}\x{48A}-\x{52F}\x{531}-\x{556}\x{10A0}-\x{10"#
            + #"C5}\x{13A0}-\x{13F5}\x{13F8}-\x{13FD}\x{1C90}-\x{1CBA}\x{1CBD}-\x{1CBF}\x{1D00}-\x{1D2B}\x"#
            + #"{1D6B}-\x{1D77}\x{1D79}-\x{1D9A}\x{1E00}-\x{1F15}\x{1F18}-\x{1F1D}\x{1F20}-\x{1F45}\x{1F48"#
            + #"}-\x{1F4D}\x{1F50}-\x{1F57}\x{1F59}\x{1F5B}\x{1F5D}\x{1F5F}-\x{1F7D}\x{1F80}-\x{1FB4}\x{1F"#
            + #"B6}-\x{1FBC}\x{1FBE}\x{1FC2}-\x{1FC4}\x{1FC6}-\x{1FCC}\x{1FD0}-\x{1FD3}\x{1FD6}-\x{1FDB}\x"#
            + #"{1FE0}-\x{1FEC}\x{1FF2}-\x{1FF4}\x{1FF6}-\x{1FFC}\x{2102}\x{2107}\x{210A}-\x{2113}\x{2115}"#
            + #"\x{2119}-\x{211D}\x{2124}\x{2126}\x{2128}\x{212A}-\x{212D}\x{212F}-\x{2134}\x{2139}\x{213C"#
            + #"}-\x{213F}\x{2145}-\x{2149}\x{214E}\x{2183}\x{2184}\x{2C00}-\x{2C7B}\x{2C7E}-\x{2CE4}\x{2C"#
            + #"EB}-\x{2CEE}\x{2CF2}\x{2CF3}\x{A640}-\x{A66D}\x{A680}-\x{A69B}\x{A722}-\x{A76F}\x{A771}-\x"#
            + #"{A787}\x{A78B}-\x{A78E}\x{AB70}-\x{ABBF}\x{FB00}-\x{FB06}\x{FB13}-\x{FB17}\x{FF21}-\x{FF3A"#
            + #"}\x{FF41}-\x{FF5A}\x{10400}-\x{1044F}\x{104B0}-\x{104D3}\x{104D8}-\x{104FB}\x{10C80}-\x{10"#
            + #"CB2}\x{10CC0}-\x{10CF2}\x{118A0}-\x{118DF}\x{1E900}-\x{1E943}]+"#
        static let deepSeekPunctuation =
            #"\s?[!-/:-~\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF5E}\x{2018}-\x{201F}\x{3001}\x{3002}]+"#
        /// The range from U+0800 on, less its white space, which is nothing but `\s` in llama.cpp.
        static let deepSeekIdeographs =
            #"[\x{800}-\x{167F}\x{1681}-\x{1FFF}\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}"#
            + #"\x{2060}-\x{2FFF}\x{3001}-\x{9FA5}\x{AC00}-\x{D7FF}]+"#
        static let deepSeek3Ideographs =
            #"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+"#
        static let youtuScripts =
            #"[\x{AC00}-\x{D7A3}\x{3131}-\x{318E}]+|[\x{FF01}\x{2026}\x{201C}\x{201D}\x{2018}\x{2019}\x{"#
            + #"2014}\x{FF1A}\x{FF1B}\x{FF0C}\x{3001}-\x{303F}\x{FE30}-\x{FE4F}]+|[\x{3105}-\x{312F}]+|[\x"#
            + #"{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+"#
        static let afmoeScripts =
            #"[\x{4E00}-\x{9FFF}\x{3400}-\x{4DBF}\x{8C48}-\x{FAFF}\x{3040}-\x{309F}\x{30A0}-\x{30FF}\x{F"#
            + #"F65}-\x{FF9F}\x{2F00}-\x{2FDF}\x{E40}-\x{E7F}\x{E80}-\x{EFF}\x{1780}-\x{17FF}\x{1000}-\x{1"#
            + #"09F}\x{AA60}-\x{AA7F}\x{A9E0}-\x{A9FF}\x{AC00}-\x{D7AF}\x{1100}-\x{11FF}]+"#
    }
}
