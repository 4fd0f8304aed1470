public import LLMTensor

/// The one way to write a JSON value: RFC 8785 (JSON Canonicalization Scheme).
///
/// Members in the order of their keys' UTF-16 units, no white space, the shortest escapes, numbers as ECMAScript writes
/// them. Two values that are equal have the same bytes, so a digest of the bytes is a digest of the value.
public enum CanonicalJSON {
    /// The bytes of a value.
    ///
    /// - Throws: ``GovernanceError/invalid(subject:reason:)`` for numbers that a double cannot hold exactly and for
    ///   duplicate keys.
    public static func bytes(of value: JSONValue) throws(GovernanceError) -> [UInt8] {
        var output: [UInt8] = []
        try append(value, to: &output)
        return output
    }

    private static func append(_ value: JSONValue, to output: inout [UInt8]) throws(GovernanceError) {
        switch value {
        case .null: output += "null".utf8
        case .bool(let flag): output += (flag ? "true" : "false").utf8
        case .integer(let number):
            guard number.magnitude <= 1 << 53 else {
                throw .invalid(subject: "canonical JSON", reason: "the integer \(number) is beyond 2^53")
            }
            output += String(number).utf8
        case .number(let number):
            guard number.isFinite else {
                throw .invalid(subject: "canonical JSON", reason: "\(number) is no JSON number")
            }
            output += ecmaScript(number).utf8
        case .string(let text): append(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                try append(element, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let object):
            if let key = object.duplicateKeys.first {
                throw .invalid(subject: "canonical JSON", reason: "the key '\(key)' is there twice")
            }
            output.append(UInt8(ascii: "{"))
            let members = object.members.sorted { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) }
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(member.0, to: &output)
                output.append(UInt8(ascii: ":"))
                try append(member.1, to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        let hexadecimal = Array("0123456789abcdef".utf8)
        output.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case 0x08: output += "\\b".utf8
            case 0x09: output += "\\t".utf8
            case 0x0A: output += "\\n".utf8
            case 0x0C: output += "\\f".utf8
            case 0x0D: output += "\\r".utf8
            case ..<0x20:
                output += "\\u00".utf8
                output += [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// A finite number as `Number::toString` of ECMA-262 writes it: the shortest digits, an exponent from 1e21 and
    /// below 1e-6.
    private static func ecmaScript(_ number: Double) -> String {
        if number == 0 { return "0" }
        let sign = number < 0 ? "-" : ""
        var digits: [UInt8] = []
        var point = 0
        // The standard library's description has the shortest digits; only its layout differs.
        let parts = number.magnitude.description.split(separator: "e")
        var seenPoint = false
        for byte in parts[0].utf8 {
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else {
                digits.append(byte)
                if !seenPoint { point += 1 }
            }
        }
        if parts.count > 1 { point += Int(parts[1]) ?? 0 }
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        point -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        let text = String(decoding: digits, as: UTF8.self)
        let count = digits.count
        switch point {
        case count...21 where point >= count:
            return sign + text + String(repeating: "0", count: point - count)
        case 1...21: return sign + text.prefix(point) + "." + text.dropFirst(point)
        case -5...0: return sign + "0." + String(repeating: "0", count: -point) + text
        default:
            let exponent = point - 1
            let tail = count > 1 ? ".\(text.dropFirst())" : ""
            return "\(sign)\(text.prefix(1))\(tail)e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
    }
}
