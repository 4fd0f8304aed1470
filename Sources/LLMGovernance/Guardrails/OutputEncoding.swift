/// Makes text harmless for the place it goes to.
public enum OutputEncoding {
    /// For the content of HTML elements and quoted attributes.
    public static func html(_ text: String) -> String {
        replace(text) { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "'": "&#39;"
            default: nil
            }
        }
    }

    /// For a string literal of SQL, quotes included. Bound parameters are better.
    public static func sqlLiteral(_ text: String) -> String {
        "'" + replace(text) { $0 == "'" ? "''" : $0 == "\0" ? "" : nil } + "'"
    }

    /// For one argument of a POSIX shell, quotes included. No shell at all is better.
    public static func shellArgument(_ text: String) -> String {
        "'" + replace(text) { $0 == "'" ? "'\\''" : $0 == "\0" ? "" : nil } + "'"
    }

    /// For Markdown: no links, images, HTML or emphasis.
    public static func markdown(_ text: String) -> String {
        replace(text) { scalar in
            switch scalar {
            case "<": "&lt;"
            case "&": "&amp;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "!", "|", "~": "\\" + String(scalar)
            default: nil
            }
        }
    }

    private static func replace(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let other = replacement(scalar) {
                result.append(contentsOf: other.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
