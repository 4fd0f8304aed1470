internal import LLMModel

/// A request on its way through an engine.
///
/// The constant part may be read from any thread; the rest belongs to the engine's.
final class RequestRecord: @unchecked Sendable {
    let request: ServingRequest
    let buffer: StreamBuffer
    /// When it was submitted, and when it must be done, by the engine's clock.
    let arrival: Duration
    let deadline: Duration?
    /// Order of submission.
    let number: Int
    /// Most tokens a choice can have.
    let tokenLimit: Int

    var usage = ServingUsage()
    var scheduledAt: Duration?
    var firstTokenAt: Duration?
    var reasons: [FinishReason?]
    var seed: UInt64 = 0
    var preemptions = 0
    var isOver = false

    init(
        request: ServingRequest, buffer: StreamBuffer, arrival: Duration, number: Int, tokenLimit: Int
    ) {
        self.request = request
        self.buffer = buffer
        self.arrival = arrival
        deadline = request.timeLimit.map { arrival + $0 }
        self.number = number
        self.tokenLimit = tokenLimit
        reasons = Array(repeating: nil, count: request.choiceCount)
        usage.promptTokens = request.prompt.count
    }

    /// What it needs when nothing of it is done.
    var work: PendingWork {
        PendingWork(
            promptTokens: request.prompt.count, decodeTokens: tokenLimit, choices: request.choiceCount,
            deadline: deadline)
    }

    /// Its place in the queue: the largest goes first.
    func urgency(now: Duration, ageing: Duration) -> Double {
        Double(request.priority.rawValue) + (now - arrival) / ageing
    }

    func summary(model: String, now: Duration) -> ServingSummary {
        ServingSummary(
            id: request.id, model: model, usage: usage, reasons: reasons.map { $0 ?? .cancelled }, seed: seed,
            queueTime: (scheduledAt ?? now) - arrival, timeToFirstToken: firstTokenAt.map { $0 - arrival },
            totalTime: now - arrival, preemptions: preemptions)
    }
}

/// One choice of a request while it is computed.
final class Generation {
    let record: RequestRecord
    let choice: Int
    var run: GenerationRun
    /// Prompt and generated tokens; those from the sequence's position on are still to be computed.
    var tokens: [Int32]
    /// Nil while put aside.
    var sequence: (any BatchSequence)?
    /// Whether the sequence's last page may be shared, and so copied by the next step.
    var sharesLastPage = false
    /// Whether the prompt's state was offered to the prefix cache.
    var isPromptKept = false

    init(record: RequestRecord, choice: Int, run: GenerationRun, tokens: [Int32]) {
        self.record = record
        self.choice = choice
        self.run = run
        self.tokens = tokens
    }

    var position: Int { sequence?.position ?? 0 }
    /// Tokens to compute before the next one can be chosen.
    var pendingTokens: Int { tokens.count - position }
    /// Whether it is past its prompt, so that each step adds a token.
    var isDecoding: Bool { pendingTokens == 1 && position > 0 }
    var remainingTokens: Int { max(0, record.tokenLimit - run.timings.generatedTokens) }
}
