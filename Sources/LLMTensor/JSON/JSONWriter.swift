/// Writes JSON text.
///
/// With ``JSONWriter/Layout/spaced`` the text is what Python's `json.dumps` writes, byte for byte.
public struct JSONWriter: Sendable {
    /// White space between tokens.
    public enum Layout: Sendable, Hashable {
        /// None.
        case compact
        /// One space after commas and colons, on one line: Python's default.
        case spaced
        /// One member or element a line, indented by this many spaces a level.
        case indented(Int)
    }

    /// White space between tokens.
    public var layout: Layout
    /// Whether members are written in the order of their keys' bytes instead of their own order.
    public var sortsKeys: Bool
    /// Whether everything outside ASCII is written as `\uXXXX`: Python's `ensure_ascii`.
    public var escapesNonASCII: Bool
    /// Whether numbers that JSON cannot express are written as Python does (`NaN`, `Infinity`) and not as `null`.
    public var writesNonFiniteNames: Bool

    /// Makes a writer.
    public init(
        layout: Layout = .compact, sortsKeys: Bool = false, escapesNonASCII: Bool = false,
        writesNonFiniteNames: Bool = false
    ) {
        self.layout = layout
        self.sortsKeys = sortsKeys
        self.escapesNonASCII = escapesNonASCII
        self.writesNonFiniteNames = writesNonFiniteNames
    }

    /// The text of a value in UTF-8.
    public func bytes(of value: JSONValue) -> [UInt8] {
        var output: [UInt8] = []
        append(value, to: &output, level: 0)
        return output
    }

    /// The text of a value.
    public func string(of value: JSONValue) -> String {
        String(decoding: bytes(of: value), as: UTF8.self)
    }

    private func append(_ value: JSONValue, to output: inout [UInt8], level: Int) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let number): output.append(contentsOf: String(number).utf8)
        case .number(let number): append(number, to: &output)
        case .string(let text): append(text, to: &output)
        case .array(let elements):
            bracket("[", "]", elements.count, to: &output, level: level) { index, output in
                append(elements[index], to: &output, level: level + 1)
            }
        case .object(let object):
            var members = Array(object.members)
            if sortsKeys { members.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) } }
            bracket("{", "}", members.count, to: &output, level: level) { index, output in
                append(members[index].0, to: &output)
                output.append(UInt8(ascii: ":"))
                if layout != .compact { output.append(UInt8(ascii: " ")) }
                append(members[index].1, to: &output, level: level + 1)
            }
        }
    }

    private func bracket(
        _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ count: Int, to output: inout [UInt8], level: Int,
        element: (Int, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: open))
        for index in 0..<count {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            if case .spaced = layout, index > 0 { output.append(UInt8(ascii: " ")) }
            appendNewline(to: &output, level: level + 1)
            element(index, &output)
        }
        if count > 0 { appendNewline(to: &output, level: level) }
        output.append(UInt8(ascii: close))
    }

    private func appendNewline(to output: inout [UInt8], level: Int) {
        guard case .indented(let width) = layout else { return }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width * level))
    }
}
