internal import LLMTensor

extension Trainer {
    /// Goes on from a checkpoint: parameters, optimizer and place in the data are as they were, bit for bit.
    ///
    /// Call it before the first ``next()``. Settings that change the course of the run (data, batches, schedule, length,
    /// seed) must be those the checkpoint was made with.
    ///
    /// - Throws: ``TrainingError/checkpointMismatch(path:key:saved:current:)``, or another error that names the file.
    public func resume(from checkpoint: Checkpoint) throws {
        let statePath = checkpoint.path + "/" + Checkpoint.stateName
        let bytes = try MappedFile(path: statePath).withUnsafeBytes { [UInt8]($0) }
        let state = JSONNode(try JSONValue.parse(bytes, source: statePath), source: statePath)
        for (key, current) in fingerprint {
            let node = state["configuration"][key]
            // Checkpoints of earlier versions say nothing of precision.
            let saved =
                key == "precision" && !node.exists ? ComputePrecision.float32.rawValue : try node.string()
            guard saved == current else {
                throw TrainingError.checkpointMismatch(path: checkpoint.path, key: key, saved: saved, current: current)
            }
        }
        var progress = TrainingProgress()
        progress.step = try state["step"].integer()
        progress.rows = try state["rows"].integer()
        progress.tokens = try state["tokens"].integer()
        progress.scoredTokens = try state["scored_tokens"].integer()
        let optimizerSteps = try state["optimizer_steps"].integer()
        guard progress.step >= 0, progress.step <= totalSteps, progress.rows >= 0, optimizerSteps >= 0 else {
            throw TrainingError.checkpoint(path: statePath, reason: "step \(progress.step) of \(totalSteps)")
        }
        let parameters = try SafetensorsFile(path: checkpoint.path + "/" + Checkpoint.parametersName)
        let moments = try SafetensorsFile(path: checkpoint.path + "/" + Checkpoint.optimizerName)
        let targets = model.parameters.filter(\.isTrainable).map { ($0.name, $0.shape, $0.values) }
        let states = optimizer.state.map { ($0.name, $0.shape, $0.values) }
        // Both are checked before either is changed.
        for (file, targets) in [(parameters, targets), (moments, states)] { try Self.check(file, targets) }
        for (file, targets) in [(parameters, targets), (moments, states)] {
            for (name, _, values) in targets { try file.tensor(named: name).copyFloats(to: values) }
        }
        optimizer.stepCount = optimizerSteps
        self.progress = progress
    }

    private static func check(
        _ file: SafetensorsFile, _ targets: [(name: String, shape: [Int], values: UnsafeMutableBufferPointer<Float>)]
    ) throws {
        guard file.tensors.count == targets.count else {
            throw TrainingError.checkpoint(
                path: file.path, reason: "holds \(file.tensors.count) tensors, the run has \(targets.count)")
        }
        for target in targets {
            let tensor = try file.tensor(named: target.name)
            guard tensor.elementType == .f32, tensor.shape == target.shape else {
                throw TrainingError.checkpoint(
                    path: file.path,
                    reason: "'\(target.name)' is \(tensor.elementType) \(tensor.shape), expected f32 \(target.shape)")
            }
        }
    }
}

extension Tensor {
    /// Copies the numbers of a float32 tensor.
    ///
    /// - Throws: ``TensorError/bufferSize(expected:found:)``.
    func copyFloats(to target: UnsafeMutableBufferPointer<Float>) throws(TensorError) {
        guard elementType == .f32 else { throw .noConversion(from: elementType, to: .f32) }
        guard elementCount == target.count else {
            throw .bufferSize(expected: target.count, found: elementCount)
        }
        withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
    }
}
