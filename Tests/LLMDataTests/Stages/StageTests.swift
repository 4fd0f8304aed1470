import LLMTensor
import Testing

@testable import LLMData

@Suite struct StageTests {
    private func run(_ stage: some DocumentStage, _ text: String) throws -> (String, StageDecision, [String]) {
        var document = Document(id: "a", text: text)
        let decision = try stage.process(&document)
        return (document.text, decision, document.history)
    }

    @Test func `texts come into a normalization form`() throws {
        let composed = try run(UnicodeNormalizationStage(), "e\u{301} ﬁ")
        #expect(composed.0.unicodeScalars.elementsEqual("\u{E9} ﬁ".unicodeScalars))
        #expect(composed.2 == ["unicode_normalization"])
        #expect(try run(UnicodeNormalizationStage(.init(form: .nfkc)), "ﬁ Ａ").0 == "fi A")
        #expect(try run(UnicodeNormalizationStage(), "plain").2.isEmpty)
    }

    @Test func `cleaning removes the invisible and folds white space`() throws {
        let text = "\u{FEFF} a\u{200B}b\u{AD}c \u{0}\u{A0}\t d \r\n\r\n\r\n\r\ne\u{2028}f\u{200D}g\u{85}"
        #expect(try run(CleaningStage(), text).0 == "abc d\n\ne\nf\u{200D}g")
        var formatting = CleaningStage.Configuration()
        formatting.removesFormatting = true
        #expect(try run(CleaningStage(formatting), "f\u{200D}g\u{FE0F}").0 == "fg")
        #expect(try run(CleaningStage(), " \u{200B}\n").1 == .drop(reason: "empty"))
        #expect(try run(CleaningStage(), "mojibake Ã© stays").0 == "mojibake Ã© stays")
    }

    @Test func `lines without letters go`() throws {
        var rules = LineRemovalStage.Configuration()
        rules.maximumDigits = 0.5
        rules.removesRepeatedLines = true
        rules.phrases = ["Share this"]
        let text = "text\n-----\n\n12 34 5\ntext\ntext\n日本語\nPlease Share this now"
        #expect(try run(LineRemovalStage(rules), text).0 == "text\n\ntext\n日本語")
        #expect(try run(LineRemovalStage(), "***\n---").1 == .drop(reason: "no_lines"))
    }

    @Test func `short documents get their context`() throws {
        var configuration = ContextStage.Configuration(template: "{{{title}}} [{year}] {text}")
        configuration.maximumCharacters = 10
        var document = Document(id: "a", text: "short")
        document.attributes["title"] = "T"
        document.attributes["year"] = 1999
        #expect(try ContextStage(configuration).process(&document) == .keep)
        #expect(document.text == "{T} [1999] short")
        #expect(try run(ContextStage(configuration), "no title").0 == "no title")
        #expect(throws: DataError.self) { try ContextStage(.init(template: "{open")) }
        #expect(throws: DataError.self) { try ContextStage(.init(template: "a } b")) }
    }
}
