extension StageRegistry {
    /// The stages of this library, by the names they have in statistics.
    ///
    /// Limits may be left out or set to `null`: left out they are the published ones, `null` switches them off.
    public static let standard = StageRegistry(
        documentStages: [
            "length": { try TextLength($0) },
            "unicode_normalization": { UnicodeNormalizationStage(try .init($0)) },
            "cleaning": { CleaningStage(try .init($0)) },
            "line_removal": { LineRemovalStage(try .init($0)) },
            "context": { try ContextStage(try .init($0)) },
            "gopher_quality": { GopherQualityFilter(try .init($0)) },
            "gopher_repetition": { GopherRepetitionFilter(try .init($0)) },
            "c4_quality": { C4QualityFilter(try .init($0)) },
            "c4_paragraph": { C4ParagraphFilter(try .init($0)) },
            "fineweb_quality": { FineWebQualityFilter(try .init($0)) },
            // FineWeb's filters in its order, which find words and lines only once.
            "fineweb": { node in
                try node.checkKeys([])
                return QualityFilters()
            },
        ],
        corpusStages: [
            "exact": { ExactDeduplication(try .init($0)) },
            "minhash": { try MinHashDeduplication(try .init($0)) },
        ])
}

extension ConfigurationNode {
    /// A limit: `value` when the key is not there, nil when it is `null`.
    fileprivate func limit(_ key: String, _ value: Int?) throws(ConfigurationError) -> Int? {
        guard let member = try members().last(where: { $0.key == key }) else { return value }
        return member.value.isNull ? nil : try member.value.integer(in: 0 ... .max)
    }

    /// A limit: `value` when the key is not there, nil when it is `null`.
    fileprivate func limit(_ key: String, _ value: Double?) throws(ConfigurationError) -> Double? {
        guard let member = try members().last(where: { $0.key == key }) else { return value }
        return member.value.isNull ? nil : try member.value.double(in: 0...1e9)
    }
}

extension GopherQualityFilter.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.init()
        try node.checkKeys([
            "minimumWords", "maximumWords", "minimumMeanWordLength", "maximumMeanWordLength",
            "maximumSymbolsPerWord", "maximumBulletLines", "maximumEllipsisLines", "minimumAlphabeticWords",
            "minimumStopWords", "stopWords",
        ])
        minimumWords = try node.limit("minimumWords", minimumWords)
        maximumWords = try node.limit("maximumWords", maximumWords)
        minimumMeanWordLength = try node.limit("minimumMeanWordLength", minimumMeanWordLength)
        maximumMeanWordLength = try node.limit("maximumMeanWordLength", maximumMeanWordLength)
        maximumSymbolsPerWord = try node.limit("maximumSymbolsPerWord", maximumSymbolsPerWord)
        maximumBulletLines = try node.limit("maximumBulletLines", maximumBulletLines)
        maximumEllipsisLines = try node.limit("maximumEllipsisLines", maximumEllipsisLines)
        minimumAlphabeticWords = try node.limit("minimumAlphabeticWords", minimumAlphabeticWords)
        minimumStopWords = try node.limit("minimumStopWords", minimumStopWords)
        stopWords = try node.optionalStrings("stopWords") ?? stopWords
    }
}

extension GopherRepetitionFilter.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.init()
        try node.checkKeys([
            "duplicateLines", "duplicateParagraphs", "duplicateLineCharacters", "duplicateParagraphCharacters",
            "topGrams", "duplicateGrams",
        ])
        duplicateLines = try node.limit("duplicateLines", duplicateLines)
        duplicateParagraphs = try node.limit("duplicateParagraphs", duplicateParagraphs)
        duplicateLineCharacters = try node.limit("duplicateLineCharacters", duplicateLineCharacters)
        duplicateParagraphCharacters = try node.limit("duplicateParagraphCharacters", duplicateParagraphCharacters)
        topGrams = try Self.grams(node, "topGrams") ?? topGrams
        duplicateGrams = try Self.grams(node, "duplicateGrams") ?? duplicateGrams
    }

    /// `{2: 0.2, 3: 0.18}`: the largest fraction by the words of an n-gram.
    private static func grams(_ node: ConfigurationNode, _ key: String) throws(ConfigurationError) -> [GramLimit]? {
        guard let section = try node.section(key) else { return nil }
        var limits: [GramLimit] = []
        for member in try section.members() {
            guard let words = Int(member.key), (1...100).contains(words) else {
                throw member.value.error(expected: "a number of words from 1 to 100", found: "'\(member.key)'")
            }
            limits.append(GramLimit(words: words, fraction: try member.value.double(in: 0...1)))
        }
        return limits
    }
}

