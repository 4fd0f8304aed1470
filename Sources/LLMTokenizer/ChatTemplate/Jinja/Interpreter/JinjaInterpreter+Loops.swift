extension JinjaInterpreter {
    /// Runs a loop in the scope where it stands.
    func run(
        _ loop: JinjaForLoop, over iterable: JinjaValue, depth: Int, in outer: JinjaScope
    ) throws(ChatTemplateError) -> JinjaFlow {
        position = loop.position
        let source = try iterable.makeIterator()
        let iterator = loop.test.map { filtered(source, loop, $0, in: outer) } ?? source
        let state = JinjaLoop(
            iterator, length: loop.test == nil ? iterable.count : nil, depth: depth,
            recurse: loop.isRecursive
                ? { [unowned self] (items: JinjaValue) throws(ChatTemplateError) -> JinjaValue in
                    .text(try renderRecursive(loop, over: items, depth: depth + 1, in: outer))
                } : nil)
        var completedATurn = false
        turns: while let item = try state.advance() {
            try spend()
            let inner = makeScope(for: loop.body, under: outer)
            inner.set(JinjaName.loop, .loop(state))
            let flow = try within(inner) { () throws(ChatTemplateError) -> JinjaFlow in
                try assign(loop.target, item)
                return try execute(loop.body.statements)
            }
            switch flow {
            case .normal: completedATurn = true
            case .continueLoop: continue turns
            case .breakLoop: break turns
            }
        }
        // As in Jinja, only a turn that reaches the end of the body keeps `else` from running.
        guard let otherwise = loop.otherwise, !completedATurn else { return .normal }
        let inner = makeScope(for: otherwise, under: outer)
        return try within(inner) { () throws(ChatTemplateError) in try execute(otherwise.statements) }
    }

    func renderRecursive(
        _ loop: JinjaForLoop, over iterable: JinjaValue, depth: Int, in outer: JinjaScope
    ) throws(ChatTemplateError) -> JinjaText {
        try nested { () throws(ChatTemplateError) -> JinjaText in
            try capture { () throws(ChatTemplateError) in
                _ = try run(loop, over: iterable, depth: depth, in: outer)
            }
        }
    }

    /// The elements that pass the loop's `if`, tested when they are reached.
    private func filtered(
        _ source: JinjaIterator, _ loop: JinjaForLoop, _ test: JinjaExpression, in outer: JinjaScope
    ) -> JinjaIterator {
        JinjaIterator { [unowned self] () throws(ChatTemplateError) -> JinjaValue? in
            while let item = try source.next() {
                try spend()
                let passes = try within(JinjaScope(parent: outer)) { () throws(ChatTemplateError) -> Bool in
                    try assign(loop.target, item)
                    return try evaluate(test).isTrue
                }
                if passes { return item }
            }
            return nil
        }
    }
}
