/// Translates named expressions to a ``GrammarProgram``.
struct GrammarCompiler {
    private var program = GrammarProgram()
    private var setNumbers: [GrammarProgram.ByteSet: Int32] = [:]
    private var ruleNumbers: [String: Int32] = [:]
    private var names: [String] = []
    private var size = 0

    /// Compiles the rules that `root` needs.
    ///
    /// - Throws: ``GrammarError`` for undefined and left-recursive rules and for grammars that are too large.
    static func compile(
        _ rules: [String: GrammarExpression], root: String
    ) throws(GrammarError) -> GrammarProgram {
        var compiler = GrammarCompiler()
        _ = compiler.number(of: root)
        var next = 0
        // Compiling a rule names others, which join the list; anonymous ones are compiled where they stand.
        while next < compiler.names.count {
            let name = compiler.names[next]
            next += 1
            guard !name.isEmpty else { continue }
            guard let expression = rules[name] else { throw .undefinedRule(name) }
            try compiler.define(next - 1, expression)
        }
        try LeftRecursion.check(compiler.program, names: compiler.names)
        return compiler.program
    }

    private mutating func number(of name: String) -> Int {
        if let number = ruleNumbers[name] { return Int(number) }
        ruleNumbers[name] = Int32(names.count)
        return addRule(name)
    }

    private mutating func addRule(_ name: String = "") -> Int {
        names.append(name)
        program.alternatives.append([])
        return names.count - 1
    }

    private mutating func define(_ rule: Int, _ expression: GrammarExpression) throws(GrammarError) {
        guard case .choice(let options) = expression else { return try add([expression], to: rule) }
        for option in options { try add([option], to: rule) }
    }

    /// One more alternative of a rule.
    private mutating func add(_ parts: [GrammarExpression], to rule: Int) throws(GrammarError) {
        var body: [GrammarProgram.Element] = []
        for part in parts { try append(part, to: &body) }
        try addBody(body, to: rule)
    }

    private mutating func addBody(_ body: [GrammarProgram.Element], to rule: Int) throws(GrammarError) {
        size += body.count + 1
        guard size <= Grammar.largestSize else { throw .tooLarge(elements: size) }
        program.alternatives[rule].append(Int32(program.elements.count))
        program.elements += body
        program.elements.append(.end)
    }

    private mutating func append(
        _ expression: GrammarExpression, to body: inout [GrammarProgram.Element]
    ) throws(GrammarError) {
        guard body.count <= Grammar.largestSize else { throw .tooLarge(elements: body.count) }
        switch expression {
        case .literal(let bytes):
            for byte in bytes { body.append(.bytes(number(of: [byte...byte]))) }
        case .scalars(let scalars): body += try elements(of: scalars)
        case .sequence(let parts):
            for part in parts { try append(part, to: &body) }
        case .choice:
            let rule = addRule()
            try define(rule, expression)
            body.append(.call(Int32(rule)))
        case .rule(let name): body.append(.call(Int32(number(of: name))))
        case .repeated(let part, let minimum, let maximum):
            try appendRepetition(part, minimum, maximum, to: &body)
        }
    }

    private mutating func appendRepetition(
        _ part: GrammarExpression, _ minimum: Int, _ maximum: Int?, to body: inout [GrammarProgram.Element]
    ) throws(GrammarError) {
        let count = max(minimum, maximum ?? 0)
        guard count <= Grammar.largestSize else { throw .tooLarge(elements: count) }
        var once: [GrammarProgram.Element] = []
        try append(part, to: &once)
        if once.count > 1 {
            let rule = addRule()
            try addBody(once, to: rule)
            once = [.call(Int32(rule))]
        }
        for _ in 0..<minimum { body += once }
        guard let maximum else {
            // rest = once rest | nothing
            let rest = addRule()
            try addBody(once + [.call(Int32(rest))], to: rest)
            try addBody([], to: rest)
            body.append(.call(Int32(rest)))
            return
        }
        // optional_n = once optional_(n-1) | nothing
        var inner: Int?
        for _ in 0..<max(0, maximum - minimum) {
            let rule = addRule()
            try addBody(once + (inner.map { [.call(Int32($0))] } ?? []), to: rule)
            try addBody([], to: rule)
            inner = rule
        }
        if let inner { body.append(.call(Int32(inner))) }
    }

    /// One element where the scalars are ASCII, otherwise a rule with one alternative per shape of UTF-8.
    private mutating func elements(of scalars: ScalarRanges) throws(GrammarError) -> [GrammarProgram.Element] {
        let sequences = UTF8Sequences.of(scalars)
        let single = sequences.filter { $0.count == 1 }.map { $0[0] }
        var bodies = sequences.filter { $0.count > 1 }.map { sequence in sequence.map { [$0] } }
        if !single.isEmpty { bodies.insert([single], at: 0) }
        if bodies.count == 1 { return bodies[0].map { .bytes(number(of: $0)) } }
        let rule = addRule()
        for body in bodies { try addBody(body.map { .bytes(number(of: $0)) }, to: rule) }
        return [.call(Int32(rule))]
    }

    private mutating func number(of ranges: [ClosedRange<UInt8>]) -> Int32 {
        let set = GrammarProgram.set(ranges)
        if let number = setNumbers[set] { return number }
        let number = Int32(program.sets.count)
        setNumbers[set] = number
        program.sets.append(set)
        return number
    }
}
