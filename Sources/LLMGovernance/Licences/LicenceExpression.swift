/// An SPDX licence expression (SPDX 3.0.1, annex "SPDX license expressions").
///
/// Operators are written all in upper or all in lower case; identifiers are compared without regard to case. `WITH`
/// binds closest, then `AND`, then `OR`.
public indirect enum LicenceExpression: Sendable, Hashable {
    /// An identifier, `orLater` when a `+` follows, and an exception after `WITH`.
    case licence(String, orLater: Bool, exception: String?)
    /// Both apply.
    case and(LicenceExpression, LicenceExpression)
    /// One may be chosen.
    case or(LicenceExpression, LicenceExpression)

    /// Reads an expression.
    ///
    /// - Throws: ``LicenceError/syntax(expression:offset:expected:)`` with the offset in UTF-8.
    public init(_ text: String) throws(LicenceError) {
        var parser = LicenceParser(text)
        self = try parser.expression(depth: 0)
        try parser.end()
    }

    /// The ways to choose at every `OR`: in each, all licences apply together.
    ///
    /// - Throws: ``LicenceError/tooManyChoices`` beyond 1,024.
    public func alternatives() throws(LicenceError) -> [[LicenceExpression]] {
        switch self {
        case .licence: return [[self]]
        case .or(let left, let right):
            let all = try left.alternatives() + right.alternatives()
            guard all.count <= 1024 else { throw .tooManyChoices }
            return all
        case .and(let left, let right):
            let (lefts, rights) = (try left.alternatives(), try right.alternatives())
            guard lefts.count * rights.count <= 1024 else { throw .tooManyChoices }
            return lefts.flatMap { one in rights.map { one + $0 } }
        }
    }

    /// All identifiers, as written, in order.
    public var identifiers: [String] {
        switch self {
        case .licence(let name, _, _): [name]
        case .and(let left, let right), .or(let left, let right): left.identifiers + right.identifiers
        }
    }
}

extension LicenceExpression: CustomStringConvertible {
    /// The expression with as few parentheses as it needs.
    public var description: String {
        switch self {
        case .licence(let name, let orLater, let exception):
            name + (orLater ? "+" : "") + (exception.map { " WITH \($0)" } ?? "")
        case .or(let left, let right): "\(left) OR \(right)"
        case .and(let left, let right): "\(left.inAnd) AND \(right.inAnd)"
        }
    }

    private var inAnd: String {
        if case .or = self { "(\(self))" } else { description }
    }
}

/// Why licences cannot be judged.
public enum LicenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An expression is not one.
    case syntax(expression: String, offset: Int, expected: String)
    /// An expression has too many choices to look at each.
    case tooManyChoices

    /// What a user can act on.
    public var description: String {
        switch self {
        case .syntax(let expression, let offset, let expected):
            "licence expression \"\(expression)\": byte \(offset): expected \(expected)"
        case .tooManyChoices: "a licence expression has more than 1024 choices"
        }
    }
}

struct LicenceParser {
    private let text: String
    private var tokens: [(text: String, offset: Int)] = []
    private var place = 0

    init(_ text: String) {
        self.text = text
        var word: [UInt8] = []
        var start = 0
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
        for (offset, byte) in text.utf8.enumerated() {
            if isSpace(byte) || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
                if !word.isEmpty { tokens.append((String(decoding: word, as: UTF8.self), start)) }
                word = []
                if !isSpace(byte) { tokens.append((byte == UInt8(ascii: "(") ? "(" : ")", offset)) }
            } else {
                if word.isEmpty { start = offset }
                word.append(byte)
            }
        }
        if !word.isEmpty { tokens.append((String(decoding: word, as: UTF8.self), start)) }
    }

    private var next: String? { place < tokens.count ? tokens[place].text : nil }

    private func failure(_ expected: String) -> LicenceError {
        .syntax(
            expression: text, offset: place < tokens.count ? tokens[place].offset : text.utf8.count, expected: expected)
    }

    private mutating func takes(_ upper: String, _ lower: String) -> Bool {
        guard next == upper || next == lower else { return false }
        place += 1
        return true
    }

    mutating func expression(depth: Int) throws(LicenceError) -> LicenceExpression {
        guard depth < 64 else { throw failure("fewer parentheses") }
        var left = try conjunction(depth: depth)
        while takes("OR", "or") { left = .or(left, try conjunction(depth: depth)) }
        return left
    }

    private mutating func conjunction(depth: Int) throws(LicenceError) -> LicenceExpression {
        var left = try simple(depth: depth)
        while takes("AND", "and") { left = .and(left, try simple(depth: depth)) }
        return left
    }

    private mutating func simple(depth: Int) throws(LicenceError) -> LicenceExpression {
        if takes("(", "(") {
            let inner = try expression(depth: depth + 1)
            guard takes(")", ")") else { throw failure("\")\", AND, OR or WITH") }
            return inner
        }
        var name = try identifier("a licence identifier or \"(\"")
        let orLater = name.utf8.last == UInt8(ascii: "+")
        if orLater { name = String(decoding: name.utf8.dropLast(), as: UTF8.self) }
        var exception: String?
        if takes("WITH", "with") { exception = try identifier("an exception identifier") }
        return .licence(name, orLater: orLater, exception: exception)
    }

    private mutating func identifier(_ expected: String) throws(LicenceError) -> String {
        let operators: Set<String> = ["AND", "OR", "WITH", "and", "or", "with", "(", ")"]
        guard let name = next, !operators.contains(name), Self.isIdentifier(name) else { throw failure(expected) }
        place += 1
        return name
    }

    /// Letters, digits, "-" and "."; one ":" in references to other documents; "+" only at the end.
    private static func isIdentifier(_ name: String) -> Bool {
        var bytes = Array(name.utf8)
        if bytes.last == UInt8(ascii: "+") { bytes.removeLast() }
        if name.hasPrefix("DocumentRef-"), let colon = bytes.firstIndex(of: UInt8(ascii: ":")) {
            bytes.remove(at: colon)
        }
        return !bytes.isEmpty
            && bytes.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }

    func end() throws(LicenceError) {
        if place < tokens.count { throw failure("AND, OR, WITH or the end") }
    }
}
