extension ConfigurationNode {
    /// This node as text: any scalar.
    public func string() throws(ConfigurationError) -> String {
        if case .scalar(let text, _) = content { return text }
        throw error(.type, expected: "a text")
    }

    /// This node as a Boolean: `true`, `false` and YAML 1.1's `yes`, `no`, `on`, `off`, not quoted.
    public func boolean() throws(ConfigurationError) -> Bool {
        if case .scalar(let text, isQuoted: false) = content, let value = Self.boolean(text) { return value }
        throw error(.type, expected: "true or false")
    }

    /// This node as a whole number: decimal, `0x`, `0o`, `0b`, with `_` between digits, or a decimal number without
    /// fraction such as `1e6`.
    public func integer(in range: ClosedRange<Int> = .min ... .max) throws(ConfigurationError) -> Int {
        guard case .scalar(let text, isQuoted: false) = content, let value = Self.integer(text) else {
            throw error(.type, expected: Self.description("a whole number", range))
        }
        guard range.contains(value) else { throw error(expected: Self.description("a whole number", range)) }
        return value
    }

    /// This node as a number.
    public func double(in range: ClosedRange<Double>? = nil) throws(ConfigurationError) -> Double {
        let expected = range.map { "a number from \($0.lowerBound) to \($0.upperBound)" } ?? "a number"
        guard case .scalar(let text, isQuoted: false) = content, let value = Self.double(text) else {
            throw error(.type, expected: expected)
        }
        if let range, !range.contains(value) { throw error(expected: expected) }
        return value
    }

    /// This node as one of the cases of an enumeration, by raw value.
    public func choice<Choice>(as type: Choice.Type) throws(ConfigurationError) -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue)
        let expected = "one of \(names.joined(separator: ", "))"
        guard case .scalar(let text, _) = content else { throw error(.type, expected: expected) }
        if let match = Choice.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) { return match }
        var problem = error(expected: expected)
        problem.suggestion = NearestName.nearest(to: text, among: names)
        throw problem
    }

    /// This node as a list of texts; a single text counts as a list of one.
    public func strings() throws(ConfigurationError) -> [String] {
        if case .scalar(let text, _) = content { return [text] }
        var result: [String] = []
        for element in try elements() { result.append(try element.string()) }
        return result
    }

    /// This node as a list of whole numbers.
    public func integers(in range: ClosedRange<Int> = .min ... .max) throws(ConfigurationError) -> [Int] {
        var result: [Int] = []
        for element in try elements() { result.append(try element.integer(in: range)) }
        return result
    }

    /// This node as a list of numbers.
    public func doubles(in range: ClosedRange<Double>? = nil) throws(ConfigurationError) -> [Double] {
        var result: [Double] = []
        for element in try elements() { result.append(try element.double(in: range)) }
        return result
    }

    private static func description(_ kind: String, _ range: ClosedRange<Int>) -> String {
        switch (range.lowerBound, range.upperBound) {
        case (.min, .max): kind
        case (let lower, .max): "\(kind), at least \(lower)"
        case (.min, let upper): "\(kind), at most \(upper)"
        case (let lower, let upper): "\(kind) from \(lower) to \(upper)"
        }
    }
}

extension ConfigurationNode {
    static func boolean(_ text: String) -> Bool? {
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }

    static func integer(_ text: String) -> Int? {
        var digits = Substring(text)
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
        guard let first = digits.utf8.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return nil }
        var radix = 10
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            digits = digits.dropFirst(2)
            radix = base
        }
        guard !digits.hasPrefix("_"), !digits.hasPrefix("+"), !digits.hasPrefix("-") else { return nil }
        let plain = String(decoding: digits.utf8.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        if let value = Int((isNegative ? "-" : "") + plain, radix: radix) { return value }
        return radix == 10 ? double(text).flatMap { Int(exactly: $0) } : nil
    }

    static func double(_ text: String) -> Double? {
        switch text {
        case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
        case "-.inf", "-.Inf", "-.INF": return -.infinity
        case ".nan", ".NaN", ".NAN": return .nan
        default: break
        }
        var hasDigit = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
            case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
                UInt8(ascii: "_"):
                break
            default: return nil
            }
        }
        guard hasDigit, !text.hasPrefix("_"), !text.hasSuffix("_") else { return nil }
        let plain = String(decoding: text.utf8.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let value = Double(plain), value.isFinite else { return nil }
        return value
    }
}
