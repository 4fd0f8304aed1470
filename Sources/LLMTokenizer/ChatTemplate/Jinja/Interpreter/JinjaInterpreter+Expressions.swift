extension JinjaInterpreter {
    func evaluate(_ expression: JinjaExpression) throws(ChatTemplateError) -> JinjaValue {
        try spend()
        switch expression.kind {
        case .constant(let constant): return Self.value(of: constant)
        case .name(let name): return value(of: name)
        case .list(let items): return try checkDepth(.list(try evaluate(items)))
        case .tuple(let items): return try checkDepth(.tuple(try evaluate(items)))
        case .dictionary(let items):
            let dictionary = JinjaDictionary()
            for item in items {
                let key = try evaluate(item.key)
                try key.checkHashable()
                dictionary.set(key, try evaluate(item.value))
            }
            return try checkDepth(.dictionary(dictionary))
        case .attribute(let value, let name):
            let value = try evaluate(value)
            position = expression.position
            return try attribute(name, of: value)
        case .item(let value, let index):
            let value = try evaluate(value)
            let index = try evaluate(index)
            position = expression.position
            return try item(index, of: value)
        case .slice(let value, let start, let stop, let step):
            let value = try evaluate(value)
            let bounds = [try evaluate(optional: start), try evaluate(optional: stop), try evaluate(optional: step)]
            position = expression.position
            return try slice(value, start: bounds[0], stop: bounds[1], step: bounds[2])
        case .call(let function, let arguments):
            let function = try evaluate(function)
            let arguments = try evaluate(arguments)
            position = expression.position
            return try call(function, arguments)
        case .filter(let value, let name, let arguments):
            let value = try value.map { value throws(ChatTemplateError) in try evaluate(value) } ?? takeFilterInput()
            let arguments = try evaluate(arguments)
            position = expression.position
            return try applyFilter(named: name, to: value, arguments)
        case .test(let value, let name, let arguments):
            let value = try evaluate(value)
            let arguments = try evaluate(arguments)
            position = expression.position
            return .boolean(try applyTest(named: name, to: value, arguments))
        default: return try evaluateOperator(expression)
        }
    }

    private func evaluateOperator(_ expression: JinjaExpression) throws(ChatTemplateError) -> JinjaValue {
        switch expression.kind {
        case .not(let value): return .boolean(try !evaluate(value).isTrue)
        case .and(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? try evaluate(right) : value
        case .or(let left, let right):
            let value = try evaluate(left)
            return value.isTrue ? value : try evaluate(right)
        case .conditional(let test, let then, let otherwise):
            if try evaluate(test).isTrue { return try evaluate(then) }
            if let otherwise { return try evaluate(otherwise) }
            return .undefined(JinjaUndefined("the inline if-expression was false and has no else section"))
        case .comparison(let first, let operands):
            var left = try evaluate(first)
            for operand in operands {
                let right = try evaluate(operand.operand)
                position = expression.position
                try spendForComparison(left, right)
                guard try left.compare(operand.relation, right) else { return .boolean(false) }
                left = right
            }
            return .boolean(true)
        case .concatenation(let parts):
            var result = JinjaText("")
            for part in parts {
                let text = try text(of: try evaluate(part))
                try reserve(bytes: result.bytes.count + text.bytes.count)
                result.append(text)
            }
            return .text(result)
        case .arithmetic(let operation, let left, let right):
            let left = try evaluate(left)
            let right = try evaluate(right)
            position = expression.position
            return try checkDepth(try arithmetic(operation, left, right))
        case .negative(let value), .positive(let value):
            let value = try evaluate(value)
            position = expression.position
            var isNegative = false
            if case .negative = expression.kind { isNegative = true }
            return try signed(value, isNegative: isNegative)
        default: throw failure(.syntax, "this expression has no value")
        }
    }

    /// Long texts and lists take time to compare.
    private func spendForComparison(_ left: JinjaValue, _ right: JinjaValue) throws(ChatTemplateError) {
        for value in [left, right] {
            switch value {
            case .text(let text), .markup(let text): try spend(text.bytes.count / 256)
            case .list(let list), .tuple(let list): try spend(list.items.count)
            case .dictionary(let dictionary): try spend(dictionary.count)
            default: break
            }
        }
    }

    static func value(of constant: JinjaConstant) -> JinjaValue {
        switch constant {
        case .none: .none
        case .boolean(let value): .boolean(value)
        case .integer(let value): .integer(value)
        case .number(let value): .number(value)
        case .text(let text): .text(text)
        }
    }

    private func evaluate(_ items: [JinjaExpression]) throws(ChatTemplateError) -> [JinjaValue] {
        var result: [JinjaValue] = []
        result.reserveCapacity(items.count)
        for item in items { result.append(try evaluate(item)) }
        return result
    }

    private func evaluate(optional expression: JinjaExpression?) throws(ChatTemplateError) -> JinjaValue {
        guard let expression else { return .none }
        return try evaluate(expression)
    }

    private func takeFilterInput() -> JinjaValue {
        defer { pendingFilterInput = nil }
        return pendingFilterInput ?? JinjaValue("")
    }

    /// `str(value)`, paid for.
    func text(of value: JinjaValue) throws(ChatTemplateError) -> JinjaText {
        if let text = value.textValue { return text }
        let text = try value.text(guardian)
        try reserve(bytes: text.bytes.count)
        return text
    }
}
