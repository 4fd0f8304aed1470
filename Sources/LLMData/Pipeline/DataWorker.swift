import LLMTensor

/// Runs the stages of a recipe that look at one document at a time over lines of JSON: the unit that a partition of
/// Spark or Ray runs.
///
/// One line of results for each line of input, in the same order:
/// `{"status":"kept","id":...,"text":...,"metadata":{...},...}` with `part` and, when asked for, `tokens`;
/// `{"status":"dropped","stage":...,"reason":...,"id":...}`; or `{"status":"malformed","record":n,"reason":...}`.
/// Stateless; may be used from any thread.
public struct DataWorker: Sendable {
    private let recipe: Recipe
    private let runner: StageRunner
    private let includesTokens: Bool

    /// Makes a worker.
    ///
    /// - Parameter includesTokens: whether kept documents come with the token ids of the recipe's tokenizer.
    public init(recipe: Recipe, includesTokens: Bool = false) {
        self.recipe = recipe
        self.includesTokens = includesTokens
        runner = StageRunner(stages: recipe.stages)
    }

    /// The results of some lines, which end with line feeds, and what they count.
    ///
    /// - Parameter firstRecord: the number of the first line in the input.
    public func results(of lines: [UInt8], firstRecord: Int) -> (lines: [UInt8], statistics: PreparationStatistics) {
        var output: [UInt8] = []
        output.reserveCapacity(lines.count)
        var statistics = PreparationStatistics()
        var number = firstRecord
        lines.withUnsafeBytes { bytes in
            Lines.forEach(bytes) { line in
                let origin = DocumentOrigin(name: "input", record: number)
                let record = DocumentJSON.record(line, keys: recipe.keys, origin: origin)
                statistics.add(read: record)
                let outcome = runner.run(record)
                statistics.add(outcome)
                DocumentJSON.append(object(outcome, number: number, &statistics), to: &output)
                number += 1
            }
        }
        return (output, statistics)
    }

    private func object(_ outcome: DocumentOutcome, number: Int, _ statistics: inout PreparationStatistics)
        -> JSONObject
    {
        var object = JSONObject()
        switch outcome {
        case .kept(let document):
            object["status"] = .string("kept")
            for (key, value) in DocumentJSON.object(document).members { object[key] = value }
            let part = recipe.split.parts[recipe.split.part(of: document)].name
            object["part"] = .string(part)
            statistics.partDocuments[part, default: 0] += 1
            if includesTokens, let tokenization = recipe.tokenization {
                let ids = tokenization.ids(of: document.text)
                statistics.partTokens[part, default: 0] += ids.count
                object["tokens"] = .array(ids.map { .integer(Int64($0)) })
            }
        case .dropped(let document, let stage, let reason):
            object["status"] = .string("dropped")
            object["stage"] = .string(stage)
            object["reason"] = .string(reason)
            object["id"] = .string(document.id)
        case .malformed(let report):
            object["status"] = .string("malformed")
            object["record"] = .integer(Int64(number))
            object["reason"] = .string(report.reason)
        }
        return object
    }
}
