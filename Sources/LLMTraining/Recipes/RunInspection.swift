internal import LLMTensor

/// What a run would train on, written down: so that another trainer can be given the same.
public enum RunInspection {
    /// Writes `batches.jsonl`, a step on each line with its micro-batches (tokens, targets, sequence starts), the held-out
    /// batches as `heldout.jsonl`, and the initial adapter of a model that has one as `adapter/`.
    ///
    /// - Throws: What reading the data and writing throws.
    public static func write(_ trainer: Trainer, to folder: String) throws {
        try FileSystem.makeFolder(folder)
        let writer = try AtomicFileWriter(path: folder + "/batches.jsonl")
        for step in 0..<trainer.totalSteps {
            try Task.checkCancellation()
            let batches = try trainer.microBatches(ofStep: step)
            try writer.write(JSONWriter().bytes(of: .array(batches.map(\.json))))
            try writer.write("\n")
        }
        try writer.commit()
        if let heldOut = trainer.heldOut {
            let writer = try AtomicFileWriter(path: folder + "/heldout.jsonl")
            for row in 0..<heldOut.rowCount {
                try writer.write(JSONWriter().bytes(of: try heldOut.batch(rows: [row]).json))
                try writer.write("\n")
            }
            try writer.commit()
        }
        if let model = trainer.model as? TrainableDecoder, model.lora != nil {
            try AdapterExport.write(model, to: folder + "/adapter", baseModel: "")
        }
    }
}

extension TrainingBatch {
    fileprivate var json: JSONValue {
        func list(_ values: some Sequence<some BinaryInteger>) -> JSONValue {
            .array(values.map { .integer(Int64($0)) })
        }
        return ["tokens": list(tokens), "targets": list(targets), "starts": list(sequenceStarts)]
    }
}

extension Trainer {
    /// The micro-batches of a step, counted from 0.
    func microBatches(ofStep step: Int) throws -> [TrainingBatch] {
        try microBatchRows(from: step * configuration.rowsPerStep).map { try data.batch(rows: $0) }
    }
}
