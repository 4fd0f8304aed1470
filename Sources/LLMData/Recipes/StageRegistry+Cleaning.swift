extension CleaningStage.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys([
            "removesControls", "removesInvisible", "removesFormatting", "unifiesWhitespace", "foldsSpaces",
            "maximumEmptyLines", "strips", "dropsEmpty",
        ])
        self.init()
        removesControls = try node.boolean("removesControls", default: removesControls)
        removesInvisible = try node.boolean("removesInvisible", default: removesInvisible)
        removesFormatting = try node.boolean("removesFormatting", default: removesFormatting)
        unifiesWhitespace = try node.boolean("unifiesWhitespace", default: unifiesWhitespace)
        foldsSpaces = try node.boolean("foldsSpaces", default: foldsSpaces)
        maximumEmptyLines = try node.optionalInteger("maximumEmptyLines", in: 0 ... .max) ?? maximumEmptyLines
        strips = try node.boolean("strips", default: strips)
        dropsEmpty = try node.boolean("dropsEmpty", default: dropsEmpty)
    }
}

extension LineRemovalStage.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys([
            "minimumLetters", "maximumDigits", "removesSymbolLines", "minimumLength", "removesRepeatedLines", "phrases",
        ])
        self.init()
        minimumLetters = try node.double("minimumLetters", in: 0...1, default: minimumLetters)
        maximumDigits = try node.double("maximumDigits", in: 0...1, default: maximumDigits)
        removesSymbolLines = try node.boolean("removesSymbolLines", default: removesSymbolLines)
        minimumLength = try node.integer("minimumLength", in: 0 ... .max, default: minimumLength)
        removesRepeatedLines = try node.boolean("removesRepeatedLines", default: removesRepeatedLines)
        phrases = try node.optionalStrings("phrases") ?? phrases
    }
}

extension UnicodeNormalizationStage.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys(["form"])
        self.init(form: try node.choice("form", as: Form.self, default: .nfc))
    }
}

extension ContextStage.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys(["template", "maximumCharacters", "missing"])
        self.init(template: try node.string("template"))
        maximumCharacters = try node.optionalInteger("maximumCharacters", in: 0 ... .max)
        missing = try node.optionalString("missing")
    }
}
