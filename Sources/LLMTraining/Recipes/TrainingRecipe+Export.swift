internal import LLMModel
internal import LLMTensor
internal import LLMTokenizer

extension TrainingRecipe {
    /// Writes what the recipe wants of a trained model into the output folder, and returns the paths.
    ///
    /// - Throws: ``TrainingError/cannotExport(format:reason:)``, or what writing throws.
    public func export(_ trainer: Trainer) throws -> [(format: Export.Format, path: String)] {
        guard let model = trainer.model as? TrainableDecoder else {
            throw TrainingError.cannotExport(format: "the model", reason: "it is no decoder")
        }
        var written: [(format: Export.Format, path: String)] = []
        for export in exports {
            let path: String
            switch export.format {
            case .adapter:
                path = output + "/adapter"
                try AdapterExport.write(model, to: path, baseModel: basePath)
            case .huggingFace:
                path = output + "/huggingface"
                try HuggingFaceExport.write(model, to: path, precision: export.precision, base: tokenizerPath)
            case .gguf:
                path = output + "/model.\(export.precision.rawValue.uppercased()).gguf"
                try writeGGUF(model, to: path, export.precision)
            }
            written.append((export.format, path))
        }
        return written
    }

    private var basePath: String {
        if case .model(let path) = start { path } else { "" }
    }

    private var tokenizerPath: String {
        switch start {
        case .model(let path): path
        case .new(_, let tokenizer, _): tokenizer
        }
    }

    private func writeGGUF(_ model: TrainableDecoder, to path: String, _ precision: WeightPrecision) throws {
        let weights = try model.decoderWeights()
        let export: GGUFExport
        switch start {
        case .model(let base): export = try GGUFExport(modelAt: base, weights: weights)
        case .new(_, let tokenizer, _):
            let details = GGUFExport.Details(name: output.split(separator: "/").last.map(String.init))
            export = try GGUFExport(
                configuration: model.configuration, weights: weights,
                tokenizer: try TokenizerLoader.load(path: tokenizer), details: details)
        }
        try export.write(to: path, as: precision.mixture)
    }
}

extension WeightPrecision {
    fileprivate var mixture: QuantizationMixture {
        switch self {
        case .float32: .f32
        case .bfloat16: .bf16
        case .float16: .f16
        }
    }
}
