public import LLMTensor
public import LLMTokenizer

/// Turns records of instruction data into token sequences with the loss where it belongs.
///
/// A record is one of
/// - `{"messages": [{"role": …, "content": …}, …], "tools": […]}`: rendered by the chat template; what the assistant wrote
///   is scored, the end of its turn included;
/// - `{"prompt": …, "completion": …}`: the completion is scored, with the end of sequence behind it;
/// - `{"text": …}`: everything is scored.
///
/// Which tokens are the assistant's is told by their place in the text, so it is exact also where a token lies on the edge:
/// a token with a byte of the answer in it is scored. Immutable, for use from any thread.
public struct ExampleEncoder: Sendable {
    /// Which tokens are scored.
    public enum Scoring: String, Sendable, CaseIterable {
        /// What the model is to say: the assistant's turns, the completion.
        case answers
        /// All tokens.
        case everything
    }

    private let tokenizer: any Tokenizer
    private let template: ChatTemplate?
    private let scoring: Scoring
    private let variables: [String: JSONValue]

    /// Creates an encoder.
    ///
    /// - Parameters:
    ///   - template: How conversations are written; records with `messages` need one.
    ///   - variables: What the template reads besides; the names of special tokens are added.
    public init(
        tokenizer: any Tokenizer, template: ChatTemplate?, scoring: Scoring = .answers,
        variables: [String: JSONValue] = [:]
    ) {
        self.tokenizer = tokenizer
        self.template = template
        self.scoring = scoring
        let special = tokenizer.specialTokens
        var all = variables
        for (name, id) in [
            ("bos_token", special.bos), ("eos_token", special.eos), ("unk_token", special.unk),
            ("pad_token", special.pad),
        ] where all[name] == nil {
            if let token = id.flatMap({ tokenizer.token(for: $0) }) { all[name] = .string(token) }
        }
        self.variables = all
    }

    /// Encodes a record.
    ///
    /// - Throws: ``RecordProblem``.
    public func encode(_ record: JSONValue) throws(RecordProblem) -> TrainingExample {
        guard case .object = record else {
            throw RecordProblem("expected an object, found \(record.kindDescription)")
        }
        if let messages = record["messages"] {
            return try encode(
                messages: try Self.messages(messages), tools: record["tools"]?.arrayValue ?? [])
        }
        if let prompt = record["prompt"] {
            guard let prompt = prompt.stringValue, let completion = record["completion"]?.stringValue else {
                throw RecordProblem("expected texts under 'prompt' and 'completion'")
            }
            return encode(prompt: prompt, completion: completion)
        }
        if let text = record["text"]?.stringValue { return encode(prompt: "", completion: text) }
        throw RecordProblem("expected 'messages', 'prompt' with 'completion', or 'text'")
    }

    /// Encodes a conversation.
    ///
    /// - Throws: ``RecordProblem`` without a chat template, or when it refuses the conversation.
    public func encode(
        messages: [ChatMessage], tools: [JSONValue] = []
    ) throws(RecordProblem) -> TrainingExample {
        guard let template else { throw RecordProblem("the model has no chat template, which 'messages' need") }
        let rendering: ChatRendering
        do throws(ChatTemplateError) {
            rendering = try template.renderWithAssistantMask(messages: messages, tools: tools, variables: variables)
        } catch {
            throw RecordProblem("\(error)")
        }
        // The template writes the special tokens itself.
        return example(rendering.text, scored: rendering.assistantRanges, addsSpecialTokens: false)
    }

    /// Encodes a text and its continuation; the end of sequence is scored too.
    public func encode(prompt: String, completion: String) -> TrainingExample {
        let start = prompt.utf8.count
        let text = prompt + completion
        var result = example(text, scored: [start..<text.utf8.count], addsSpecialTokens: true)
        guard let end = tokenizer.specialTokens.eos else { return result }
        if result.tokens.last == end {
            result.mask[result.mask.count - 1] = true
        } else {
            result.tokens.append(end)
            result.mask.append(true)
        }
        return result
    }

    private func example(_ text: String, scored ranges: [Range<Int>], addsSpecialTokens: Bool) -> TrainingExample {
        let encoding = tokenizer.encoding(
            text, options: EncodingOptions(addsSpecialTokens: addsSpecialTokens, parsesSpecialTokens: true))
        guard scoring == .answers else { return TrainingExample(tokens: encoding.ids) }
        var mask = [Bool](repeating: false, count: encoding.count)
        for range in ranges where !range.isEmpty {
            // From the first token with a byte in the range to the last one: white space may have no place of its own.
            func lies(_ index: Int) -> Bool {
                encoding.specialTokensMask[index] == 0 && encoding.starts[index] < encoding.ends[index]
                    && Int(encoding.starts[index]) < range.upperBound && Int(encoding.ends[index]) > range.lowerBound
            }
            guard let first = mask.indices.first(where: lies), let last = mask.indices.last(where: lies) else {
                continue
            }
            for index in first...last { mask[index] = true }
        }
        return TrainingExample(tokens: encoding.ids, mask: mask)
    }

    // MARK: Records

    private static func messages(_ value: JSONValue) throws(RecordProblem) -> [ChatMessage] {
        guard let elements = value.arrayValue, !elements.isEmpty else {
            throw RecordProblem("expected a list of messages under 'messages', found \(value.kindDescription)")
        }
        var messages: [ChatMessage] = []
        for (index, element) in elements.enumerated() { messages.append(try message(element, index)) }
        return messages
    }

    private static func message(_ value: JSONValue, _ index: Int) throws(RecordProblem) -> ChatMessage {
        guard let role = value["role"]?.stringValue else {
            throw RecordProblem("messages[\(index)]: expected a text under 'role'")
        }
        var message = ChatMessage(role: ChatMessage.Role(name: role), content: "")
        switch value["content"] {
        case .string(let text): message.content = text
        case .array(let parts): message.parts = parts
        case nil, .null:
            guard value["tool_calls"]?.arrayValue?.isEmpty == false else {
                throw RecordProblem("messages[\(index)]: expected 'content' or 'tool_calls'")
            }
        case .some(let other):
            throw RecordProblem("messages[\(index)].content: expected a text, found \(other.kindDescription)")
        }
        message.name = value["name"]?.stringValue
        message.toolCallIdentifier = value["tool_call_id"]?.stringValue
        message.reasoning = value["reasoning_content"]?.stringValue
        for call in value["tool_calls"]?.arrayValue ?? [] {
            let function = call["function"] ?? call
            guard let name = function["name"]?.stringValue else {
                throw RecordProblem("messages[\(index)].tool_calls: expected a function with a 'name'")
            }
            message.toolCalls.append(
                ChatMessage.ToolCall(
                    name: name, arguments: function["arguments"] ?? .object(JSONObject()),
                    identifier: call["id"]?.stringValue))
        }
        return message
    }
}

/// Why a record cannot be trained on.
public struct RecordProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected.
    public let description: String

    /// Makes a problem.
    public init(_ description: String) { self.description = description }
}
