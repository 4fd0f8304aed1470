public import LLMTensor

/// A set of texts that a generation can be held to: a context-free grammar over bytes.
///
/// Made from GBNF, the notation of llama.cpp, or from a JSON schema. Immutable and `Sendable`; make it once and use it
/// for any number of generations: what is worked out of it for one is there for all.
public struct Grammar: Sendable {
    /// The most elements a compiled grammar may have.
    public static let largestSize = 200_000

    let machine: GrammarMachine

    /// Compiles named rules.
    init(_ rules: [String: GrammarExpression], root: String) throws(GrammarError) {
        machine = GrammarMachine(try GrammarCompiler.compile(rules, root: root))
    }

    /// Reads a grammar in GBNF.
    ///
    /// ```
    /// root ::= item ("," item)*
    /// item ::= [a-z]+ | "\"" [^"]{0,20} "\""
    /// ```
    /// - Parameter root: The rule that a whole text follows.
    /// - Throws: ``GrammarError`` with line and column, or naming the rule.
    public init(gbnf text: String, root: String = "root") throws(GrammarError) {
        var parser = GBNFParser(text)
        try self.init(try parser.parse(), root: root)
    }

    /// The JSON texts that satisfy a schema (JSON Schema 2020-12, and the `definitions` of older drafts).
    ///
    /// Everything that is generated satisfies the schema. The converse does not hold: members come in the order of
    /// `properties`, an object with `properties` has no others unless `additionalProperties` asks for them, and white
    /// space is limited. Keywords that cannot be kept while a text is written (`uniqueItems`, `not`, `if`, ...) are
    /// errors; annotations, and values of `format` that are not known, mean nothing, as the specification says.
    /// - Throws: ``GrammarError`` with a JSON pointer to the part that is meant.
    public init(jsonSchema: JSONValue) throws(GrammarError) {
        var translator = SchemaTranslator(jsonSchema)
        try self.init(try translator.translate(), root: SchemaTranslator.root)
    }

    /// Any JSON object.
    ///
    /// - Throws: never in practice; the grammar is fixed.
    public static func jsonObject() throws(GrammarError) -> Grammar {
        try Grammar(jsonSchema: ["type": "object"])
    }

    /// Whether a text as a whole follows the grammar.
    public func matches(_ text: String) -> Bool {
        machine.withTables { tables in
            tables.trim()
            let state = tables.step(GrammarMachine.start, text.utf8)
            return state >= 0 && tables.isAccepting[Int(state)]
        }
    }

    /// Whether a text is the beginning of one that follows the grammar.
    public func canBegin(with text: String) -> Bool {
        machine.withTables { tables in
            tables.trim()
            return tables.step(GrammarMachine.start, text.utf8) >= 0
        }
    }
}
