/// Characters of XML as bytes: references resolved, line ends made "\n".
enum XMLText {
    /// The characters; or what is wrong with a reference.
    static func resolved(_ bytes: [UInt8]) -> Result<[UInt8], XMLProblem> {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0D {
                out.append(0x0A)
                index += index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
                continue
            }
            guard byte == UInt8(ascii: "&") else {
                out.append(byte)
                index += 1
                continue
            }
            let limit = min(index + 12, bytes.count)
            guard let end = bytes[index..<limit].firstIndex(of: UInt8(ascii: ";")) else {
                return .failure(XMLProblem("\"&\" begins no reference"))
            }
            let name = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
            guard let scalar = scalar(name) else { return .failure(XMLProblem("unknown reference &\(name);")) }
            out += Array(String(scalar).utf8)
            index = end + 1
        }
        return .success(out)
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.utf8.first == UInt8(ascii: "#") else { return nil }
        let digits = name.dropFirst()
        let isHexadecimal = digits.utf8.first == UInt8(ascii: "x")
        let number = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    /// The attributes of a start tag: `name="value"`, in order.
    static func attributes(_ bytes: [UInt8]) -> Result<[(name: [UInt8], value: [UInt8])], XMLProblem> {
        var result: [(name: [UInt8], value: [UInt8])] = []
        var rest = bytes[...]
        func skipSpace() { rest = rest.drop(while: XMLScanner.isSpace) }
        while true {
            skipSpace()
            if rest.isEmpty { return .success(result) }
            let name = rest.prefix { $0 != UInt8(ascii: "=") && !XMLScanner.isSpace($0) }
            rest = rest[name.endIndex...]
            skipSpace()
            guard !name.isEmpty, rest.first == UInt8(ascii: "=") else {
                return .failure(XMLProblem("an attribute without a value"))
            }
            rest = rest.dropFirst()
            skipSpace()
            guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let end = rest.dropFirst().firstIndex(of: quote)
            else { return .failure(XMLProblem("an attribute's value without quotes")) }
            switch resolved(Array(rest[(rest.startIndex + 1)..<end])) {
            case .success(let value): result.append((Array(name), value))
            case .failure(let problem): return .failure(problem)
            }
            rest = rest[(end + 1)...]
        }
    }
}

/// Why something is no XML.
struct XMLProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
