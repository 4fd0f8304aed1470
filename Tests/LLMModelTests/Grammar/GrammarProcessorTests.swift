import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

@Suite struct GrammarProcessorTests {
    /// A few tokens of several bytes, some inside characters, one that ends, one special, two alike.
    struct PieceTokenizer: Tokenizer {
        static let pieces: [[UInt8]] =
            (32..<127).map { [UInt8($0)] }
            + ["{\"", "\":", "\": ", "\", \"", "\"}", "true", "false", "null", "ab", "abc", "{\"a\": tru", "12", "12"]
            .map {
                Array($0.utf8)
            }
            + [[0xE6], [0x97], [0xA5], [0xE6, 0x97], [0xA5, 0x22], [0xF0, 0x9F], [0x98, 0x80], [0xFF], []]
        static let end = TokenID(pieces.count)
        var vocabularySize: Int { Self.pieces.count + 2 }
        var specialTokens: SpecialTokens {
            var special = SpecialTokens(eos: Self.end, endOfGeneration: [Self.end])
            special.all = [Self.end, Self.end + 1]
            return special
        }
        func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] { [] }
        func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8] { ids.flatMap { bytes(of: $0) ?? [] } }
        func bytes(of id: TokenID) -> [UInt8]? {
            Int(id) < Self.pieces.count ? Self.pieces[Int(id)] : id == Self.end + 1 ? Array("{\"a\"".utf8) : []
        }
        func token(for id: TokenID) -> String? { nil }
        func id(of token: String) -> TokenID? { nil }
    }

    static let tokenizer = PieceTokenizer()

    static func processor(_ grammar: Grammar, size: Int? = nil) throws -> GrammarProcessor {
        try GrammarProcessor(
            grammar, vocabulary: GrammarVocabulary(tokenizer: tokenizer, vocabularySize: size), tokenizer: tokenizer)
    }

    static func allowed(_ processor: inout GrammarProcessor, count: Int) -> Set<TokenID> {
        var logits = [Float](repeating: 1, count: count)
        logits.withUnsafeMutableBufferPointer { processor.process($0) }
        return Set(logits.indices.filter { logits[$0] == 1 }.map { TokenID($0) })
    }

    @Test(arguments: [
        #"{"type": "object", "additionalProperties": {"type": "boolean"}}"#, #"{"type": "string", "maxLength": 3}"#,
        "true",
    ])
    func `a token is allowed where the text with it can go on, and no other is`(schema: String) throws {
        let grammar = try Grammar(jsonSchema: try JSONValue.parse(schema))
        // The same grammar anew for every question, so that nothing is shared with what is tested.
        let fresh = try Grammar(jsonSchema: try JSONValue.parse(schema))
        let size = Self.tokenizer.vocabularySize + 3
        for seed in 0..<20 {
            var generator = CounterGenerator(seed: UInt64(seed))
            var processor = try Self.processor(grammar, size: size)
            var text: [UInt8] = []
            for _ in 0..<12 {
                let allowed = Self.allowed(&processor, count: size)
                for id in 0..<TokenID(size) {
                    let bytes = Int(id) < PieceTokenizer.pieces.count ? PieceTokenizer.pieces[Int(id)] : []
                    let expected =
                        id == PieceTokenizer.end
                        ? Self.ends(fresh, text) : !bytes.isEmpty && Self.canFollow(fresh, text + bytes)
                    #expect(allowed.contains(id) == expected, "token \(id) behind \(text)")
                }
                let order = allowed.sorted()
                guard let next = order.isEmpty ? nil : order[Int(generator.next() % UInt64(order.count))],
                    next != PieceTokenizer.end
                else { break }
                try processor.accept(next)
                text += PieceTokenizer.pieces[Int(next)]
            }
        }
    }

    static func canFollow(_ grammar: Grammar, _ bytes: [UInt8]) -> Bool {
        grammar.machine.withTables { $0.step(GrammarMachine.start, bytes) >= 0 }
    }

    static func ends(_ grammar: Grammar, _ bytes: [UInt8]) -> Bool {
        grammar.machine.withTables { tables in
            let state = tables.step(GrammarMachine.start, bytes)
            return state >= 0 && tables.isAccepting[Int(state)]
        }
    }

    @Test func `whatever is drawn under a schema is a text of it`() throws {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "name": ["type": "string", "maxLength": 4],
                "tags": ["type": "array", "items": ["enum": ["ab", "abc"]]],
                "inner": ["$ref": "#"], "ok": ["type": "boolean"],
            ], "required": ["name", "ok"],
        ]
        let grammar = try Grammar(jsonSchema: schema)
        var finished = 0
        for seed in 0..<60 {
            var sampler = try Sampler(
                SamplingParameters(seed: UInt64(seed)), vocabularySize: Self.tokenizer.vocabularySize,
                processors: [try Self.processor(grammar)])
            var text: [UInt8] = []
            for _ in 0..<400 {
                let logits = [Float](repeating: 0, count: Self.tokenizer.vocabularySize)
                let token = try logits.withUnsafeBufferPointer { try sampler.sample($0) }
                try sampler.accept(token)
                if token == PieceTokenizer.end {
                    finished += 1
                    let value = try JSONValue.parse(text)
                    #expect(value["ok"]?.boolValue != nil && value["name"]?.stringValue != nil)
                    #expect(grammar.matches(String(decoding: text, as: UTF8.self)))
                    break
                }
                text += PieceTokenizer.pieces[Int(token)]
            }
        }
        #expect(finished > 20)
    }

    @Test func `tokens that were not allowed are refused`() throws {
        var processor = try Self.processor(try Grammar(gbnf: "root ::= \"ab\" \"c\"?"))
        #expect(throws: GrammarError.self) { try processor.accept(TokenID(UInt8(ascii: "c") - 32)) }
        #expect(throws: GrammarError.rejected(token: Int(PieceTokenizer.end))) {
            try processor.accept(PieceTokenizer.end)
        }
        #expect(!processor.isComplete)
        try processor.accept(TokenID(UInt8(ascii: "a") - 32))
        try processor.accept(TokenID(UInt8(ascii: "b") - 32))
        #expect(processor.isComplete)
        try processor.accept(PieceTokenizer.end)
    }

    @Test func `a tokenizer that cannot end a text is refused`() throws {
        struct Endless: Tokenizer {
            var vocabularySize: Int { 1 }
            var specialTokens: SpecialTokens { SpecialTokens() }
            func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
                []
            }
            func decodeBytes(_ ids: [TokenID], skipSpecialTokens: Bool) -> [UInt8] { [] }
            func bytes(of id: TokenID) -> [UInt8]? { [97] }
            func token(for id: TokenID) -> String? { nil }
            func id(of token: String) -> TokenID? { nil }
        }
        let grammar = try Grammar(gbnf: "root ::= \"a\"")
        #expect(throws: GrammarError.noEndToken) {
            try GrammarProcessor(grammar, vocabulary: GrammarVocabulary(tokenizer: Endless()), tokenizer: Endless())
        }
    }

    @Test func `tables that grow too large are emptied without losing a text's place`() throws {
        let grammar = try Grammar(gbnf: "root ::= [a-z ]{0,45000} \"!\"")
        var first = try Self.processor(grammar)
        try first.accept(TokenID(UInt8(ascii: "q") - 32))
        let long = String(repeating: "x", count: 40_000)
        #expect(grammar.matches(long + "!"))
        // The next question empties the tables; the text goes on where it was.
        let allowed = Self.allowed(&first, count: Self.tokenizer.vocabularySize)
        #expect(allowed.contains(TokenID(UInt8(ascii: "!") - 32)))
        try first.accept(TokenID(UInt8(ascii: "!") - 32))
        #expect(first.isComplete)
    }
}

