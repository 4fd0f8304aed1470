/// Reads the regular expressions that tokenizer files hold: those of Oniguruma and of Rust's fancy-regex.
struct RegexParser {
    private let text: [UInt32]
    private let pattern: String
    private let dialect: RegexDialect
    private var position = 0
    private var ignoresCase = false
    private var dotMatchesNewline = false
    private var depth = 0

    static func parse(_ pattern: String, dialect: RegexDialect) throws(TokenizerError) -> RegexNode {
        var parser = RegexParser(pattern, dialect)
        let node = try parser.alternatives()
        if parser.position < parser.text.count { throw parser.error("an unexpected )") }
        return node
    }

    private init(_ pattern: String, _ dialect: RegexDialect) {
        self.pattern = pattern
        self.dialect = dialect
        text = pattern.unicodeScalars.map(\.value)
    }

    private func error(_ reason: String) -> TokenizerError {
        .invalidPattern(pattern: pattern, offset: position, reason: reason)
    }

    private var peek: UInt32? { position < text.count ? text[position] : nil }

    private func isAt(_ literal: String) -> Bool {
        let scalars = literal.unicodeScalars.map(\.value)
        return text[position...].starts(with: scalars)
    }

    private mutating func skip(_ literal: String) -> Bool {
        guard isAt(literal) else { return false }
        position += literal.unicodeScalars.count
        return true
    }

    private mutating func alternatives() throws(TokenizerError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        if depth > 200 { throw error("groups nested too deeply") }
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(TokenizerError) -> RegexNode {
        var nodes: [RegexNode] = []
        while let scalar = peek, scalar != 0x7C, scalar != 0x29 {
            nodes.append(try quantified(try atom()))
        }
        return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func quantified(_ atom: RegexNode) throws(TokenizerError) -> RegexNode {
        var node = atom
        while let scalar = peek {
            var minimum = 0
            var maximum = Int.max
            var isInterval = false
            switch scalar {
            case 0x2A: position += 1
            case 0x2B:
                minimum = 1
                position += 1
            case 0x3F:
                maximum = 1
                position += 1
            case 0x7B:
                guard let bounds = interval() else { return node }
                (minimum, maximum) = bounds
                isInterval = true
            default: return node
            }
            if minimum > 1000 || (maximum != .max && (maximum > 100_000 || maximum < minimum)) {
                throw error("repetition bounds out of range")
            }
            var kind = RegexNode.Quantifier.greedy
            if skip("?") {
                kind = .lazy
            } else if peek == 0x2B, !isInterval || dialect == .fancy {
                position += 1
                kind = .possessive
            }
            node = .repeated(node, minimum: minimum, maximum: maximum, kind: kind)
        }
        return node
    }

    /// `{n}`, `{n,}`, `{n,m}`, `{,m}`; anything else is a literal brace.
    private mutating func interval() -> (Int, Int)? {
        var at = position + 1
        func number() -> (value: Int?, end: Int) {
            var value: Int?
            var end = at
            while end < text.count, (0x30...0x39).contains(text[end]), end - at < 7 {
                value = (value ?? 0) * 10 + Int(text[end] - 0x30)
                end += 1
            }
            return (value, end)
        }
        let low = number()
        at = low.end
        guard at < text.count else { return nil }
        if text[at] == 0x7D, let value = low.value {
            position = at + 1
            return (value, value)
        }
        guard text[at] == 0x2C else { return nil }
        at += 1
        let high = number()
        at = high.end
        guard at < text.count, text[at] == 0x7D, low.value != nil || high.value != nil else { return nil }
        position = at + 1
        return (low.value ?? 0, high.value ?? .max)
    }

    private mutating func atom() throws(TokenizerError) -> RegexNode {
        guard let scalar = peek else { throw error("an unfinished pattern") }
        switch scalar {
        case 0x28: return try group()
        case 0x5B:
            var reader = RegexClassReader(text: text, position: position, pattern: pattern)
            let set = try reader.bracket()
            position = reader.position
            return .set(ignoresCase ? set.caseInsensitive() : set)
        case 0x2E:
            position += 1
            if dotMatchesNewline { return .set(ScalarSet(.allCategories)) }
            var set = ScalarSet(0x0A)
            set.isNegated = true
            return .set(set)
        case 0x5E:
            position += 1
            return .assertion(dialect == .oniguruma ? .lineStart : .textStart)
        case 0x24:
            position += 1
            return .assertion(dialect == .oniguruma ? .lineEnd : .textEnd)
        case 0x5C: return try escape()
        case 0x2A, 0x2B, 0x3F: throw error("nothing to repeat")
        default:
            position += 1
            return literal(scalar)
        }
    }

    private func literal(_ scalar: UInt32) -> RegexNode {
        let set = ScalarSet(scalar)
        return .set(ignoresCase ? set.caseInsensitive() : set)
    }

    private mutating func escape() throws(TokenizerError) -> RegexNode {
        guard position + 1 < text.count else { throw error("an unfinished escape") }
        let assertions: [UInt32: RegexNode.Assertion] = [
            0x62: .wordBoundary, 0x42: .notWordBoundary, 0x41: .textStart, 0x7A: .textEnd, 0x5A: .textEndBeforeNewline,
        ]
        if let assertion = assertions[text[position + 1]] {
            position += 2
            return .assertion(assertion)
        }
        if (0x31...0x39).contains(text[position + 1]) || text[position + 1] == 0x6B {
            throw error("back references are not supported")
        }
        var reader = RegexClassReader(text: text, position: position, pattern: pattern)
        let set = try reader.escape()
        position = reader.position
        return .set(ignoresCase ? set.caseInsensitive() : set)
    }

    private mutating func group() throws(TokenizerError) -> RegexNode {
        position += 1
        let outer = (ignoresCase, dotMatchesNewline)
        var wrap: (RegexNode) -> RegexNode = { $0 }
        if skip("?=") {
            wrap = { .look($0, ahead: true, negated: false) }
        } else if skip("?!") {
            wrap = { .look($0, ahead: true, negated: true) }
        } else if skip("?<=") {
            wrap = { .look($0, ahead: false, negated: false) }
        } else if skip("?<!") {
            wrap = { .look($0, ahead: false, negated: true) }
        } else if skip("?>") {
            wrap = { .atomic($0) }
        } else if isAt("?<") || isAt("?P<") {
            while let scalar = peek, scalar != 0x3E { _ = scalar; position += 1 }
            position += 1
        } else if isAt("?#") {
            while let scalar = peek, scalar != 0x29 { _ = scalar; position += 1 }
        } else if skip("?") {
            try flags()
            if skip(")") {
                // The flags hold for the rest of the enclosing group.
                let node = try alternatives()
                (ignoresCase, dotMatchesNewline) = outer
                return node
            }
            guard skip(":") else { throw error("an unknown kind of group") }
        }
        let node = try alternatives()
        guard skip(")") else { throw error("a group without end") }
        (ignoresCase, dotMatchesNewline) = outer
        return wrap(node)
    }

    private mutating func flags() throws(TokenizerError) {
        var isOn = true
        while let scalar = peek, scalar != 0x3A, scalar != 0x29 {
            switch scalar {
            case 0x2D: isOn = false
            case 0x69: ignoresCase = isOn
            case 0x6D where dialect == .oniguruma, 0x73 where dialect == .fancy: dotMatchesNewline = isOn
            case 0x75: break
            default: throw error("an unknown flag")
            }
            position += 1
        }
    }
}
