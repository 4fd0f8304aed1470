/// A parsed statement.
enum JinjaStatement: Sendable {
    case output([JinjaOutput])
    case assign(target: JinjaExpression, value: JinjaExpression)
    case assignBlock(target: JinjaExpression, filter: JinjaExpression?, body: JinjaBody)
    case conditional([JinjaBranch], otherwise: [JinjaStatement])
    case loop(JinjaForLoop)
    case macro(JinjaMacroDefinition)
    case callBlock(call: JinjaExpression, caller: JinjaMacroDefinition)
    case filterBlock(filter: JinjaExpression, body: JinjaBody)
    case with([(target: JinjaExpression, value: JinjaExpression)], body: JinjaBody)
    /// `{% generation %}`: what the assistant wrote.
    case generation(JinjaBody)
    /// `{% block %}` without inheritance: its body in a scope of its own under the template's.
    case block(JinjaBody)
    case continueLoop(JinjaPosition)
    case breakLoop(JinjaPosition)
    /// A tag that needs other templates: an error when it is reached, as in Python without a loader.
    case unsupported(String, JinjaPosition)
}

/// A piece of output: text as it stands, or a value to print.
enum JinjaOutput: Sendable {
    case data(JinjaText)
    case expression(JinjaExpression)
}

/// Statements with a scope of their own.
struct JinjaBody: Sendable {
    /// Index into ``JinjaProgram/hoisted``.
    let identifier: Int
    let statements: [JinjaStatement]
}

/// One `if` or `elif`.
struct JinjaBranch: Sendable {
    let test: JinjaExpression
    let statements: [JinjaStatement]
}

/// `{% for %}`.
final class JinjaForLoop: Sendable {
    let target: JinjaExpression
    let iterable: JinjaExpression
    let test: JinjaExpression?
    let isRecursive: Bool
    let body: JinjaBody
    let otherwise: JinjaBody?
    let position: JinjaPosition

    init(
        target: JinjaExpression, iterable: JinjaExpression, test: JinjaExpression?, isRecursive: Bool,
        body: JinjaBody, otherwise: JinjaBody?, position: JinjaPosition
    ) {
        self.target = target
        self.iterable = iterable
        self.test = test
        self.isRecursive = isRecursive
        self.body = body
        self.otherwise = otherwise
        self.position = position
    }
}

/// `{% macro %}`, or the body of a `{% call %}` block, which is a macro without a name.
final class JinjaMacroDefinition: Sendable {
    let name: JinjaName?
    let parameters: [JinjaName]
    /// Defaults of the last parameters.
    let defaults: [JinjaExpression]
    let body: JinjaBody
    let position: JinjaPosition
    let usesCaller: Bool
    let usesNamed: Bool
    let usesPositional: Bool

    init(
        name: JinjaName?, parameters: [JinjaName], defaults: [JinjaExpression], body: JinjaBody,
        position: JinjaPosition
    ) {
        self.name = name
        self.parameters = parameters
        self.defaults = defaults
        self.body = body
        self.position = position
        var finder = JinjaUndeclaredNames(["caller", "kwargs", "varargs"])
        finder.visit(body.statements)
        usesCaller = finder.found.contains("caller")
        usesNamed = finder.found.contains("kwargs") && !parameters.contains { $0.text == "kwargs" }
        usesPositional = finder.found.contains("varargs") && !parameters.contains { $0.text == "varargs" }
    }

    func takesExplicitCaller() -> Bool { parameters.contains { $0.text == "caller" } }
}

/// A parsed and checked template.
struct JinjaProgram: Sendable {
    let body: JinjaBody
    let names: [String: JinjaName]
    /// For each body, names that are assigned before they are read: undefined until then, whatever stands outside.
    let hoisted: [[JinjaName]]
    let usesGenerationBlocks: Bool
}