/// A real model under a grammar.
@Suite(.serialized, .enabled(if: TestFiles.isOptimized && TestFiles.isRequired(TestFiles.smolLM), "needs SmolLM2"))
struct GrammarGenerationTests {
    static let schema: JSONValue = [
        "type": "object",
        "properties": [
            "city": ["type": "string", "maxLength": 30], "country": ["enum": ["France", "Italy", "Spain"]],
            "population": ["type": "integer", "minimum": 0], "capital": ["type": "boolean"],
        ], "required": ["city", "country", "population", "capital"], "additionalProperties": false,
    ]

    @Test(arguments: [UInt64(1), 2, 3])
    func `answers of SmolLM2 follow a schema and end by themselves`(seed: UInt64) async throws {
        let model = try ModelBundle.load(path: TestFiles.smolLM)
        let grammar = try Grammar(jsonSchema: Self.schema)
        let session = ChatSession(model: model, instructions: "Answer in JSON.")
        let result = try await session.respond(
            to: "Tell me about Paris: city, country, population, capital.",
            parameters: GenerationParameters(
                sampling: SamplingParameters(temperature: 0.8, seed: seed), maximumTokens: 120),
            processors: [try model.processor(for: grammar)])
        #expect(grammar.matches(result.text), "\(result.text)")
        #expect(result.summary.reason == .stop)
        let value = try JSONValue.parse(result.text)
        #expect(value["population"]?.integerValue != nil)
    }
}
