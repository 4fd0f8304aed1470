#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMTensor

    /// `--json-schema F | --grammar F`: what the text has to be.
    struct GrammarOptions: ParsableArguments {
        @Option(help: "File with a JSON schema; the text is JSON that satisfies it.")
        var jsonSchema: String?

        @Option(help: "File with a grammar in GBNF; the text follows its rule 'root'.")
        var grammar: String?

        func validate() throws {
            if jsonSchema != nil, grammar != nil {
                throw ValidationError("give --json-schema or --grammar, not both")
            }
        }

        /// The grammar of the file that was given, if any.
        func read() throws -> Grammar? {
            if let jsonSchema {
                let value = try JSONValue.parse(try InputText.bytes(path: jsonSchema), source: jsonSchema)
                return try compiled(jsonSchema) { () throws(GrammarError) in try Grammar(jsonSchema: value) }
            }
            if let grammar {
                let text = try InputText.text(path: grammar)
                return try compiled(grammar) { () throws(GrammarError) in try Grammar(gbnf: text) }
            }
            return nil
        }

        private func compiled(_ path: String, _ make: () throws(GrammarError) -> Grammar) throws -> Grammar {
            do throws(GrammarError) { return try make() } catch {
                throw CommandFailure(.badData, "\(InputText.name(path)): \(error)")
            }
        }
    }
#endif
