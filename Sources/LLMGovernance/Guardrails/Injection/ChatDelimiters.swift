/// Finds the marks by which chat formats tell who speaks: in a user's text they pretend to be somebody else.
enum ChatDelimiters {
    private static let marks: [(bytes: [UInt8], score: Double)] = [
        ("<|im_start|>", 0.8), ("<|im_end|>", 0.8), ("<|im_sep|>", 0.7), ("<|system|>", 0.8), ("<|user|>", 0.7),
        ("<|assistant|>", 0.8), ("<|endoftext|>", 0.7), ("<|eot_id|>", 0.8), ("<|begin_of_text|>", 0.8),
        ("<|start_header_id|>", 0.8), ("<|end_header_id|>", 0.8), ("<|eom_id|>", 0.8), ("<|start|>", 0.6),
        ("<|message|>", 0.6), ("<|channel|>", 0.6), ("<|end|>", 0.6), ("<|return|>", 0.6), ("<start_of_turn>", 0.8),
        ("<end_of_turn>", 0.8), ("[inst]", 0.7), ("[/inst]", 0.7), ("<<sys>>", 0.8), ("<</sys>>", 0.8),
        ("[system_prompt]", 0.7), ("[available_tools]", 0.7), ("[tool_results]", 0.7), ("<tool_call>", 0.5),
        ("<tool_response>", 0.5), ("<|tool|>", 0.7), ("<system>", 0.55), ("</system>", 0.55), ("[system]", 0.55),
        ("[/system]", 0.55), ("<system_prompt>", 0.6), ("</system_prompt>", 0.6), ("</user_input>", 0.55),
        ("</user_query>", 0.55), ("</user>", 0.5), ("<assistant>", 0.5), ("</assistant>", 0.5), ("</context>", 0.5),
        ("</document>", 0.4), ("</untrusted>", 0.6), ("###system", 0.6), ("### system", 0.6), ("### instruction", 0.5),
        ("###instruction", 0.5), ("### new instruction", 0.6), ("### human:", 0.5), ("### assistant:", 0.5),
        ("---end of", 0.5), ("--- end of", 0.5), ("===end of", 0.5), ("=== end of", 0.5),
        ("<\u{FF5C}user\u{FF5C}>", 0.8), ("<\u{FF5C}assistant\u{FF5C}>", 0.8),
        ("<\u{FF5C}begin\u{2581}of\u{2581}sentence\u{FF5C}>", 0.8),
    ].map { (Array($0.0.utf8), $0.1) }
    private static let byFirst: [[(bytes: [UInt8], score: Double)]] = (0..<256).map { (first: Int) in
        marks.filter { Int($0.bytes[0]) == first && $0.score > 0 }
    }
    private static let isFirst: [Bool] = byFirst.map { !$0.isEmpty }
    /// At the start of a line, after others.
    private static let speakers: [[UInt8]] = ["system:", "assistant:", "[assistant]:", "system prompt:"].map {
        Array($0.utf8)
    }

    static func find(_ text: UnsafeBufferPointer<UInt8>) -> [Finding] {
        var findings: [Finding] = []
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            if isFirst[Int(byte)] {
                for mark in byFirst[Int(byte)] where matches(text, mark.bytes, at: offset) {
                    findings.append(finding(offset..<offset + mark.bytes.count, mark.score, "chat-delimiter"))
                    break
                }
            } else if byte == UInt8(ascii: "\n"), offset + 1 < text.count {
                for speaker in speakers where matches(text, speaker, at: offset + 1) {
                    findings.append(finding(offset + 1..<offset + 1 + speaker.count, 0.4, "spoofed-speaker"))
                }
            }
            offset += 1
        }
        return findings
    }

    private static func finding(_ range: Range<Int>, _ score: Double, _ rule: String) -> Finding {
        Finding(kind: InjectionScanner.kind, range: range, score: score, rule: rule)
    }

    /// Whether a lower-case mark stands at a place, in either case.
    private static func matches(_ text: UnsafeBufferPointer<UInt8>, _ mark: [UInt8], at offset: Int) -> Bool {
        guard offset + mark.count <= text.count else { return false }
        for index in mark.indices {
            let byte = text[offset + index]
            let lower = (0x41...0x5A).contains(byte) ? byte + 32 : byte
            if lower != mark[index] { return false }
        }
        return true
    }
}
