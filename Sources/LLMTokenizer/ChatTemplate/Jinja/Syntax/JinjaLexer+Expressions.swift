/// Tokens inside `{{ }}` and `{% %}`.
extension JinjaLexer {
    /// Reads up to and including the closing delimiter, which counts only outside of brackets.
    mutating func lexTag(isVariable: Bool) throws(ChatTemplateError) {
        var brackets: [UInt8] = []
        while true {
            if brackets.isEmpty, closeTag(isVariable: isVariable) { return }
            index = skippingWhitespace(index)
            if brackets.isEmpty, closeTag(isVariable: isVariable) { return }
            guard let first = byte(index) else { return }
            if first >= 0x30 && first <= 0x39 {
                try lexNumber()
            } else if first == 0x22 || first == 0x27 {
                try lexString(quote: first)
            } else if let end = nameEnd(index) {
                add(.name(String(decoding: source.bytes[index..<end], as: UTF8.self)))
                index = end
            } else {
                try lexSymbol(&brackets)
            }
        }
    }

    private mutating func closeTag(isVariable: Bool) -> Bool {
        let kind: JinjaToken.Kind = isVariable ? .variableEnd : .blockEnd
        if isVariable {
            if matches("-}}", at: index) {
                add(kind)
                index = skippingWhitespace(index + 3)
                return true
            }
            guard matches("}}", at: index) else { return false }
            add(kind)
            index += 2
            return true
        }
        let sign: UInt8 = matches("-%}", at: index) ? 0x2D : matches("+%}", at: index) ? 0x2B : 0
        guard sign != 0 || matches("%}", at: index) else { return false }
        add(kind)
        index += sign == 0 ? 2 : 3
        finishTag(sign: sign)
        return true
    }

    private func nameEnd(_ start: Int) -> Int? {
        var offset = start
        while offset < source.bytes.count {
            let (scalar, length) = source.scalar(at: offset)
            let isPart =
                scalar.value < 0x80
                ? (scalar.value == 0x5F || (scalar.value >= 0x30 && scalar.value <= 0x39)
                    || (scalar.value | 0x20 >= 0x61 && scalar.value | 0x20 <= 0x7A))
                : scalar.properties.isXIDContinue && (offset > start || scalar.properties.isXIDStart)
            guard isPart else { break }
            offset += length
        }
        return offset > start ? offset : nil
    }

    private mutating func lexSymbol(_ brackets: inout [UInt8]) throws(ChatTemplateError) {
        let length = index + 1 < source.bytes.count ? 2 : 1
        for count in stride(from: length, through: 1, by: -1) {
            let text = String(decoding: source.bytes[index..<index + count], as: UTF8.self)
            guard let symbol = JinjaToken.Symbol(rawValue: text) else { continue }
            switch symbol {
            case .leftBrace: brackets.append(0x7D)
            case .leftParenthesis: brackets.append(0x29)
            case .leftBracket: brackets.append(0x5D)
            case .rightBrace, .rightParenthesis, .rightBracket:
                guard let expected = brackets.popLast() else { throw failure("unexpected '\(text)'") }
                guard expected == source.bytes[index] else {
                    throw failure("unexpected '\(text)', expected '\(Character(Unicode.Scalar(expected)))'")
                }
            default: break
            }
            add(.symbol(symbol))
            index += count
            return
        }
        throw failure("unexpected character '\(source.scalar(at: index).0)'")
    }

    // MARK: Numbers

    private func digitsEnd(_ start: Int, _ isDigit: (UInt8) -> Bool) -> Int? {
        guard let first = byte(start), isDigit(first) else { return nil }
        var offset = start + 1
        while let next = byte(offset) {
            if isDigit(next) {
                offset += 1
            } else if next == 0x5F, let after = byte(offset + 1), isDigit(after) {
                offset += 2
            } else {
                break
            }
        }
        return offset
    }

    private mutating func lexNumber() throws(ChatTemplateError) {
        let isDecimal: (UInt8) -> Bool = { $0 >= 0x30 && $0 <= 0x39 }
        let start = index
        let followsDot = start > 0 && source.bytes[start - 1] == 0x2E
        if !followsDot, let whole = digitsEnd(start, isDecimal) {
            var end = whole
            var isFloat = false
            if byte(whole) == 0x2E, let fraction = digitsEnd(whole + 1, isDecimal) {
                end = fraction
                isFloat = true
            }
            if let exponent = byte(end), exponent | 0x20 == 0x65 {
                let sign = byte(end + 1)
                let digits = end + (sign == 0x2B || sign == 0x2D ? 2 : 1)
                if let exponentEnd = digitsEnd(digits, isDecimal) {
                    end = exponentEnd
                    isFloat = true
                }
            }
            if isFloat {
                let text = String(decoding: source.bytes[start..<end].filter { $0 != 0x5F }, as: UTF8.self)
                add(.number(Double(text) ?? .nan))
                index = end
                return
            }
        }
        try lexInteger(start)
    }

