import LLMTensor
import LLMTokenizer
import Testing

/// Unigram models trained here beside those of the `tokenizers` library (Goldens/training/unigram.json).
@Suite struct UnigramTrainingTests {
    static let pipeline = TokenizerPipeline(preTokenizer: .metaspace(.always), decoder: .metaspace(.always))
    static let count = (try? TokenizerTrainingTests.parse("unigram.json").elements().count) ?? 0

    private func train(_ corpus: String, _ size: Int) throws -> (TrainedTokenizer, [(token: String, score: Double)]) {
        let trainer = UnigramTrainer(
            .init(vocabularySize: size, specialTokens: ["<unk>", "<s>"], pipeline: Self.pipeline))
        let trained = try trainer.train(texts: try TokenizerTrainingTests.corpus(corpus))
        let model = JSONNode(try JSONValue.parse(trained.json), source: "trained")["model"]
        return (trained, try model["vocab"].elements().map { try ($0[0].string(), $0[1].double()) })
    }

    @Test("There are goldens") func present() { #expect(Self.count == 6) }

    @Test("Pieces, scores and likelihood agree with the reference", arguments: 0..<6)
    func reference(index: Int) throws {
        let node = try TokenizerTrainingTests.parse("unigram.json")[index]
        let corpus = try node["corpus"].string()
        let (trained, pieces) = try train(corpus, try node["size"].integer())
        #expect(pieces.count == (try node["count"].integer()))
        let expected = try #require(node["pieces"].value?.objectValue)
        let lowest = pieces.map(\.score).min() ?? 0
        for piece in pieces {
            let wanted = try #require(expected[piece.token]?.doubleValue, "\(piece.token)")
            // Scalars that were dropped come back just above the lowest score, in any order.
            let tolerance = piece.score < lowest + 0.1 ? 0.1 : 1e-9
            #expect(abs(piece.score - wanted) <= tolerance, "\(piece.token)")
        }
        var likelihood = 0.0
        for text in try TokenizerTrainingTests.corpus(corpus) {
            for id in trained.tokenizer.encode(text, addSpecialTokens: false) { likelihood += pieces[Int(id)].score }
        }
        let wanted = try node["likelihood"].double()
        #expect(abs(likelihood - wanted) <= 1e-4 * abs(wanted), "\(likelihood) for \(wanted)")
    }

    @Test("What is trained is used: text comes back, the vocabulary has its size and the unknown token its place")
    func use() throws {
        let trainer = UnigramTrainer(.init(vocabularySize: 300, specialTokens: ["<s>"]))
        let trained = try trainer.train(texts: try TokenizerTrainingTests.corpus("words"))
        #expect(trained.summary.vocabularySize == 300)
        #expect(trained.tokenizer.id(of: "<unk>") == 0)
        #expect(trained.tokenizer.id(of: "<s>") == 1)
        let text = "Katomi unrest tion"
        #expect(trained.tokenizer.decode(trained.tokenizer.encode(text)) == text)
    }

    @Test("The number of threads and the order of texts make no difference")
    func independence() throws {
        let texts = try TokenizerTrainingTests.corpus("words")
        let trainer = UnigramTrainer(.init(vocabularySize: 400))
        let reference = try trainer.train(texts: texts, threads: 1)
        #expect(try trainer.train(texts: texts.reversed(), threads: 3).json == reference.json)
    }

    @Test("Options that cannot be are errors")
    func options() throws {
        let texts = try TokenizerTrainingTests.corpus("scripts")
        #expect(throws: TokenizerError.self) { try UnigramTrainer(.init(vocabularySize: 20)).train(texts: texts) }
        var configuration = UnigramTrainer.Configuration(vocabularySize: 500)
        configuration.shrinkingFactor = 1
        #expect(throws: TokenizerError.self) { try UnigramTrainer(configuration).train(texts: texts) }
        let empty = try UnigramTrainer(.init(vocabularySize: 10)).train(texts: ["", "\0\0"])
        #expect(empty.summary.vocabularySize >= 3)
    }
}
