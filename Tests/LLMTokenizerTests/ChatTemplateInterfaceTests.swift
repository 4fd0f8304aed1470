import LLMTensor
import LLMTokenizer
import Testing

/// The public interface: messages, masks, errors with places.
@Suite("Chat template interface")
struct ChatTemplateInterfaceTests {
    static let plain = """
        {%- for message in messages %}<|{{ message.role }}|>{{ message.content }}</s>
        {% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}
        """

    static let conversation = [
        ChatMessage(role: .system, content: "Be kind."), ChatMessage(role: .user, content: "Grüezi 👋"),
        ChatMessage(role: .assistant, content: "Hoi é!"), ChatMessage(role: .user, content: "Hoi é!"),
        ChatMessage(role: .assistant, content: "Hoi é!"),
    ]

    static func slices(_ rendering: ChatRendering) -> [String] {
        rendering.assistantRanges.map { String(decoding: Array(rendering.text.utf8)[$0], as: UTF8.self) }
    }

    @Test("Messages, tools and variables reach the template in the usual layout")
    func messagesReachTheTemplate() throws {
        let template = try ChatTemplate(source: "{{ messages[0] | tojson }}{{ tools is none }}{{ bos_token }}")
        let message = ChatMessage(
            role: .custom("critic"), content: "x", name: "n",
            toolCalls: [ChatMessage.ToolCall(name: "f", arguments: ["a": 1], identifier: "c1")],
            toolCallIdentifier: "c0")
        let text = try template.render(messages: [message], addGenerationPrompt: false, variables: ["bos_token": "<s>"])
        #expect(
            text == #"{"role": "critic", "content": "x", "name": "n", "tool_calls": [{"id": "c1", "type": "function", "#
                + #""function": {"name": "f", "arguments": {"a": 1}}}], "tool_call_id": "c0"}True<s>"#)
    }

    @Test("Generation blocks give the reference's ranges")
    func generationBlocksGiveRanges() throws {
        let file = try JSONValue.parse(
            ChatTemplateGoldens.bytes(ChatTemplateGoldens.directory + "/language.json") ?? [], source: "language.json")
        let golden = try #require(file["generation"])
        let template = try ChatTemplate(source: golden["source"]?.stringValue ?? "")
        #expect(template.marksGeneration)
        let messages = (golden["messages"]?.arrayValue ?? []).map {
            ChatMessage(
                role: ChatMessage.Role(name: $0["role"]?.stringValue ?? ""), content: $0["content"]?.stringValue ?? "")
        }
        let rendering = try template.renderWithAssistantMask(messages: messages, variables: ["eos_token": "</s>"])
        #expect(rendering.text.utf8.elementsEqual((golden["text"]?.stringValue ?? "").utf8))
        let expected = (golden["ranges"]?.arrayValue ?? []).map {
            ($0[0]?.integerValue ?? 0)..<($0[1]?.integerValue ?? 0)
        }
        #expect(rendering.assistantRanges == expected)
    }

    @Test("Without generation blocks, assistant turns are found by difference, end mark included")
    func assistantTurnsAreFoundByDifference() throws {
        let template = try ChatTemplate(source: Self.plain)
        let rendering = try template.renderWithAssistantMask(messages: Self.conversation)
        #expect(Self.slices(rendering) == ["Hoi é!</s>\n", "Hoi é!</s>\n"])
        let open = try template.renderWithAssistantMask(
            messages: Array(Self.conversation.dropLast()), addGenerationPrompt: true)
        #expect(Self.slices(open) == ["Hoi é!</s>\n"])
        #expect(open.text.hasSuffix("<|assistant|>"))
    }

    @Test("Where later turns change earlier ones, the assistant's content is looked up")
    func changedTurnsAreLookedUp() throws {
        let source = "{{ messages | length }}:{% for m in messages %}[{{ m.role }} {{ m.content }}]{% endfor %}"
        let rendering = try ChatTemplate(source: source).renderWithAssistantMask(messages: Self.conversation)
        #expect(Self.slices(rendering) == ["Hoi é!", "Hoi é!"])
        let hiding = try ChatTemplate(source: "{{ messages | length }}")
        #expect(throws: ChatTemplateError.self) { try hiding.renderWithAssistantMask(messages: Self.conversation) }
    }

    @Test(
        "Errors carry their kind, line and column",
        arguments: [
            ("a\n{{ missing.x }}", ChatTemplateError.Kind.undefinedValue, 2, 11),
            ("{% if %}", .syntax, 1, 7),
            ("x\n\n  {{ raise_exception('no') }}", .raisedByTemplate, 3, 21),
            ("{{ [].append(1) }}", .security, 1, 13),
            ("{{ 'é' + 1 }}", .type, 1, 8),
            ("{{ 1 // 0 }}", .value, 1, 6),
            ("{% include 'x' %}", .unsupported, 1, 4),
        ])
    func errorsCarryTheirPlace(source: String, kind: ChatTemplateError.Kind, line: Int, column: Int) throws {
        do throws(ChatTemplateError) {
            _ = try ChatTemplate(source: source).render(messages: [], addGenerationPrompt: false)
            Issue.record("no error from \(source)")
        } catch {
            #expect(error.kind == kind, "\(error)")
            #expect([error.line, error.column] == [line, column], "\(error)")
        }
    }

    @Test("One template renders on many threads at once")
    func oneTemplateServesManyThreads() async throws {
        let template = try ChatTemplate(source: Self.plain)
        let expected = try template.render(messages: Self.conversation, addGenerationPrompt: true)
        let results = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<32 {
                group.addTask { try template.render(messages: Self.conversation, addGenerationPrompt: true) }
            }
            var results: [String] = []
            for try await result in group { results.append(result) }
            return results
        }
        #expect(results.count == 32 && results.allSatisfy { $0 == expected })
    }
}
