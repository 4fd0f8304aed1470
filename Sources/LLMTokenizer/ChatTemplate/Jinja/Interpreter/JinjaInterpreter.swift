/// One rendering of one template: state, budgets and output. Used by one thread, once.
final class JinjaInterpreter {
    let program: JinjaProgram
    let limits: ChatTemplateLimits
    let clock: ChatTemplateClock
    let guardian = StackGuard()
    /// Values of names that no scope knows, by name number.
    private var context: [JinjaValue?]
    var scope = JinjaScope(parent: nil)
    /// Where the evaluation is, for errors.
    var position = JinjaPosition(line: 0, column: 0)
    var callDepth = 0
    /// Set while the body of a filter block waits for its filter.
    var pendingFilterInput: JinjaValue?

    private(set) var output: [UInt8] = []
    /// Outputs suspended by an inner capture, outermost first.
    private var suspended: [[UInt8]] = []
    private(set) var generationRanges: [Range<Int>] = []
    private var steps = 0
    private var stringBytes = 0
    /// What may take part in reference cycles, emptied at the end.
    private var scopesWithMacros: [JinjaScope] = []
    private var namespaces: [JinjaNamespace] = []

    init(
        _ program: JinjaProgram, limits: ChatTemplateLimits, clock: ChatTemplateClock,
        variables: [(name: String, value: JinjaValue)]
    ) {
        self.program = program
        self.limits = limits
        self.clock = clock
        context = Array(repeating: nil, count: program.names.count)
        for function in JinjaFunction.allCases where function != .dictFromKeys {
            if let name = program.names[function.rawValue] { context[name.identifier] = .function(function) }
        }
        for variable in variables {
            if let name = program.names[variable.name] { context[name.identifier] = variable.value }
        }
    }

    /// Renders the template and returns its text as UTF-8.
    func run() throws(ChatTemplateError) -> [UInt8] {
        defer { releaseCycles() }
        do {
            scope.hoist(program.hoisted[program.body.identifier])
            _ = try execute(program.body.statements)
            return output
        } catch {
            var located = error
            if located.line == 0 {
                located.line = position.line
                located.column = position.column
            }
            throw located
        }
    }

    private func releaseCycles() {
        for scope in scopesWithMacros { scope.clear() }
        for namespace in namespaces { namespace.attributes = JinjaDictionary() }
        scope.clear()
        context = []
        pendingFilterInput = nil
    }

    // MARK: Budgets

    /// Pays for `count` units of work.
    func spend(_ count: Int = 1) throws(ChatTemplateError) {
        steps += count
        if steps > limits.steps { throw failure(.limitExceeded, "the template takes more than \(limits.steps) steps") }
    }

    /// Pays for a string of `count` bytes before it is built.
    func reserve(bytes count: Int) throws(ChatTemplateError) {
        guard count <= limits.outputBytes else {
            throw failure(.limitExceeded, "the template builds a text of more than \(limits.outputBytes) bytes")
        }
        stringBytes += count
        if stringBytes > limits.stringBytes {
            throw failure(.limitExceeded, "the template builds more than \(limits.stringBytes) bytes of text")
        }
    }

    /// Runs `body` one call deeper.
    func nested<Result>(_ body: () throws(ChatTemplateError) -> Result) throws(ChatTemplateError) -> Result {
        callDepth += 1
        defer { callDepth -= 1 }
        guard callDepth <= limits.callDepth, guardian.hasRoom else {
            throw failure(.limitExceeded, "calls nest too deeply")
        }
        return try body()
    }

    func checkDepth(_ value: JinjaValue) throws(ChatTemplateError) -> JinjaValue {
        if value.depth > limits.valueDepth {
            throw failure(.limitExceeded, "values nest more than \(limits.valueDepth) deep")
        }
        return value
    }

    func failure(_ kind: ChatTemplateError.Kind, _ message: String) -> ChatTemplateError {
        ChatTemplateError(kind, message, at: position)
    }

    // MARK: Output

    func write(_ text: JinjaText) throws(ChatTemplateError) {
        guard output.count + text.bytes.count <= limits.outputBytes else {
            throw failure(.limitExceeded, "the output exceeds \(limits.outputBytes) bytes")
        }
        output += text.bytes
    }

    /// Runs `body` with its output collected instead of written.
    func capture(_ body: () throws(ChatTemplateError) -> Void) throws(ChatTemplateError) -> JinjaText {
        suspended.append(output)
        output = []
        do throws(ChatTemplateError) {
            try body()
        } catch {
            output = suspended.removeLast()
            throw error
        }
        let text = JinjaText(bytes: output)
        output = suspended.removeLast()
        try reserve(bytes: text.bytes.count)
        return text
    }

    /// Notes that the text about to be written at the top level comes from a generation block.
    func noteGeneration(byteCount: Int) {
        let start = suspended.first?.count ?? output.count
        generationRanges.append(start..<start + byteCount)
    }

    // MARK: Names

    func value(of name: JinjaName) -> JinjaValue {
        if let found = scope.find(name.identifier) { return found ?? .undefined(name: name.text) }
        return context[name.identifier] ?? .undefined(name: name.text)
    }

    func rememberMacroScope(_ scope: JinjaScope) {
        if scopesWithMacros.last !== scope { scopesWithMacros.append(scope) }
    }

    func makeNamespace(_ attributes: JinjaDictionary) -> JinjaNamespace {
        let namespace = JinjaNamespace(attributes)
        namespaces.append(namespace)
        return namespace
    }

    /// Runs `body` in another scope.
    func within<Result>(
        _ inner: JinjaScope, _ body: () throws(ChatTemplateError) -> Result
    ) throws(ChatTemplateError) -> Result {
        let outer = scope
        scope = inner
        defer { scope = outer }
        return try body()
    }

    /// A new scope under the current one for a body.
    func makeScope(for body: JinjaBody, under parent: JinjaScope? = nil) -> JinjaScope {
        let inner = JinjaScope(parent: parent ?? scope)
        inner.hoist(program.hoisted[body.identifier])
        return inner
    }
}
