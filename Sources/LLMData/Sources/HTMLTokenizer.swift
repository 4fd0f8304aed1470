/// Cuts HTML into text and tags as browsers do, roughly; takes anything and never fails.
struct HTMLTokenizer {
    enum Token {
        /// Text with its references resolved.
        case text([UInt8])
        /// A tag's name in lower case, and its attributes' bytes as they are.
        case open(String, attributes: Range<Int>, isClosed: Bool)
        case close(String)
    }

    private let source: TextBytes
    private var index = 0
    /// The element whose content is no markup.
    private var rawElement: String?

    init(_ source: TextBytes) { self.source = source }

    mutating func next() -> Token? {
        while index < source.count {
            if let element = rawElement {
                rawElement = nil
                let end = endOfRawText(element)
                if end > index {
                    let text = Self.isResolved(element) ? resolved(index, end) : Array(source[index..<end])
                    index = end
                    return .text(text)
                }
            }
            guard source[index] == UInt8(ascii: "<"), let markup = readMarkup() else {
                // Text up to the next "<" that begins markup; a "<" that does not is text itself.
                let start = index
                let end = TextScan.find(UInt8(ascii: "<"), source, from: start + 1, to: source.count)
                index = end
                return .text(resolved(start, end))
            }
            if let token = markup { return token }
        }
        return nil
    }

    private static func isResolved(_ element: String) -> Bool { element == "title" || element == "textarea" }

    /// Reads what begins with "<"; nil when it is text, an inner nil when it is a comment or the like.
    private mutating func readMarkup() -> Token?? {
        guard index + 1 < source.count else { return nil }
        let byte = source[index + 1]
        if byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?") {
            index = endOfDeclaration()
            return .some(nil)
        }
        let isClose = byte == UInt8(ascii: "/")
        let start = index + (isClose ? 2 : 1)
        guard start < source.count, (source[start] | 0x20) >= 0x61, (source[start] | 0x20) <= 0x7A else {
            if isClose, start < source.count {
                index = min(TextScan.find(UInt8(ascii: ">"), source, from: start, to: source.count) + 1, source.count)
                return .some(nil)
            }
            return nil
        }
        var end = start
        while end < source.count, !TextScan.isSpace(source[end]), source[end] != UInt8(ascii: ">"),
            source[end] != UInt8(ascii: "/")
        {
            end += 1
        }
        let letters = source[start..<end].map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let name = String(decoding: letters, as: UTF8.self)
        let close = endOfTag(end)
        index = min(close + 1, source.count)
        if isClose { return .close(name) }
        let isClosed = close > end && source[close - 1] == UInt8(ascii: "/")
        if Self.rawElements.contains(name), !isClosed { rawElement = name }
        return .open(name, attributes: end..<max(end, close), isClosed: isClosed)
    }

    private static let rawElements: Set<String> = [
        "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext",
    ]

    /// Where the tag's ">" is, not counting those in quoted values.
    private func endOfTag(_ start: Int) -> Int {
        var quote: UInt8 = 0
        var place = start
        var sawEquals = false
        while place < source.count {
            let byte = source[place]
            if quote != 0 {
                if byte == quote { quote = 0 }
            } else if byte == UInt8(ascii: ">") {
                return place
            } else if sawEquals, byte == 0x22 || byte == 0x27 {
                quote = byte
            }
            if !TextScan.isSpace(byte) { sawEquals = byte == UInt8(ascii: "=") }
            place += 1
        }
        // A quote that is never closed: the first ">" ends the tag after all.
        return TextScan.find(UInt8(ascii: ">"), source, from: start, to: source.count)
    }

    private func endOfDeclaration() -> Int {
        if index + 3 < source.count, source[index + 2] == UInt8(ascii: "-"), source[index + 3] == UInt8(ascii: "-") {
            var place = index + 4
            if place < source.count, source[place] == UInt8(ascii: ">") { return place + 1 }
            while place < source.count {
                place = TextScan.find(UInt8(ascii: ">"), source, from: place, to: source.count)
                guard place < source.count else { break }
                if source[place - 1] == UInt8(ascii: "-"), source[place - 2] == UInt8(ascii: "-") { return place + 1 }
                place += 1
            }
            return source.count
        }
        return min(TextScan.find(UInt8(ascii: ">"), source, from: index, to: source.count) + 1, source.count)
    }

    private func endOfRawText(_ element: String) -> Int {
        let name = Array(element.utf8)
        var place = index
        while true {
            place = TextScan.find(UInt8(ascii: "<"), source, from: place, to: source.count)
            guard place + 2 + name.count <= source.count else { return source.count }
            if source[place + 1] == UInt8(ascii: "/"),
                zip(source[(place + 2)..<(place + 2 + name.count)], name).allSatisfy({ $0 | 0x20 == $1 })
            {
                return place
            }
            place += 1
        }
    }

    /// Text with its character references resolved.
    func resolved(_ start: Int, _ end: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(end - start)
        var place = start
        while place < end {
            let next = TextScan.find(UInt8(ascii: "&"), source, from: place, to: end)
            result.append(contentsOf: source[place..<next])
            guard next < end else { break }
            if let (scalar, after) = reference(next + 1, end) {
                result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
                place = after
            } else {
                result.append(UInt8(ascii: "&"))
                place = next + 1
            }
        }
        return result
    }

    private func reference(_ start: Int, _ end: Int) -> (Unicode.Scalar, Int)? {
        guard start < end else { return nil }
        var place = start
        if source[place] == UInt8(ascii: "#") {
            place += 1
            let isHexadecimal = place < end && source[place] | 0x20 == UInt8(ascii: "x")
            if isHexadecimal { place += 1 }
            let first = place
            var value: UInt32 = 0
            while place < end, let digit = Self.digit(source[place], isHexadecimal) {
                value = min(value * (isHexadecimal ? 16 : 10) + digit, 0x110000)
                place += 1
            }
            guard place > first else { return nil }
            if place < end, source[place] == UInt8(ascii: ";") { place += 1 }
            let isControl = value == 0 || value > 0x10FFFF
            if value >= 0x80, value < 0xA0 { return (TextDecoding.windows1252(value), place) }
            return (isControl ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}", place)
        }
        while place < end, place - start < 10, Self.isNameByte(source[place]) { place += 1 }
        guard place > start else { return nil }
        let isEnded = place < end && source[place] == UInt8(ascii: ";")
        let name = String(decoding: source[start..<place], as: UTF8.self)
        guard let value = HTMLEntities.scalars[name], let scalar = Unicode.Scalar(value) else { return nil }
        // Without a semicolon only the old names (Latin-1) are references, and not before "=".
        if !isEnded, value > 0xFF || (place < end && source[place] == UInt8(ascii: "=")) { return nil }
        return (scalar, isEnded ? place + 1 : place)
    }

    private static func digit(_ byte: UInt8, _ isHexadecimal: Bool) -> UInt32? {
        if byte >= 0x30, byte <= 0x39 { return UInt32(byte - 0x30) }
        let letter = byte | 0x20
        return isHexadecimal && letter >= 0x61 && letter <= 0x66 ? UInt32(letter - 0x57) : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
    }
}
