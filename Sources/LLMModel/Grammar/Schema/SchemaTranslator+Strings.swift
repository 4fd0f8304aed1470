internal import LLMTensor

/// Characters of JSON strings.
enum StringText {
    /// Scalars that stand for themselves between quotes.
    static let plain = ScalarRanges([0x20...0x21, 0x23...0x5B, 0x5D...0x10FFFF])
    static let digit = ScalarRanges([0x30...0x39])
    static let hexadecimal = ScalarRanges([0x30...0x39, 0x41...0x46, 0x61...0x66])

    /// How a string may spell one scalar out of a set: as it is, or escaped where it must be.
    static func spelled(_ set: ScalarRanges) -> GrammarExpression {
        var options: [GrammarExpression] = []
        let themselves = set.subtracting(plain.inverted)
        if !themselves.isEmpty { options.append(.scalars(themselves)) }
        let names: [UInt32: String] = [
            0x22: "\\\"", 0x5C: "\\\\", 0x08: "\\b", 0x0C: "\\f", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t",
        ]
        for scalar in [0x22, 0x5C] + Array(UInt32(0)...0x1F) where set.contains(scalar) {
            let digits = String(scalar, radix: 16)
            let text = names[scalar] ?? "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            options.append(.text(text))
        }
        return options.count == 1 ? options[0] : .choice(options)
    }
}

extension SchemaTranslator {
    /// Rules that every grammar of JSON texts has.
    mutating func addJSONRules() {
        // At most one space, or a line break and its indentation: no model can fill its answer with white space.
        rules["space"] = .choice([
            .empty, .text(" "),
            .sequence([
                .text("\n"), .repeated(.scalars(ScalarRanges([0x20...0x20, 0x09...0x09])), minimum: 0, maximum: 20),
            ]),
        ])
        let hexadecimal = GrammarExpression.scalars(StringText.hexadecimal)
        // Escapes of surrogates are left out: half of a pair is no character.
        let notD = GrammarExpression.scalars(
            StringText.hexadecimal.subtracting(ScalarRanges([0x44...0x44, 0x64...0x64])))
        let code = GrammarExpression.choice([
            .sequence([notD, .repeated(hexadecimal, minimum: 3, maximum: 3)]),
            .sequence([
                .scalars(ScalarRanges([0x44...0x44, 0x64...0x64])), .scalars(ScalarRanges([0x30...0x37])), hexadecimal,
                hexadecimal,
            ]),
        ])
        let short = ScalarRanges("\"\\/bfnrt".unicodeScalars.map { $0.value...$0.value })
        rules["character"] = .choice([
            .scalars(StringText.plain),
            .sequence([.text("\\"), .choice([.scalars(short), .sequence([.text("u"), code])])]),
        ])
        rules["string"] = .sequence([
            .text("\""), .repeated(.rule("character"), minimum: 0, maximum: nil), .text("\""),
        ])
        addNumberRules()
        let member = GrammarExpression.sequence([
            .rule("string"), .rule("space"), .text(":"), .rule("space"), .rule("value"), .rule("space"),
        ])
        let element = GrammarExpression.sequence([.rule("value"), .rule("space")])
        rules["value"] = .choice([
            .rule("string"), .rule("number"), .text("true"), .text("false"), .text("null"),
            Self.list("{", member, "}"), Self.list("[", element, "]"),
        ])
    }

    private static func list(_ open: String, _ item: GrammarExpression, _ close: String) -> GrammarExpression {
        let more = GrammarExpression.repeated(
            .sequence([.text(","), .rule("space"), item]), minimum: 0, maximum: nil)
        return .sequence([.text(open), .rule("space"), .optional(.sequence([item, more])), .text(close)])
    }

    /// A string: of bounded length (in Unicode scalars), of a pattern, or of a format.
    func string(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        let (minimum, maximum) = try counts(object, "minLength", "maxLength", pointer)
        let isBounded = object["minLength"] != nil || object["maxLength"] != nil
        if let pattern = object["pattern"] {
            guard let text = pattern.stringValue else {
                throw .invalidSchema(pointer: pointer + "/pattern", reason: "expected a string")
            }
            guard !isBounded else {
                throw .unsupportedSchema(pointer: pointer, reason: "'pattern' beside a length")
            }
            var parser = PatternParser(text, pointer: pointer + "/pattern")
            return .sequence([.text("\""), try parser.parse(), .text("\"")])
        }
        if let format = object["format"]?.stringValue, let pattern = Self.formats[format] {
            guard !isBounded else {
                throw .unsupportedSchema(pointer: pointer, reason: "'format' beside a length")
            }
            var parser = PatternParser(pattern, pointer: pointer + "/format")
            return .sequence([.text("\""), try parser.parse(), .text("\"")])
        }
        guard isBounded else { return .rule("string") }
        return .sequence([
            .text("\""), .repeated(.rule("character"), minimum: minimum, maximum: maximum), .text("\""),
        ])
    }

    /// RFC 3339 and RFC 4122, by shape: the 31st of a short month is not noticed.
    private static let formats: [String: String] = {
        let date = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
        let byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
        return [
            "date": "^\(date)$", "time": "^\(time)$", "date-time": "^\(date)T\(time)$",
            "uuid": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
            "ipv4": "^\(byte)\\.\(byte)\\.\(byte)\\.\(byte)$",
            "email": "^[A-Za-z0-9_+-]+(\\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
                + "(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+$",
        ]
    }()
}
