import LLMTensor
import LLMTokenizer
import Testing

/// Real templates of real models against Python's jinja2 as transformers runs it.
@Suite("Chat templates of real models")
struct ChatTemplateModelTests {
    @Test(
        "Every model template renders every conversation as transformers does, or both refuse",
        .enabled(
            if: ChatTemplateGoldens.templatesAreThere || ChatTemplateGoldens.isContinuousIntegration,
            ChatTemplateGoldens.advice))
    func modelTemplatesEqualReference() throws {
        try #require(ChatTemplateGoldens.templatesAreThere, ChatTemplateGoldens.advice)
        let cases = try ChatTemplateGoldens.cases()
        let goldens = ChatTemplateGoldens.modelSummaries()
        #expect(goldens.count == 71)
        var mismatches: [String] = []
        for golden in goldens {
            let template = Result {
                try ChatTemplate(
                    source: try ChatTemplateGoldens.template(golden.template), clock: ChatTemplateGoldens.clock)
            }
            #expect(golden.summaries.count == cases.count)
            for (conversation, expected) in zip(cases, golden.summaries) {
                var found = "refused"
                var reason = ""
                do {
                    let text = try template.get().render(
                        conversation: conversation.messages, tools: conversation.tools,
                        addGenerationPrompt: conversation.addGenerationPrompt, variables: conversation.variables)
                    found = ChatTemplateGoldens.summary(text)
                } catch { reason = "\(error)" }
                if found != expected {
                    mismatches.append("\(golden.template) \(conversation.name): \(found), not \(expected) \(reason)")
                }
            }
        }
        #expect(mismatches.isEmpty, "\(mismatches.count):\n\(mismatches.prefix(40).joined(separator: "\n"))")
    }
}
