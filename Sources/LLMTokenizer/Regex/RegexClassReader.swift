/// Reads what stands for one scalar: escapes and bracket classes.
struct RegexClassReader {
    let text: [UInt32]
    var position: Int
    let pattern: String
    private var depth = 0

    init(text: [UInt32], position: Int, pattern: String) {
        self.text = text
        self.position = position
        self.pattern = pattern
    }

    private func error(_ reason: String) -> TokenizerError {
        .invalidPattern(pattern: pattern, offset: position, reason: reason)
    }

    private func isAt(_ scalar: UInt32, _ offset: Int = 0) -> Bool {
        position + offset < text.count && text[position + offset] == scalar
    }

    /// `[...]` with ranges, escapes, nested classes, POSIX names and `&&`.
    mutating func bracket() throws(TokenizerError) -> ScalarSet {
        depth += 1
        defer { depth -= 1 }
        if depth > 50 { throw error("classes nested too deeply") }
        position += 1
        let isNegated = isAt(0x5E)
        if isNegated { position += 1 }
        var current = ScalarSet()
        var left: ScalarSet?
        var isFirst = true
        while true {
            guard position < text.count else { throw error("a class without end") }
            if isAt(0x5D), !isFirst {
                position += 1
                break
            }
            isFirst = false
            if isAt(0x26), isAt(0x26, 1) {
                position += 2
                left = left.map { $0.intersection(current) } ?? current
                current = ScalarSet()
                continue
            }
            if isAt(0x5B), isAt(0x3A, 1), let named = posixClass() {
                current.formUnion(named)
            } else if isAt(0x5B) {
                current.formUnion(try bracket())
            } else {
                try member(&current)
            }
        }
        if let left { current = left.intersection(current) }
        if isNegated {
            if current.isNegated { current.isNegated = false } else { current.isNegated = true }
        }
        current.normalize()
        return current
    }

    private mutating func member(_ set: inout ScalarSet) throws(TokenizerError) {
        let item = try single()
        let isSingle = item.classes.isEmpty && item.ranges.count == 1 && !item.isNegated
        guard isSingle, let first = item.ranges.first?.lowerBound, isAt(0x2D), position + 1 < text.count,
            text[position + 1] != 0x5D
        else {
            set.formUnion(item)
            return
        }
        position += 1
        let end = try single()
        guard end.classes.isEmpty, end.ranges.count == 1, let last = end.ranges.first?.upperBound, last >= first else {
            throw error("a range without a valid end")
        }
        set.ranges.append(first...last)
    }

    private mutating func single() throws(TokenizerError) -> ScalarSet {
        if isAt(0x5C) {
            let set = try escape()
            // In a class the reference leaves six numbers of Latin-1 out of words (its library counts them in outside).
            if set == ScalarSet(.word) { return ScalarSet.wordInClass }
            if set == ScalarSet(.notWord) { return ScalarSet.wordInClass.complement }
            return set
        }
        defer { position += 1 }
        return ScalarSet(text[position])
    }

    /// A backslash and what follows.
    mutating func escape() throws(TokenizerError) -> ScalarSet {
        guard position + 1 < text.count else { throw error("an unfinished escape") }
        let letter = text[position + 1]
        position += 2
        let controls: [UInt32: UInt32] = [
            0x72: 0x0D, 0x6E: 0x0A, 0x74: 0x09, 0x66: 0x0C, 0x76: 0x0B, 0x61: 0x07, 0x65: 0x1B, 0x30: 0,
        ]
        if let control = controls[letter] { return ScalarSet(control) }
        switch letter {
        case 0x73: return ScalarSet(.whiteSpace)
        case 0x53: return ScalarSet(.notWhiteSpace)
        case 0x64: return ScalarSet(ScalarClass(.decimalNumber))
        case 0x44: return ScalarSet(ScalarClass.allCategories.subtracting(ScalarClass(.decimalNumber)))
        case 0x77: return ScalarSet(.word)
        case 0x57: return ScalarSet(.notWord)
        case 0x70, 0x50: return try property(negated: letter == 0x50)
        case 0x78, 0x75, 0x55: return try hexadecimal(letter)
        default:
            if (0x41...0x5A).contains(letter) || (0x61...0x7A).contains(letter) {
                throw error("an unknown escape")
            }
            return ScalarSet(letter)
        }
    }

    private mutating func hexadecimal(_ letter: UInt32) throws(TokenizerError) -> ScalarSet {
        var digits: [UInt32] = []
        if isAt(0x7B) {
            position += 1
            while position < text.count, text[position] != 0x7D {
                digits.append(text[position])
                position += 1
            }
            position += 1
        } else {
            let wanted = letter == 0x78 ? 2 : letter == 0x75 ? 4 : 8
            digits = Array(text[position..<min(position + wanted, text.count)])
            position += digits.count
        }
        var value: UInt32 = 0
        for digit in digits {
            guard digits.count <= 8, let scalar = Unicode.Scalar(digit), let number = Character(scalar).hexDigitValue
            else { throw error("a bad hexadecimal number") }
            value = value << 4 | UInt32(number)
        }
        guard !digits.isEmpty, value <= 0x10FFFF else { throw error("a bad hexadecimal number") }
        return ScalarSet(value)
    }

    private mutating func property(negated: Bool) throws(TokenizerError) -> ScalarSet {
        var name = ""
        var isNegated = negated
        if isAt(0x7B) {
            position += 1
            if isAt(0x5E) {
                isNegated.toggle()
                position += 1
            }
            while position < text.count, text[position] != 0x7D {
                if let scalar = Unicode.Scalar(text[position]) { name.unicodeScalars.append(scalar) }
                position += 1
            }
            position += 1
        } else if position < text.count {
            if let scalar = Unicode.Scalar(text[position]) { name.unicodeScalars.append(scalar) }
            position += 1
        }
        guard let set = UnicodeProperty.named(name) else { throw error("the unknown property \(name)") }
        if !isNegated { return set }
        if set.ranges.isEmpty {
            if set.classes == .han { return ScalarSet(.notHan) }
            if set.classes == .whiteSpace { return ScalarSet(.notWhiteSpace) }
            if set.classes == .word { return ScalarSet(.notWord) }
            return ScalarSet(ScalarClass.allCategories.subtracting(set.classes))
        }
        var complement = set
        complement.isNegated = true
        return complement
    }

    private mutating func posixClass() -> ScalarSet? {
        var at = position + 2
        var isNegated = false
        if at < text.count, text[at] == 0x5E {
            isNegated = true
            at += 1
        }
        var name = ""
        while at < text.count, let scalar = Unicode.Scalar(text[at]), (97...122).contains(text[at]) {
            name.unicodeScalars.append(scalar)
            at += 1
        }
        guard at + 1 < text.count, text[at] == 0x3A, text[at + 1] == 0x5D, var set = UnicodeProperty.posix(name) else {
            return nil
        }
        position = at + 2
        if isNegated { set.isNegated.toggle() }
        return set
    }
}
