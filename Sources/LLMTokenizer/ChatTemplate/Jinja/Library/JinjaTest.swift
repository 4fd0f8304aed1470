/// Every test of `is`, by meaning; ``init(_:)`` knows the names.
enum JinjaTest: Sendable {
    case odd, even, divisibleBy, defined, undefined, filter, test, none, boolean, isFalse, isTrue, integer, float
    case lower, upper, string, mapping, number, sequence, iterable, callable, sameAs, escaped
    case comparison(JinjaComparison)

    init?(_ name: String) {
        switch name {
        case "odd": self = .odd
        case "even": self = .even
        case "divisibleby": self = .divisibleBy
        case "defined": self = .defined
        case "undefined": self = .undefined
        case "filter": self = .filter
        case "test": self = .test
        case "none": self = .none
        case "boolean": self = .boolean
        case "false": self = .isFalse
        case "true": self = .isTrue
        case "integer": self = .integer
        case "float": self = .float
        case "lower": self = .lower
        case "upper": self = .upper
        case "string": self = .string
        case "mapping": self = .mapping
        case "number": self = .number
        case "sequence": self = .sequence
        case "iterable": self = .iterable
        case "callable": self = .callable
        case "sameas": self = .sameAs
        case "escaped": self = .escaped
        case "in": self = .comparison(.contained)
        case "==", "eq", "equalto": self = .comparison(.equal)
        case "!=", "ne": self = .comparison(.notEqual)
        case ">", "gt", "greaterthan": self = .comparison(.greater)
        case ">=", "ge": self = .comparison(.greaterOrEqual)
        case "<", "lt", "lessthan": self = .comparison(.less)
        case "<=", "le": self = .comparison(.lessOrEqual)
        default: return nil
        }
    }
}

extension JinjaInterpreter {
    func applyTest(
        named name: String, to value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> Bool {
        guard let test = JinjaTest(name) else { throw failure(.type, "No test named '\(name)'.") }
        switch test {
        case .comparison(let relation):
            let other = try arguments.bind(name, ["other"], required: 1, positionalOnly: true)[0] ?? .none
            return try value.compare(relation, other)
        case .sameAs:
            return value.isIdentical(to: try arguments.bind(name, ["other"], required: 1)[0] ?? .none)
        case .divisibleBy:
            let divisor = try arguments.bind(name, ["num"], required: 1)[0] ?? .none
            return try arithmetic(.remainder, value, divisor).isEqual(to: .integer(0))
        default: break
        }
        _ = try arguments.bind(name, [])
        switch test {
        case .odd, .even:
            return try arithmetic(.remainder, value, .integer(2)).isEqual(to: .integer(test.isOdd ? 1 : 0))
        case .filter: return value.textValue.map { JinjaFilter(rawValue: $0.string) != nil } ?? false
        case .test: return value.textValue.map { JinjaTest($0.string) != nil } ?? false
        case .lower: return try text(of: value).isEntirely(upper: false)
        case .upper: return try text(of: value).isEntirely(upper: true)
        default: return value.isOfType(test)
        }
    }
}

extension JinjaTest {
    fileprivate var isOdd: Bool { if case .odd = self { true } else { false } }
}

extension JinjaValue {
    /// The tests that only look at a value's type.
    fileprivate func isOfType(_ test: JinjaTest) -> Bool {
        switch (test, self) {
        case (.defined, .undefined): false
        case (.defined, _): true
        case (.undefined, .undefined), (.none, .none), (.boolean, .boolean), (.integer, .integer), (.float, .number),
            (.mapping, .dictionary), (.string, .text), (.string, .markup), (.escaped, .markup):
            true
        case (.isFalse, .boolean(let value)): !value
        case (.isTrue, .boolean(let value)): value
        case (.number, .integer), (.number, .number), (.number, .boolean): true
        case (.sequence, .text), (.sequence, .markup), (.sequence, .list), (.sequence, .tuple), (.sequence, .range),
            (.sequence, .dictionary), (.sequence, .undefined):
            true
        case (.iterable, _): isIterable
        case (.callable, .macro), (.callable, .method), (.callable, .function), (.callable, .joiner),
            (.callable, .loop), (.callable, .undefined):
            true
        default: false
        }
    }
}
