import LLMTensor

/// Expectation maximization over the words of a corpus.
final class UnigramTraining {
    private let configuration: UnigramTrainer.Configuration
    private let corpus: UnigramCorpus
    private let pool = ComputePool()

    init(_ configuration: UnigramTrainer.Configuration, _ corpus: UnigramCorpus) {
        self.configuration = configuration
        self.corpus = corpus
    }

    /// The pieces with their scores, the most probable first; without special tokens.
    func run(_ progress: (TokenizerTrainingProgress) -> Void) throws -> [(token: [UInt8], score: Double)] {
        var required = Set(corpus.scalars.map(\.scalar))
        for scalar in configuration.initialAlphabet { required.insert(scalar.value) }
        guard required.count <= configuration.vocabularySize else {
            throw TokenizerError.invalidOption(
                name: "vocabularySize",
                reason: "\(configuration.vocabularySize) is less than the \(required.count) scalars of the corpus")
        }
        progress(TokenizerTrainingProgress(stage: .seeding, completed: 0, total: corpus.wordCount))
        let pieces = UnigramPieces(
            UnigramSeeds.collect(corpus, longest: configuration.longestPiece, limit: configuration.seedSize))
        try Task.checkCancellation()
        progress(
            TokenizerTrainingProgress(stage: .seeding, completed: corpus.wordCount, total: corpus.wordCount))
        // The unknown token counts as a piece.
        let desired = configuration.vocabularySize * 11 / 10
        var rounds = 0
        while true {
            for _ in 0..<configuration.subIterations {
                estimate(pieces)
                rounds += 1
                try Task.checkCancellation()
                progress(TokenizerTrainingProgress(stage: .estimating, completed: rounds))
            }
            let before = pieces.alive.count
            if before + 1 <= desired { break }
            prune(pieces, desired: desired)
            if pieces.alive.count >= before { break }
        }
        return finish(pieces, required: required.sorted())
    }

    /// One step of expectation and one of maximization.
    private func estimate(_ pieces: UnigramPieces) {
        let task = UnigramTask(corpus, pieces, isExpectation: true)
        pool.run(task)
        let expected = task.sums()
        var sum = 0.0
        var kept: [(piece: Int32, score: Double)] = []
        for piece in pieces.alive where expected[Int(piece)] >= 0.5 {
            kept.append((piece, expected[Int(piece)]))
            sum += expected[Int(piece)]
        }
        // A sparse prior: Liang and Klein 2007, "Structured Bayesian Nonparametric Models with Variational Inference".
        let logarithm = Logarithm.digamma(sum)
        for index in kept.indices { kept[index].score = Logarithm.digamma(kept[index].score) - logarithm }
        pieces.update(kept)
    }

    /// Drops the pieces whose loss would cost least likelihood, supposing that the next best way takes their place.
    private func prune(_ pieces: UnigramPieces, desired: Int) {
        let task = UnigramTask(corpus, pieces, isExpectation: false)
        pool.run(task)
        let frequencies = task.sums()
        let words = (0..<corpus.wordCount).reduce(0.0) { $0 + Double(corpus.counts[$1]) }
        let sum = pieces.alive.reduce(0.0) { $0 + frequencies[Int($1)] } + task.unknownCount
        let logarithm = Logarithm.natural(sum)
        let alternatives = UnigramAlternatives(pieces)
        var kept: [Int32] = []
        var candidates: [(piece: Int32, loss: Double)] = []
        for piece in pieces.alive {
            let frequency = frequencies[Int(piece)]
            let (isBest, others) = alternatives.find(piece)
            if frequency == 0, !isBest { continue }
            guard !others.isEmpty else {
                kept.append(piece)
                continue
            }
            guard frequency > 0 else { continue }
            // By the method this would be the number of pieces that take the place, less one; SentencePiece and the
            // reference take the number of all pieces (the unknown one included), less one.
            let logarithmAfter = Logarithm.natural(sum + frequency * Double(pieces.alive.count))
            var after = 0.0
            for other in others {
                let count = other >= 0 ? frequencies[Int(other)] : task.unknownCount
                after += Logarithm.natural(count + frequency) - logarithmAfter
            }
            candidates.append(
                (piece, frequency / words * (Logarithm.natural(frequency) - logarithm - after)))
        }
        let size = max(desired, Int(Double(pieces.alive.count + 1) * configuration.shrinkingFactor))
        let order = candidates.indices.sorted {
            candidates[$0].loss != candidates[$1].loss ? candidates[$0].loss > candidates[$1].loss : $0 < $1
        }
        for index in order {
            if kept.count + 1 >= size { break }
            kept.append(candidates[index].piece)
        }
        pieces.keep(kept)
    }

