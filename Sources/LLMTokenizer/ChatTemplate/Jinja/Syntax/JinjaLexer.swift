/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` on as transformers sets them.
///
/// This file handles text, comments and raw blocks and the whitespace around tags;
/// `JinjaLexer+Expressions.swift` handles what stands inside a tag.
struct JinjaLexer {
    let source: JinjaText
    var index = 0
    var tokens: [JinjaToken] = []
    private var line = 1
    private var column = 1
    /// How far `line` and `column` have been counted.
    private var counted = 0
    /// Whether the last thing consumed ended a line, so that the text ahead starts one.
    private var startsLine = true

    /// Normalizes line ends and drops one trailing newline.
    init(_ template: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(template.utf8.count)
        var previous: UInt8 = 0
        for byte in template.utf8 {
            if byte == 0x0D {
                bytes.append(0x0A)
            } else if byte != 0x0A || previous != 0x0D {
                bytes.append(byte)
            }
            previous = byte
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        source = JinjaText(bytes: bytes)
    }

    mutating func tokenize() throws(ChatTemplateError) -> [JinjaToken] {
        while index < source.bytes.count { try lexText() }
        add(.end)
        return tokens
    }

    // MARK: Positions

    /// The line and column of an offset; cheap as long as offsets rise.
    mutating func position(at offset: Int) -> JinjaPosition {
        if offset < counted { (line, column, counted) = (1, 1, 0) }
        while counted < offset {
            if source.bytes[counted] == 0x0A {
                line += 1
                column = 1
            } else if source.bytes[counted] & 0xC0 != 0x80 {
                column += 1
            }
            counted += 1
        }
        return JinjaPosition(line: line, column: column)
    }

    mutating func add(_ kind: JinjaToken.Kind, at offset: Int? = nil) {
        tokens.append(JinjaToken(kind: kind, position: position(at: offset ?? index)))
    }

    mutating func failure(_ message: String, at offset: Int? = nil) -> ChatTemplateError {
        ChatTemplateError(.syntax, message, at: position(at: offset ?? index))
    }

    // MARK: Bytes

    func byte(_ offset: Int) -> UInt8? { offset < source.bytes.count ? source.bytes[offset] : nil }

    func matches(_ text: StaticString, at offset: Int) -> Bool {
        guard offset + text.utf8CodeUnitCount <= source.bytes.count else { return false }
        for position in 0..<text.utf8CodeUnitCount where source.bytes[offset + position] != text.utf8Start[position] {
            return false
        }
        return true
    }

    /// The offset after any whitespace at `offset`.
    func skippingWhitespace(_ offset: Int) -> Int {
        var offset = offset
        while offset < source.bytes.count {
            let (scalar, length) = source.scalar(at: offset)
            guard scalar.isPythonWhitespace else { break }
            offset += length
        }
        return offset
    }

    // MARK: Text

    private mutating func lexText() throws(ChatTemplateError) {
        let start = index
        var tag = start
        while tag < source.bytes.count {
            if source.bytes[tag] == 0x7B, let next = byte(tag + 1), next == 0x7B || next == 0x25 || next == 0x23 {
                break
            }
            tag += 1
        }
        guard tag < source.bytes.count else {
            addData(start, tag)
            index = tag
            return
        }
        let isVariable = source.bytes[tag + 1] == 0x7B
        let sign = byte(tag + 2).flatMap { $0 == 0x2D || $0 == 0x2B ? $0 : nil }
        addData(start, dataEnd(start, tag, sign: sign, isVariable: isVariable))
        index = tag + 2 + (sign == nil ? 0 : 1)
        startsLine = false
        switch source.bytes[tag + 1] {
        case 0x7B:
            add(.variableBegin, at: tag)
            try lexTag(isVariable: true)
        case 0x23: try skipComment(openedAt: tag)
        default:
            if let body = rawBody(after: index) {
                index = body
                try lexRaw(openedAt: tag)
            } else {
                add(.blockBegin, at: tag)
                try lexTag(isVariable: false)
            }
        }
        startsLine = index > 0 && source.bytes[index - 1] == 0x0A
    }

    private mutating func addData(_ start: Int, _ end: Int) {
        guard end > start else { return }
        add(.data(JinjaText(source.bytes[start..<end])), at: start)
    }

    /// Where the text before a tag ends once `-` or `lstrip_blocks` has taken its share.
    private func dataEnd(_ start: Int, _ tag: Int, sign: UInt8?, isVariable: Bool) -> Int {
        if sign == 0x2D { return endWithoutWhitespace(start, tag) }
        if sign == 0x2B || isVariable { return tag }
        var lineStart = tag
        while lineStart > start, source.bytes[lineStart - 1] != 0x0A { lineStart -= 1 }
        guard lineStart > start || startsLine else { return tag }
        return endWithoutWhitespace(lineStart, tag) == lineStart ? lineStart : tag
    }

    private func endWithoutWhitespace(_ start: Int, _ end: Int) -> Int {
        var end = end
        while end > start {
            let (scalar, length) = source.scalar(before: end)
            guard scalar.isPythonWhitespace else { break }
            end -= length
        }
        return end
    }

    private mutating func skipComment(openedAt tag: Int) throws(ChatTemplateError) {
        let body = index
        guard let close = source.firstIndex(of: "#}", from: body) else {
            throw failure("Missing end of comment tag", at: tag)
        }
        index = close + 2
        let sign = close > body ? source.bytes[close - 1] : 0
        finishTag(sign: sign)
    }

    /// After the closing delimiter: `-` eats whitespace, `+` nothing, and otherwise one newline goes.
    mutating func finishTag(sign: UInt8) {
        if sign == 0x2D {
            index = skippingWhitespace(index)
        } else if sign != 0x2B, byte(index) == 0x0A {
            index += 1
        }
    }

    /// If `{%` is followed by `raw %}`, the offset where the raw text starts.
    private func rawBody(after offset: Int) -> Int? {
        var offset = skippingWhitespace(offset)
        guard matches("raw", at: offset) else { return nil }
        offset = skippingWhitespace(offset + 3)
        if matches("-%}", at: offset) { return skippingWhitespace(offset + 3) }
        return matches("%}", at: offset) ? offset + 2 : nil
    }

    private mutating func lexRaw(openedAt tag: Int) throws(ChatTemplateError) {
        let start = index
        startsLine = start > 0 && source.bytes[start - 1] == 0x0A
        var close = start
        while let candidate = source.firstIndex(of: "{%", from: close) {
            close = candidate
            var offset = candidate + 2
            let sign = byte(offset).flatMap { $0 == 0x2D || $0 == 0x2B ? $0 : nil }
            if sign != nil { offset += 1 }
            offset = skippingWhitespace(offset)
            if matches("endraw", at: offset) {
                offset = skippingWhitespace(offset + 6)
                let endSign: UInt8 = matches("-%}", at: offset) ? 0x2D : matches("+%}", at: offset) ? 0x2B : 0
                if endSign != 0 || matches("%}", at: offset) {
                    addData(start, dataEnd(start, candidate, sign: sign, isVariable: false))
                    index = offset + (endSign == 0 ? 2 : 3)
                    finishTag(sign: endSign)
                    return
                }
            }
            close += 2
        }
        throw failure("Missing end of raw directive", at: tag)
    }
}
