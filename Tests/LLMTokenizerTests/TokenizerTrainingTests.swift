import LLMTensor
import LLMTokenizer
import Testing

/// Tokenizers trained here beside those of the `tokenizers` library (Goldens/training).
@Suite struct TokenizerTrainingTests {
    static let cases: [String] = (try? Self.trained().map { try $0["name"].string() }) ?? []

    static func parse(_ name: String) throws -> JSONNode {
        let path = goldens + "/training/" + name
        return JSONNode(try JSONValue.parse(try readFile(path), source: name), source: name)
    }

    static func trained() throws -> [JSONNode] { try parse("trained.json").elements() }

    static func corpus(_ name: String) throws -> [String] {
        try parse("corpora.json")["corpora"][name].elements().map { try $0.string() }
    }

    static func trainer(_ node: JSONNode) throws -> any TokenizerTrainer {
        let size = try node["size"].integer()
        let frequency = try node["frequency"].ifPresent?.integer() ?? 0
        let special = try node["special"].ifPresent?.elements().map { try $0.string() } ?? []
        switch try node["kind"].string() {
        case "byte-level":
            var configuration = BPETrainer.Configuration(
                vocabularySize: size, minimumFrequency: frequency, specialTokens: special)
            if try node["bytes"].ifPresent?.bool() == false { configuration.initialAlphabet = [] }
            if let pattern = try node["pattern"].ifPresent?.string() {
                configuration.pipeline = .byteLevel(pattern: pattern)
            }
            configuration.longestToken = try node["longest"].ifPresent?.integer()
            return BPETrainer(configuration)
        case "sentencepiece":
            return BPETrainer(
                .sentencePiece(vocabularySize: size, minimumFrequency: frequency, specialTokens: special))
        case "suffix":
            var configuration = BPETrainer.Configuration(
                vocabularySize: size, minimumFrequency: frequency, specialTokens: special, initialAlphabet: [],
                pipeline: TokenizerPipeline(
                    normalizer: .lowercase, preTokenizer: .whitespace, decoder: .wordSuffix("</w>")))
            configuration.endOfWordSuffix = "</w>"
            configuration.unknownToken = "<unk>"
            return BPETrainer(configuration)
        case "wordpiece":
            var configuration = WordPieceTrainer.Configuration(
                vocabularySize: size, minimumFrequency: frequency, specialTokens: special)
            configuration.pipeline.postProcessor = nil
            return WordPieceTrainer(configuration)
        case "wordlevel":
            return WordLevelTrainer(
                .init(vocabularySize: size, minimumFrequency: frequency, specialTokens: special))
        case let other: throw node.error(expected: "a kind, not \(other)")
        }
    }

