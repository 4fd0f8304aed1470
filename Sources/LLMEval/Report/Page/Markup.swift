/// HTML and SVG text that grows. Whatever comes from outside goes through ``text(_:)``.
struct Markup {
    private(set) var string = ""

    /// Appends markup as it is.
    mutating func raw(_ markup: String) { string += markup }

    /// Appends text so that no part of it can be taken for markup, inside elements and in quoted attributes.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": string += "&amp;"
            case "<": string += "&lt;"
            case ">": string += "&gt;"
            case "\"": string += "&quot;"
            case "'": string += "&#39;"
            case "\n", "\t": string.unicodeScalars.append(scalar)
            // Controls, and the non-characters that a parser may complain about.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}":
                string.unicodeScalars.append("\u{FFFD}")
            default: string.unicodeScalars.append(scalar)
            }
        }
    }

    /// Appends an element that holds text.
    mutating func element(_ name: String, _ attributes: String = "", _ content: String) {
        raw(attributes.isEmpty ? "<\(name)>" : "<\(name) \(attributes)>")
        text(content)
        raw("</\(name)>")
    }

    /// A coordinate with one digit behind the point.
    static func coordinate(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let text = FixedPoint.string(min(max(value, -1e6), 1e6), decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
