internal import LLMModel
internal import LLMTensor

/// Low-rank adapters as PEFT stores them: `adapter_config.json` and `adapter_model.safetensors`.
///
/// Source: the checkpoint format page of PEFT's documentation.
public enum AdapterExport {
    static let configurationName = "adapter_config.json"
    static let weightsName = "adapter_model.safetensors"
    static let prefix = "base_model.model."

    /// Writes the adapters of a model into a folder.
    ///
    /// - Parameter baseModel: What PEFT is told the base is: a name or path; it may be left empty.
    /// - Throws: ``TrainingError/cannotExport(format:reason:)`` for a model without adapters, or of a family whose
    ///   checkpoints keep adapted projections in one tensor; `TensorFileError`.
    public static func write(_ model: TrainableDecoder, to folder: String, baseModel: String) throws {
        guard let lora = model.lora else {
            throw TrainingError.cannotExport(format: "PEFT adapter", reason: "the model has no adapters")
        }
        var writer = SafetensorsWriter(metadata: ["format": "pt"])
        for (name, tensor) in try model.adapterTensors() {
            guard lora.targets.contains(where: { name.contains(".\($0.rawValue).lora_") }) else {
                throw TrainingError.cannotExport(
                    format: "PEFT adapter",
                    reason:
                        "'\(name)': checkpoints of \(model.configuration.family) keep this projection in one tensor "
                        + "with others; merge the adapters instead")
            }
            try writer.addTensor(named: prefix + name, tensor)
        }
        try FileSystem.makeFolder(folder)
        try writer.write(to: folder + "/" + weightsName)
        try TextFile.write(configuration(lora, baseModel: baseModel), to: folder + "/" + configurationName)
    }

    private static func configuration(_ lora: LoRAConfiguration, baseModel: String) -> JSONValue {
        let targets = lora.targets.map(\.rawValue).sorted()
        let alpha = Int(exactly: lora.alpha).map { JSONValue.integer(Int64($0)) } ?? .number(Double(lora.alpha))
        return [
            "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": .string(baseModel),
            "r": .integer(Int64(lora.rank)), "lora_alpha": alpha, "lora_dropout": 0.0,
            "target_modules": .array(targets.map { .string($0) }), "bias": "none", "fan_in_fan_out": false,
            "use_rslora": false, "use_dora": false, "modules_to_save": nil, "init_lora_weights": true,
            "inference_mode": true,
        ]
    }
}
