/// Expressions, by falling precedence of the caller: conditional, or, and, not, comparison, sum, concatenation,
/// product, power, unary, postfix, primary.
extension JinjaParser {
    mutating func parseExpression(withConditional: Bool = true) throws(ChatTemplateError) -> JinjaExpression {
        try enter()
        defer { leave() }
        return withConditional ? try parseConditional() : try parseOr()
    }

    private mutating func parseConditional() throws(ChatTemplateError) -> JinjaExpression {
        var result = try parseOr()
        while current.isName("if") {
            let position = advance().position
            let test = try parseOr()
            try enter()
            defer { leave() }
            let otherwise = skip(name: "else") ? try parseConditional() : nil
            result = try make(.conditional(test: test, then: result, otherwise: otherwise), position)
        }
        return result
    }

    private mutating func parseOr() throws(ChatTemplateError) -> JinjaExpression {
        var left = try parseAnd()
        while current.isName("or") {
            let position = advance().position
            left = try make(.or(left, try parseAnd()), position)
        }
        return left
    }

    private mutating func parseAnd() throws(ChatTemplateError) -> JinjaExpression {
        var left = try parseNot()
        while current.isName("and") {
            let position = advance().position
            left = try make(.and(left, try parseNot()), position)
        }
        return left
    }

    private mutating func parseNot() throws(ChatTemplateError) -> JinjaExpression {
        guard current.isName("not") else { return try parseComparison() }
        let position = advance().position
        try enter()
        defer { leave() }
        return try make(.not(try parseNot()), position)
    }

    private mutating func parseComparison() throws(ChatTemplateError) -> JinjaExpression {
        let position = current.position
        let first = try parseSum()
        var operands: [(relation: JinjaComparison, operand: JinjaExpression)] = []
        while let relation = takeComparison() { operands.append((relation, try parseSum())) }
        return operands.isEmpty ? first : try make(.comparison(first, operands), position)
    }

    private mutating func takeComparison() -> JinjaComparison? {
        if skip(name: "in") { return .contained }
        if current.isName("not"), next.isName("in") {
            advance()
            advance()
            return .notContained
        }
        guard case .symbol(let symbol) = current.kind else { return nil }
        let relation: JinjaComparison
        switch symbol {
        case .equal: relation = .equal
        case .notEqual: relation = .notEqual
        case .less: relation = .less
        case .lessOrEqual: relation = .lessOrEqual
        case .greater: relation = .greater
        case .greaterOrEqual: relation = .greaterOrEqual
        default: return nil
        }
        advance()
        return relation
    }

    private mutating func parseSum() throws(ChatTemplateError) -> JinjaExpression {
        var left = try parseConcatenation()
        while isSymbol(.plus) || isSymbol(.minus) {
            let position = current.position
            let operation: JinjaArithmetic = isSymbol(.plus) ? .add : .subtract
            advance()
            left = try make(.arithmetic(operation, left, try parseConcatenation()), position)
        }
        return left
    }

    private mutating func parseConcatenation() throws(ChatTemplateError) -> JinjaExpression {
        let position = current.position
        var parts = [try parseProduct()]
        while skip(.tilde) { parts.append(try parseProduct()) }
        return parts.count == 1 ? parts[0] : try make(.concatenation(parts), position)
    }

    private mutating func parseProduct() throws(ChatTemplateError) -> JinjaExpression {
        var left = try parsePower()
        while case .symbol(let symbol) = current.kind, let operation = JinjaArithmetic(rawValue: symbol.rawValue),
            operation != .add, operation != .subtract, operation != .power
        {
            let position = advance().position
            left = try make(.arithmetic(operation, left, try parsePower()), position)
        }
        return left
    }

    private mutating func parsePower() throws(ChatTemplateError) -> JinjaExpression {
        var left = try parseUnary()
        while isSymbol(.power) {
            let position = advance().position
            left = try make(.arithmetic(.power, left, try parseUnary()), position)
        }
        return left
    }

    private mutating func parseUnary(withFilters: Bool = true) throws(ChatTemplateError) -> JinjaExpression {
        try enter()
        defer { leave() }
        let position = current.position
        var result: JinjaExpression
        if skip(.minus) {
            result = try make(.negative(try parseUnary(withFilters: false)), position)
        } else if skip(.plus) {
            result = try make(.positive(try parseUnary(withFilters: false)), position)
        } else {
            result = try parsePrimary()
        }
        result = try parsePostfix(result)
        return withFilters ? try parseFilterExpression(result) : result
    }

