import LLMTensor
import LLMTokenizer

/// Renders chat templates, for `Benchmarks/peers/template-parity` to compare.
enum TemplateParity {
    /// `tokenizer` is the template's file, `texts` one file of JSON with the conversations. The texts come out one behind
    /// the other: the length of each, or -1 where we refuse it, then all bytes, then the reasons of the refusals.
    static func run(_ job: JSONNode) throws {
        let source = String(decoding: try TokenizerParity.contents(of: try job["tokenizer"].string()), as: UTF8.self)
        let cases = try TokenizerParity.contents(of: try job["texts"].string()).withUnsafeBytes {
            try JSONValue.parse(bytes: $0, source: "conversations")
        }
        let date = ChatTemplateDate(
            year: 2026, month: 3, day: 7, hour: 9, minute: 5, second: 3, microsecond: 123_456)
        let template = Result { try ChatTemplate(source: source, clock: .fixed(date)) }
        var lengths: [Int32] = []
        var texts: [UInt8] = []
        var reasons: [UInt8] = []
        for item in cases.arrayValue ?? [] {
            var variables: [String: JSONValue] = [:]
            for (key, value) in (item["variables"]?.objectValue ?? JSONObject()).members { variables[key] = value }
            do {
                let text = try template.get().render(
                    conversation: item["messages"]?.arrayValue ?? [], tools: item["tools"]?.arrayValue ?? [],
                    addGenerationPrompt: item["add_generation_prompt"]?.boolValue ?? false, variables: variables)
                lengths.append(Int32(text.utf8.count))
                texts += text.utf8
            } catch {
                lengths.append(-1)
                reasons += "\(error)".utf8.map { $0 == 0x0A ? 0x20 : $0 } + [0x0A]
            }
        }
        var out = Output()
        out.write(lengths)
        out.write(texts)
        out.write(reasons)
        try out.save(try job["out"].string())
    }
}
