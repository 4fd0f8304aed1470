/// Builds a ``JinjaProgram`` from tokens. `+Statements` reads tags, `+Expressions` what stands in them.
struct JinjaParser {
    var tokens: [JinjaToken]
    var index = 0
    var names: [String: JinjaName] = [:]
    var bodyCount = 0
    var nesting = 0
    let limits: ChatTemplateLimits
    let guardian = StackGuard()

    /// Parses and checks a template.
    static func parse(_ source: String, limits: ChatTemplateLimits) throws(ChatTemplateError) -> JinjaProgram {
        guard source.utf8.count <= limits.sourceBytes else {
            throw ChatTemplateError(
                .limitExceeded, "the template has \(source.utf8.count) bytes, more than \(limits.sourceBytes)")
        }
        var lexer = JinjaLexer(source)
        var parser = JinjaParser(tokens: try lexer.tokenize(), limits: limits)
        let statements = try parser.parseStatements(until: [])
        let body = parser.makeBody(statements)
        try JinjaValidator.check(body)
        var analysis = JinjaScopeAnalysis(bodyCount: parser.bodyCount)
        analysis.analyzeTemplate(body)
        return JinjaProgram(
            body: body, names: parser.names, hoisted: analysis.hoisted,
            usesGenerationBlocks: JinjaValidator.usesGeneration(body.statements))
    }

    private init(tokens: [JinjaToken], limits: ChatTemplateLimits) {
        self.tokens = tokens
        self.limits = limits
        for name in JinjaName.reserved { _ = intern(name) }
    }

    // MARK: Tokens

    var current: JinjaToken { tokens[index] }
    var next: JinjaToken { tokens[min(index + 1, tokens.count - 1)] }

    @discardableResult
    mutating func advance() -> JinjaToken {
        let token = tokens[index]
        if index + 1 < tokens.count { index += 1 }
        return token
    }

    func isSymbol(_ symbol: JinjaToken.Symbol) -> Bool { current.kind == .symbol(symbol) }

    mutating func skip(_ symbol: JinjaToken.Symbol) -> Bool {
        guard isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func skip(name: String) -> Bool {
        guard current.isName(name) else { return false }
        advance()
        return true
    }

    @discardableResult
    mutating func expect(_ symbol: JinjaToken.Symbol) throws(ChatTemplateError) -> JinjaToken {
        guard isSymbol(symbol) else { throw failure("expected '\(symbol.rawValue)', found \(current.summary)") }
        return advance()
    }

    mutating func expect(_ kind: JinjaToken.Kind, _ description: String) throws(ChatTemplateError) {
        guard current.kind == kind else { throw failure("expected \(description), found \(current.summary)") }
        advance()
    }

    mutating func expectName() throws(ChatTemplateError) -> String {
        guard case .name(let name) = current.kind else { throw failure("expected a name, found \(current.summary)") }
        advance()
        return name
    }

    func failure(_ message: String, at position: JinjaPosition? = nil) -> ChatTemplateError {
        ChatTemplateError(.syntax, message, at: position ?? current.position)
    }

    // MARK: Building

    mutating func intern(_ text: String) -> JinjaName {
        if let name = names[text] { return name }
        let name = JinjaName(identifier: names.count, text: text)
        names[text] = name
        return name
    }

    mutating func makeBody(_ statements: [JinjaStatement]) -> JinjaBody {
        bodyCount += 1
        return JinjaBody(identifier: bodyCount - 1, statements: statements)
    }

    func make(_ kind: JinjaExpression.Kind, _ position: JinjaPosition) throws(ChatTemplateError) -> JinjaExpression {
        let expression = JinjaExpression(kind, position)
        guard expression.depth <= limits.nestingDepth else {
            throw ChatTemplateError(
                .limitExceeded, "expressions nest more than \(limits.nestingDepth) deep", at: position)
        }
        return expression
    }

    /// Counts one level of nesting; call ``leave()`` when done with it.
    mutating func enter() throws(ChatTemplateError) {
        nesting += 1
        guard nesting <= limits.nestingDepth, guardian.hasRoom else {
            throw ChatTemplateError(.limitExceeded, "the template nests too deeply", at: current.position)
        }
    }

    mutating func leave() { nesting -= 1 }
}
