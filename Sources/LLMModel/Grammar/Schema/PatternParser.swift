/// Reads the regular expressions that JSON schemas use (ECMA 262), as far as they are regular: literals, classes,
/// groups, alternatives, repetitions, and anchors at the ends. Gives what a string may hold between its quotes.
struct PatternParser {
    private let scalars: [UInt32]
    private let pointer: String
    private var position = 0
    private var depth = 0

    init(_ pattern: String, pointer: String) {
        scalars = pattern.unicodeScalars.map(\.value)
        self.pointer = pointer
    }

    /// A pattern is found anywhere in a string, unless its ends are anchored.
    mutating func parse() throws(GrammarError) -> GrammarExpression {
        let anything = GrammarExpression.repeated(.rule("character"), minimum: 0, maximum: nil)
        let isAnchored = take("^")
        let body = try alternatives()
        let isClosed = take("$")
        guard position == scalars.count else { throw failure("cannot read what is at character \(position + 1)") }
        return .sequence((isAnchored ? [] : [anything]) + [body] + (isClosed ? [] : [anything]))
    }

    private mutating func alternatives() throws(GrammarError) -> GrammarExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 100 else { throw failure("more than 100 nested groups") }
        var options = [try sequence()]
        while take("|") { options.append(try sequence()) }
        if depth == 1, options.count > 1, scalars.first == 0x5E || scalars.last == 0x24 {
            // `^a|b$` anchors each alternative by itself; a group says what is meant.
            throw failure("alternatives outside a group beside an anchor")
        }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private mutating func sequence() throws(GrammarError) -> GrammarExpression {
        var parts: [GrammarExpression] = []
        while let next = peek, next != "|", next != ")" {
            if next == "$", position == scalars.count - 1 { break }
            parts.append(try repetitions(of: try item(next)))
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func item(_ next: Unicode.Scalar) throws(GrammarError) -> GrammarExpression {
        position += 1
        switch next {
        case "(":
            if take("?") {
                guard take(":") else { throw failure("look-around and named groups") }
            }
            let group = try alternatives()
            guard take(")") else { throw failure("a group that is not closed") }
            return group
        case "[": return StringText.spelled(try characterClass())
        case ".": return StringText.spelled(ScalarRanges([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]).inverted)
        case "\\": return StringText.spelled(try escape())
        case "^", "$": throw failure("an anchor inside")
        case "*", "+", "?": throw failure("a repetition of nothing")
        case "{", "}", "]": throw failure("'\(next)' without a backslash")
        default: return StringText.spelled(ScalarRanges([next.value...next.value]))
        }
    }

    private mutating func repetitions(of part: GrammarExpression) throws(GrammarError) -> GrammarExpression {
        var minimum = 1
        var maximum: Int? = 1
        switch peek {
        case "*": (minimum, maximum) = (0, nil)
        case "+": (minimum, maximum) = (1, nil)
        case "?": (minimum, maximum) = (0, 1)
        case "{":
            position += 1
            minimum = try number() ?? 0
            maximum = take(",") ? try number() : minimum
            guard peek == "}", maximum ?? minimum >= minimum else { throw failure("a count that cannot be read") }
        default: return part
        }
        position += 1
        // A lazy repetition allows the same strings.
        _ = take("?")
        if let next = peek, "*+{".unicodeScalars.contains(next) { throw failure("a repetition of a repetition") }
        return .repeated(part, minimum: minimum, maximum: maximum)
    }

    private mutating func characterClass() throws(GrammarError) -> ScalarRanges {
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            let first = try classMember()
            guard peek == "-", position + 1 < scalars.count, scalars[position + 1] != 0x5D else {
                ranges += first.ranges
                continue
            }
            position += 1
            let last = try classMember()
            guard let lower = first.ranges.first?.lowerBound, let upper = last.ranges.first?.upperBound,
                first.ranges == [lower...lower], last.ranges == [upper...upper], lower <= upper
            else { throw failure("a range that cannot be read") }
            ranges.append(lower...upper)
        }
        let set = isInverted ? ScalarRanges(ranges).inverted : ScalarRanges(ranges)
        guard !set.isEmpty else { throw failure("a class without characters") }
        return set
    }

    private mutating func classMember() throws(GrammarError) -> ScalarRanges {
        guard let next = peek else { throw failure("a class that is not closed") }
        position += 1
        return next == "\\" ? try escape() : ScalarRanges([next.value...next.value])
    }

    private mutating func escape() throws(GrammarError) -> ScalarRanges {
        guard let next = peek else { throw failure("a backslash at the end") }
        position += 1
        let word = ScalarRanges([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
        let space = ScalarRanges([
            0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
            0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
        ])
        let controls: [Unicode.Scalar: UInt32] = ["n": 0x0A, "r": 0x0D, "t": 0x09, "f": 0x0C, "v": 0x0B, "0": 0]
        switch next {
        case "d": return StringText.digit
        case "D": return StringText.digit.inverted
        case "w": return word
        case "W": return word.inverted
        case "s": return space
        case "S": return space.inverted
        case "x": return try code(digits: 2)
        case "u": return try code(digits: 4)
        default:
            if let control = controls[next] { return ScalarRanges([control...control]) }
            guard !("a"..."z").contains(next), !("A"..."Z").contains(next), !("1"..."9").contains(next) else {
                throw failure("'\\\(next)'")
            }
            return ScalarRanges([next.value...next.value])
        }
    }

    private mutating func code(digits: Int) throws(GrammarError) -> ScalarRanges {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek, next.isASCII, let digit = Character(next).hexDigitValue else {
                throw failure("an escape without \(digits) digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        guard Unicode.Scalar(value) != nil else { throw failure("a surrogate") }
        return ScalarRanges([value...value])
    }

    private mutating func number() throws(GrammarError) -> Int? {
        var value: Int?
        while let next = peek, ("0"..."9").contains(next) {
            value = (value ?? 0) * 10 + Int(next.value - 0x30)
            guard value ?? 0 <= Grammar.largestSize else { throw .tooLarge(elements: value ?? 0) }
            position += 1
        }
        return value
    }

    private var peek: Unicode.Scalar? {
        position < scalars.count ? Unicode.Scalar(scalars[position]) : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private func failure(_ what: String) -> GrammarError {
        .unsupportedSchema(pointer: pointer, reason: "in a pattern: \(what)")
    }
}
