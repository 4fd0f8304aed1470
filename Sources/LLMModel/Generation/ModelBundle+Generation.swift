public import LLMTensor
public import LLMTokenizer

extension ModelBundle {
    /// Continues a text.
    ///
    /// - Parameters:
    ///   - prompt: continued as it is, without chat template; special tokens written in it count as such.
    ///   - parameters: the files' own recommendation when nil.
    ///   - contextLength: the most tokens of prompt and continuation; the model's limit when nil.
    ///   - processors: run on the logits of each step before sampling.
    /// - Returns: A sequence that starts to compute when its first event is asked for, with a cache of its own.
    public func generate(
        _ prompt: String, parameters: GenerationParameters? = nil, contextLength: Int? = nil,
        processors: [any LogitsProcessor] = []
    ) -> TextGeneration {
        generate(
            tokens: tokenizer.encode(prompt), parameters: parameters, contextLength: contextLength,
            processors: processors)
    }

    /// Continues tokens; see ``generate(_:parameters:contextLength:processors:)``.
    public func generate(
        tokens: [TokenID], parameters: GenerationParameters? = nil, contextLength: Int? = nil,
        processors: [any LogitsProcessor] = []
    ) -> TextGeneration {
        let request = GenerationRequest(
            prompt: tokens, parameters: parameters ?? generationDefaults, processors: processors)
        return TextGeneration(engine: makeEngine(contextLength: contextLength), request: request)
    }

    /// An engine with a cache of its own over the shared weights.
    package func makeEngine(contextLength: Int? = nil) -> GenerationEngine {
        let decoder = decoder
        return GenerationEngine(tokenizer: tokenizer) {
            try DecoderSession(model: decoder, contextLength: contextLength)
        }
    }

    /// The text that the chat template makes of a conversation, ready to be answered.
    ///
    /// - Throws: ``GenerationError/noChatTemplate`` or ``GenerationError/chatTemplate(description:)``.
    public func chatPrompt(
        _ messages: [ChatMessage], variables: [String: JSONValue] = [:]
    ) throws(GenerationError) -> String {
        guard let chatTemplate else {
            throw chatTemplateError.map { .chatTemplate(description: "\($0)") } ?? .noChatTemplate
        }
        let special = tokenizer.specialTokens
        var all = variables
        for (name, id) in [
            ("bos_token", special.bos), ("eos_token", special.eos), ("unk_token", special.unk),
            ("pad_token", special.pad),
        ]
        where all[name] == nil {
            if let token = id.flatMap({ tokenizer.token(for: $0) }) { all[name] = .string(token) }
        }
        do throws(ChatTemplateError) {
            return try chatTemplate.render(messages: messages, addGenerationPrompt: true, variables: all)
        } catch {
            throw .chatTemplate(description: "\(error)")
        }
    }

    /// The tokens of a conversation, ready to be answered; the template writes the special tokens itself.
    ///
    /// - Throws: as ``chatPrompt(_:variables:)``.
    public func chatTokens(
        _ messages: [ChatMessage], variables: [String: JSONValue] = [:]
    ) throws(GenerationError) -> [TokenID] {
        tokenizer.encode(try chatPrompt(messages, variables: variables), addSpecialTokens: false)
    }
}

extension ChatSession {
    /// A conversation with a model.
    ///
    /// - Parameters:
    ///   - model: shared with any number of other sessions.
    ///   - instructions: the system message, if any.
    ///   - history: what was said before.
    ///   - parameters: how answers are generated; the files' own recommendation when nil.
    ///   - contextLength: the most tokens the conversation can have; the model's limit when nil.
    public init(
        model: ModelBundle, instructions: String? = nil, history: [ChatMessage] = [],
        parameters: GenerationParameters? = nil, contextLength: Int? = nil
    ) {
        self.init(
            engine: model.makeEngine(contextLength: contextLength), instructions: instructions, history: history,
            parameters: parameters ?? model.generationDefaults
        ) { messages throws(GenerationError) in try model.chatTokens(messages) }
    }
}
