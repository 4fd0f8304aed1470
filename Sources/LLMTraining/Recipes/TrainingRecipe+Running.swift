internal import LLMData
internal import LLMModel
internal import LLMTensor
internal import LLMTokenizer

extension TrainingRecipe {
    /// Reads the model and the data, and puts the run together, with its logs.
    ///
    /// Blocks its thread while files are read; call it on a ``TrainingSession``.
    ///
    /// - Parameter resumes: Whether the run goes on from the latest checkpoint in the output folder, if there is one.
    ///   Otherwise checkpoints there are an error, so that no run is overwritten by mistake.
    /// - Throws: ``TrainingError``, `ModelLoadingError`, or what reading the data throws.
    public func makeTrainer(resumes: Bool) throws -> Trainer {
        let folder = CheckpointFolder(output + "/checkpoints")
        let latest = folder.latest
        if let latest, !resumes {
            throw TrainingError.checkpoint(
                path: latest.path, reason: "a checkpoint of an earlier run; resume it, or choose another output folder")
        }
        let pool = ComputePool(threadCount: threads ?? ComputePool.processorCount)
        let (model, tokenizer, template) = try makeModel(pool: pool)
        let training = try makeSource(data.train, tokenizer, template)
        let heldOut = data.evaluation.isEmpty ? nil : try makeSource(data.evaluation, tokenizer, template)
        let optimizer: any Optimizer
        switch method {
        case .adamW(let options, let decay):
            optimizer = try AdamW(
                groups: ParameterGroup.standard(model.parameters, weightDecay: decay), options: options, pool: pool)
        case .gradientDescent(let momentum, let isNesterov, let decay):
            optimizer = try StochasticGradientDescent(
                groups: ParameterGroup.standard(model.parameters, weightDecay: decay), momentum: momentum,
                isNesterov: isNesterov, pool: pool)
        }
        let trainer = try Trainer(
            model: model, optimizer: optimizer, data: training, heldOut: heldOut, configuration: self.trainer,
            pool: pool)
        if let latest { try trainer.resume(from: latest) }
        if logsJSONLines { trainer.observers.append(try JSONLinesLog(path: output + "/log.jsonl")) }
        if logsTensorBoard { trainer.observers.append(try TensorBoardLog(directory: output + "/tensorboard")) }
        return trainer
    }

    private func makeModel(pool: ComputePool) throws -> (TrainableDecoder, any Tokenizer, ChatTemplate?) {
        switch start {
        case .model(let path):
            let parts = try ModelParts.load(path: path)
            let model = try TrainableDecoder(
                configuration: parts.configuration, weights: parts.weights, lora: adapter, pool: pool)
            return (model, parts.tokenizer, try parts.chatTemplateSource.map { try ChatTemplate(source: $0) })
        case .new(var configuration, let path, let seed):
            let tokenizer = try TokenizerLoader.load(path: path)
            configuration.vocabularySize = tokenizer.vocabularySize
            let model = try TrainableDecoder(
                configuration: configuration, initialization: .gpt2Style(seed: seed), pool: pool)
            return (model, tokenizer, nil)
        }
    }

    private func makeSource(
        _ paths: [String], _ tokenizer: any Tokenizer, _ template: ChatTemplate?
    ) throws -> any TrainingDataSource {
        let name = paths.joined(separator: ", ")
        switch data.kind {
        case .examples:
            let encoder = ExampleEncoder(tokenizer: tokenizer, template: template, scoring: data.scoring)
            let examples = try paths.flatMap {
                try ExampleFile.read(path: $0, encoder: encoder, limit: data.limit)
            }
            return try PackedExamples(
                examples, rowLength: data.rowLength, lengthPolicy: data.lengthPolicy, isPacked: data.isPacked,
                source: name)
        case .stream:
            if let shards = try Self.shards(paths) {
                return try WindowRows(
                    try TokenCorpus(paths: shards), windowLength: data.rowLength, source: name)
            }
            let tokens = try paths.flatMap { try TextStream.tokens(path: $0, tokenizer, limit: data.limit) }
            return try WindowRows(tokens, windowLength: data.rowLength, source: name)
        }
    }

    /// The shards that paths name: files that end so, or all of a folder; nil when these are files of text.
    private static func shards(_ paths: [String]) throws -> [String]? {
        var shards: [String] = []
        var others: [String] = []
        for path in paths {
            if SystemCall.kind(of: path) == .directory {
                let names = FileSystem.names(in: path).filter { $0.hasSuffix(".tokens") }.sorted()
                if names.isEmpty { throw TrainingError.noData(source: path, reason: "a folder without .tokens files") }
                shards += names.map { path + "/" + $0 }
            } else if path.hasSuffix(".tokens") {
                shards.append(path)
            } else {
                others.append(path)
            }
        }
        guard !shards.isEmpty else { return nil }
        if let other = others.first {
            throw TrainingError.noData(source: other, reason: "text beside shards of tokens; use one or the other")
        }
        return shards
    }
}

/// Files of text as one stream of tokens, each document with its end behind it.
enum TextStream {
    /// A `.jsonl` file has a document under `text` on every line; any other file is one document.
    static func tokens(path: String, _ tokenizer: any Tokenizer, limit: Int?) throws -> [TokenID] {
        var tokens: [TokenID] = []
        func append(_ bytes: [UInt8]) {
            tokens += tokenizer.encode(bytes: bytes, addSpecialTokens: true, parseSpecialTokens: false)
            if let end = tokenizer.specialTokens.eos, tokens.last != end { tokens.append(end) }
        }
        guard path.hasSuffix(".jsonl") else {
            append(try MappedFile(path: path).withUnsafeBytes { [UInt8]($0) })
            return tokens
        }
        try ExampleFile.forEachRecord(path: path, limit: limit) { line, record in
            guard let text = record["text"]?.stringValue else {
                throw TrainingError.badRecord(source: path, line: line, reason: "expected a text under 'text'")
            }
            append(Array(text.utf8))
        }
        return tokens
    }
}
