/// Reads GBNF, the grammar notation of llama.cpp.
///
/// `name ::= alternatives`, `|`, groups, `"literals"`, `[classes]` with ranges and `^`, `.`, `*`, `+`, `?`, `{m,n}`,
/// `#` comments; escapes `\n \r \t \\ \" \[ \] \xHH \uHHHH \UHHHHHHHH`. A rule ends with its line, unless the line ends
/// inside a group or behind `::=` or `|`, or the next line begins with `|`.
struct GBNFParser {
    private let scalars: [UInt32]
    private var position = 0
    private var depth = 0
    private static let largestDepth = 200

    init(_ text: String) { scalars = text.unicodeScalars.map(\.value) }

    /// All rules by name; of two with one name the later counts, as in llama.cpp.
    mutating func parse() throws(GrammarError) -> [String: GrammarExpression] {
        var rules: [String: GrammarExpression] = [:]
        skipSpace(acrossLines: true)
        while position < scalars.count {
            let name = try readName()
            skipSpace(acrossLines: false)
            for character in "::=".unicodeScalars {
                guard take(character) else { throw failure("'::='") }
            }
            skipSpace(acrossLines: true)
            rules[name] = try readAlternatives(isNested: false)
            skipSpace(acrossLines: true)
        }
        guard !rules.isEmpty else { throw failure("a rule: name ::= ...") }
        return rules
    }

    // MARK: Structure

    private mutating func readAlternatives(isNested: Bool) throws(GrammarError) -> GrammarExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.largestDepth else { throw failure("at most \(Self.largestDepth) nested groups") }
        var options = [try readSequence(isNested: isNested)]
        while true {
            let before = position
            skipSpace(acrossLines: true)
            guard take("|") else {
                position = before
                break
            }
            skipSpace(acrossLines: true)
            options.append(try readSequence(isNested: isNested))
        }
        if isNested { skipSpace(acrossLines: true) }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func readSequence(isNested: Bool) throws(GrammarError) -> GrammarExpression {
        var parts: [GrammarExpression] = []
        while let part = try readItem() {
            parts.append(try readRepetitions(of: part))
            skipSpace(acrossLines: isNested)
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    /// A literal, class, group, rule name or dot; nil where none begins.
    private mutating func readItem() throws(GrammarError) -> GrammarExpression? {
        guard let next = peek else { return nil }
        switch next {
        case "\"":
            position += 1
            return try readLiteral()
        case "[":
            position += 1
            return try readClass()
        case "(":
            position += 1
            skipSpace(acrossLines: true)
            let group = try readAlternatives(isNested: true)
            guard take(")") else { throw failure("')'") }
            return group
        case ".":
            position += 1
            return .scalars(.all)
        default:
            guard Self.isNameScalar(next) else { return nil }
            return .rule(try readName())
        }
    }

    private mutating func readRepetitions(of part: GrammarExpression) throws(GrammarError) -> GrammarExpression {
        var result = part
        while let next = peek {
            switch next {
            case "*": result = .repeated(result, minimum: 0, maximum: nil)
            case "+": result = .repeated(result, minimum: 1, maximum: nil)
            case "?": result = .repeated(result, minimum: 0, maximum: 1)
            case "{":
                position += 1
                result = try readCounts(of: result)
                continue
            default: return result
            }
            position += 1
        }
        return result
    }

    private mutating func readCounts(of part: GrammarExpression) throws(GrammarError) -> GrammarExpression {
        skipSpace(acrossLines: false)
        let minimum = try readNumber() ?? 0
        var maximum: Int? = minimum
        skipSpace(acrossLines: false)
        if take(",") {
            skipSpace(acrossLines: false)
            maximum = try readNumber()
            skipSpace(acrossLines: false)
        }
        guard take("}") else { throw failure("'}'") }
        if let maximum, maximum < minimum { throw failure("a largest count of at least \(minimum)") }
        return .repeated(part, minimum: minimum, maximum: maximum)
    }

    // MARK: Characters

    private mutating func readLiteral() throws(GrammarError) -> GrammarExpression {
        var bytes: [UInt8] = []
        while !take("\"") { bytes += UTF8Sequences.bytes(try readCharacter()) }
        return .literal(bytes)
    }

    private mutating func readClass() throws(GrammarError) -> GrammarExpression {
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            let lower = try readCharacter()
            var upper = lower
            if peek == "-", position + 1 < scalars.count, scalars[position + 1] != 0x5D {
                position += 1
                upper = try readCharacter()
            }
            guard lower <= upper else { throw failure("a range that does not run backwards") }
            ranges.append(lower...upper)
        }
        let set = ScalarRanges(ranges)
        let result = isInverted ? set.inverted : set
        guard !result.isEmpty else { throw failure("a class with at least one character") }
        return .scalars(result)
    }

    private mutating func readCharacter() throws(GrammarError) -> UInt32 {
        guard position < scalars.count else { throw failure("the end of a literal or class") }
        let value = scalars[position]
        position += 1
        guard value == 0x5C else { return value }
        guard let escaped = peek else { throw failure("a character behind '\\'") }
        position += 1
        switch escaped {
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "\\", "\"", "[", "]", "-", "^": return escaped.value
        case "x": return try readHexadecimal(digits: 2)
        case "u": return try readHexadecimal(digits: 4)
        case "U": return try readHexadecimal(digits: 8)
        default:
            position -= 1
            throw failure("one of n r t \\ \" [ ] x u U behind '\\'")
        }
    }

    private mutating func readHexadecimal(digits: Int) throws(GrammarError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = peek.flatMap({ Character($0).hexDigitValue }), peek?.isASCII == true else {
                throw failure("\(digits) hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard Unicode.Scalar(value) != nil else { throw failure("a Unicode scalar") }
        return value
    }

    private mutating func readNumber() throws(GrammarError) -> Int? {
        var value: Int?
        while let digit = peek, ("0"..."9").contains(digit) {
            value = (value ?? 0) * 10 + Int(digit.value - 0x30)
            guard value ?? 0 <= Grammar.largestSize else { throw failure("a count of at most \(Grammar.largestSize)") }
            position += 1
        }
        return value
    }

    private mutating func readName() throws(GrammarError) -> String {
        var name = ""
        while let next = peek, Self.isNameScalar(next) {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard !name.isEmpty else { throw failure("a rule name") }
        return name
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
        default: false
        }
    }

    // MARK: Reading

    private var peek: Unicode.Scalar? {
        position < scalars.count ? Unicode.Scalar(scalars[position]) : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace(acrossLines: Bool) {
        while let next = peek {
            switch next {
            case " ", "\t": position += 1
            case "\r", "\n":
                guard acrossLines else { return }
                position += 1
            case "#":
                while position < scalars.count, scalars[position] != 0x0A {
                    position += 1
                }
            default: return
            }
        }
    }

    private func failure(_ expected: String) -> GrammarError {
        var line = 1
        var column = 1
        for scalar in scalars.prefix(position) {
            column += 1
            if scalar == 0x0A {
                line += 1
                column = 1
            }
        }
        return .syntax(line: line, column: column, expected: expected)
    }
}
