public import LLMData
internal import LLMModel
internal import LLMTensor

extension TrainingRecipe {
    /// Reads the recipe of a fine-tuning run.
    ///
    /// - Throws: `ConfigurationError` with file and line.
    public static func finetune(_ node: ConfigurationNode) throws(ConfigurationError) -> TrainingRecipe {
        try node.checkKeys([
            "model", "output", "data", "adapter", "training", "evaluation", "checkpoints", "logs", "export", "threads",
        ])
        return try TrainingRecipe(
            node, start: .model(path: try node.string("model")), kind: .examples, adapter: try node.adapter())
    }

    /// Reads the recipe of a pretraining run.
    ///
    /// - Throws: `ConfigurationError` with file and line.
    public static func pretrain(_ node: ConfigurationNode) throws(ConfigurationError) -> TrainingRecipe {
        try node.checkKeys([
            "model", "tokenizer", "output", "data", "training", "evaluation", "checkpoints", "logs", "export",
            "threads",
        ])
        let model = try node.required("model", expected: "a model, or the sizes of a new one")
        let start: Start
        if case .scalar = model.content {
            start = .model(path: try model.string())
        } else {
            start = .new(
                try model.newConfiguration(), tokenizer: try node.string("tokenizer"),
                seed: try model.seed("seed"))
        }
        return try TrainingRecipe(node, start: start, kind: .stream, adapter: nil)
    }

    private init(
        _ node: ConfigurationNode, start: Start, kind: Data.Kind, adapter: LoRAConfiguration?
    ) throws(ConfigurationError) {
        self.start = start
        self.adapter = adapter
        output = try node.string("output")
        data = try Data(try node.required("data", expected: "the files to train on"), kind: kind)
        let training = try node.required("training", expected: "how to train")
        method = try training.method()
        trainer = try training.trainerConfiguration(hasAdapter: adapter != nil)
        if let evaluation = try node.section("evaluation") {
            try evaluation.checkKeys(["every", "start"])
            trainer.evaluation = .init(
                interval: try evaluation.optionalInteger("every", in: 1 ... .max),
                includesStart: try evaluation.boolean("start", default: true))
        }
        let checkpoints = try node.section("checkpoints")
        try checkpoints?.checkKeys(["every", "keep", "onCancellation"])
        trainer.checkpoints = .init(
            directory: output + "/checkpoints",
            interval: try checkpoints?.optionalInteger("every", in: 1 ... .max),
            keepsLast: try checkpoints?.integer("keep", in: 1 ... .max, default: 3) ?? 3,
            savesOnCancellation: try checkpoints?.boolean("onCancellation", default: true) ?? true)
        let logs = try node.section("logs")
        try logs?.checkKeys(["jsonLines", "tensorBoard"])
        logsJSONLines = try logs?.boolean("jsonLines", default: true) ?? true
        logsTensorBoard = try logs?.boolean("tensorBoard", default: true) ?? true
        exports = []
        for element in try node.list("export") { exports.append(try Export(element, hasAdapter: adapter != nil)) }
        threads = try node.optionalInteger("threads", in: 1...1024)
    }
}

extension TrainingRecipe.Data {
    fileprivate init(_ node: ConfigurationNode, kind: Kind) throws(ConfigurationError) {
        self.kind = kind
        train = try node.strings("train")
        evaluation = try node.optionalStrings("evaluation") ?? []
        lengthPolicy = .keepStart
        isPacked = true
        scoring = .answers
        limit = try node.optionalInteger("limit", in: 1 ... .max)
        switch kind {
        case .examples:
            try node.checkKeys([
                "train", "evaluation", "rowLength", "lengthPolicy", "packed", "scoring", "limit",
            ])
            rowLength = try node.integer("rowLength", in: 2...1 << 24, default: 1024)
            lengthPolicy = try node.choice("lengthPolicy", as: LengthPolicy.self, default: .keepStart)
            isPacked = try node.boolean("packed", default: true)
            scoring = try node.choice("scoring", as: ExampleEncoder.Scoring.self, default: .answers)
        case .stream:
            try node.checkKeys(["train", "evaluation", "windowLength", "limit"])
            rowLength = try node.integer("windowLength", in: 1...1 << 24, default: 512)
        }
    }
}

extension TrainingRecipe.Export {
    /// `gguf`, or `{format: gguf, precision: bf16}`.
    fileprivate init(_ node: ConfigurationNode, hasAdapter: Bool) throws(ConfigurationError) {
        precision = .float16
        if case .scalar = node.content {
            format = try node.choice(as: Format.self)
        } else {
            try node.checkKeys(["format", "precision"])
            format = try node.choice("format", as: Format.self)
            precision = try node.choice("precision", as: WeightPrecision.self, default: .float16)
        }
        if format == .adapter, !hasAdapter {
            throw node.error(expected: "huggingFace or gguf, as the run has no adapter")
        }
    }
}

extension ConfigurationNode {
    fileprivate func adapter() throws(ConfigurationError) -> LoRAConfiguration? {
        guard let node = try section("adapter") else { return nil }
        try node.checkKeys(["rank", "alpha", "targets", "seed"])
        let rank = try node.integer("rank", in: 1...4096, default: 8)
        var targets = Set(LoRAConfiguration.Target.allCases)
        if let list = try node.optional("targets") {
            targets = []
            for element in try list.elements() {
                targets.insert(try element.choice(as: LoRAConfiguration.Target.self))
            }
            if targets.isEmpty { throw list.error(expected: "at least one projection") }
        }
        return LoRAConfiguration(
            rank: rank, alpha: Float(try node.double("alpha", in: 0...1e6, default: Double(2 * rank))),
            targets: targets,
            seed: try node.seed("seed"))
    }

