/// Methods of `str`.
extension JinjaInterpreter {
    static let textMethods: Set<String> = [
        "upper", "lower", "capitalize", "title", "swapcase", "casefold", "strip", "lstrip", "rstrip", "split",
        "rsplit", "splitlines", "join", "replace", "startswith", "endswith", "find", "rfind", "index", "rindex",
        "count", "format", "format_map", "isdigit", "isalpha", "isalnum", "isnumeric", "isdecimal", "isspace",
        "isupper", "islower", "istitle", "isascii", "isidentifier", "isprintable", "zfill", "ljust", "rjust",
        "center", "expandtabs", "partition", "rpartition", "removeprefix", "removesuffix", "encode", "translate",
        "maketrans",
    ]

    func callText(
        _ name: String, _ text: JinjaText, isMarkup: Bool, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        try reserve(bytes: text.bytes.count)
        func wrap(_ text: JinjaText) -> JinjaValue { isMarkup ? .markup(text) : .text(text) }
        func takingNothing(_ value: JinjaValue) throws(ChatTemplateError) -> JinjaValue {
            _ = try arguments.bind(name, [])
            return value
        }
        switch name {
        case "upper": return try takingNothing(wrap(text.uppercased()))
        case "lower", "casefold": return try takingNothing(wrap(text.lowercased()))
        case "capitalize": return try takingNothing(wrap(text.capitalized()))
        case "title": return try takingNothing(wrap(text.titled()))
        case "swapcase": return try takingNothing(wrap(text.swappingCase()))
        case "isupper": return try takingNothing(.boolean(text.isEntirely(upper: true)))
        case "islower": return try takingNothing(.boolean(text.isEntirely(upper: false)))
        case "istitle": return try takingNothing(.boolean(text.isTitled()))
        case "isascii": return try takingNothing(.boolean(text.isASCII))
        case "isspace", "isdigit", "isalpha", "isalnum", "isnumeric", "isdecimal", "isidentifier", "isprintable":
            return try takingNothing(.boolean(Self.classify(text, name)))
        case "strip", "lstrip", "rstrip":
            let values = try arguments.bind(name, ["chars"], positionalOnly: true)
            return wrap(
                text.stripped(
                    leading: name != "rstrip", trailing: name != "lstrip", characters: try optionalText(values[0])))
        case "split", "rsplit":
            return .list(try split(text, name, arguments).map(wrap))
        case "splitlines":
            let keeps = try arguments.bind(name, ["keepends"])[0]?.isTrue ?? false
            return .list(text.lines(keepingEnds: keeps).map(wrap))
        case "join": return wrap(try join(text, isMarkup: isMarkup, arguments))
        case "replace":
            let values = try arguments.bind(name, ["old", "new", "count"], required: 2, positionalOnly: true)
            var new = try requiredText(values[1])
            if isMarkup { new = try escaped(new, unless: values[1]) }
            return wrap(try replace(text, try requiredText(values[0]), new, limit: try integer(values[2])))
        case "startswith", "endswith": return try affix(text, name, arguments)
        case "find", "rfind", "index", "rindex", "count": return try search(text, name, arguments)
        case "format": return wrap(try formatBraces(text, arguments, escapes: isMarkup))
        case "format_map":
            let values = try arguments.bind(name, ["mapping"], required: 1)
            var inner = JinjaCallArguments()
            if case .dictionary(let dictionary) = values[0] {
                for (index, key) in dictionary.keys.enumerated() {
                    if let name = key.textValue { inner.named.append((name.string, dictionary.values[index])) }
                }
            }
            return wrap(try formatBraces(text, inner, escapes: isMarkup))
        case "zfill", "ljust", "rjust", "center": return wrap(try pad(text, name, arguments))
        case "partition", "rpartition": return try partition(text, name, arguments, wrap)
        case "removeprefix", "removesuffix":
            let part = try requiredText(try arguments.bind(name, ["affix"], required: 1)[0])
            let matches = name == "removeprefix" ? text.hasPrefix(part) : text.hasSuffix(part)
            guard matches, !part.isEmpty else { return wrap(text) }
            return wrap(
                JinjaText(
                    name == "removeprefix"
                        ? text.bytes[part.bytes.count...] : text.bytes[..<(text.bytes.count - part.bytes.count)]))
        case "expandtabs": return wrap(try expandTabs(text, try integer(try arguments.bind(name, ["tabsize"])[0]) ?? 8))
        default: throw failure(.unsupported, "str.\(name) is not supported")
        }
    }

    // MARK: Arguments

