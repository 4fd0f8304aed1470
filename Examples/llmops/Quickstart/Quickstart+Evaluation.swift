#if CommandLine
    import Foundation
    import LLMData
    import LLMEval
    import LLMModel
    import LLMTensor
    import LLMTokenizer
    import ServiceDeskWorld

    extension Quickstart {
        /// The baseline: counts of up to five tokens in a row, smoothed by Kneser and Ney's method.
        mutating func countNGrams(_ tokenizer: any Tokenizer) throws {
            var counts = try NGramCounts(order: 5, tokenCount: tokenizer.vocabularySize)
            let train = try corpus(.train)
            for document in 0..<train.documentCount {
                try counts.add(tokens: train.tokens(ofDocument: document).dropLast())
            }
            let model = try NGramModel(counts)
            let heldOut = try corpus(.heldOut)
            var total = NGramPerplexity()
            var bytes = 0
            for document in 0..<heldOut.documentCount {
                let tokens = try heldOut.tokens(ofDocument: document)
                guard tokens.count <= Self.contextLength else { continue }
                total.merge(model.perplexity(ofTokens: tokens.dropLast()))
                bytes += tokens.dropLast().reduce(0) { $0 + (tokenizer.bytes(of: $1)?.count ?? 0) }
            }
            let grams = model.sizes.reduce(0, +)
            findings.nGram = (
                total.perplexity, -total.logProbability / log(2) / Double(max(bytes, 1)), grams
            )
            note("\(grams) n-grams, perplexity \(total.perplexity.formatted(decimals: 3)) on held-out documents")
        }

        /// Stores the tuned model with fewer bits.
        mutating func quantize() throws {
            let export = try GGUFExport(modelAt: files.tuned)
            for mixture in Self.mixtures {
                try ModelQuantizer(mixture: mixture).quantize(export, to: files.quantized(mixture.rawValue))
            }
        }

        private static let mixtures: [QuantizationMixture] = [.q8_0, .q4_0]

        /// Measures every model on held-out text and held-out tickets.
        mutating func evaluate(_ tokenizer: any Tokenizer, _ world: ServiceDeskWorld) async throws {
            let tickets = Array(findings.tickets(of: .heldOut, world).prefix(160))
            findings.majority = majority(tickets, world)
            var reference: HeldOutScores?
            let candidates =
                [("base", files.base), ("tuned", files.tuned)]
                + Self.mixtures.map { ("tuned \($0.rawValue)", files.quantized($0.rawValue)) }
            for (name, path) in candidates {
                let model = try ModelBundle.load(
                    path: path, options: LoadOptions(compute: path.hasSuffix("_0.gguf") ? .fast : .exact))
                var variant = QuickstartVariant(name: name, bytes: try Self.size(of: path))
                let scores = try score(model, against: name.hasPrefix("tuned ") ? reference : nil)
                variant.perplexity = scores.perplexity
                variant.meanKL = scores.meanKL
                variant.topAgreement = scores.topAgreement
                if name == "tuned" { reference = scores }
                let (matrix, speed) = try await classify(tickets, model)
                variant.classification = matrix.result()
                variant.tokensPerSecond = speed
                if name == "base" { try await sample(model) }
                findings.variants.append(variant)
                note(
                    "\(name): perplexity \((variant.perplexity?.perplexity ?? .nan).formatted(decimals: 3)), "
                        + "queue right in \((100 * (variant.classification?.accuracy ?? .nan)).formatted(decimals: 1)) % "
                        + "of \(tickets.count) tickets, \(variant.bytes / 1024) KiB")
            }
            note(
                "5-gram: perplexity \((findings.nGram?.perplexity ?? .nan).formatted(decimals: 3)); always the "
                    + "most frequent queue: \((100 * (findings.majority?.accuracy ?? .nan)).formatted(decimals: 1)) %")
        }

        private static func size(of path: String) throws -> Int {
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        }

        /// What always guessing the most frequent queue of the training tickets is worth.
        private func majority(_ tickets: [ServiceDeskRecord], _ world: ServiceDeskWorld) -> ClassificationResult? {
            var counts: [Queue: Int] = [:]
            for ticket in findings.tickets(of: .train, world) { counts[ticket.queue, default: 0] += 1 }
            let guess = counts.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key
            var matrix = ConfusionMatrix()
            for ticket in tickets {
                matrix.add(expected: ticket.queue.rawValue, predicted: guess?.rawValue ?? "none")
            }
            return matrix.result()
        }

        /// Asks for the queue of every ticket, greedily.
        private func classify(
            _ tickets: [ServiceDeskRecord], _ model: ModelBundle
        ) async throws -> (matrix: ConfusionMatrix, tokensPerSecond: Double) {
            var matrix = ConfusionMatrix()
            let parameters = GenerationParameters(
                sampling: SamplingParameters(temperature: 0), maximumTokens: 6, stopStrings: ["\n"])
            var tokens = 0
            let start = ContinuousClock.now
            for ticket in tickets {
                let result = try await model.generate(Self.prompt(ticket.report), parameters: parameters).collect()
                let answer = result.text.split(separator: " ").first.map(String.init) ?? ""
                matrix.add(
                    expected: ticket.queue.rawValue, predicted: Queue(rawValue: answer)?.rawValue ?? "(none)")
                tokens += model.tokenizer.encode(Self.prompt(ticket.report)).count + result.tokens.count
            }
            return (matrix, Double(tokens) / (ContinuousClock.now - start).seconds)
        }

        private mutating func sample(_ model: ModelBundle) async throws {
            for prompt in ["Subject: Printer", "Summary: Ada at Lyon had trouble with the"] {
                let parameters = GenerationParameters(
                    sampling: SamplingParameters(temperature: 0.7, seed: seed), maximumTokens: 60)
                let result = try await model.generate(prompt, parameters: parameters).collect()
                findings.samples.append((prompt, result.text))
            }
        }

        /// What a model says about the held-out documents.
        private struct HeldOutScores {
            var perplexity: PerplexityResult?
            /// Log probabilities of the first tokens, `[token, vocabulary]`.
            var logProbabilities: [Float] = []
            var meanKL: Double?
            var topAgreement: Double?
        }

        /// Tokens whose whole distributions are compared.
        private static let comparedTokens = 3_000

        /// Perplexity over the held-out documents, each read from its start; and the distance to another model.
        private func score(_ model: ModelBundle, against reference: HeldOutScores?) throws -> HeldOutScores {
            let corpus = try corpus(.heldOut)
            let session = try DecoderSession(model: model.decoder)
            let size = model.configuration.vocabularySize
            let end = model.tokenizer.id(of: Self.endOfText) ?? 0
            var scores = HeldOutScores()
            var accumulator = PerplexityAccumulator()
            var compared = 0
            var divergence = 0.0
            var agreements = 0
            for document in 0..<corpus.documentCount {
                let tokens = try corpus.tokens(ofDocument: document)
                // Read whole or not at all, by the baseline too.
                guard tokens.count <= Self.contextLength else { continue }
                session.reset()
                try session.append([end] + tokens.dropLast(), logits: .all) { index, logits in
                    let largest = logits.max() ?? 0
                    let sum = logits.reduce(Double(0)) { $0 + exp(Double($1 - largest)) }
                    let normalizer = Double(largest) + log(sum)
                    let token = tokens[index]
                    accumulator.add(
                        negativeLogLikelihood: normalizer - Double(logits[Int(token)]),
                        bytes: token == end ? 0 : model.tokenizer.bytes(of: token)?.count ?? 0)
                    guard compared < Self.comparedTokens else { return }
                    defer { compared += 1 }
                    guard let reference else {
                        scores.logProbabilities += logits.map { Float(Double($0) - normalizer) }
                        return
                    }
                    let own = (0..<size).map { Double(logits[$0]) - normalizer }
                    let other = reference.logProbabilities[compared * size..<(compared + 1) * size].map(Double.init)
                    divergence += zip(other, own).reduce(0) { $0 + exp($1.0) * ($1.0 - $1.1) }
                    func top(_ values: [Double]) -> Int { values.indices.max { values[$0] < values[$1] } ?? 0 }
                    agreements += top(own) == top(other) ? 1 : 0
                }
            }
            scores.perplexity = accumulator.result(signature: "documents|context:\(Self.contextLength)")
            if reference != nil, compared > 0 {
                scores.meanKL = divergence / Double(compared)
                scores.topAgreement = Double(agreements) / Double(compared)
            }
            return scores
        }
    }
#endif
