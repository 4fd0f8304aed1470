extension JinjaParser {
    /// Statements up to a tag in `endings` (not consumed), or to the end of the template when there are none.
    mutating func parseStatements(until endings: [String]) throws(ChatTemplateError) -> [JinjaStatement] {
        try enter()
        defer { leave() }
        var statements: [JinjaStatement] = []
        var output: [JinjaOutput] = []
        func flushed() -> [JinjaStatement] { output.isEmpty ? [] : [.output(output)] }
        while true {
            switch current.kind {
            case .end:
                guard endings.isEmpty else {
                    throw failure("unexpected end of template, looking for \(endings.joined(separator: " or "))")
                }
                return statements + flushed()
            case .data(let text):
                output.append(.data(text))
                advance()
            case .variableBegin:
                advance()
                output.append(.expression(try parseTuple()))
                try expect(.variableEnd, "end of print statement")
            case .blockBegin:
                statements += flushed()
                output = []
                advance()
                if case .name(let name) = current.kind, endings.contains(name) { return statements }
                if let statement = try parseStatement(endings) { statements.append(statement) }
                try expect(.blockEnd, "end of statement block")
            default: throw failure("unexpected \(current.summary)")
            }
        }
    }

    /// The statements of a block: everything after the opening tag's expressions, closing tag's name included.
    private mutating func parseBlock(_ endings: String...) throws(ChatTemplateError) -> [JinjaStatement] {
        _ = skip(.colon)
        try expect(.blockEnd, "end of statement block")
        let statements = try parseStatements(until: endings)
        if endings.count == 1 { advance() }
        return statements
    }

    private mutating func parseBody(_ ending: String) throws(ChatTemplateError) -> JinjaBody {
        makeBody(try parseBlock(ending))
    }

    private mutating func parseStatement(_ endings: [String]) throws(ChatTemplateError) -> JinjaStatement? {
        let position = current.position
        guard case .name(let tag) = current.kind else { throw failure("tag name expected") }
        advance()
        switch tag {
        case "for": return try parseFor(position)
        case "if": return try parseIf()
        case "set": return try parseSet()
        case "macro": return try parseMacro(position)
        case "call": return try parseCallBlock(position)
        case "print": return try parsePrint()
        case "with": return try parseWith()
        case "filter":
            let filter = try parseFilters(of: nil, startsInline: true)
            return .filterBlock(filter: filter, body: try parseBody("endfilter"))
        case "generation": return .generation(try parseBody("endgeneration"))
        case "break": return .breakLoop(position)
        case "continue": return .continueLoop(position)
        case "block":
            let name = try expectName()
            _ = skip(name: "scoped")
            _ = skip(name: "required")
            let body = try parseBody("endblock")
            _ = skip(name: name)
            return .block(body)
        case "include", "import", "extends", "from":
            while current.kind != .blockEnd, current.kind != .end { advance() }
            return .unsupported(tag, position)
        case "autoescape":
            throw ChatTemplateError(.unsupported, "autoescape blocks are not supported", at: position)
        default:
            let wanted = endings.isEmpty ? "" : ", looking for \(endings.joined(separator: " or "))"
            throw failure("unknown tag '\(tag)'\(wanted)", at: position)
        }
    }

    private mutating func parseFor(_ position: JinjaPosition) throws(ChatTemplateError) -> JinjaStatement {
        let target = try parseTarget(extraEnd: "in")
        guard skip(name: "in") else { throw failure("expected 'in', found \(current.summary)") }
        let iterable = try parseTuple(withConditional: false, extraEnd: "recursive")
        let test = skip(name: "if") ? try parseExpression() : nil
        let isRecursive = skip(name: "recursive")
        let body = makeBody(try parseBlock("endfor", "else"))
        var otherwise: JinjaBody?
        if advance().isName("else") { otherwise = try parseBody("endfor") }
        return .loop(
            JinjaForLoop(
                target: target, iterable: iterable, test: test, isRecursive: isRecursive, body: body,
                otherwise: otherwise, position: position))
    }

    private mutating func parseIf() throws(ChatTemplateError) -> JinjaStatement {
        var branches: [JinjaBranch] = []
        while true {
            let test = try parseTuple(withConditional: false)
            let statements = try parseBlock("elif", "else", "endif")
            branches.append(JinjaBranch(test: test, statements: statements))
            let end = advance()
            if end.isName("elif") { continue }
            let otherwise = end.isName("else") ? try parseBlock("endif") : []
            return .conditional(branches, otherwise: otherwise)
        }
    }

    private mutating func parseSet() throws(ChatTemplateError) -> JinjaStatement {
        let target = try parseTarget(withNamespace: true)
        if skip(.assign) { return .assign(target: target, value: try parseTuple()) }
        let filter = isSymbol(.pipe) ? try parseFilters(of: nil, startsInline: false) : nil
        return .assignBlock(target: target, filter: filter, body: try parseBody("endset"))
    }

    private mutating func parseMacro(_ position: JinjaPosition) throws(ChatTemplateError) -> JinjaStatement {
        let name = intern(try expectName())
        try checkAssignable(name.text)
        let (parameters, defaults) = try parseSignature()
        return .macro(
            try checked(
                JinjaMacroDefinition(
                    name: name, parameters: parameters, defaults: defaults, body: try parseBody("endmacro"),
                    position: position)))
    }

    private mutating func parseCallBlock(_ position: JinjaPosition) throws(ChatTemplateError) -> JinjaStatement {
        let (parameters, defaults) = isSymbol(.leftParenthesis) ? try parseSignature() : ([], [])
        let call = try parseExpression()
        guard case .call = call.kind else { throw failure("expected call", at: position) }
        let caller = try checked(
            JinjaMacroDefinition(
                name: nil, parameters: parameters, defaults: defaults, body: try parseBody("endcall"),
                position: position))
        return .callBlock(call: call, caller: caller)
    }

    /// A parameter named `caller` must have a default if the body uses it.
    private func checked(_ macro: JinjaMacroDefinition) throws(ChatTemplateError) -> JinjaMacroDefinition {
        if macro.usesCaller, let place = macro.parameters.firstIndex(where: { $0.text == "caller" }),
            place < macro.parameters.count - macro.defaults.count
        {
            throw failure("the parameter 'caller' must be omitted or have a default", at: macro.position)
        }
        return macro
    }

    private mutating func parseSignature() throws(ChatTemplateError) -> ([JinjaName], [JinjaExpression]) {
        var parameters: [JinjaName] = []
        var defaults: [JinjaExpression] = []
        try expect(.leftParenthesis)
        while !isSymbol(.rightParenthesis) {
            if !parameters.isEmpty { try expect(.comma) }
            let name = try expectName()
            try checkAssignable(name)
            if skip(.assign) {
                defaults.append(try parseExpression())
            } else if !defaults.isEmpty {
                throw failure("parameter without default follows one with a default")
            }
            let parameter = intern(name)
            guard !parameters.contains(parameter) else { throw failure("duplicate parameter '\(name)'") }
            parameters.append(parameter)
        }
        try expect(.rightParenthesis)
        return (parameters, defaults)
    }

    private mutating func parsePrint() throws(ChatTemplateError) -> JinjaStatement {
        var output: [JinjaOutput] = []
        while current.kind != .blockEnd {
            if !output.isEmpty { try expect(.comma) }
            output.append(.expression(try parseExpression()))
        }
        return .output(output)
    }

    private mutating func parseWith() throws(ChatTemplateError) -> JinjaStatement {
        var bindings: [(target: JinjaExpression, value: JinjaExpression)] = []
        while current.kind != .blockEnd {
            if !bindings.isEmpty { try expect(.comma) }
            let target = try parseTarget()
            try expect(.assign)
            bindings.append((target, try parseExpression()))
        }
        return .with(bindings, body: try parseBody("endwith"))
    }

    // MARK: Targets

    private mutating func parseTarget(
        extraEnd: String? = nil, withNamespace: Bool = false
    ) throws(ChatTemplateError) -> JinjaExpression {
        let target = try parseTuple(isTarget: true, extraEnd: extraEnd, withNamespace: withNamespace)
        try checkTarget(target)
        return target
    }

    private func checkTarget(_ target: JinjaExpression) throws(ChatTemplateError) {
        switch target.kind {
        case .name(let name): try checkAssignable(name.text)
        case .namespaceTarget: break
        case .tuple(let items): for item in items { try checkTarget(item) }
        default: throw failure("cannot assign to this expression", at: target.position)
        }
    }

    private func checkAssignable(_ name: String) throws(ChatTemplateError) {
        if ["true", "false", "none", "True", "False", "None"].contains(name) {
            throw failure("cannot assign to '\(name)'")
        }
    }
}
