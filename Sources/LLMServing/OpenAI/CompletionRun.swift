internal import LLMGovernance
public import LLMTensor
public import LLMTokenizer

/// An answer under way, and how it is told: as one object, or as server-sent events.
public struct CompletionRun: Sendable {
    /// The two interfaces.
    enum Kind: Sendable {
        case chat
        /// The texts that come before the answers of each prompt (`echo`).
        case text(echoes: [String])
    }

    let kind: Kind
    /// The answer's name, `chatcmpl-…` or `cmpl-…`.
    public let id: String
    let created: Int
    /// The model as the client called it.
    public let model: String
    let streams: [ServingStream]
    let choicesPerStream: Int
    let includesUsage: Bool
    let tokenizer: any Tokenizer
    let screening: Screening?

    /// Whether the client asked for a stream.
    public let isStream: Bool

    /// Ends the generation; the client has gone.
    public func cancel() {
        for stream in streams { stream.cancel() }
    }

    /// Waits for everything and gives the whole answer.
    ///
    /// - Throws: ``OpenAIError``.
    public func collect() async throws(OpenAIError) -> (json: JSONValue, record: CompletionRecord) {
        var choices: [JSONValue] = []
        var record = CompletionRecord()
        for (number, stream) in streams.enumerated() {
            let result: ServingResult
            do throws(ServingError) {
                result = try await stream.collect()
            } catch {
                cancel()
                throw OpenAIError(error)
            }
            record.add(result.summary)
            for (index, choice) in result.choices.enumerated() {
                var text = choice.text
                var reason = choice.reason.openAIName
                if let verdict = screened(text) { (text, reason) = (verdict, "content_filter") }
                record.texts.append(text)
                record.tokens += choice.tokens
                record.logprobSum += choice.logprobs.reduce(0) { $0 + $1.logprob }
                record.logprobCount += choice.logprobs.count
                let place = number * choicesPerStream + index
                choices.append(object(place, stream: number, text, choice, reason))
            }
        }
        var object = header(isChunk: false)
        object["choices"] = .array(choices)
        object["usage"] = record.usage.openAIJSON
        return (.object(object), record)
    }

    /// Writes the answer as it comes, ending with `data: [DONE]`.
    ///
    /// An error after the first byte is told as an event, as there is no status to tell it by any more.
    /// - Throws: what `write` throws, when the client has gone.
    public func write(_ write: (_ bytes: [UInt8]) async throws -> Void) async throws -> CompletionRecord {
        var record = CompletionRecord()
        do {
            for (number, stream) in streams.enumerated() {
                var writer = ChunkWriter(run: self, stream: number)
                if let opening = writer.opening() { try await write(opening) }
                for try await event in stream {
                    if let bytes = writer.bytes(for: event, &record) { try await write(bytes) }
                }
            }
            if includesUsage {
                var object = header(isChunk: true)
                object["choices"] = .array([])
                object["usage"] = record.usage.openAIJSON
                try await write(ServerSentEvent.bytes(.object(object)))
            }
        } catch let error as ServingError {
            cancel()
            record.error = error
            try await write(ServerSentEvent.bytes(OpenAIError(error).json))
        } catch {
            cancel()
            throw error
        }
        try await write(ServerSentEvent.done)
        return record
    }

    /// What stands in a refused or changed answer's place; nil when it may pass.
    func screened(_ text: String) -> String? {
        guard let screening, screening.hookPoints.contains(.output) else { return nil }
        switch screening.judge(text, .output) {
        case .pass: return nil
        case .replace(let other): return other
        case .refuse: return ""
        }
    }

    func header(isChunk: Bool) -> JSONObject {
        let name: String
        switch kind {
        case .chat: name = isChunk ? "chat.completion.chunk" : "chat.completion"
        case .text: name = "text_completion"
        }
        return JSONObject([
            ("id", .string(id)), ("object", .string(name)), ("created", .integer(Int64(created))),
            ("model", .string(model)), ("system_fingerprint", .null),
        ])
    }

    private func object(
        _ index: Int, stream: Int, _ text: String, _ choice: ServingResult.Choice, _ reason: String
    ) -> JSONValue {
        var object = JSONObject([("index", .integer(Int64(index)))])
        let formatter = LogprobFormatter(tokenizer: tokenizer)
        switch kind {
        case .chat:
            object["message"] = .object(
                JSONObject([("role", .string("assistant")), ("content", .string(text)), ("refusal", .null)]))
            object["logprobs"] =
                choice.logprobs.isEmpty ? .null : formatter.chat(choice.tokens, choice.logprobs)
        case .text(let echoes):
            object["text"] = .string((stream < echoes.count ? echoes[stream] : "") + text)
            object["logprobs"] =
                choice.logprobs.isEmpty ? .null : formatter.completion(choice.tokens, choice.logprobs, offset: 0).json
        }
        object["finish_reason"] = .string(reason)
        return .object(object)
    }
}

/// What an answer was, for logs, feedback and monitors.
public struct CompletionRecord: Sendable {
    /// The answers.
    public var texts: [String] = []
    /// Tokens taken and given.
    public var usage = ServingUsage()
    /// The generated tokens of all answers.
    public var tokens: [TokenID] = []
    /// Sum of the log probabilities that were computed.
    public var logprobSum = 0.0
    /// How many there were.
    public var logprobCount = 0
    /// Why the answers ended, in the interface's words.
    public var reasons: [String] = []
    /// The version that answered.
    public var model = ""
    /// What broke the stream.
    public var error: ServingError?

    mutating func add(_ summary: ServingSummary) {
        usage.promptTokens += summary.usage.promptTokens
        usage.cachedTokens += summary.usage.cachedTokens
        usage.completionTokens += summary.usage.completionTokens
        reasons += summary.reasons.map(\.openAIName)
        model = summary.model
    }
}
