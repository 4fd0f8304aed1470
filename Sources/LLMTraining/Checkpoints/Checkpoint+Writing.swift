internal import LLMTensor

extension Checkpoint {
    /// Writes the files of a checkpoint; the state, which says that the others are there, last.
    ///
    /// Nothing in them depends on the time or the machine: the same run gives the same bytes.
    static func write(_ trainer: Trainer, to folder: String) throws {
        var parameters = SafetensorsWriter()
        for parameter in trainer.model.parameters where parameter.isTrainable {
            try parameters.addFloats(named: parameter.name, shape: parameter.shape, parameter.values)
        }
        try parameters.write(to: folder + "/" + parametersName, honorsCancellation: false)
        var optimizer = SafetensorsWriter()
        for state in trainer.optimizer.state {
            try optimizer.addFloats(named: state.name, shape: state.shape, state.values)
        }
        try optimizer.write(to: folder + "/" + optimizerName, honorsCancellation: false)
        let writer = try AtomicFileWriter(path: folder + "/" + stateName)
        try writer.write(JSONWriter(layout: .indented(2)).bytes(of: trainer.stateDocument))
        try writer.write("\n")
        try writer.commit()
    }
}

extension SafetensorsWriter {
    /// Adds float32 numbers that are read while the file is written.
    mutating func addFloats(
        named name: String, shape: [Int], _ values: UnsafeMutableBufferPointer<Float>
    ) throws(TensorFileError) {
        try addTensor(named: name, shape: shape, elementType: .f32) { write in
            try write(UnsafeRawBufferPointer(values))
        }
    }
}

extension Trainer {
    /// What a run must have in common with one that goes on from its checkpoint, by name.
    var fingerprint: [(key: String, value: String)] {
        let batches = configuration.batches
        return [
            ("data", data.signature),
            ("data.rows", "\(data.rowCount)"),
            ("data.shuffled", "\(batches.isShuffled)"),
            ("rowsPerMicroBatch", "\(batches.rowsPerMicroBatch)"),
            ("gradientAccumulationSteps", "\(batches.gradientAccumulationSteps)"),
            ("optimizer", optimizer.signature),
            ("learningRate", "\(configuration.learningRate)"),
            ("schedule", "\(configuration.schedule)"),
            ("totalSteps", "\(totalSteps)"),
            ("maximumGradientNorm", configuration.maximumGradientNorm.map { "\($0)" } ?? "none"),
            ("seed", "\(configuration.seed)"),
            ("precision", configuration.precision.rawValue),
        ]
    }

    /// The content of state.json.
    var stateDocument: JSONValue {
        func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
        var settings = JSONObject()
        for (key, value) in fingerprint { settings[key] = .string(value) }
        return [
            "format": "swift-llmops training checkpoint", "version": 1,
            "step": number(progress.step), "rows": number(progress.rows), "tokens": number(progress.tokens),
            "scored_tokens": number(progress.scoredTokens),
            "optimizer_steps": number(optimizer.stepCount),
            // Order and initialization are functions of seed and place, so the place is all there is to remember.
            "random": ["seed": .string("\(configuration.seed)"), "position": number(progress.rows)],
            "configuration": .object(settings),
        ]
    }
}