extension C4QualityFilter.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.init()
        try node.checkKeys([
            "splitsLines", "removesCitations", "requiresTerminalMark", "minimumSentences", "minimumWordsPerLine",
            "maximumWordLength", "dropsLoremIpsum", "dropsJavaScript", "dropsCurlyBracket", "dropsPolicy",
        ])
        splitsLines = try node.boolean("splitsLines", default: splitsLines)
        removesCitations = try node.boolean("removesCitations", default: removesCitations)
        requiresTerminalMark = try node.boolean("requiresTerminalMark", default: requiresTerminalMark)
        minimumSentences = try node.limit("minimumSentences", minimumSentences)
        minimumWordsPerLine = try node.limit("minimumWordsPerLine", minimumWordsPerLine)
        maximumWordLength = try node.limit("maximumWordLength", maximumWordLength)
        dropsLoremIpsum = try node.boolean("dropsLoremIpsum", default: dropsLoremIpsum)
        dropsJavaScript = try node.boolean("dropsJavaScript", default: dropsJavaScript)
        dropsCurlyBracket = try node.boolean("dropsCurlyBracket", default: dropsCurlyBracket)
        dropsPolicy = try node.boolean("dropsPolicy", default: dropsPolicy)
    }
}

extension C4ParagraphFilter.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.init()
        try node.checkKeys(["minimumParagraphs", "minimumParagraphLength"])
        minimumParagraphs = try node.integer("minimumParagraphs", in: 0 ... .max, default: minimumParagraphs)
        minimumParagraphLength = try node.integer(
            "minimumParagraphLength", in: 0 ... .max, default: minimumParagraphLength)
    }
}

extension FineWebQualityFilter.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.init()
        try node.checkKeys([
            "minimumTerminalLines", "acceptsNoTerminalLines", "maximumShortLines", "shortLineLength",
            "maximumDuplicateCharacters", "maximumNewlinesPerWord",
        ])
        minimumTerminalLines = try node.double("minimumTerminalLines", in: 0...1, default: minimumTerminalLines)
        acceptsNoTerminalLines = try node.boolean("acceptsNoTerminalLines", default: acceptsNoTerminalLines)
        maximumShortLines = try node.double("maximumShortLines", in: 0...1, default: maximumShortLines)
        shortLineLength = try node.integer("shortLineLength", in: 0 ... .max, default: shortLineLength)
        maximumDuplicateCharacters = try node.double(
            "maximumDuplicateCharacters", in: 0...1, default: maximumDuplicateCharacters)
        maximumNewlinesPerWord = try node.double("maximumNewlinesPerWord", in: 0...1e9, default: maximumNewlinesPerWord)
    }
}

extension ExactDeduplication.Configuration {
    /// `simplify: true` compares texts without case, punctuation and accents.
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys(["simplify"])
        self.init(simplification: try node.boolean("simplify", default: false) ? TextSimplification() : nil)
    }
}

extension MinHashDeduplication.Configuration {
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        self.init()
        try node.checkKeys(["gramLength", "bucketCount", "hashesPerBucket", "seed"])
        gramLength = try node.integer("gramLength", in: 1...1000, default: gramLength)
        bucketCount = try node.integer("bucketCount", in: 1...65536, default: bucketCount)
        hashesPerBucket = try node.integer("hashesPerBucket", in: 1...65536, default: hashesPerBucket)
        seed = UInt32(try node.integer("seed", in: 0...Int(UInt32.max), default: Int(seed)))
    }
}
