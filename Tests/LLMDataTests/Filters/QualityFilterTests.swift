import Testing

@testable import LLMData

@Suite struct QualityFilterTests {
    @Test func `the filters decide as datatrove does on a small corpus`() throws {
        try compare(documents: Goldens.path("quality-small.jsonl"), golden: "quality-small", atLeast: 150)
    }

    @Test(.enabled(if: Corpora.has("quality.jsonl"), "run Scripts/fetch-corpora to fetch the documents"))
    func `the filters decide as datatrove does on six thousand real documents`() throws {
        try compare(documents: Corpora.path("quality.jsonl"), golden: "quality", atLeast: 6000)
    }

    private func compare(documents: String, golden: String, atLeast count: Int) throws {
        let golden = try QualityGolden(documents: documents, golden: golden)
        #expect(golden.rows.count >= count)
        var differences: [String] = []
        for (index, row) in golden.rows.enumerated() {
            #expect(row.text.shortDigest == row.digest)
            for variant in golden.variants {
                let stage = try #require(Self.stage(variant, row))
                var document = Document(id: "\(index)", text: row.text)
                let decision = try stage.process(&document)
                let reason = if case .drop(let reason) = decision { reason } else { "kept" }
                if reason != row.reasons[variant] {
                    differences.append("\(index) \(variant): \(reason), not \(row.reasons[variant] ?? "")")
                } else if reason == "kept", let text = row.texts[variant], document.text.shortDigest != text {
                    differences.append("\(index) \(variant): another text")
                }
            }
            var document = Document(id: "\(index)", text: row.text)
            let rules = QualityFilters.Configuration(rules: [
                .gopherRepetition(.init()), .gopherQuality(.init()), .fineWebQuality(.init()), .c4Quality(.fineWeb),
            ])
            let chain = QualityFilters(rules, words: row.words, sentences: row.sentences)
            let decision = try chain.process(&document)
            let reasons = ["repetition", "quality", "fineweb", "c4_fineweb"].compactMap { row.reasons[$0] }
            let expected = reasons.first { $0 != "kept" }
            if decision != (expected.map { .drop(reason: $0) } ?? .keep) { differences.append("\(index) chain") }
        }
        #expect(differences.isEmpty, "\(differences.count) differences: \(differences.prefix(20))")
    }

    private static func stage(_ variant: String, _ row: QualityGolden.Row) -> (any DocumentStage)? {
        switch variant {
        case "repetition", "repetition_words", "repetition_strict", "repetition_paragraphs":
            GopherRepetitionFilter(repetition(variant), words: row.words)
        case "quality", "quality_long", "quality_late": GopherQualityFilter(quality(variant), words: row.words)
        case "c4", "c4_fineweb", "c4_lines", "c4_sentences": C4QualityFilter(c4(variant), sentences: row.sentences)
        case "c4_paragraph": C4ParagraphFilter()
        case "fineweb", "fineweb_lists": FineWebQualityFilter(fineWeb(variant), words: row.words)
        default: nil
        }
    }

    private static func repetition(_ variant: String) -> GopherRepetitionFilter.Configuration {
        var limits = GopherRepetitionFilter.Configuration()
        if variant == "repetition" { return limits }
        limits.duplicateLines = nil
        limits.duplicateParagraphs = nil
        limits.duplicateLineCharacters = variant == "repetition_paragraphs" ? 0.08 : nil
        limits.duplicateParagraphCharacters = variant == "repetition_paragraphs" ? 0.05 : 0
        if variant == "repetition_strict" {
            limits.topGrams = []
            let strict = [(10, 0.08), (9, 0.075), (8, 0.07), (7, 0.065), (6, 0.06), (5, 0.05), (3, 0.2)]
            limits.duplicateGrams = strict.map { .init(words: $0.0, fraction: $0.1) }
        }
        return limits
    }

    private static func quality(_ variant: String) -> GopherQualityFilter.Configuration {
        var limits = GopherQualityFilter.Configuration()
        if variant == "quality_long" {
            limits.minimumWords = 5
            limits.maximumWords = 500
            limits.maximumMeanWordLength = 6
            limits.minimumMeanWordLength = 4
        } else if variant == "quality_late" {
            limits.minimumWords = 1
            limits.minimumMeanWordLength = nil
            limits.maximumMeanWordLength = nil
            limits.maximumSymbolsPerWord = nil
            limits.maximumBulletLines = 0.5
            limits.maximumEllipsisLines = 0.1
            limits.minimumAlphabeticWords = 0.85
            limits.minimumStopWords = 5
        }
        return limits
    }

    private static func c4(_ variant: String) -> C4QualityFilter.Configuration {
        var rules = C4QualityFilter.Configuration()
        if variant == "c4_fineweb" { rules = .fineWeb }
        if variant == "c4_lines" {
            rules.minimumSentences = nil
            rules.minimumWordsPerLine = nil
            rules.dropsLoremIpsum = false
            rules.dropsCurlyBracket = false
            rules.maximumWordLength = 60
        }
        if variant == "c4_sentences" {
            rules.splitsLines = false
            rules.minimumSentences = 3
        }
        return rules
    }

    private static func fineWeb(_ variant: String) -> FineWebQualityFilter.Configuration {
        var limits = FineWebQualityFilter.Configuration()
        if variant == "fineweb_lists" {
            limits.minimumTerminalLines = 0.9
            limits.acceptsNoTerminalLines = true
            limits.maximumShortLines = 0.8
            limits.maximumDuplicateCharacters = 0.05
            limits.maximumNewlinesPerWord = 0.08
        }
        return limits
    }
}
