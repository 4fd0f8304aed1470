#if CommandLine
    /// A value of the one JSON object that a command prints.
    enum OutputValue: Sendable {
        case null
        case boolean(Bool)
        case integer(Int)
        case unsigned(UInt64)
        case number(Double)
        case text(String)
        case tokens([Int32])
        case array([OutputValue])
        case object(OutputObject)

        static func optional(_ text: String?) -> OutputValue { text.map { .text($0) } ?? .null }
        static func optional(_ number: Double?) -> OutputValue { number.map { .number($0) } ?? .null }
        static func optional(_ integer: Int?) -> OutputValue { integer.map { .integer($0) } ?? .null }
        static func numbers(_ values: [Double]) -> OutputValue { .array(values.map { .number($0) }) }
        static func integers(_ values: [Int]) -> OutputValue { .array(values.map { .integer($0) }) }
    }

    /// Keys and values in the order they are written.
    struct OutputObject: Sendable, ExpressibleByDictionaryLiteral {
        var members: [(key: String, value: OutputValue)]

        init(dictionaryLiteral elements: (String, OutputValue)...) {
            members = elements.map { (key: $0.0, value: $0.1) }
        }

        mutating func append(_ key: String, _ value: OutputValue) { members.append((key, value)) }

        /// Prints the object as one line.
        func printJSON() throws(CommandFailure) {
            var bytes: [UInt8] = []
            OutputValue.object(self).write(to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
            try StandardStreams.write(bytes)
        }
    }

    extension OutputValue {
        func write(to bytes: inout [UInt8]) {
            switch self {
            case .null: bytes.append(contentsOf: "null".utf8)
            case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
            case .unsigned(let value): bytes.append(contentsOf: String(value).utf8)
            case .integer(let value): bytes.append(contentsOf: String(value).utf8)
            // JSON has no word for infinity or NaN.
            case .number(let value): bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
            case .text(let value): Self.writeString(value, to: &bytes)
            case .tokens(let values):
                bytes.append(UInt8(ascii: "["))
                TokenList.write(values, separator: UInt8(ascii: ","), to: &bytes)
                bytes.append(UInt8(ascii: "]"))
            case .array(let values):
                bytes.append(UInt8(ascii: "["))
                for (index, value) in values.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    value.write(to: &bytes)
                }
                bytes.append(UInt8(ascii: "]"))
            case .object(let object):
                bytes.append(UInt8(ascii: "{"))
                for (index, member) in object.members.enumerated() {
                    if index > 0 { bytes.append(UInt8(ascii: ",")) }
                    Self.writeString(member.key, to: &bytes)
                    bytes.append(UInt8(ascii: ":"))
                    member.value.write(to: &bytes)
                }
                bytes.append(UInt8(ascii: "}"))
            }
        }

        /// For people: text without quotes.
        var plainText: String {
            if case .text(let text) = self { return text }
            var bytes: [UInt8] = []
            write(to: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }

        private static func writeString(_ text: String, to bytes: inout [UInt8]) {
            let hexadecimal = Array("0123456789abcdef".utf8)
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
                case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
                case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
                case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
                case 0..<0x20, 0x7F:
                    bytes.append(contentsOf: "\\u00".utf8)
                    bytes += [hexadecimal[Int(byte >> 4)], hexadecimal[Int(byte & 15)]]
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// Token ids as text.
    enum TokenList {
        static func write(_ values: [Int32], separator: UInt8, to bytes: inout [UInt8]) {
            bytes.reserveCapacity(bytes.count + values.count * 6)
            var digits: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &digits) { digits in
                for (index, value) in values.enumerated() {
                    if index > 0 { bytes.append(separator) }
                    var rest = value.magnitude
                    var first = digits.count
                    repeat {
                        first -= 1
                        digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
                        rest /= 10
                    } while rest > 0
                    if value < 0 {
                        first -= 1
                        digits[first] = UInt8(ascii: "-")
                    }
                    bytes.append(contentsOf: digits[first...])
                }
            }
        }

        /// Reads `1,2,3`; nil when it is anything else.
        static func parse(_ text: String) -> [Int32]? {
            var values: [Int32] = []
            guard !text.isEmpty else { return values }
            for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
                let digits = part.drop { $0 == UInt8(ascii: " ") }
                guard let value = Int32(String(Substring(digits))), value >= 0 else { return nil }
                values.append(value)
            }
            return values
        }
    }
#endif
