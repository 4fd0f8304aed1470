/// A piece of an XML file.
enum XMLToken {
    /// Characters between tags, with references still in them.
    case text([UInt8])
    /// Characters of a CDATA section.
    case literal([UInt8])
    /// `<name ...>`; what stands behind the name is not looked at yet.
    case open(name: [UInt8], attributes: [UInt8], isEmpty: Bool)
    /// `</name>`.
    case close(name: [UInt8])
    /// A comment, a declaration or a processing instruction.
    case other
    /// Something that is none of these.
    case broken(reason: String)
}

/// Cuts XML (W3C, Extensible Markup Language 1.0, fifth edition) into tokens as a file is read; one owner.
///
/// A reader of our own because records are asked for one by one and reading goes on behind a broken one; Foundation's
/// parser calls back until it is through, and stops for good at the first mistake. No entity is ever expanded but the
/// five of XML and numbers, and nothing outside of the file is opened.
final class XMLScanner {
    let file: FileReader
    /// Longest token in bytes.
    private let limit: Int
    /// Sections whose ending does not come any more: searching for it once is enough.
    private var endless: Set<String> = []

    init(file: FileReader, limit: Int) {
        self.file = file
        self.limit = limit
    }

    /// The next token and the offset of its first byte; nil at the end of the file.
    func next() throws -> (token: XMLToken, offset: Int)? {
        guard try has(1) else { return nil }
        let offset = file.offset
        guard self[0] == UInt8(ascii: "<") else {
            if let count = try find("<", from: 0) { return (.text(take(count)), offset) }
            guard file.isAtEnd else { return (unclosed("a text of more than \(limit) bytes"), offset) }
            return (.text(take(file.end - file.start)), offset)
        }
        let token: XMLToken
        if try starts(with: "<!--") {
            token = try section("-->", from: 4, "comment") { _ in .other }
        } else if try starts(with: "<![CDATA[") {
            token = try section("]]>", from: 9, "CDATA section") { .literal(Array($0)) }
        } else if try starts(with: "<?") {
            token = try section("?>", from: 2, "processing instruction") { _ in .other }
        } else if try starts(with: "<!") {
            token = try declaration()
        } else {
            token = try tag()
        }
        return (token, offset)
    }

    /// Goes to the next `<name` with a delimiter behind it, or to the end of the file, in bounded memory.
    func skip(to name: [UInt8]) throws {
        while try has(1) {
            guard let place = try find("<", from: 0) else {
                file.take(file.end - file.start)
                continue
            }
            file.take(place)
            if try has(name.count + 2), file.buffer[(file.start + 1)...].starts(with: name),
                [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ">"), UInt8(ascii: "/")].contains(self[name.count + 1])
            {
                return
            }
            file.take(1)
        }
    }

    // MARK: Tokens

    /// `<...>`, where `>` may stand in quotes.
    private func tag() throws -> XMLToken {
        guard let end = try closing(from: 1, nested: false) else { return unclosed("a tag") }
        var inner = take(end + 1)[1..<end]
        if inner.first == UInt8(ascii: "/") {
            inner = inner.dropFirst()
            while let last = inner.last, Self.isSpace(last) { inner = inner.dropLast() }
            return Self.isName(inner) ? .close(name: Array(inner)) : .broken(reason: "an end tag without a name")
        }
        let isEmpty = inner.last == UInt8(ascii: "/")
        if isEmpty { inner = inner.dropLast() }
        let nameEnd = inner.firstIndex(where: Self.isSpace) ?? inner.endIndex
        guard Self.isName(inner[..<nameEnd]) else { return .broken(reason: "\"<\" without a name behind it") }
        return .open(name: Array(inner[..<nameEnd]), attributes: Array(inner[nameEnd...]), isEmpty: isEmpty)
    }

    /// `<!DOCTYPE ... [ ... ]>` and the like.
    private func declaration() throws -> XMLToken {
        guard let end = try closing(from: 2, nested: true) else { return unclosed("a declaration") }
        file.take(end + 1)
        return .other
    }

    private func section(
        _ ending: StaticString, from start: Int, _ name: String, _ make: (ArraySlice<UInt8>) -> XMLToken
    ) throws -> XMLToken {
        guard !endless.contains(name) else { return unclosed("a \(name)") }
        guard let end = try find(ending, from: start) else {
            if file.isAtEnd { endless.insert(name) }
            return unclosed("a \(name)")
        }
        return make(take(end + ending.utf8CodeUnitCount)[start..<end])
    }

    /// One byte further, behind what has no end.
    private func unclosed(_ what: String) -> XMLToken {
        file.take(1)
        return .broken(reason: "\(what) is not closed")
    }

    // MARK: Bytes

    private subscript(index: Int) -> UInt8 { file.buffer[file.start + index] }

    private func has(_ count: Int) throws -> Bool {
        while file.end - file.start < count { if try !file.fill() { return false } }
        return true
    }

    private func take(_ count: Int) -> [UInt8] {
        defer { file.take(count) }
        return Array(file.buffer[file.start..<file.start + count])
    }

    private func starts(with text: StaticString) throws -> Bool {
        guard try has(text.utf8CodeUnitCount) else { return false }
        return text.withUTF8Buffer { file.buffer[file.start..<file.end].starts(with: $0) }
    }

    /// Where a text begins next, counted from the front; nil when there is none before the limit or the end.
    private func find(_ text: StaticString, from first: Int) throws -> Int? {
        let pattern = text.withUTF8Buffer { Array($0) }
        var index = first
        while true {
            let count = file.end - file.start
            while index + pattern.count <= count {
                let place = file.buffer.withUnsafeBufferPointer {
                    TextScan.find(pattern[0], $0, from: file.start + index, to: file.end)
                }
                index = place - file.start
                guard index + pattern.count <= count else { break }
                if file.buffer[place..<place + pattern.count].elementsEqual(pattern) { return index }
                index += 1
            }
            if count > limit { return nil }
            if try !file.fill() { return nil }
        }
    }

    /// Where the `>` is that ends a tag: not in quotes, and when `nested` not in brackets or inner declarations.
    private func closing(from first: Int, nested: Bool) throws -> Int? {
        var index = first
        var quote: UInt8?
        var depth = 0
        while index <= limit, try has(index + 1) {
            if nested { _ = try has(index + 4) }
            let byte = self[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "<")
                where nested && file.buffer[(file.start + index)..<file.end].starts(with: Self.comment):
                    guard let end = try find("-->", from: index + 4) else { return nil }
                    index = end + 2
                case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
                case UInt8(ascii: "[") where nested, UInt8(ascii: "<") where nested: depth += 1
                case UInt8(ascii: "]") where nested: depth -= 1
                case UInt8(ascii: "<"): return nil
                case UInt8(ascii: ">"):
                    if depth == 0 { return index }
                    // Of a declaration in the brackets; the bracket itself ends with "]".
                    depth -= 1
                default: break
                }
            }
            index += 1
        }
        return nil
    }

    private static let comment = Array("<!--".utf8)

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first else { return false }
        let isLetter = first | 0x20 >= UInt8(ascii: "a") && first | 0x20 <= UInt8(ascii: "z")
        return (isLetter || first >= 0x80 || first == UInt8(ascii: "_") || first == UInt8(ascii: ":"))
            && !bytes.contains { isSpace($0) || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "\"") }
    }
}