    @Test("There are goldens") func present() { #expect(Self.cases.count >= 13) }

    @Test("Vocabulary, merges and ids equal the reference", arguments: cases)
    func reference(name: String) throws {
        let node = try #require(try Self.trained().first { try $0["name"].string() == name })
        let trained = try Self.trainer(node).train(texts: try Self.corpus(try node["corpus"].string()))
        let model = JSONNode(try JSONValue.parse(trained.json), source: "trained")["model"]

        let expected = try node["vocabulary"].elements().map { Array(try $0.string().utf8) }
        let ids = try node["ids"].elements().map { try $0.integer() }
        let vocabulary = try #require(model["vocab"].value?.objectValue)
        #expect(vocabulary.count == expected.count)
        for (token, id) in zip(expected, ids) {
            let text = String(decoding: token, as: UTF8.self)
            #expect(vocabulary[text]?.integerValue == id, "\(text) is expected as \(id)")
        }
        if let merges = model["merges"].ifPresent {
            let ours = try merges.elements().map { try [$0[0].string(), $0[1].string()].map { Array($0.utf8) } }
            let theirs = try node["merges"].elements().map {
                try [$0[0].string(), $0[1].string()].map { Array($0.utf8) }
            }
            #expect(ours == theirs)
        }
        let probes = try Self.parse("corpora.json")["probes"].elements().map { try $0.string() }
        for (index, probe) in probes.enumerated() {
            let wanted = try node["probes"][index].elements().map { TokenID(try $0.integer()) }
            #expect(trained.tokenizer.encode(probe, addSpecialTokens: false, parseSpecialTokens: true) == wanted)
        }
    }

    @Test("The number of threads, the order of texts and merged counters make no difference")
    func independence() throws {
        let texts = try Self.corpus("words") + Self.corpus("scripts")
        let trainer = BPETrainer(.init(vocabularySize: 900, specialTokens: ["<s>"]))
        let reference = try trainer.train(texts: texts, threads: 1)
        #expect(try trainer.train(texts: texts.reversed(), threads: 3).json == reference.json)
        let first = try WordCounter(pipeline: trainer.pipeline)
        let second = try WordCounter(pipeline: trainer.pipeline)
        for (index, text) in texts.enumerated() { (index % 3 == 0 ? first : second).add(text) }
        try second.merge(first)
        #expect(try trainer.train(second).json == reference.json)
        #expect(second.textCount == texts.count)
        #expect(second.byteCount == texts.reduce(0) { $0 + $1.utf8.count })
    }

    @Test("Lines of a file are texts with their line feeds")
    func lines() throws {
        let texts = try Self.corpus("words").map { String($0.filter { $0 != "\n" }) + "\n" }
        let trainer = BPETrainer(.init(vocabularySize: 600))
        let words = try WordCounter(pipeline: trainer.pipeline, threads: 3)
        let bytes = texts.flatMap { Array($0.utf8) }
        bytes.withUnsafeBytes { words.add(lines: $0) }
        #expect(words.textCount == texts.count)
        #expect(try trainer.train(words).json == trainer.train(texts: texts).json)
    }

    @Test("A saved tokenizer is the trained one")
    func saved() throws {
        let trained = try BPETrainer(.init(vocabularySize: 500, specialTokens: ["<|end|>"])).train(
            texts: try Self.corpus("words"))
        let path = "\(temporaryDirectory())/tokenizer-\(UInt64.random(in: 0 ... .max)).json"
        try trained.save(path: path)
        defer { removeFile(path) }
        #expect(try readFile(path) == trained.json)
        let loaded = try TokenizerLoader.load(path: path)
        let text = "Katomi unrest <|end|> 1999"
        #expect(loaded.encode(text) == trained.tokenizer.encode(text))
        #expect(loaded.decode(loaded.encode(text), skipSpecialTokens: false) == text)
        #expect(loaded.vocabularySize == 500)
        #expect(trained.summary.mergeCount == 500 - 256 - 1)
    }

    @Test("Progress goes to the end")
    func progress() throws {
        var last: TokenizerTrainingProgress?
        _ = try BPETrainer(.init(vocabularySize: 700)).train(texts: try Self.corpus("words")) { last = $0 }
        #expect(last == TokenizerTrainingProgress(stage: .merging, completed: 700, total: 700))
    }

    @Test("A cancelled task stops training")
    func cancellation() async throws {
        let texts = try Self.corpus("words")
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            _ = try BPETrainer(.init(vocabularySize: 3000, minimumFrequency: 0)).train(texts: texts)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("Hostile input is an error or a tokenizer, never a trap")
    func hostile() throws {
        #expect(throws: TokenizerError.self) { try BPETrainer(.init(vocabularySize: 0)).train(texts: ["a"]) }
        #expect(throws: TokenizerError.self) { try BPETrainer(.init(vocabularySize: 1 << 40)).train(texts: ["a"]) }
        #expect(throws: TokenizerError.self) { try WordCounter(pipeline: .byteLevel(pattern: "(")) }
        #expect(throws: TokenizerError.self) {
            try WordPieceTrainer(.init(vocabularySize: 10, specialTokens: ["[PAD]"])).train(texts: ["a"])
        }
        let words = try WordCounter(pipeline: .whitespace)
        #expect(throws: TokenizerError.self) { try BPETrainer().train(words) }
        let empty = try BPETrainer(.init(vocabularySize: 300)).train(texts: [])
        #expect(empty.summary.vocabularySize == 256)
        let bytes: [UInt8] = [0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xF0, 0x9F, 0x00, 0x22, 0x5C, 0x0A]
        let broken = try WordCounter(pipeline: .byteLevel)
        for _ in 0..<3 { bytes.withUnsafeBytes { broken.add(bytes: $0) } }
        let trained = try BPETrainer(.init(vocabularySize: 400)).train(broken)
        #expect(trained.tokenizer.decode(trained.tokenizer.encode("\u{FFFD}\0\"\\\n")) == "\u{FFFD}\0\"\\\n")
        let long = String(repeating: "ab", count: 40_000)
        #expect(try BPETrainer(.init(vocabularySize: 270)).train(texts: [long]).summary.vocabularySize == 270)
    }
}
