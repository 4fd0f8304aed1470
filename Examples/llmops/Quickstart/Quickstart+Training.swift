#if CommandLine
    import Foundation
    import LLMData
    import LLMModel
    import LLMTensor
    import LLMTokenizer
    import LLMTraining
    import ServiceDeskWorld

    extension Quickstart {
        static let endOfText = "<|endoftext|>"
        static let contextLength = 256

        /// Learns byte-level byte pairs from the training texts.
        mutating func trainTokenizer() throws -> any Tokenizer {
            let trainer = BPETrainer(
                .init(vocabularySize: 2048, specialTokens: [Self.endOfText]))
            let trained = try trainer.train(texts: findings.texts(of: .train))
            try trained.save(path: files.tokenizer)
            // What was saved is what is used.
            let tokenizer = try TokenizerLoader.load(path: files.tokenizer)
            let bytes = findings.texts(of: .heldOut).reduce(0) { $0 + $1.utf8.count }
            let tokens = findings.texts(of: .heldOut).reduce(0) { $0 + tokenizer.encode($1).count }
            findings.vocabularySize = trained.summary.vocabularySize
            findings.bytesPerToken = Double(bytes) / Double(max(tokens, 1))
            note(
                "\(trained.summary.vocabularySize) tokens, "
                    + "\(findings.bytesPerToken.formatted(decimals: 2)) bytes per token on held-out text")
            return tokenizer
        }

        /// Puts the ids of both splits into shards, and counts tokens and their documents in a database.
        mutating func storeTokens(_ tokenizer: any Tokenizer) throws {
            let end = tokenizer.id(of: Self.endOfText) ?? 0
            try FileManager.default.createDirectory(atPath: files.tokens, withIntermediateDirectories: true)
            for split in QuickstartSplit.allCases {
                var writer = TokenCorpusWriter(
                    folder: files.tokens, prefix: split.rawValue, vocabularySize: tokenizer.vocabularySize,
                    fingerprint: TokenizerFingerprint(tokenizer))
                for document in findings.documents where document.split == split {
                    try writer.append(id: document.id, tokens: tokenizer.encode(document.text) + [end])
                }
                try writer.finish()
                note("\(split.rawValue): \(writer.documentCount) documents, \(writer.tokenCount) tokens")
                findings.tokenCounts[split] = writer.tokenCount
            }
            let store = try SQLiteTokenStore(path: files.store, access: .exclusive)
            let train = try corpus(.train)
            var documents: [TokenizedDocument] = []
            for document in 0..<train.documentCount {
                documents.append(
                    .init(id: train.id(ofDocument: document), tokens: try train.tokens(ofDocument: document)))
            }
            _ = try store.add(documents, tokenizer: tokenizer)
            findings.frequentTokens = try store.mostFrequent(limit: 12).map {
                (tokenizer.decode([$0.id], skipSpecialTokens: false), $0.frequency, $0.documentCount)
            }
        }

        /// The shards of a split.
        func corpus(_ split: QuickstartSplit) throws -> TokenCorpus {
            try TokenCorpus(folder: files.tokens, prefix: split.rawValue)
        }

        /// A Llama of about three million parameters.
        static func architecture(vocabularySize: Int) -> DecoderConfiguration {
            var configuration = DecoderConfiguration(
                family: "llama", vocabularySize: vocabularySize, hiddenSize: 192, intermediateSize: 512, layerCount: 6,
                contextLength: contextLength,
                attention: AttentionConfiguration(headCount: 6, keyValueHeadCount: 3, headDimension: 32),
                attentionKinds: [
                    AttentionKind(rotary: RotaryConfiguration(base: 10_000, dimensions: 32, layout: .halves))
                ],
                attentionKindOfLayer: Array(repeating: 0, count: 6),
                normalization: NormalizationConfiguration(kind: .rms, epsilon: 1e-5), activation: .silu)
            configuration.tiesHeadToEmbedding = true
            return configuration
        }

        /// Trains from random weights on windows of the training shards.
        mutating func pretrain(_ tokenizer: any Tokenizer) async throws {
            let architecture = Self.architecture(vocabularySize: tokenizer.vocabularySize)
            let train = try WindowRows(corpus(.train), windowLength: Self.contextLength)
            let heldOut = try WindowRows(corpus(.heldOut), windowLength: Self.contextLength)
            let seed = seed
            var settings = TrainerConfiguration(
                duration: .epochs(Self.pretrainingEpochs), batches: .init(rowsPerMicroBatch: 4), learningRate: 4e-3,
                schedule: .cosine(warmupSteps: 30, minimumRatio: 0.05), seed: seed)
            settings.evaluation = .init(interval: nil, includesStart: true)
            let session = TrainingSession { [settings] in
                let pool = ComputePool()
                let model = try TrainableDecoder(
                    configuration: architecture, initialization: .gpt2Style(seed: seed), pool: pool)
                let optimizer = try AdamW(
                    groups: ParameterGroup.standard(model.parameters, weightDecay: 0.1),
                    options: .init(beta2: 0.95), pool: pool)
                return try Trainer(
                    model: model, optimizer: optimizer, data: train, heldOut: heldOut, configuration: settings,
                    pool: pool)
            }
            findings.pretraining = try await follow(session, "pre-training")
            let path = files.base
            let weights = try await session.withTrainer { trainer in
                guard let model = trainer.model as? TrainableDecoder else { throw QuickstartError.unexpectedModel }
                return try model.decoderWeights()
            }
            try GGUFExport(
                configuration: architecture, weights: weights, tokenizer: tokenizer,
                details: .init(name: "quickstart base", licence: "apache-2.0")
            ).write(to: path, as: .f32)
        }

        /// Trains adapters to name the queue of a ticket.
        mutating func tune(_ tokenizer: any Tokenizer, _ world: ServiceDeskWorld) async throws {
            func examples(_ split: QuickstartSplit) -> [TrainingExample] {
                findings.tickets(of: split, world).map {
                    Self.example(tokenizer, Self.prompt($0.report), $0.queue.rawValue)
                }
            }
            findings.tuning = try await adapt(
                files.base, to: files.tuned, name: "quickstart tuned", tokenizer, examples: examples(.train),
                heldOut: examples(.heldOut), epochs: Self.tuningEpochs, adapter: files.adapter)
        }

        /// A ticket and its answer, of which only the answer is scored.
        static func example(_ tokenizer: any Tokenizer, _ prompt: String, _ answer: String) -> TrainingExample {
            ExampleEncoder(tokenizer: tokenizer, template: nil).encode(prompt: prompt, completion: " \(answer)")
        }

        /// Trains adapters on a model's file and writes it anew with them merged.
        func adapt(
            _ base: String, to path: String, name: String, _ tokenizer: any Tokenizer, examples: [TrainingExample],
            heldOut: [TrainingExample], epochs: Double, adapter: String? = nil
        ) async throws -> QuickstartRunLog {
            let train = try PackedExamples(examples, rowLength: Self.contextLength)
            let heldOut = try PackedExamples(heldOut, rowLength: Self.contextLength)
            let seed = seed
            var settings = TrainerConfiguration(
                duration: .epochs(epochs), batches: .init(rowsPerMicroBatch: 4), learningRate: 4e-3,
                schedule: .cosine(warmupSteps: 10, minimumRatio: 0.05), seed: seed)
            settings.evaluation = .init(interval: nil, includesStart: true)
            let session = TrainingSession { [settings] in
                let pool = ComputePool()
                let file = try ModelParts.load(path: base)
                let model = try TrainableDecoder(
                    configuration: file.configuration, weights: file.weights,
                    lora: LoRAConfiguration(rank: 8, alpha: 16, seed: seed), pool: pool)
                let optimizer = try AdamW(
                    groups: ParameterGroup.standard(model.parameters, weightDecay: 0), pool: pool)
                return try Trainer(
                    model: model, optimizer: optimizer, data: train, heldOut: heldOut, configuration: settings,
                    pool: pool)
            }
            let log = try await follow(session, name)
            let merged = try await session.withTrainer { trainer in
                guard let model = trainer.model as? TrainableDecoder else { throw QuickstartError.unexpectedModel }
                if let adapter { try AdapterExport.write(model, to: adapter, baseModel: base) }
                return try model.decoderWeights()
            }
            let configuration = try ModelParts.load(path: base).configuration
            try GGUFExport(
                configuration: configuration, weights: merged, tokenizer: tokenizer,
                details: .init(name: name, licence: "apache-2.0")
            ).write(to: path, as: .f32)
            return log
        }

        static func prompt(_ report: String) -> String { "Ticket: \(report)\nQueue:" }

        /// Shows and keeps what a run reports.
        private func follow(_ session: TrainingSession, _ what: String) async throws -> QuickstartRunLog {
            var log = QuickstartRunLog()
            var progress = ProgressLine()
            for try await event in session.events {
                switch event {
                case .started(let start):
                    log.parameters = start.parameterCount
                    log.trainableParameters = start.trainableParameterCount
                    note(
                        "\(start.parameterCount) parameters, \(start.trainableParameterCount) of them trained, "
                            + "\(start.totalSteps) steps")
                case .step(let step):
                    log.steps.append((step.step, step.loss, step.tokensPerSecond))
                    progress.show(
                        "   step \(step.step) of \(step.totalSteps), loss \(step.loss.formatted(decimals: 3)), "
                            + "\(Int(step.tokensPerSecond)) tokens/s")
                case .evaluation(let evaluation): log.evaluations.append((evaluation.step, evaluation.loss))
                case .finished(let summary):
                    log.seconds = summary.seconds
                    log.tokens = summary.tokens
                default: break
                }
            }
            progress.clear()
            let first = log.evaluations.first?.loss ?? .nan
            let last = log.evaluations.last?.loss ?? .nan
            note(
                "held-out loss \(first.formatted(decimals: 3)) -> \(last.formatted(decimals: 3)), "
                    + "\(Int(Double(log.tokens) / max(log.seconds, 1e-9))) tokens/s")
            return log
        }

        private static let pretrainingEpochs = 2.0
        private static let tuningEpochs = 3.0
    }

    /// What cannot happen, said instead of trapping.
    enum QuickstartError: Error {
        case unexpectedModel
        /// Something was allowed that must not be.
        case notRefused(String)
    }
#endif
