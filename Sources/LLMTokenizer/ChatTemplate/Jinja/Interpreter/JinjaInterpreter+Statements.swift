/// How a body ended.
enum JinjaFlow {
    case normal, breakLoop, continueLoop
}

extension JinjaInterpreter {
    func execute(_ statements: [JinjaStatement]) throws(ChatTemplateError) -> JinjaFlow {
        for statement in statements {
            try spend()
            let flow = try execute(statement)
            if flow != .normal { return flow }
        }
        return .normal
    }

    private func execute(_ statement: JinjaStatement) throws(ChatTemplateError) -> JinjaFlow {
        switch statement {
        case .output(let outputs):
            for output in outputs {
                switch output {
                case .data(let text): try write(text)
                case .expression(let expression): try write(text(of: try evaluate(expression)))
                }
            }
        case .assign(let target, let value):
            try checkNamespaces(in: target)
            try assign(target, try evaluate(value))
        case .assignBlock(let target, let filter, let body):
            return try executeAssignBlock(target, filter, body)
        case .conditional(let branches, let otherwise):
            for branch in branches where try evaluate(branch.test).isTrue { return try execute(branch.statements) }
            return try execute(otherwise)
        case .loop(let loop):
            if loop.isRecursive {
                try write(try renderRecursive(loop, over: try evaluate(loop.iterable), depth: 0, in: scope))
                return .normal
            }
            return try run(loop, over: try evaluate(loop.iterable), depth: 0, in: scope)
        case .macro(let definition):
            guard let name = definition.name else { break }
            rememberMacroScope(scope)
            scope.set(name.identifier, .macro(JinjaMacro(definition, scope)))
        case .callBlock(let call, let caller): try executeCallBlock(call, caller)
        case .filterBlock(let filter, let body):
            var flow = JinjaFlow.normal
            let inner = makeScope(for: body)
            let text = try capture { () throws(ChatTemplateError) in
                flow = try within(inner) { () throws(ChatTemplateError) in try execute(body.statements) }
            }
            if flow != .normal { return flow }
            try write(self.text(of: try apply(filter, to: .text(text), in: inner)))
        case .with(let bindings, let body):
            let inner = makeScope(for: body)
            for binding in bindings {
                let value = try evaluate(binding.value)
                try within(inner) { () throws(ChatTemplateError) in try assign(binding.target, value) }
            }
            return try within(inner) { () throws(ChatTemplateError) in try execute(body.statements) }
        case .generation(let body):
            let inner = makeScope(for: body)
            let text = try capture { () throws(ChatTemplateError) in
                _ = try within(inner) { () throws(ChatTemplateError) in try execute(body.statements) }
            }
            noteGeneration(byteCount: text.bytes.count)
            try write(text)
        case .block(let body):
            var root = scope
            while let parent = root.parent { root = parent }
            let inner = makeScope(for: body, under: root)
            _ = try within(inner) { () throws(ChatTemplateError) in try execute(body.statements) }
        case .breakLoop: return .breakLoop
        case .continueLoop: return .continueLoop
        case .unsupported(let tag, let position):
            throw ChatTemplateError(.unsupported, "there are no other templates to \(tag)", at: position)
        }
        return .normal
    }

    private func executeAssignBlock(
        _ target: JinjaExpression, _ filter: JinjaExpression?, _ body: JinjaBody
    ) throws(ChatTemplateError) -> JinjaFlow {
        let inner = makeScope(for: body)
        var flow = JinjaFlow.normal
        let text = try capture { () throws(ChatTemplateError) in
            flow = try within(inner) { () throws(ChatTemplateError) in try execute(body.statements) }
        }
        if flow != .normal { return flow }
        var value = JinjaValue.text(text)
        if let filter { value = try apply(filter, to: value, in: inner) }
        try assign(target, value)
        return .normal
    }

    /// Evaluates a filter chain whose innermost value is `input`.
    private func apply(
        _ filter: JinjaExpression, to input: JinjaValue, in inner: JinjaScope
    ) throws(ChatTemplateError) -> JinjaValue {
        let saved = pendingFilterInput
        pendingFilterInput = input
        defer { pendingFilterInput = saved }
        return try within(inner) { () throws(ChatTemplateError) in try evaluate(filter) }
    }

    private func executeCallBlock(
        _ call: JinjaExpression, _ caller: JinjaMacroDefinition
    ) throws(ChatTemplateError) {
        guard case .call(let callee, let arguments) = call.kind else { return }
        let function = try evaluate(callee)
        var values = try evaluate(arguments)
        guard !values.named.contains(where: { $0.name == "caller" }) else {
            throw failure(.type, "call block passes two values for 'caller'")
        }
        rememberMacroScope(scope)
        values.named.append(("caller", .macro(JinjaMacro(caller, scope))))
        position = call.position
        try write(text(of: try self.call(function, values)))
    }

    // MARK: Assignment

    /// Jinja checks that every `name.attribute` target is a namespace before it evaluates the value.
    private func checkNamespaces(in target: JinjaExpression) throws(ChatTemplateError) {
        switch target.kind {
        case .namespaceTarget(let name, _):
            guard case .namespace = value(of: name) else {
                position = target.position
                throw failure(.type, "cannot assign attribute on non-namespace object '\(name.text)'")
            }
        case .tuple(let items): for item in items { try checkNamespaces(in: item) }
        default: break
        }
    }

    func assign(_ target: JinjaExpression, _ value: JinjaValue) throws(ChatTemplateError) {
        switch target.kind {
        case .name(let name): scope.set(name.identifier, value)
        case .namespaceTarget(let name, let attribute):
            position = target.position
            guard case .namespace(let namespace) = self.value(of: name) else {
                throw failure(.type, "cannot assign attribute on non-namespace object '\(name.text)'")
            }
            guard !attribute.hasPrefix("_") else {
                throw failure(.security, "a namespace cannot store the underscore-prefixed attribute '\(attribute)'")
            }
            namespace.attributes.set(JinjaValue(attribute), value)
            namespace.depth = max(namespace.depth, value.depth + 1)
            _ = try checkDepth(.namespace(namespace))
        case .tuple(let items):
            position = target.position
            let iterator = try value.makeIterator()
            var values: [JinjaValue] = []
            while values.count <= items.count, let item = try iterator.next() { values.append(item) }
            guard values.count == items.count else {
                throw failure(
                    .value,
                    values.count > items.count
                        ? "too many values to unpack (expected \(items.count))"
                        : "not enough values to unpack (expected \(items.count), got \(values.count))")
            }
            for (item, value) in zip(items, values) { try assign(item, value) }
        default: throw failure(.syntax, "cannot assign to this expression")
        }
    }
}
