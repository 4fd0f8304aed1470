public import LLMTokenizer

/// Keeps a generation inside a grammar: of every step's tokens, those that cannot go on are forbidden.
///
/// Where the text is complete the tokens that end a generation are allowed, and where nothing else can follow only
/// they are. A value with one owner; copies go on independently and share what was worked out of the grammar.
///
/// ```swift
/// let schema = try JSONValue.parse(#"{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}"#)
/// let processor = try model.processor(for: Grammar(jsonSchema: schema))
/// let result = try await model.generate("Where is the Louvre? Answer: ", processors: [processor]).collect()
/// ```
public struct GrammarProcessor: LogitsProcessor {
    private let machine: GrammarMachine
    private let vocabulary: GrammarVocabulary
    private let tokenizer: any Tokenizer
    /// What was generated; a state is worked out from it again when the shared tables were emptied in between.
    private var text: [UInt8] = []
    private var state = GrammarMachine.start
    private var epoch: Int

    /// Masks kept per grammar; a vocabulary of 256,000 tokens has 32 KB a mask.
    private static let largestMaskBytes = 64 << 20

    /// Starts at the beginning of the grammar.
    ///
    /// - Throws: ``GrammarError/noEndToken``.
    public init(
        _ grammar: Grammar, vocabulary: GrammarVocabulary, tokenizer: any Tokenizer
    ) throws(GrammarError) {
        guard !vocabulary.endTokens.isEmpty else { throw .noEndToken }
        machine = grammar.machine
        self.vocabulary = vocabulary
        self.tokenizer = tokenizer
        epoch = grammar.machine.withTables { $0.epoch }
    }

    /// Whether what was generated is a whole text of the grammar.
    public var isComplete: Bool {
        var copy = self
        return machine.withTables { tables in
            copy.renew(&tables)
            return copy.state >= 0 && tables.isAccepting[Int(copy.state)]
        }
    }

    /// Forbids what cannot follow.
    public mutating func process(_ logits: UnsafeMutableBufferPointer<Float>) {
        let mask = allowedTokens()
        for word in mask.indices {
            let bits = mask[word]
            if bits == .max { continue }
            let first = word << 6
            for bit in 0..<min(64, logits.count - first) where bits >> UInt64(bit) & 1 == 0 {
                logits[first + bit] = -.infinity
            }
        }
        for index in min(mask.count << 6, logits.count)..<logits.count { logits[index] = -.infinity }
    }

    /// The tokens that may come next.
    public mutating func possibleTokens() -> TokenMask? { TokenMask(words: allowedTokens()) }

    /// The tokens that may come next, one bit per vocabulary entry.
    package mutating func allowedTokens() -> [UInt64] {
        machine.withTables { tables in
            tables.trim()
            renew(&tables)
            guard state >= 0 else { return [] }
            let known = tables.masks[Int(state)]
            guard known.isEmpty else { return known }
            let mask = vocabulary.mask(&tables, state)
            if tables.maskBytes + mask.count * 8 > Self.largestMaskBytes {
                for index in tables.masks.indices { tables.masks[index] = [] }
                tables.maskBytes = 0
            }
            tables.masks[Int(state)] = mask
            tables.maskBytes += mask.count * 8
            return mask
        }
    }

    /// Goes on behind a token.
    ///
    /// - Throws: ``GrammarError/rejected(token:)`` for a token that ``process(_:)`` forbids.
    public mutating func accept(_ token: TokenID) throws {
        if vocabulary.endTokens.contains(token) {
            guard isComplete else { throw GrammarError.rejected(token: Int(token)) }
            return
        }
        guard let bytes = tokenizer.bytes(of: token), !bytes.isEmpty else {
            throw GrammarError.rejected(token: Int(token))
        }
        let next = machine.withTables { tables in
            renew(&tables)
            return tables.step(state, bytes)
        }
        guard next >= 0 else { throw GrammarError.rejected(token: Int(token)) }
        state = next
        text += bytes
    }

    private mutating func renew(_ tables: inout GrammarTables) {
        guard epoch != tables.epoch else { return }
        epoch = tables.epoch
        state = tables.step(GrammarMachine.start, text)
    }
}
