import LLMTensor
import LLMTokenizer
import Testing

/// Every part of the language, in templates of our own, against jinja2 (`language.json`).
@Suite("Chat template language")
struct ChatTemplateLanguageTests {
    @Test(
        "Language templates print what jinja2 prints, or both refuse",
        arguments: [
            "filters", "literals", "operators", "refusals", "statements", "whitespace",
        ])
    func languageTemplatesEqualReference(family: String) throws {
        let file = try JSONValue.parse(
            ChatTemplateGoldens.bytes(ChatTemplateGoldens.directory + "/language.json") ?? [], source: "language.json")
        let conversation = try #require(try ChatTemplateGoldens.cases().first { $0.name == "tool-call-done" })
        let variables = conversation.variables.merging(ChatTemplateGoldens.dictionary(file["variables"])) { $1 }
        let templates = try #require(file["templates"]?.objectValue)
        var count = 0
        for (name, golden) in templates.members where name.hasPrefix(family + " ") {
            let source = try #require(golden["source"]?.stringValue)
            let expected = golden["text"]?.stringValue
            var found: String?
            var reason = ""
            do throws(ChatTemplateError) {
                let template = try ChatTemplate(source: source, clock: ChatTemplateGoldens.clock)
                found = try template.render(
                    conversation: conversation.messages, tools: conversation.tools, addGenerationPrompt: true,
                    variables: variables)
            } catch {
                reason = error.description
            }
            let isEqual = found.map { Array($0.utf8) } == expected.map { Array($0.utf8) }
            #expect(isEqual, "\(name): \(source)\n  found \(found ?? reason)\n  not   \(expected ?? "a refusal")")
            count += 1
        }
        #expect(count > 5)
    }
}