    private mutating func lexInteger(_ start: Int) throws(ChatTemplateError) {
        var radix = 10
        var digits = start
        var end: Int?
        if source.bytes[start] == 0x30, let marker = byte(start + 1) {
            let candidates: [(UInt8, Int)] = [(0x62, 2), (0x6F, 8), (0x78, 16)]
            if let match = candidates.first(where: { $0.0 == marker | 0x20 }) {
                let isDigit: (UInt8) -> Bool = {
                    Unicode.Scalar($0).properties.numericType == .decimal && $0 < 0x80 && Int($0) - 0x30 < match.1
                        || match.1 == 16 && ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x66)
                }
                let first = byte(start + 2) == 0x5F ? start + 3 : start + 2
                if let found = digitsEnd(first, isDigit) {
                    end = found
                    digits = start + 2
                    radix = match.1
                }
            }
        }
        let isZero = source.bytes[start] == 0x30
        let finish = end ?? digitsEnd(start) { isZero ? $0 == 0x30 : $0 >= 0x30 && $0 <= 0x39 } ?? start + 1
        let text = String(decoding: source.bytes[digits..<finish].filter { $0 != 0x5F }, as: UTF8.self)
        guard let value = Int(text, radix: radix) else {
            throw failure("integer does not fit 64 bits: \(text.prefix(40))")
        }
        add(.integer(value))
        index = finish
    }

    // MARK: Strings

    private mutating func lexString(quote: UInt8) throws(ChatTemplateError) {
        let start = index
        var offset = start + 1
        var text = JinjaText("")
        while true {
            guard let byte = byte(offset) else { throw failure("unterminated string", at: start) }
            if byte == quote { break }
            if byte == 0x5C {
                offset = try lexEscape(offset, into: &text)
            } else {
                text.bytes.append(byte)
                offset += 1
            }
        }
        add(.string(text))
        index = offset + 1
    }

    /// Python's `unicode-escape`; an unknown escape stays as it is written.
    private mutating func lexEscape(_ start: Int, into text: inout JinjaText) throws(ChatTemplateError) -> Int {
        guard let letter = byte(start + 1) else { throw failure("unterminated string", at: start) }
        switch letter {
        case 0x0A: break
        case 0x5C, 0x27, 0x22: text.bytes.append(letter)
        case 0x61: text.bytes.append(0x07)
        case 0x62: text.bytes.append(0x08)
        case 0x66: text.bytes.append(0x0C)
        case 0x6E: text.bytes.append(0x0A)
        case 0x72: text.bytes.append(0x0D)
        case 0x74: text.bytes.append(0x09)
        case 0x76: text.bytes.append(0x0B)
        case 0x78: return try lexHexadecimal(start, digits: 2, into: &text)
        case 0x75: return try lexHexadecimal(start, digits: 4, into: &text)
        case 0x55: return try lexHexadecimal(start, digits: 8, into: &text)
        case 0x4E: throw failure("named Unicode escapes are not supported", at: start)
        case 0x30...0x37:
            var value: UInt32 = 0
            var offset = start + 1
            while offset < start + 4, let digit = byte(offset), digit >= 0x30, digit <= 0x37 {
                value = value * 8 + UInt32(digit - 0x30)
                offset += 1
            }
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
            return offset
        default:
            let (_, length) = source.scalar(at: start + 1)
            text.bytes += source.bytes[start..<start + 1 + length]
            return start + 1 + length
        }
        return start + 2
    }

    private mutating func lexHexadecimal(
        _ start: Int, digits: Int, into text: inout JinjaText
    ) throws(ChatTemplateError) -> Int {
        let first = start + 2
        guard first + digits <= source.bytes.count,
            source.bytes[first..<first + digits].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(String(decoding: source.bytes[first..<first + digits], as: UTF8.self), radix: 16)
        else { throw failure("truncated escape in string", at: start) }
        guard let scalar = Unicode.Scalar(value) else {
            throw failure("escape does not name a Unicode scalar", at: start)
        }
        text.append(scalar)
        return first + digits
    }
}