    func requiredText(_ value: JinjaValue?) throws(ChatTemplateError) -> JinjaText {
        if let text = value?.textValue { return text }
        if case .undefined(let undefined) = value { throw failure(.type, "expected a string: \(undefined.message)") }
        throw failure(.type, "expected a string, found \(value?.typeName ?? "nothing")")
    }

    func optionalText(_ value: JinjaValue?) throws(ChatTemplateError) -> JinjaText? {
        switch value {
        case nil, .some(.none): nil
        default: try requiredText(value)
        }
    }

    func integer(_ value: JinjaValue?) throws(ChatTemplateError) -> Int? {
        guard let value else { return nil }
        guard let integer = value.integerValue else {
            throw failure(.type, "'\(value.typeName)' object cannot be interpreted as an integer")
        }
        return integer
    }

    // MARK: Bodies

    func replace(
        _ text: JinjaText, _ old: JinjaText, _ new: JinjaText, limit: Int?
    ) throws(ChatTemplateError) -> JinjaText {
        let limit = limit.flatMap { $0 < 0 ? nil : $0 }
        if new.bytes.count > old.bytes.count {
            let most = old.isEmpty ? text.bytes.count + 1 : text.bytes.count / max(1, old.bytes.count)
            let (growth, overflow) = min(most, limit ?? Int.max).multipliedReportingOverflow(by: new.bytes.count)
            if overflow || growth + text.bytes.count > limits.outputBytes {
                let places = old.isEmpty ? most : text.occurrences(of: old, limit: limit ?? Int.max).count
                let (bytes, overflow) = places.multipliedReportingOverflow(by: new.bytes.count)
                try reserve(bytes: overflow ? Int.max / 2 : bytes + text.bytes.count)
            }
        }
        let result = text.replacing(old, with: new, limit: limit)
        try reserve(bytes: result.bytes.count)
        return result
    }

