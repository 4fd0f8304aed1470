/// Finds the names that Jinja makes local to a body before it runs.
///
/// Jinja decides at compile time what a name means. A name that a body assigns unconditionally before reading it,
/// and that no enclosing body knows, is undefined until the assignment runs, even if the conversation passes a
/// variable of that name (this shows when a macro reads it early). All other names are found by looking outwards.
struct JinjaScopeAnalysis {
    private(set) var hoisted: [[JinjaName]]

    init(bodyCount: Int) { hoisted = Array(repeating: [], count: bodyCount) }

    /// What one body knows about names.
    private final class Scope {
        let parent: Scope?
        var known: Set<JinjaName> = []
        var stored: Set<JinjaName> = []
        var undefinedAtFirst: Set<JinjaName> = []

        init(parent: Scope?) { self.parent = parent }

        func knows(_ name: JinjaName) -> Bool { known.contains(name) || (parent?.knows(name) ?? false) }

        func load(_ name: JinjaName) { if !knows(name) { known.insert(name) } }

        func store(_ name: JinjaName) {
            stored.insert(name)
            guard !known.contains(name) else { return }
            if !knows(name) { undefinedAtFirst.insert(name) }
            known.insert(name)
        }

        func declare(_ name: JinjaName) {
            stored.insert(name)
            known.insert(name)
        }
    }

    /// A body met while visiting its parent, to be visited once the parent is complete.
    private struct Inner {
        let body: JinjaBody
        let parameters: [JinjaName]
        let expressions: [JinjaExpression]
    }

    mutating func analyzeTemplate(_ body: JinjaBody) {
        analyze(Inner(body: body, parameters: [], expressions: []), parent: nil)
    }

    private mutating func analyze(_ inner: Inner, parent: Scope?) {
        let scope = Scope(parent: parent)
        for parameter in inner.parameters { scope.declare(parameter) }
        for expression in inner.expressions { load(expression, scope) }
        var pending: [Inner] = []
        visit(inner.body.statements, scope, &pending)
        hoisted[inner.body.identifier] = scope.undefinedAtFirst.sorted { $0.identifier < $1.identifier }
        for child in pending { analyze(child, parent: scope) }
    }

    private func visit(_ statements: [JinjaStatement], _ scope: Scope, _ pending: inout [Inner]) {
        for statement in statements { visit(statement, scope, &pending) }
    }

    private func visit(_ statement: JinjaStatement, _ scope: Scope, _ pending: inout [Inner]) {
        switch statement {
        case .output(let outputs): for case .expression(let expression) in outputs { load(expression, scope) }
        case .assign(let target, let value):
            load(value, scope)
            store(target, scope)
        case .assignBlock(let target, _, let body):
            store(target, scope)
            pending.append(Inner(body: body, parameters: [], expressions: []))
        case .conditional(let branches, let otherwise):
            visit(branches[...], otherwise, scope, &pending)
        case .loop(let loop):
            load(loop.iterable, scope)
            pending.append(Inner(body: loop.body, parameters: names(in: loop.target), expressions: []))
            if let otherwise = loop.otherwise {
                pending.append(Inner(body: otherwise, parameters: [], expressions: []))
            }
        case .macro(let macro):
            if let name = macro.name { scope.store(name) }
            pending.append(Inner(body: macro.body, parameters: macro.parameters, expressions: macro.defaults))
        case .callBlock(let call, let caller):
            load(call, scope)
            pending.append(Inner(body: caller.body, parameters: caller.parameters, expressions: caller.defaults))
        case .filterBlock(let filter, let body):
            load(filter, scope)
            pending.append(Inner(body: body, parameters: [], expressions: []))
        case .with(let bindings, let body):
            for binding in bindings { load(binding.value, scope) }
            pending.append(
                Inner(body: body, parameters: bindings.flatMap { names(in: $0.target) }, expressions: []))
        case .generation(let body): pending.append(Inner(body: body, parameters: [], expressions: []))
        case .block, .continueLoop, .breakLoop, .unsupported: break
        }
    }

    /// Branches start from the same knowledge; what only some of them assign is looked up outside until assigned.
    private func visit(
        _ branches: ArraySlice<JinjaBranch>, _ otherwise: [JinjaStatement], _ scope: Scope, _ pending: inout [Inner]
    ) {
        guard let first = branches.first else { return }
        load(first.test, scope)
        var results: [Scope] = []
        func visitBranch(_ body: (Scope, inout [Inner]) -> Void) {
            let copy = Scope(parent: scope.parent)
            (copy.known, copy.stored, copy.undefinedAtFirst) = (scope.known, scope.stored, scope.undefinedAtFirst)
            body(copy, &pending)
            results.append(copy)
        }
        visitBranch { visit(first.statements, $0, &$1) }
        visitBranch { scope, pending in
            // Each `elif` is an `if` of its own as far as names go.
            for branch in branches.dropFirst() { visit([branch][...], [], scope, &pending) }
        }
        visitBranch { visit(otherwise, $0, &$1) }
        for result in results {
            scope.known.formUnion(result.known)
            scope.stored.formUnion(result.stored)
        }
    }

    private func load(_ expression: JinjaExpression, _ scope: Scope) {
        if case .name(let name) = expression.kind { scope.load(name) }
        if case .namespaceTarget(let name, _) = expression.kind { scope.load(name) }
        expression.forEachChild { load($0, scope) }
    }

    private func store(_ target: JinjaExpression, _ scope: Scope) {
        switch target.kind {
        case .name(let name): scope.store(name)
        case .namespaceTarget(let name, _): scope.load(name)
        default: target.forEachChild { store($0, scope) }
        }
    }

    private func names(in target: JinjaExpression) -> [JinjaName] {
        if case .name(let name) = target.kind { return [name] }
        var result: [JinjaName] = []
        target.forEachChild { result += names(in: $0) }
        return result
    }
}
