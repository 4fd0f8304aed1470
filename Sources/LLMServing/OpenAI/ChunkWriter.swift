internal import LLMGovernance
internal import LLMModel
internal import LLMTensor

/// Turns the events of a stream into chunks.
struct ChunkWriter {
    private let run: CompletionRun
    private let stream: Int
    private let holdsBack: Bool
    private let formatter: LogprobFormatter
    private var texts: [Int: String] = [:]
    private var offsets: [Int: Int] = [:]

    init(run: CompletionRun, stream: Int) {
        self.run = run
        self.stream = stream
        holdsBack = run.screening?.hookPoints.contains(.output) ?? false
        formatter = LogprobFormatter(tokenizer: run.tokenizer)
    }

    /// What comes before the first token: the role, or the prompt.
    func opening() -> [UInt8]? {
        let indices = (0..<run.choicesPerStream).map { stream * run.choicesPerStream + $0 }
        switch run.kind {
        case .chat:
            let delta = JSONObject([("role", .string("assistant")), ("content", .string(""))])
            return indices.flatMap { chunk($0, delta: .object(delta), logprobs: nil, reason: nil) }
        case .text(let echoes):
            guard stream < echoes.count else { return nil }
            return indices.flatMap { chunk($0, delta: .string(echoes[stream]), logprobs: nil, reason: nil) }
        }
    }

    /// The bytes an event is told by; nil for nothing.
    mutating func bytes(for event: ServingEvent, _ record: inout CompletionRecord) -> [UInt8]? {
        switch event {
        case .token(let token):
            record.tokens.append(token.id)
            texts[token.choice, default: ""] += token.text
            if let logprobs = token.logprobs {
                record.logprobSum += logprobs.logprob
                record.logprobCount += 1
            }
            guard !holdsBack, !token.text.isEmpty || token.logprobs != nil else { return nil }
            return piece(token)
        case .choiceFinished(let index, let reason):
            return finish(index, reason, &record)
        case .finished(let summary):
            record.add(summary)
            return nil
        }
    }

    private mutating func piece(_ token: ServedToken) -> [UInt8] {
        let index = stream * run.choicesPerStream + token.choice
        switch run.kind {
        case .chat:
            let logprobs = token.logprobs.map { formatter.chat([token.id], [$0]) }
            return chunk(index, delta: content(token.text), logprobs: logprobs, reason: nil)
        case .text:
            var logprobs: JSONValue?
            if let own = token.logprobs {
                let formatted = formatter.completion([token.id], [own], offset: offsets[token.choice] ?? 0)
                offsets[token.choice] = formatted.end
                logprobs = formatted.json
            }
            return chunk(index, delta: .string(token.text), logprobs: logprobs, reason: nil)
        }
    }

    private mutating func finish(_ choice: Int, _ reason: FinishReason, _ record: inout CompletionRecord) -> [UInt8] {
        let index = stream * run.choicesPerStream + choice
        var text = texts[choice] ?? ""
        var name = reason.openAIName
        var held: [UInt8] = []
        if holdsBack {
            if let other = run.screened(text) { (text, name) = (other, "content_filter") }
            held = chunk(index, delta: isChat ? content(text) : .string(text), logprobs: nil, reason: nil)
        }
        record.texts.append(text)
        return held + chunk(index, delta: isChat ? .object(JSONObject()) : .string(""), logprobs: nil, reason: name)
    }

    private var isChat: Bool { if case .chat = run.kind { true } else { false } }

    private func content(_ text: String) -> JSONValue { .object(JSONObject([("content", .string(text))])) }

    private func chunk(_ index: Int, delta: JSONValue, logprobs: JSONValue?, reason: String?) -> [UInt8] {
        let choice = JSONObject([
            ("index", .integer(Int64(index))), (isChat ? "delta" : "text", delta), ("logprobs", logprobs ?? .null),
            ("finish_reason", reason.map { .string($0) } ?? .null),
        ])
        var object = run.header(isChunk: true)
        object["choices"] = .array([.object(choice)])
        if run.includesUsage { object["usage"] = .null }
        return ServerSentEvent.bytes(.object(object))
    }
}