    fileprivate func seed(_ key: String) throws(ConfigurationError) -> UInt64 {
        UInt64(try integer(key, in: 0 ... .max, default: 0))
    }

    fileprivate func method() throws(ConfigurationError) -> TrainingRecipe.Method {
        enum Name: String, CaseIterable { case adamw, sgd }
        let node = try optional("optimizer")
        var name = Name.adamw
        var settings: ConfigurationNode?
        if let node {
            if case .scalar = node.content {
                name = try node.choice(as: Name.self)
            } else {
                name = try node.choice("name", as: Name.self, default: .adamw)
                settings = node
            }
        }
        switch name {
        case .adamw:
            try settings?.checkKeys(["name", "beta1", "beta2", "epsilon", "weightDecay"])
            return .adamW(
                AdamW.Options(
                    beta1: try settings?.double("beta1", in: 0...0.999999, default: 0.9) ?? 0.9,
                    beta2: try settings?.double("beta2", in: 0...0.9999999, default: 0.999) ?? 0.999,
                    epsilon: try settings?.double("epsilon", in: 0...1, default: 1e-8) ?? 1e-8),
                weightDecay: try settings?.double("weightDecay", in: 0...100, default: 0.01) ?? 0.01)
        case .sgd:
            try settings?.checkKeys(["name", "momentum", "nesterov", "weightDecay"])
            return .gradientDescent(
                momentum: try settings?.double("momentum", in: 0...1, default: 0.9) ?? 0.9,
                isNesterov: try settings?.boolean("nesterov", default: false) ?? false,
                weightDecay: try settings?.double("weightDecay", in: 0...100, default: 0) ?? 0)
        }
    }

    fileprivate func trainerConfiguration(hasAdapter: Bool) throws(ConfigurationError) -> TrainerConfiguration {
        try checkKeys([
            "steps", "epochs", "rowsPerBatch", "accumulation", "shuffle", "learningRate", "schedule",
            "maximumGradientNorm", "optimizer", "seed", "nonFinite", "precision",
        ])
        let steps = try optionalInteger("steps", in: 1...1 << 40)
        let epochs = try optionalDouble("epochs", in: 0...1e6)
        let duration: TrainerConfiguration.Duration
        switch (steps, epochs) {
        case (let steps?, nil): duration = .steps(steps)
        case (nil, let epochs?) where epochs > 0: duration = .epochs(epochs)
        default: throw error(expected: "one of 'steps' and 'epochs', above 0")
        }
        var configuration = TrainerConfiguration(
            duration: duration,
            batches: .init(
                rowsPerMicroBatch: try integer("rowsPerBatch", in: 1...1 << 20, default: 1),
                gradientAccumulationSteps: try integer("accumulation", in: 1...1 << 20, default: 1),
                isShuffled: try boolean("shuffle", default: true)),
            learningRate: try double("learningRate", in: 0...1000, default: hasAdapter ? 2e-4 : 3e-4),
            schedule: try schedule(), maximumGradientNorm: 1, seed: try seed("seed"))
        if let norm = try optionalDouble("maximumGradientNorm", in: 0...1e9) {
            // 0 switches clipping off.
            configuration.maximumGradientNorm = norm > 0 ? norm : nil
        }
        configuration.precision = try choice("precision", as: ComputePrecision.self, default: .float32)
        enum Policy: String, CaseIterable { case fail, skip }
        if try choice("nonFinite", as: Policy.self, default: .fail) == .skip {
            configuration.nonFinitePolicy = .skip(maximumInARow: 3)
        }
        return configuration
    }

    private func schedule() throws(ConfigurationError) -> LearningRateSchedule {
        enum Name: String, CaseIterable { case constant, linear, cosine, wsd }
        guard let node = try optional("schedule") else { return .constant() }
        if case .scalar = node.content {
            switch try node.choice(as: Name.self) {
            case .constant: return .constant()
            case .linear: return .linear()
            case .cosine: return .cosine()
            case .wsd: throw node.error(expected: "a mapping: wsd needs 'decaySteps'")
            }
        }
        let name = try node.choice("name", as: Name.self)
        let isWSD = name == .wsd
        try node.checkKeys(
            ["name", "warmupSteps"] + (name == .constant ? [] : ["minimumRatio"])
                + (isWSD ? ["decaySteps", "shape"] : []))
        let warmup = try node.integer("warmupSteps", in: 0...1 << 40, default: 0)
        let minimum = try node.double("minimumRatio", in: 0...1, default: 0)
        switch name {
        case .constant: return .constant(warmupSteps: warmup)
        case .linear: return .linear(warmupSteps: warmup, minimumRatio: minimum)
        case .cosine: return .cosine(warmupSteps: warmup, minimumRatio: minimum)
        case .wsd:
            return .warmupStableDecay(
                warmupSteps: warmup, decaySteps: try node.integer("decaySteps", in: 0...1 << 40),
                shape: try node.choice(
                    "shape", as: LearningRateSchedule.DecayShape.self, default: .inverseSquareRoot),
                minimumRatio: minimum)
        }
    }
}