    private mutating func parsePrimary(withNamespace: Bool = false) throws(ChatTemplateError) -> JinjaExpression {
        let position = current.position
        switch current.kind {
        case .name(let name):
            advance()
            switch name {
            case "true", "True": return try make(.constant(.boolean(true)), position)
            case "false", "False": return try make(.constant(.boolean(false)), position)
            case "none", "None": return try make(.constant(.none), position)
            default: break
            }
            if withNamespace, skip(.dot) {
                return try make(.namespaceTarget(intern(name), try expectName()), position)
            }
            return try make(.name(intern(name)), position)
        case .string(var text):
            advance()
            while case .string(let more) = current.kind {
                text.append(more)
                advance()
            }
            return try make(.constant(.text(text)), position)
        case .integer(let value):
            advance()
            return try make(.constant(.integer(value)), position)
        case .number(let value):
            advance()
            return try make(.constant(.number(value)), position)
        case .symbol(.leftParenthesis):
            advance()
            let result = try parseTuple(isParenthesized: true)
            try expect(.rightParenthesis)
            return result
        case .symbol(.leftBracket): return try parseList(position)
        case .symbol(.leftBrace): return try parseDictionary(position)
        default: throw failure("unexpected \(current.summary)")
        }
    }

    private mutating func parseList(_ position: JinjaPosition) throws(ChatTemplateError) -> JinjaExpression {
        advance()
        var items: [JinjaExpression] = []
        while !isSymbol(.rightBracket) {
            if !items.isEmpty { try expect(.comma) }
            if isSymbol(.rightBracket) { break }
            items.append(try parseExpression())
        }
        advance()
        return try make(.list(items), position)
    }

    private mutating func parseDictionary(_ position: JinjaPosition) throws(ChatTemplateError) -> JinjaExpression {
        advance()
        var items: [(key: JinjaExpression, value: JinjaExpression)] = []
        while !isSymbol(.rightBrace) {
            if !items.isEmpty { try expect(.comma) }
            if isSymbol(.rightBrace) { break }
            let key = try parseExpression()
            try expect(.colon)
            items.append((key, try parseExpression()))
        }
        advance()
        return try make(.dictionary(items), position)
    }

    /// An expression, or a tuple if commas follow. `isTarget` reads only what can be assigned to.
    mutating func parseTuple(
        isTarget: Bool = false, withConditional: Bool = true, extraEnd: String? = nil, isParenthesized: Bool = false,
        withNamespace: Bool = false
    ) throws(ChatTemplateError) -> JinjaExpression {
        try enter()
        defer { leave() }
        let position = current.position
        var items: [JinjaExpression] = []
        var isTuple = false
        while true {
            if !items.isEmpty { try expect(.comma) }
            if isTupleEnd(extraEnd) { break }
            items.append(
                isTarget
                    ? try parsePrimary(withNamespace: withNamespace)
                    : try parseExpression(withConditional: withConditional))
            guard isSymbol(.comma) else { break }
            isTuple = true
        }
        if !isTuple {
            if let only = items.first { return only }
            if !isParenthesized { throw failure("expected an expression, found \(current.summary)") }
        }
        return try make(.tuple(items), position)
    }

    private func isTupleEnd(_ extraEnd: String?) -> Bool {
        switch current.kind {
        case .variableEnd, .blockEnd, .symbol(.rightParenthesis): true
        case .name(let name): name == extraEnd
        default: false
        }
    }

    private mutating func parsePostfix(_ start: JinjaExpression) throws(ChatTemplateError) -> JinjaExpression {
        var result = start
        while true {
            if isSymbol(.dot) || isSymbol(.leftBracket) {
                result = try parseSubscript(of: result)
            } else if isSymbol(.leftParenthesis) {
                let position = current.position
                result = try make(.call(result, try parseArguments()), position)
            } else {
                return result
            }
        }
    }

    private mutating func parseFilterExpression(
        _ start: JinjaExpression
    ) throws(ChatTemplateError) -> JinjaExpression {
        var result = start
        while true {
            if isSymbol(.pipe) {
                result = try parseFilters(of: result, startsInline: false)
            } else if current.isName("is") {
                result = try parseTest(of: result)
            } else if isSymbol(.leftParenthesis) {
                let position = current.position
                result = try make(.call(result, try parseArguments()), position)
            } else {
                return result
            }
        }
    }

