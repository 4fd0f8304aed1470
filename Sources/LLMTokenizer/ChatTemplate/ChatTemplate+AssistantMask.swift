public import LLMTensor

/// A rendered conversation and which parts of it the assistant wrote.
public struct ChatRendering: Sendable, Equatable {
    /// The text.
    public let text: String
    /// UTF-8 byte ranges of `text` that the assistant is to learn, in order, not overlapping.
    public let assistantRanges: [Range<Int>]

    /// Creates a rendering.
    public init(text: String, assistantRanges: [Range<Int>]) {
        self.text = text
        self.assistantRanges = assistantRanges
    }
}

extension ChatTemplate {
    /// Renders a conversation and tells which bytes the assistant wrote, for a loss over answers only.
    ///
    /// A template with `{% generation %}` blocks says so itself. For any other template, each assistant message is
    /// found by difference: it lies between the text of the messages before it with the generation prompt, and the
    /// text of the messages up to and including it. Where a template renders a message differently once others
    /// follow, the message's content is looked up in the text instead. Cost: two renderings per assistant message.
    ///
    /// - Throws: ``ChatTemplateError``; kind `unsupported` if an assistant message cannot be found in the text.
    public func renderWithAssistantMask(
        messages: [ChatMessage], tools: [JSONValue] = [], addGenerationPrompt: Bool = false,
        variables: [String: JSONValue] = [:]
    ) throws(ChatTemplateError) -> ChatRendering {
        let conversation = messages.map(\.json)
        let (text, generation) = try run(conversation, tools, addGenerationPrompt, variables)
        if marksGeneration { return ChatRendering(text: text, assistantRanges: generation) }
        let bytes = JinjaText(text)
        var ranges: [Range<Int>] = []
        for (index, message) in messages.enumerated() where message.role == .assistant {
            func prefix(_ count: Int, prompt: Bool) -> Int? {
                guard
                    let part = try? run(Array(conversation[..<count]), tools, prompt, variables).text,
                    bytes.hasPrefix(JinjaText(part))
                else { return nil }
                return part.utf8.count
            }
            let start = prefix(index, prompt: true) ?? prefix(index, prompt: false)
            let isLast = index == messages.count - 1 && !addGenerationPrompt
            let end = isLast ? bytes.bytes.count : prefix(index + 1, prompt: false)
            if let start, let end, start <= end, start >= ranges.last?.upperBound ?? 0 {
                if start < end { ranges.append(start..<end) }
            } else {
                ranges += try find(message, in: bytes, after: ranges.last?.upperBound ?? 0)
            }
        }
        return ChatRendering(text: text, assistantRanges: ranges)
    }

    /// The place of a message's content in the text.
    private func find(
        _ message: ChatMessage, in text: JinjaText, after start: Int
    ) throws(ChatTemplateError) -> [Range<Int>] {
        let content = JinjaText(message.content).stripped()
        if content.isEmpty { return [] }
        guard let place = text.firstIndex(of: content, from: start) else {
            throw ChatTemplateError(
                .unsupported, "cannot tell which text is the assistant's: the template changes its messages")
        }
        return [place..<place + content.bytes.count]
    }
}
