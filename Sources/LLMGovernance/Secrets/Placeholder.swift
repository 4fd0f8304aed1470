/// Tells secrets from what stands in for one in documentation and templates.
enum Placeholder {
    /// One character over and over, or hardly more.
    static func isFiller(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var seen: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        var distinct = 0
        for byte in text {
            let bit: UInt64 = 1 << UInt64(byte & 63)
            let isNew: Bool
            switch byte >> 6 {
            case 0: (isNew, seen.0) = (seen.0 & bit == 0, seen.0 | bit)
            case 1: (isNew, seen.1) = (seen.1 & bit == 0, seen.1 | bit)
            case 2: (isNew, seen.2) = (seen.2 & bit == 0, seen.2 | bit)
            default: (isNew, seen.3) = (seen.3 & bit == 0, seen.3 | bit)
            }
            if isNew { distinct += 1 }
        }
        return distinct <= (text.count >= 16 ? 4 : text.count >= 8 ? 2 : 1)
    }

    /// Whether a key of a known form says that it is none.
    static func callsItselfExample(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        contains(text, "example") || contains(text, "placeholder") || contains(text, "xxxxx")
            || contains(text, "yourkey") || contains(text, "your_")
    }

    private static let words = [
        "example", "placeholder", "changeme", "change_me", "change-me", "your_", "your-", "yourpass", "yourkey",
        "yoursecret", "yourtoken",
        "xxxx", "****", "....", "dummy", "redacted", "insert_", "replace_", "replaceme", "todo", "fixme", "<", "{{",
        "${", "$(", "%(", "_here", "my_secret",
        "mysecret", "my_password", "mypassword", "not_a_real", "notreal", "fake", "goes_here", "sample", "default_",
        "undefined",
    ]
    private static let whole: Set<String> = [
        "password", "passwd", "pass", "secret", "token", "none", "null", "nil", "true", "false", "string", "str",
        "value", "key", "test", "testing",
        "text", "required", "optional", "admin", "user", "username", "env", "input", "hidden", "unset", "empty", "n/a",
        "na", "foo", "bar", "abc", "pwd", "int",
        "bytes", "object", "undefined", "bearer", "basic", "yes", "no",
    ]

    /// Whether a value is the place where a secret goes: `${NAME}`, `{{ name }}`, `<name>`, `****`.
    static func isTemplate(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = text.first else { return true }
        if first == UInt8(ascii: "$") && text.count > 1 && (ByteClass.isLetter(text[1]) || text[1] == UInt8(ascii: "{"))
            && isName(text.dropFirst())
        {
            return true
        }
        if first == UInt8(ascii: "%"), text.last == UInt8(ascii: "%") { return true }
        if first == UInt8(ascii: "{"), text.last == UInt8(ascii: "}") { return true }
        if first == UInt8(ascii: "["), text.last == UInt8(ascii: "]") { return true }
        if first == UInt8(ascii: "<") || contains(text, "{{") || contains(text, "${") || contains(text, "$(") {
            return true
        }
        return isFiller(text)
    }

    /// Whether a value only stands for a secret.
    static func isPlaceholder(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count > 0, text.count <= 512 else { return true }
        if isTemplate(text) { return true }
        if text.count <= 10, whole.contains(String(decoding: text, as: UTF8.self).lowercased()) { return true }
        return words.contains { contains(text, $0) }
    }

    /// Letters, digits and underscores in braces or not: the name of a variable.
    private static func isName(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        text.allSatisfy {
            ByteClass.isWord($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}")
        }
    }

    private static func contains(_ text: UnsafeBufferPointer<UInt8>, _ word: String) -> Bool {
        let word = word.utf8
        guard text.count >= word.count, let first = word.first else { return false }
        for start in 0...(text.count - word.count) where ByteClass.lowercased(text[start]) == first {
            var offset = start
            var same = true
            for byte in word {
                if ByteClass.lowercased(text[offset]) != byte {
                    same = false
                    break
                }
                offset += 1
            }
            if same { return true }
        }
        return false
    }
}
