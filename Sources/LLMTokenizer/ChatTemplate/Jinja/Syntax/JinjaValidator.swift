/// Refuses at once what Jinja refuses when it compiles a template: unknown filters and tests, `break` outside of a
/// loop, assignment to `loop`.
struct JinjaValidator {
    private var loopDepth = 0
    private var isInsideLoopStatement = 0
    /// Inside `if`, an unknown filter is an error only when it is reached.
    private var isLenient = false
    private var failure: ChatTemplateError?

    static func check(_ body: JinjaBody) throws(ChatTemplateError) {
        var validator = JinjaValidator()
        validator.visit(body.statements)
        if let failure = validator.failure { throw failure }
    }

    static func usesGeneration(_ statements: [JinjaStatement]) -> Bool {
        statements.contains { statement in
            switch statement {
            case .generation: true
            case .conditional(let branches, let otherwise):
                branches.contains { usesGeneration($0.statements) } || usesGeneration(otherwise)
            case .loop(let loop):
                usesGeneration(loop.body.statements) || usesGeneration(loop.otherwise?.statements ?? [])
            case .macro(let macro): usesGeneration(macro.body.statements)
            case .callBlock(_, let caller): usesGeneration(caller.body.statements)
            case .assignBlock(_, _, let body), .filterBlock(_, let body), .with(_, let body), .block(let body):
                usesGeneration(body.statements)
            default: false
            }
        }
    }

    private mutating func fail(_ message: String, _ position: JinjaPosition) {
        if failure == nil { failure = ChatTemplateError(.syntax, message, at: position) }
    }

    private mutating func visit(_ statements: [JinjaStatement]) {
        for statement in statements { visit(statement) }
    }

    private mutating func visitScope(_ body: JinjaBody, isFunction: Bool = false) {
        let saved = (isLenient, loopDepth)
        isLenient = false
        if isFunction { loopDepth = 0 }
        visit(body.statements)
        (isLenient, loopDepth) = saved
    }

    private mutating func visit(_ statement: JinjaStatement) {
        switch statement {
        case .output(let outputs): for case .expression(let expression) in outputs { visit(expression) }
        case .assign(let target, let value):
            visitTarget(target)
            visit(value)
        case .assignBlock(let target, let filter, let body):
            visitTarget(target)
            let saved = isLenient
            isLenient = false
            if let filter { visit(filter) }
            isLenient = saved
            visitScope(body)
        case .conditional(let branches, let otherwise):
            let saved = isLenient
            isLenient = true
            for branch in branches {
                visit(branch.test)
                visit(branch.statements)
            }
            visit(otherwise)
            isLenient = saved
        case .loop(let loop): visit(loop)
        case .macro(let macro): visit(macro)
        case .callBlock(let call, let caller):
            visit(call)
            visit(caller)
        case .filterBlock(let filter, let body):
            let saved = isLenient
            isLenient = false
            visit(filter)
            isLenient = saved
            visitScope(body)
        case .with(let bindings, let body):
            for binding in bindings {
                visitTarget(binding.target)
                visit(binding.value)
            }
            visitScope(body)
        case .generation(let body), .block(let body): visitScope(body, isFunction: true)
        case .breakLoop(let position): if loopDepth == 0 { fail("'break' outside loop", position) }
        case .continueLoop(let position): if loopDepth == 0 { fail("'continue' not properly in loop", position) }
        case .unsupported: break
        }
    }

    private mutating func visit(_ loop: JinjaForLoop) {
        visit(loop.iterable)
        isInsideLoopStatement += 1
        visitTarget(loop.target)
        let saved = (isLenient, loopDepth)
        isLenient = false
        if let test = loop.test { visit(test) }
        loopDepth = loop.isRecursive ? 1 : loopDepth + 1
        visit(loop.body.statements)
        isLenient = false
        loopDepth = loop.isRecursive ? 0 : saved.1
        if let otherwise = loop.otherwise { visit(otherwise.statements) }
        (isLenient, loopDepth) = saved
        isInsideLoopStatement -= 1
    }

    private mutating func visit(_ macro: JinjaMacroDefinition) {
        let saved = isLenient
        isLenient = false
        for value in macro.defaults { visit(value) }
        isLenient = saved
        visitScope(macro.body, isFunction: true)
    }

    private mutating func visitTarget(_ target: JinjaExpression) {
        if case .name(let name) = target.kind, name.text == "loop", isInsideLoopStatement > 0 {
            fail("cannot assign to the special loop variable", target.position)
        }
        target.forEachChild { visitTarget($0) }
    }

    private mutating func visit(_ expression: JinjaExpression) {
        switch expression.kind {
        case .filter(_, let name, _) where !isLenient && JinjaFilter(rawValue: name) == nil:
            fail("no filter named '\(name)'", expression.position)
        case .test(_, let name, _) where !isLenient && JinjaTest(name) == nil:
            fail("no test named '\(name)'", expression.position)
        case .conditional:
            let saved = isLenient
            isLenient = true
            expression.forEachChild { visit($0) }
            isLenient = saved
            return
        default: break
        }
        expression.forEachChild { visit($0) }
    }
}

/// Which of some names a body reads before it assigns them, in Jinja's order of visiting. It decides whether a macro
/// gets `caller`, `varargs` and `kwargs`.
struct JinjaUndeclaredNames {
    private var wanted: Set<String>
    private(set) var found: Set<String> = []

    init(_ names: Set<String>) { wanted = names }

    mutating func visit(_ statements: [JinjaStatement]) {
        for statement in statements { visit(statement) }
    }

    private mutating func visit(_ statement: JinjaStatement) {
        switch statement {
        case .output(let outputs): for case .expression(let expression) in outputs { visit(expression) }
        case .assign(let target, let value):
            visitTarget(target)
            visit(value)
        case .assignBlock(let target, let filter, let body):
            visitTarget(target)
            if let filter { visit(filter) }
            visit(body.statements)
        case .conditional(let branches, let otherwise):
            for branch in branches {
                visit(branch.test)
                visit(branch.statements)
            }
            visit(otherwise)
        case .loop(let loop):
            visitTarget(loop.target)
            visit(loop.iterable)
            visit(loop.body.statements)
            if let otherwise = loop.otherwise { visit(otherwise.statements) }
            if let test = loop.test { visit(test) }
        case .macro(let macro): visit(macro)
        case .callBlock(let call, let caller):
            visit(call)
            visit(caller)
        case .filterBlock(let filter, let body):
            visit(body.statements)
            visit(filter)
        case .with(let bindings, let body):
            for binding in bindings { visitTarget(binding.target) }
            for binding in bindings { visit(binding.value) }
            visit(body.statements)
        case .generation(let body): visit(body.statements)
        case .block, .continueLoop, .breakLoop, .unsupported: break
        }
    }

    private mutating func visit(_ macro: JinjaMacroDefinition) {
        for parameter in macro.parameters { wanted.remove(parameter.text) }
        for value in macro.defaults { visit(value) }
        visit(macro.body.statements)
    }

    private mutating func visitTarget(_ target: JinjaExpression) {
        if case .name(let name) = target.kind { wanted.remove(name.text) }
        target.forEachChild { visitTarget($0) }
    }

    private mutating func visit(_ expression: JinjaExpression) {
        if case .name(let name) = expression.kind, wanted.contains(name.text) { found.insert(name.text) }
        expression.forEachChild { visit($0) }
    }
}
