/// A parsed expression. Immutable, shared between renderings.
final class JinjaExpression: Sendable {
    enum Kind: Sendable {
        case constant(JinjaConstant)
        case name(JinjaName)
        case list([JinjaExpression])
        case tuple([JinjaExpression])
        case dictionary([(key: JinjaExpression, value: JinjaExpression)])
        case attribute(JinjaExpression, String)
        case item(JinjaExpression, JinjaExpression)
        case slice(JinjaExpression, start: JinjaExpression?, stop: JinjaExpression?, step: JinjaExpression?)
        case call(JinjaExpression, JinjaArguments)
        /// The value is nil for the body of a filter block or a filtered set block.
        case filter(JinjaExpression?, String, JinjaArguments)
        case test(JinjaExpression, String, JinjaArguments)
        case negative(JinjaExpression)
        case positive(JinjaExpression)
        case not(JinjaExpression)
        case and(JinjaExpression, JinjaExpression)
        case or(JinjaExpression, JinjaExpression)
        case arithmetic(JinjaArithmetic, JinjaExpression, JinjaExpression)
        case concatenation([JinjaExpression])
        case comparison(JinjaExpression, [(relation: JinjaComparison, operand: JinjaExpression)])
        case conditional(test: JinjaExpression, then: JinjaExpression, otherwise: JinjaExpression?)
        /// `name.attribute` as the target of an assignment.
        case namespaceTarget(JinjaName, String)
    }

    let kind: Kind
    let position: JinjaPosition
    /// Levels of expressions under this one: bounds every recursion over the tree.
    let depth: Int

    init(_ kind: Kind, _ position: JinjaPosition) {
        self.kind = kind
        self.position = position
        var deepest = 0
        Self.forEachChild(of: kind) { deepest = max(deepest, $0.depth) }
        depth = deepest + 1
    }

    func forEachChild(_ body: (JinjaExpression) -> Void) { Self.forEachChild(of: kind, body) }

    private static func forEachChild(of kind: Kind, _ body: (JinjaExpression) -> Void) {
        switch kind {
        case .constant, .name, .namespaceTarget: break
        case .list(let items), .tuple(let items), .concatenation(let items): items.forEach(body)
        case .dictionary(let items):
            for item in items {
                body(item.key)
                body(item.value)
            }
        case .attribute(let value, _), .negative(let value), .positive(let value), .not(let value): body(value)
        case .item(let value, let index):
            body(value)
            body(index)
        case .slice(let value, let start, let stop, let step):
            body(value)
            for part in [start, stop, step] { part.map(body) }
        case .call(let value, let arguments), .test(let value, _, let arguments):
            body(value)
            arguments.forEachExpression(body)
        case .filter(let value, _, let arguments):
            value.map(body)
            arguments.forEachExpression(body)
        case .and(let left, let right), .or(let left, let right), .arithmetic(_, let left, let right):
            body(left)
            body(right)
        case .comparison(let value, let operands):
            body(value)
            for operand in operands { body(operand.operand) }
        case .conditional(let test, let then, let otherwise):
            body(test)
            body(then)
            otherwise.map(body)
        }
    }
}

/// A variable name and its number in the template.
struct JinjaName: Sendable, Hashable {
    let identifier: Int
    let text: String

    /// Names the language itself gives meaning to; every template numbers them first, in this order.
    static let reserved = ["loop", "caller", "kwargs", "varargs"]
    static let loop = 0, caller = 1, namedArguments = 2, positionalArguments = 3

    static func == (left: JinjaName, right: JinjaName) -> Bool { left.identifier == right.identifier }
    func hash(into hasher: inout Hasher) { hasher.combine(identifier) }
}

/// A literal.
enum JinjaConstant: Sendable {
    case none
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case text(JinjaText)
}

/// The operators of arithmetic.
enum JinjaArithmetic: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
}

/// The operators that give true or false.
enum JinjaComparison: Sendable {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, contained, notContained
}

/// What stands between the parentheses of a call.
struct JinjaArguments: Sendable {
    var positional: [JinjaExpression] = []
    var named: [(name: String, value: JinjaExpression)] = []
    var unpackedPositional: JinjaExpression?
    var unpackedNamed: JinjaExpression?

    func forEachExpression(_ body: (JinjaExpression) -> Void) {
        positional.forEach(body)
        for argument in named { body(argument.value) }
        unpackedPositional.map(body)
        unpackedNamed.map(body)
    }
}
