public import LLMTensor

extension TrainingEvent {
    /// The event as one JSON object: `event` names its kind, members are in snake case.
    public var json: JSONValue {
        switch self {
        case .started(let start):
            [
                "event": "started", "total_steps": Self.number(start.totalSteps),
                "completed_steps": Self.number(start.completedSteps),
                "parameters": Self.number(start.parameterCount),
                "trainable_parameters": Self.number(start.trainableParameterCount),
                "rows": Self.number(start.rowCount),
            ]
        case .step(let step):
            [
                "event": "step", "step": Self.number(step.step), "total_steps": Self.number(step.totalSteps),
                "epoch": .number(step.epoch), "loss": .number(step.loss), "learning_rate": .number(step.learningRate),
                "gradient_norm": .number(step.gradientNorm), "tokens": Self.number(step.tokens),
                "scored_tokens": Self.number(step.scoredTokens), "tokens_per_second": .number(step.tokensPerSecond),
            ]
        case .skipped(let step, let reason):
            ["event": "skipped", "step": Self.number(step), "reason": .string(reason)]
        case .evaluation(let evaluation):
            .object(evaluation.members(event: "evaluation"))
        case .checkpoint(let step, let path):
            ["event": "checkpoint", "step": Self.number(step), "path": .string(path)]
        case .finished(let summary):
            [
                "event": "finished", "reason": .string(summary.reason.rawValue), "steps": Self.number(summary.steps),
                "tokens": Self.number(summary.tokens), "loss": summary.loss.map { .number($0) } ?? .null,
                "first_evaluation": summary.firstEvaluation.map { .object($0.members()) } ?? .null,
                "last_evaluation": summary.lastEvaluation.map { .object($0.members()) } ?? .null,
                "seconds": .number(summary.seconds),
            ]
        }
    }

    fileprivate static func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
}

extension TrainingEvaluation {
    fileprivate func members(event: String? = nil) -> JSONObject {
        var object = JSONObject()
        if let event { object["event"] = .string(event) }
        object["step"] = TrainingEvent.number(step)
        object["loss"] = .number(loss)
        object["perplexity"] = .number(perplexity)
        object["tokens"] = TrainingEvent.number(tokens)
        return object
    }
}