    private mutating func parseSubscript(of value: JinjaExpression) throws(ChatTemplateError) -> JinjaExpression {
        let opening = advance()
        if opening.kind == .symbol(.dot) {
            let token = advance()
            switch token.kind {
            case .name(let name): return try make(.attribute(value, name), opening.position)
            case .integer(let index):
                return try make(
                    .item(value, try make(.constant(.integer(index)), token.position)), opening.position)
            default: throw failure("expected name or number", at: token.position)
            }
        }
        if let slice = try parseSlice(of: value, opening.position) { return slice }
        var indices: [JinjaExpression] = []
        while !isSymbol(.rightBracket) {
            if !indices.isEmpty { try expect(.comma) }
            indices.append(try parseExpression())
            if isSymbol(.colon) { return try finishSlice(of: value, start: indices[0], opening.position) }
        }
        advance()
        let index = indices.count == 1 ? indices[0] : try make(.tuple(indices), opening.position)
        return try make(.item(value, index), opening.position)
    }

    private mutating func parseSlice(
        of value: JinjaExpression, _ position: JinjaPosition
    ) throws(ChatTemplateError) -> JinjaExpression? {
        isSymbol(.colon) ? try finishSlice(of: value, start: nil, position) : nil
    }

    /// The rest of a slice, from its first colon.
    private mutating func finishSlice(
        of value: JinjaExpression, start: JinjaExpression?, _ position: JinjaPosition
    ) throws(ChatTemplateError) -> JinjaExpression {
        try expect(.colon)
        var stop: JinjaExpression?
        var step: JinjaExpression?
        if !isSymbol(.colon), !isSymbol(.rightBracket) { stop = try parseExpression() }
        if skip(.colon), !isSymbol(.rightBracket) { step = try parseExpression() }
        try expect(.rightBracket)
        return try make(.slice(value, start: start, stop: stop, step: step), position)
    }

    private mutating func parseArguments() throws(ChatTemplateError) -> JinjaArguments {
        let position = try expect(.leftParenthesis).position
        var arguments = JinjaArguments()
        func check(_ condition: Bool) throws(ChatTemplateError) {
            if !condition { throw failure("invalid syntax for function call expression", at: position) }
        }
        var isFirst = true
        while !isSymbol(.rightParenthesis) {
            if !isFirst {
                try expect(.comma)
                if isSymbol(.rightParenthesis) { break }
            }
            isFirst = false
            if skip(.multiply) {
                try check(arguments.unpackedPositional == nil && arguments.unpackedNamed == nil)
                arguments.unpackedPositional = try parseExpression()
            } else if skip(.power) {
                try check(arguments.unpackedNamed == nil)
                arguments.unpackedNamed = try parseExpression()
            } else if case .name(let name) = current.kind, next.kind == .symbol(.assign) {
                try check(arguments.unpackedNamed == nil)
                advance()
                advance()
                if arguments.named.contains(where: { $0.name == name }) {
                    throw failure("keyword argument repeated: \(name)", at: position)
                }
                arguments.named.append((name, try parseExpression()))
            } else {
                try check(
                    arguments.unpackedPositional == nil && arguments.unpackedNamed == nil && arguments.named.isEmpty)
                arguments.positional.append(try parseExpression())
            }
        }
        advance()
        return arguments
    }

    /// A chain of filters. Without a value, the first filter applies to the body of a block.
    mutating func parseFilters(
        of value: JinjaExpression?, startsInline: Bool
    ) throws(ChatTemplateError) -> JinjaExpression {
        var result = value
        var isInline = startsInline
        while isInline || isSymbol(.pipe) {
            if !isInline { advance() }
            isInline = false
            let position = current.position
            let name = try parseDottedName()
            let arguments = isSymbol(.leftParenthesis) ? try parseArguments() : JinjaArguments()
            result = try make(.filter(result, name, arguments), position)
        }
        guard let result else { throw failure("expected a filter") }
        return result
    }

    private mutating func parseDottedName() throws(ChatTemplateError) -> String {
        var name = try expectName()
        while skip(.dot) { name += "." + (try expectName()) }
        return name
    }

    private mutating func parseTest(of value: JinjaExpression) throws(ChatTemplateError) -> JinjaExpression {
        let position = advance().position
        let isNegated = skip(name: "not")
        let name = try parseDottedName()
        var arguments = JinjaArguments()
        if isSymbol(.leftParenthesis) {
            arguments = try parseArguments()
        } else if startsTestArgument {
            if current.isName("is") { throw failure("You cannot chain multiple tests with is") }
            arguments.positional = [try parsePostfix(try parsePrimary())]
        }
        let test = try make(.test(value, name, arguments), position)
        return isNegated ? try make(.not(test), position) : test
    }

    private var startsTestArgument: Bool {
        switch current.kind {
        case .name(let name): name != "else" && name != "or" && name != "and"
        case .string, .integer, .number, .symbol(.leftBracket), .symbol(.leftBrace): true
        default: false
        }
    }
}
