internal import LLMModel
public import LLMTensor
internal import LLMTokenizer

/// Events as the HTML standard's `text/event-stream` writes them.
public enum ServerSentEvent {
    /// One event with a JSON document as data; the writer escapes line ends, so it is one line.
    public static func bytes(_ data: JSONValue) -> [UInt8] {
        Array("data: ".utf8) + JSONWriter().bytes(of: data) + [10, 10]
    }

    /// The event that ends a stream.
    public static let done = Array("data: [DONE]\n\n".utf8)
}

extension FinishReason {
    /// The reason in the interface's words.
    var openAIName: String {
        switch self {
        case .stop, .stopString, .cancelled: "stop"
        case .length, .contextFull: "length"
        }
    }
}

extension ServingUsage {
    /// The usage object.
    var openAIJSON: JSONValue {
        .object(
            JSONObject([
                ("prompt_tokens", .integer(Int64(promptTokens))),
                ("completion_tokens", .integer(Int64(completionTokens))),
                ("total_tokens", .integer(Int64(totalTokens))),
                (
                    "prompt_tokens_details",
                    .object(JSONObject([("cached_tokens", .integer(Int64(cachedTokens)))]))
                ),
            ]))
    }
}

/// Log probabilities in the two shapes of the interface.
struct LogprobFormatter {
    let tokenizer: any Tokenizer

    /// `{"content": [{"token", "logprob", "bytes", "top_logprobs"}], "refusal": null}`.
    func chat(_ tokens: [TokenID], _ logprobs: [TokenLogprobs]) -> JSONValue {
        let content = zip(tokens, logprobs).map { token, logprobs in
            var object = entry(token, logprobs.logprob)
            object["top_logprobs"] = .array(logprobs.top.map { .object(entry($0.token, $0.logprob)) })
            return JSONValue.object(object)
        }
        return .object(JSONObject([("content", .array(content)), ("refusal", .null)]))
    }

    /// `{"tokens", "token_logprobs", "top_logprobs", "text_offset"}` and where the next token starts.
    func completion(_ tokens: [TokenID], _ logprobs: [TokenLogprobs], offset: Int) -> (json: JSONValue, end: Int) {
        var end = offset
        var offsets: [JSONValue] = []
        for token in tokens {
            offsets.append(.integer(Int64(end)))
            end += text(token).unicodeScalars.count
        }
        let top = logprobs.map { logprobs in
            var object = JSONObject()
            for entry in logprobs.top { object[text(entry.token)] = .number(entry.logprob) }
            return JSONValue.object(object)
        }
        let object = JSONObject([
            ("tokens", .array(tokens.map { .string(text($0)) })),
            ("token_logprobs", .array(logprobs.map { .number($0.logprob) })), ("top_logprobs", .array(top)),
            ("text_offset", .array(offsets)),
        ])
        return (.object(object), end)
    }

    private func entry(_ token: TokenID, _ logprob: Double) -> JSONObject {
        JSONObject([
            ("token", .string(text(token))), ("logprob", .number(max(logprob, -9999))),
            ("bytes", .array(bytes(token).map { .integer(Int64($0)) })),
        ])
    }

    private func bytes(_ token: TokenID) -> [UInt8] {
        tokenizer.bytes(of: token) ?? Array((tokenizer.token(for: token) ?? "").utf8)
    }

    private func text(_ token: TokenID) -> String { String(decoding: bytes(token), as: UTF8.self) }
}
