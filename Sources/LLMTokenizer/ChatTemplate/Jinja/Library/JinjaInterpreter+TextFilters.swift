extension JinjaInterpreter {
    func applyTextFilter(
        _ filter: JinjaFilter, to value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        let isMarkup = if case .markup = value { true } else { false }
        func wrap(_ text: JinjaText) -> JinjaValue { isMarkup ? .markup(text) : .text(text) }
        switch filter {
        case .trim:
            let characters = try optionalText(try arguments.bind("trim", ["chars"])[0])
            return wrap(try text(of: value).stripped(characters: characters))
        case .upper, .lower, .capitalize:
            return try callText(filter.rawValue, try text(of: value), isMarkup: isMarkup, arguments)
        case .title:
            _ = try arguments.bind("title", [])
            return .text(try titleWords(try text(of: value)))
        case .center:
            let width = try arguments.bind("center", ["width"])[0] ?? .integer(80)
            return wrap(try pad(try text(of: value), "center", JinjaCallArguments(positional: [width])))
        case .replace:
            let values = try arguments.bind("replace", ["old", "new", "count"], required: 2)
            var limit: Int?
            if let count = values[2] {
                if case .none = count {} else { limit = try integer(count) }
            }
            return .text(
                try replace(
                    try text(of: value), try text(of: values[0] ?? .none), try text(of: values[1] ?? .none),
                    limit: limit))
        case .indent: return wrap(try indent(value, isMarkup: isMarkup, arguments))
        case .truncate: return try truncate(value, isMarkup: isMarkup, arguments)
        case .wordcount:
            _ = try arguments.bind("wordcount", [])
            return .integer(Self.wordCount(try text(of: value)))
        case .string:
            _ = try arguments.bind("string", [])
            return wrap(try text(of: value))
        case .safe:
            _ = try arguments.bind("safe", [])
            return .markup(try text(of: value))
        case .escape, .e:
            _ = try arguments.bind("escape", [])
            return .markup(try escaped(try text(of: value), unless: value))
        case .forceescape:
            _ = try arguments.bind("forceescape", [])
            return .markup(try escaped(try text(of: value)))
        case .format:
            guard arguments.positional.isEmpty || arguments.named.isEmpty else {
                throw failure(.type, "can't handle positional and keyword arguments at the same time")
            }
            let format = wrap(try text(of: value))
            if arguments.named.isEmpty { return try formatPercent(format, .tuple(arguments.positional)) }
            let dictionary = JinjaDictionary()
            for (name, value) in arguments.named { dictionary.set(JinjaValue(name), value) }
            return try formatPercent(format, .dictionary(dictionary))
        case .urlencode:
            _ = try arguments.bind("urlencode", [])
            return .text(try urlEncode(value))
        case .filesizeformat: return .text(try fileSize(value, arguments))
        default: return .text(try toJSON(value, arguments))
        }
    }

    // MARK: Escaping

    /// HTML-escapes text.
    func escaped(_ text: JinjaText) throws(ChatTemplateError) -> JinjaText {
        var result = JinjaText("")
        result.bytes.reserveCapacity(text.bytes.count)
        for byte in text.bytes {
            switch byte {
            case 0x26: result.append("&amp;")
            case 0x3C: result.append("&lt;")
            case 0x3E: result.append("&gt;")
            case 0x22: result.append("&#34;")
            case 0x27: result.append("&#39;")
            default: result.bytes.append(byte)
            }
        }
        try reserve(bytes: result.bytes.count)
        return result
    }

    /// HTML-escapes text that came from `value`, unless that is marked safe.
    func escaped(_ text: JinjaText, unless value: JinjaValue?) throws(ChatTemplateError) -> JinjaText {
        if case .markup = value { return text }
        return try escaped(text)
    }

    // MARK: tojson

    private func toJSON(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaText {
        let values = try arguments.bind("tojson", ["ensure_ascii", "indent", "separators", "sort_keys"])
        var encoder = PythonJSONEncoder(maximumBytes: limits.outputBytes, guardian: guardian)
        encoder.ensureASCII = values[0]?.isTrue ?? false
        encoder.sortsKeys = values[3]?.isTrue ?? false
        switch values[1] {
        case nil, .some(.none): break
        case .some(let indent):
            if let text = indent.textValue {
                encoder.indent = text
            } else {
                let width = max(0, try integer(indent) ?? 0)
                try reserve(bytes: width)
                encoder.indent = JinjaText(bytes: Array(repeating: 0x20, count: width))
            }
            encoder.itemSeparator = ","
        }
        switch values[2] {
        case nil, .some(.none): break
        case .some(let separators):
            let pair = try collect(separators)
            guard pair.count == 2 else { throw failure(.value, "separators must be a pair") }
            encoder.itemSeparator = try requiredText(pair[0])
            encoder.keySeparator = try requiredText(pair[1])
        }
        let text = try encoder.encode(value)
        try reserve(bytes: text.bytes.count)
        return text
    }

    // MARK: Bodies

    /// The filter's own rule: words start after spaces, hyphens and opening brackets.
    private func titleWords(_ text: JinjaText) throws(ChatTemplateError) -> JinjaText {
        var result = JinjaText("")
        var word: [Unicode.Scalar] = []
        func flush() {
            guard let first = word.first else { return }
            result.append(JinjaText(scalars: [first]).uppercased())
            result.append(JinjaText(scalars: word.dropFirst()).lowercased())
            word = []
        }
        for scalar in text.scalars {
            if scalar.isPythonWhitespace || ["-", "(", "{", "[", "<"].contains(scalar) {
                flush()
                result.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        flush()
        try reserve(bytes: result.bytes.count)
        return result
    }

    private func indent(
        _ value: JinjaValue, isMarkup: Bool, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaText {
        let values = try arguments.bind("indent", ["width", "first", "blank"])
        var indentation: JinjaText = "    "
        if let width = values[0] {
            if let text = width.textValue {
                indentation = isMarkup ? try escaped(text, unless: width) : text
            } else {
                let count = max(0, try integer(width) ?? 4)
                try reserve(bytes: count)
                indentation = JinjaText(bytes: Array(repeating: 0x20, count: count))
            }
        }
        if case .undefined(let undefined) = value { throw undefined.error }
        let lines = (try requiredText(value) + "\n").lines(keepingEnds: false)
        let indentsBlank = values[2]?.isTrue ?? false
        let indentsFirst = values[1]?.isTrue ?? false
        let (growth, overflow) = indentation.bytes.count.multipliedReportingOverflow(by: lines.count)
        try reserve(bytes: overflow ? Int.max / 2 : growth)
        var result = JinjaText("")
        for (index, line) in lines.enumerated() {
            if index > 0 { result.append("\n") }
            if index == 0 ? indentsFirst : indentsBlank || !line.isEmpty { result.append(indentation) }
            result.append(line)
        }
        try reserve(bytes: result.bytes.count)
        return result
    }

    private func truncate(
        _ value: JinjaValue, isMarkup: Bool, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("truncate", ["length", "killwords", "end", "leeway"])
        let length = try integer(values[0]) ?? 255
        let end = try optionalText(values[2]) ?? "..."
        let leeway = try integer(values[3]) ?? 5
        guard length >= end.scalarCount, leeway >= 0 else {
            throw failure(.value, "truncate: expected length >= \(end.scalarCount) and leeway >= 0")
        }
        if case .undefined = value { return value }
        guard let text = value.textValue else {
            guard let count = value.count else {
                throw failure(.type, "object of type '\(value.typeName)' has no len()")
            }
            if count <= length + leeway { return value }
            throw failure(.type, "'\(value.typeName)' cannot be truncated")
        }
        let scalars = text.scalars
        if scalars.count <= length + leeway { return value }
        var result = JinjaText(scalars: scalars.prefix(length - end.scalarCount))
        if !(values[1]?.isTrue ?? false) { result = result.split(separator: " ", maximum: 1, fromEnd: true)[0] }
        if isMarkup { return .markup(result + (try escaped(end, unless: values[2]))) }
        return .text(result + end)
    }

    private static func wordCount(_ text: JinjaText) -> Int {
        var count = 0
        var isInside = false
        for scalar in text.scalars {
            let properties = scalar.properties
            let isWord =
                scalar == "_" || properties.numericType != nil
                || properties.isAlphabetic
                    && properties.generalCategory != .spacingMark && properties.generalCategory != .nonspacingMark
            if isWord && !isInside { count += 1 }
            isInside = isWord
        }
        return count
    }

    private func urlEncode(_ value: JinjaValue) throws(ChatTemplateError) -> JinjaText {
        func quote(_ value: JinjaValue, inQuery: Bool) throws(ChatTemplateError) -> JinjaText {
            var result = JinjaText("")
            for byte in try text(of: value).bytes {
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.bytes.append(byte)
                case 0x2F where !inQuery: result.bytes.append(byte)
                case 0x20 where inQuery: result.append("+")
                default: result.append("%" + PythonNumber.hexadecimal(UInt32(byte), width: 2).uppercased())
                }
            }
            try reserve(bytes: result.bytes.count)
            return result
        }
        if value.textValue != nil || !value.isIterable { return try quote(value, inQuery: false) }
        var pairs = try collect(value)
        if case .dictionary(let dictionary) = value {
            pairs = (0..<dictionary.count).map { dictionary.element($0, .items) }
        }
        var result = JinjaText("")
        for (index, pair) in pairs.enumerated() {
            let items = try collect(pair)
            guard items.count == 2 else { throw failure(.value, "expected key and value") }
            if index > 0 { result.append("&") }
            result.append(try quote(items[0], inQuery: true))
            result.append("=")
            result.append(try quote(items[1], inQuery: true))
        }
        return result
    }

    private func fileSize(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaText {
        let isBinary = try arguments.bind("filesizeformat", ["binary"])[0]?.isTrue ?? false
        if case .undefined(let undefined) = value { throw undefined.error }
        guard let bytes = Self.double(value) ?? value.textValue.flatMap(PythonNumber.number), bytes.isFinite else {
            throw failure(.value, "could not convert to a number of bytes")
        }
        let base: Double = isBinary ? 1024 : 1000
        if bytes == 1 { return "1 Byte" }
        if bytes < base { return JinjaText("\(Int(bytes)) Bytes") }
        var unit = base
        let prefixes =
            isBinary ? ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"] : ["k", "M", "G", "T", "P", "E", "Z", "Y"]
        for (index, prefix) in prefixes.enumerated() {
            unit *= base
            if bytes < unit || index == prefixes.count - 1 {
                return JinjaText(
                    PythonNumber.formatted(base * bytes / unit, precision: 1, conversion: "f") + " \(prefix)B")
            }
        }
        return ""
    }
}
