#if CommandLine
    import ArgumentParser
    import LLMData
    import LLMTensor
    import LLMTokenizer

    struct TrainTokenizerCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "tokenizer", abstract: "Train a tokenizer and write its tokenizer.json.",
            discussion: """
                A configuration file has the long option names as keys (vocabulary-size: 32000; input: [a.txt]); options \
                of the command line go before it. Every line of the input files, with its line feed, is a text.
                """)

        enum Kind: String, ExpressibleByArgument, CaseIterable, Sendable {
            case bpe, wordpiece, unigram, wordlevel
        }

        enum Style: String, ExpressibleByArgument, CaseIterable, Sendable {
            case byteLevel = "byte-level"
            case sentencePiece = "sentencepiece"
        }

        @Option(help: "YAML or JSON file with the options.")
        var config: String?

        @Option(help: "Text file, one text a line; may be repeated.")
        var input: [String] = []

        @Option(help: "Kind of model: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")); bpe if not given.")
        var model: Kind?

        @Option(help: "What bpe works on: byte-level (default) or sentencepiece.")
        var style: Style?

        @Option(help: "Tokens in all, special ones included (default: 32000).")
        var vocabularySize: Int?

        @Option(help: "A pair or word has to come so often (default: 2; wordlevel: 0).")
        var minimumFrequency: Int?

        @Option(help: "Token for something outside the text; may be repeated. Without any, those usual for the model.")
        var specialToken: [String] = []

        @Option(help: "Regular expression whose matches are the words, for byte-level bpe.")
        var pattern: String?

        @Flag(help: "Keep capital letters (wordpiece).")
        var cased = false

        @Option(help: "Threads that count words (default: all processors).")
        var threads: Int?

        @Option(help: "File to write, or a directory for tokenizer.json.")
        var out: String?

        @Flag(help: "Print one JSON object.")
        var json = false

        mutating func run() throws {
            if let config { try read(config) }
            guard let out else { throw ValidationError("--out is missing: where the tokenizer goes.") }
            guard !input.isEmpty else { throw ValidationError("--input is missing: at least one text file.") }
            let trainer = trainer()
            let start = ContinuousClock.now
            var line = ProgressLine()
            let words = try WordCounter(pipeline: trainer.pipeline, threads: threads.map { max(1, $0) })
            for path in input {
                try count(path, words) { line.show("counted \(words.byteCount) bytes") }
            }
            let trained = try trainer.train(words) { progress in
                let total = progress.total.map { " of \($0)" } ?? ""
                line.show("\(progress.stage.rawValue): \(progress.completed)\(total)")
            }
            line.clear()
            try trained.save(path: out)
            let result = OutputObject(
                dictionaryLiteral: ("out", .text(out)), ("model", .text((model ?? .bpe).rawValue)),
                ("vocabulary_size", .integer(trained.summary.vocabularySize)),
                ("merges", .integer(trained.summary.mergeCount)),
                ("distinct_words", .integer(trained.summary.distinctWords)),
                ("texts", .integer(trained.summary.textCount)), ("bytes", .integer(trained.summary.byteCount)),
                ("seconds", .number((ContinuousClock.now - start).seconds)))
            if json {
                try result.printJSON()
            } else {
                Console.note(
                    "\(out): \(trained.summary.vocabularySize) tokens from \(trained.summary.byteCount) bytes of text")
            }
        }

        /// Counts the words of a file, which may be larger than memory: it is mapped and read part by part.
        private func count(_ path: String, _ words: WordCounter, progress: () -> Void) throws {
            guard SystemCall.kind(of: path) == .regular, path != "-" else {
                try InputText.bytes(path: path).withUnsafeBytes { words.add(lines: $0) }
                return
            }
            try MappedFile(path: path).withUnsafeBytes { bytes in
                var start = 0
                while start < bytes.count {
                    var end = min(start + (1 << 26), bytes.count)
                    while end < bytes.count, bytes[end - 1] != UInt8(ascii: "\n") { end += 1 }
                    words.add(lines: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                    start = end
                    progress()
                }
            }
        }

        /// Takes what the command line left open from a file.
        private mutating func read(_ path: String) throws {
            let node = try ConfigurationNode.read(path: path)
            try node.checkKeys([
                "input", "model", "style", "vocabulary-size", "minimum-frequency", "special-token", "pattern", "cased",
                "threads", "out",
            ])
            if input.isEmpty { input = try node.optional("input")?.strings() ?? [] }
            if specialToken.isEmpty { specialToken = try node.optional("special-token")?.strings() ?? [] }
            try model = model ?? node.optional("model")?.choice(as: Kind.self)
            try style = style ?? node.optional("style")?.choice(as: Style.self)
            try vocabularySize = vocabularySize ?? node.optional("vocabulary-size")?.integer()
            try minimumFrequency = minimumFrequency ?? node.optional("minimum-frequency")?.integer()
            try pattern = pattern ?? node.optional("pattern")?.string()
            if let value = try node.optional("cased")?.boolean() { cased = cased || value }
            try threads = threads ?? node.optional("threads")?.integer()
            try out = out ?? node.optional("out")?.string()
        }

        private func trainer() -> any TokenizerTrainer {
            let size = vocabularySize ?? 32_000
            let special = specialToken.isEmpty ? nil : specialToken
            switch model ?? .bpe {
            case .bpe where style == .sentencePiece:
                return BPETrainer(
                    .sentencePiece(
                        vocabularySize: size, minimumFrequency: minimumFrequency ?? 2,
                        specialTokens: special ?? ["<unk>", "<s>", "</s>"]))
            case .bpe:
                return BPETrainer(
                    .init(
                        vocabularySize: size, minimumFrequency: minimumFrequency ?? 2,
                        specialTokens: special ?? ["<|endoftext|>"],
                        pipeline: pattern.map { .byteLevel(pattern: $0) } ?? .byteLevel))
            case .wordpiece:
                return WordPieceTrainer(
                    .init(
                        vocabularySize: size, minimumFrequency: minimumFrequency ?? 2,
                        specialTokens: special ?? ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
                        pipeline: .bert(lowercases: !cased)))
            case .unigram:
                return UnigramTrainer(
                    .init(vocabularySize: size, specialTokens: special ?? ["<unk>", "<s>", "</s>"]))
            case .wordlevel:
                return WordLevelTrainer(
                    .init(
                        vocabularySize: size, minimumFrequency: minimumFrequency ?? 0,
                        specialTokens: special ?? ["[UNK]"]))
            }
        }
    }
#endif