    /// The vocabulary at its size, with every scalar of the corpus in it.
    private func finish(_ pieces: UnigramPieces, required: [UInt32]) -> [(token: [UInt8], score: Double)] {
        var scores: [[UInt8]: Double] = [:]
        for piece in pieces.alive { scores[Array(pieces.bytes(piece))] = pieces.scores[Int(piece)] }
        var result: [(token: [UInt8], score: Double)] = []
        var inserted: Set<[UInt8]> = []
        var penalty = 0.0
        for scalar in required {
            var token: [UInt8] = []
            UTF8Text.append(scalar, to: &token)
            inserted.insert(token)
            if let score = scores[token] {
                result.append((token, score))
            } else {
                result.append((token, pieces.lowestScore + penalty))
                penalty += 0.0001
            }
        }
        let special = configuration.specialTokens
        let addsUnknown = configuration.unknownToken.map { !special.contains($0) } ?? false
        let room = configuration.vocabularySize - special.count - (addsUnknown ? 1 : 0)
        for piece in pieces.alive where result.count < room {
            let token = Array(pieces.bytes(piece))
            if inserted.insert(token).inserted { result.append((token, pieces.scores[Int(piece)])) }
        }
        let order = result.indices.sorted {
            result[$0].score != result[$1].score ? result[$0].score > result[$1].score : $0 < $1
        }
        return order.map { result[$0] }
    }
}

/// Goes through all words, in a fixed number of parts so that sums do not depend on the number of threads.
final class UnigramTask: ParallelTask, @unchecked Sendable {
    private static let partCount = 8
    private let corpus: UnigramCorpus
    private let pieces: UnigramPieces
    private let isExpectation: Bool
    private var parts: [UnsafeMutablePointer<Double>] = []
    private let width: Int

    init(_ corpus: UnigramCorpus, _ pieces: UnigramPieces, isExpectation: Bool) {
        self.corpus = corpus
        self.pieces = pieces
        self.isExpectation = isExpectation
        // One more for what is outside the vocabulary.
        width = pieces.count + 1
        for _ in 0..<Self.partCount {
            let part = UnsafeMutablePointer<Double>.allocate(capacity: width)
            part.initialize(repeating: 0, count: width)
            parts.append(part)
        }
    }

    deinit { for part in parts { part.deallocate() } }

    /// Uses of each piece, expected or on the best ways.
    func sums() -> [Double] {
        var result = Array(repeating: 0.0, count: width)
        for part in parts { for index in 0..<width { result[index] += part[index] } }
        return result
    }

    /// Scalars outside the vocabulary on the best ways.
    var unknownCount: Double { parts.reduce(0) { $0 + $1[width - 1] } }

    func execute(worker: Int, of workerCount: Int) {
        let lattice = UnigramLattice()
        let unknownScore = pieces.lowestScore - 10
        pieces.scores.withUnsafeBufferPointer { scores in
            pieces.isAlive.withUnsafeBufferPointer { isAlive in
                guard let scores = scores.baseAddress, let isAlive = isAlive.baseAddress else { return }
                for part in stride(from: worker, to: Self.partCount, by: workerCount) {
                    let first = corpus.wordCount * part / Self.partCount
                    let end = corpus.wordCount * (part + 1) / Self.partCount
                    for word in first..<end {
                        let start = corpus.starts[word]
                        lattice.fill(
                            corpus.text.pointer + start, corpus.starts[word + 1] - start, pieces.trie, scores,
                            isAlive, unknownScore: unknownScore)
                        let weight = Double(corpus.counts[word])
                        let sums = parts[part]
                        if isExpectation {
                            _ = lattice.addExpectations(weight, to: sums)
                        } else {
                            lattice.forEachBest { sums[$0 >= 0 ? Int($0) : width - 1] += weight }
                        }
                    }
                }
            }
        }
    }
}

/// What would stand for a piece that is dropped.
struct UnigramAlternatives {
    private let pieces: UnigramPieces
    private let lattice = UnigramLattice()

    init(_ pieces: UnigramPieces) { self.pieces = pieces }

    /// Whether the piece is the best way to write its own text, and if so the second best way, -1 for a scalar
    /// outside the vocabulary; empty when there is none.
    func find(_ piece: Int32) -> (isBest: Bool, others: [Int32]) {
        let text = pieces.bytes(piece)
        guard let word = text.baseAddress, text.count > UTF8Text.length(word[0]) else { return (true, []) }
        let unknownScore = pieces.lowestScore - 10
        return pieces.scores.withUnsafeBufferPointer { scores in
            pieces.isAlive.withUnsafeBufferPointer { isAlive in
                guard let scores = scores.baseAddress, let isAlive = isAlive.baseAddress else { return (true, []) }
                lattice.fill(word, text.count, pieces.trie, scores, isAlive, unknownScore: unknownScore)
                var best: [Int32] = []
                lattice.forEachBest { best.append($0) }
                guard best == [piece] else { return (false, []) }
                lattice.fill(
                    word, text.count, pieces.trie, scores, isAlive, unknownScore: unknownScore, leavesOutWhole: true)
                var others: [Int32] = []
                lattice.forEachBest { others.append($0) }
                return (true, others.reversed())
            }
        }
    }
}