    private func split(
        _ text: JinjaText, _ name: String, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> [JinjaText] {
        let values = try arguments.bind(name, ["sep", "maxsplit"])
        var maximum = try integer(values[1]) ?? -1
        if maximum < 0 { maximum = Int.max }
        let pieces: [JinjaText]
        if let separator = try optionalText(values[0]) {
            guard !separator.isEmpty else { throw failure(.value, "empty separator") }
            pieces = text.split(separator: separator, maximum: maximum, fromEnd: name == "rsplit")
        } else {
            pieces = text.splitAtWhitespace(maximum: maximum, fromEnd: name == "rsplit")
        }
        try spend(pieces.count)
        return pieces
    }

    private func join(
        _ separator: JinjaText, isMarkup: Bool, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaText {
        let values = try arguments.bind("join", ["iterable"], required: 1, positionalOnly: true)
        var result = JinjaText("")
        for (index, item) in try collect(values[0] ?? .none).enumerated() {
            guard var piece = item.textValue else {
                if isMarkup { result.append(try escaped(text(of: item))) }
                throw failure(.type, "sequence item \(index): expected str instance, \(item.typeName) found")
            }
            if isMarkup { piece = try escaped(piece, unless: item) }
            try reserve(bytes: piece.bytes.count + separator.bytes.count)
            if index > 0 { result.append(separator) }
            result.append(piece)
            guard result.bytes.count <= limits.outputBytes else { try reserve(bytes: result.bytes.count); break }
        }
        return result
    }

    private func affix(
        _ text: JinjaText, _ name: String, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind(name, ["affix", "start", "end"], required: 1, positionalOnly: true)
        let part = try window(of: text, try integer(values[1]), try integer(values[2])).text
        func matches(_ affix: JinjaText) -> Bool {
            guard let part else { return false }
            return name == "startswith" ? part.hasPrefix(affix) : part.hasSuffix(affix)
        }
        if case .tuple(let list) = values[0] {
            for item in list.items where matches(try requiredText(item)) { return .boolean(true) }
            return .boolean(false)
        }
        return .boolean(matches(try requiredText(values[0])))
    }

    /// `text[start:end]` as the searching methods read it, and the scalar index where it starts. The text is nil when
    /// `start` lies beyond the end, where not even an empty string is found.
    private func window(
        of text: JinjaText, _ start: Int?, _ end: Int?
    ) throws(ChatTemplateError) -> (text: JinjaText?, start: Int) {
        if start == nil, end == nil { return (text, 0) }
        let scalars = text.scalars
        func clamp(_ index: Int) -> Int { max(0, index < 0 ? index + scalars.count : index) }
        let first = clamp(start ?? 0)
        let last = min(clamp(end ?? scalars.count), scalars.count)
        guard first <= last else { return (nil, first) }
        return (JinjaText(scalars: scalars[first..<last]), first)
    }

    private func search(
        _ text: JinjaText, _ name: String, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind(name, ["sub", "start", "end"], required: 1, positionalOnly: true)
        let needle = try requiredText(values[0])
        let (part, start) = try window(of: text, try integer(values[1]), try integer(values[2]))
        if name == "count" {
            guard let part else { return .integer(0) }
            return .integer(needle.isEmpty ? part.scalarCount + 1 : part.occurrences(of: needle, limit: Int.max).count)
        }
        let found = name.hasPrefix("r") ? part?.lastIndex(of: needle) : part?.firstIndex(of: needle)
        if let found, let part {
            return .integer(start + JinjaText(part.bytes[..<found]).scalarCount)
        }
        if name.hasSuffix("index") { throw failure(.value, "substring not found") }
        return .integer(-1)
    }

    func pad(_ text: JinjaText, _ name: String, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaText
    {
        let parameters = name == "zfill" ? ["width"] : ["width", "fillchar"]
        let values = try arguments.bind(name, parameters, required: 1, positionalOnly: true)
        let width = try integer(values[0]) ?? 0
        var fill: JinjaText = name == "zfill" ? "0" : " "
        if name != "zfill", let given = values[1] { fill = try requiredText(given) }
        guard fill.scalarCount == 1 else {
            throw failure(.type, "the fill character must be exactly one character long")
        }
        let missing = width - text.scalarCount
        guard missing > 0 else { return text }
        let (bytes, overflow) = missing.multipliedReportingOverflow(by: fill.bytes.count)
        try reserve(bytes: overflow ? Int.max / 2 : bytes + text.bytes.count)
        func filler(_ count: Int) -> JinjaText {
            JinjaText(bytes: Array(repeatElement(fill.bytes, count: count).joined()))
        }
        switch name {
        case "ljust": return text + filler(missing)
        case "rjust": return filler(missing) + text
        case "zfill":
            if let first = text.bytes.first, first == 0x2B || first == 0x2D {
                return JinjaText(bytes: [first]) + filler(missing) + JinjaText(text.bytes.dropFirst())
            }
            return filler(missing) + text
        default:
            let left = missing / 2 + (missing & width & 1)
            return filler(left) + text + filler(missing - left)
        }
    }

    private func partition(
        _ text: JinjaText, _ name: String, _ arguments: JinjaCallArguments, _ wrap: (JinjaText) -> JinjaValue
    ) throws(ChatTemplateError) -> JinjaValue {
        let separator = try requiredText(try arguments.bind(name, ["sep"], required: 1)[0])
        guard !separator.isEmpty else { throw failure(.value, "empty separator") }
        let found = name == "partition" ? text.firstIndex(of: separator) : text.lastIndex(of: separator)
        guard let found else {
            let parts: [JinjaText] = name == "partition" ? [text, "", ""] : ["", "", text]
            return .tuple(parts.map(wrap))
        }
        return .tuple([
            wrap(JinjaText(text.bytes[..<found])), wrap(separator),
            wrap(JinjaText(text.bytes[(found + separator.bytes.count)...])),
        ])
    }

    private func expandTabs(_ text: JinjaText, _ size: Int) throws(ChatTemplateError) -> JinjaText {
        guard size < 4096 else { throw failure(.limitExceeded, "tab size is too large") }
        var result = JinjaText("")
        var column = 0
        for scalar in text.scalars {
            switch scalar {
            case "\t":
                let count = size > 0 ? size - column % size : 0
                result.bytes += Array(repeating: 0x20, count: count)
                column += count
            case "\n", "\r":
                result.append(scalar)
                column = 0
            default:
                result.append(scalar)
                column += 1
            }
        }
        try reserve(bytes: result.bytes.count)
        return result
    }

    private static func classify(_ text: JinjaText, _ name: String) -> Bool {
        let scalars = text.scalars
        if name == "isprintable" { return scalars.allSatisfy(\.isPythonPrintable) }
        guard let first = scalars.first else { return false }
        switch name {
        case "isspace": return scalars.allSatisfy(\.isPythonWhitespace)
        case "isidentifier":
            return (first == "_" || first.properties.isXIDStart) && scalars.allSatisfy { $0.properties.isXIDContinue }
        default: return scalars.allSatisfy { matches($0, name) }
        }
    }

    private static func matches(_ scalar: Unicode.Scalar, _ name: String) -> Bool {
        let properties = scalar.properties
        let isLetter: Bool =
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
            default: false
            }
        switch name {
        case "isalpha": return isLetter
        case "isdecimal": return properties.numericType == .decimal
        case "isdigit": return properties.numericType == .decimal || properties.numericType == .digit
        case "isnumeric": return properties.numericType != nil
        default: return isLetter || properties.numericType != nil
        }
    }
}
