public import LLMTensor

/// A chat template: turns a conversation into the text a model was trained to continue.
///
/// Templates are Jinja2, run as Hugging Face transformers runs them (an immutable sandbox with `trim_blocks` and
/// `lstrip_blocks`, loop controls, `{% generation %}`, `raise_exception`, `strftime_now` and a `tojson` equal to
/// Python's `json.dumps`). The text equals Python's byte for byte.
///
/// A template is immutable and may be shared between threads; every rendering has its own state and budget
/// (``ChatTemplateLimits``).
///
/// ```swift
/// let template = try ChatTemplate(source: "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")
/// let text = try template.render(
///     messages: [ChatMessage(role: .user, content: "Hi")], addGenerationPrompt: true, variables: [:])
/// ```
///
/// Source: the Jinja 3.1 template designer documentation; `chat_template_utils` of transformers.
public struct ChatTemplate: Sendable {
    /// The template as given.
    public let source: String
    /// What a rendering may spend.
    public var limits: ChatTemplateLimits
    /// Where `strftime_now` gets the time from.
    public var clock: ChatTemplateClock
    let program: JinjaProgram

    /// Parses and checks a template.
    ///
    /// - Throws: ``ChatTemplateError`` with line and column, if Jinja would refuse to compile the source.
    public init(
        source: String, limits: ChatTemplateLimits = ChatTemplateLimits(), clock: ChatTemplateClock = .system
    ) throws(ChatTemplateError) {
        self.source = source
        self.limits = limits
        self.clock = clock
        program = try JinjaParser.parse(source, limits: limits)
    }

    /// Whether the template marks what the assistant says with `{% generation %}` blocks.
    public var marksGeneration: Bool { program.usesGenerationBlocks }

    /// Renders a conversation.
    ///
    /// - Parameters:
    ///   - messages: The conversation, oldest first.
    ///   - tools: Tool descriptions as JSON schemas; none means the template sees `tools` as `None`.
    ///   - addGenerationPrompt: Whether the text ends where the assistant starts to speak.
    ///   - variables: Anything else the template reads: `bos_token`, `eos_token`, `enable_thinking`, …
    /// - Returns: The text, special tokens included as text.
    /// - Throws: ``ChatTemplateError``; kind `raisedByTemplate` if the template refuses the conversation.
    public func render(
        messages: [ChatMessage], tools: [JSONValue] = [], addGenerationPrompt: Bool,
        variables: [String: JSONValue] = [:]
    ) throws(ChatTemplateError) -> String {
        try render(
            conversation: messages.map(\.json), tools: tools, addGenerationPrompt: addGenerationPrompt,
            variables: variables)
    }

    /// Renders a conversation given as JSON: each message an object with at least `role`.
    ///
    /// As in transformers, reasoning given as `thinking` or `reasoning` is also offered as `reasoning_content`.
    public func render(
        conversation: [JSONValue], tools: [JSONValue] = [], addGenerationPrompt: Bool,
        variables: [String: JSONValue] = [:]
    ) throws(ChatTemplateError) -> String {
        try run(conversation, tools, addGenerationPrompt, variables).text
    }

    /// Renders and also returns the byte ranges of generation blocks.
    func run(
        _ conversation: [JSONValue], _ tools: [JSONValue], _ addGenerationPrompt: Bool,
        _ variables: [String: JSONValue]
    ) throws(ChatTemplateError) -> (text: String, generation: [Range<Int>]) {
        var context: [(name: String, value: JinjaValue)] = [
            ("messages", .list(conversation.map { JinjaValue(aliasingReasoning: $0) })),
            ("tools", tools.isEmpty ? .none : .list(tools.map { JinjaValue($0) })),
            ("documents", .none),
            ("add_generation_prompt", .boolean(addGenerationPrompt)),
        ]
        for (name, value) in variables { context.append((name, JinjaValue(value))) }
        let interpreter = JinjaInterpreter(program, limits: limits, clock: clock, variables: context)
        let bytes = try interpreter.run()
        return (String(decoding: bytes, as: UTF8.self), interpreter.generationRanges)
    }
}
