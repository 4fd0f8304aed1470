import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMTraining

/// Masks of conversations under the real tokenizer and template of SmolLM2.
@Suite(.enabled(if: TestFiles.isRequired(TestFiles.smolLM), "SmolLM2 is not in the cache; run Scripts/fetch-models"))
struct ConversationTests {
    private let tokenizer: any Tokenizer
    private let template: ChatTemplate

    init() throws {
        let file = try GGUFFile(path: TestFiles.smolLM)
        tokenizer = try TokenizerLoader.load(gguf: file)
        template = try ChatTemplate(source: try #require(file.metadata["tokenizer.chat_template"]?.string))
    }

    @Test(arguments: [false, true])
    func `Tokens and masks are those of transformers`(isMarked: Bool) throws {
        let golden = try TestFiles.json("conversations.json")
        let marked = try ChatTemplate(source: try #require(golden["marked"]?.stringValue))
        let encoder = ExampleEncoder(tokenizer: tokenizer, template: isMarked ? marked : template)
        for conversation in try #require(golden["conversations"]?.arrayValue) {
            let example = try encoder.encode(conversation)
            let ids = conversation["ids"]?.arrayValue?.compactMap(\.integerValue)
            let mask = conversation["mask"]?.arrayValue?.compactMap(\.integerValue)
            #expect(example.tokens.map(Int.init) == ids)
            #expect(example.mask.map { $0 ? 1 : 0 } == mask)
        }
    }

    @Test func `A completion is scored with the end behind it and a text as a whole`() throws {
        let encoder = ExampleEncoder(tokenizer: tokenizer, template: template)
        let pair = try encoder.encode(["prompt": "The capital of France is", "completion": " Paris."])
        let scored = zip(pair.tokens, pair.mask).filter(\.1).map(\.0)
        let end = try #require(tokenizer.specialTokens.eos)
        #expect(tokenizer.decode(scored, skipSpecialTokens: true) == " Paris.")
        #expect(scored.last == end && pair.tokens.last == end)
        #expect(pair.tokens.dropLast() == tokenizer.encode("The capital of France is Paris.")[...])
        let text = try encoder.encode(["text": "One two"])
        #expect(text.mask.allSatisfy { $0 } && text.tokens.last == end)
        let everything = ExampleEncoder(tokenizer: tokenizer, template: template, scoring: .everything)
        #expect(try everything.encode(["prompt": "a", "completion": "b"]).mask.allSatisfy { $0 })
    }

    @Test func `A bad record is named by its line`() throws {
        let folder = try TemporaryFolder()
        let encoder = ExampleEncoder(tokenizer: tokenizer, template: template)
        for (text, reason) in [
            ("{\"text\": \"a\"}\n\n{\"messages\": []}\n", "line 3"), ("{\"text\": \"a\"}\n{\"text\":", "line 2"),
            ("{\"messages\": [{\"role\": \"user\"}]}", "messages[0]: expected 'content'"), ("3", "expected an object"),
            ("{\"prompt\": \"a\"}", "'completion'"), ("{}", "expected 'messages'"),
        ] {
            let path = try folder.write("bad.jsonl", text)
            #expect {
                _ = try ExampleFile.read(path: path, encoder: encoder)
            } throws: { error in
                "\(error)".contains(reason)
            }
        }
    }
}

@Suite struct PackingTests {
    @Test func `Rows hold every example once, whole and never too much`() throws {
        var generator = CounterGenerator(seed: 4)
        let examples = (0..<200).map { index in
            TrainingExample(tokens: Array(repeating: TokenID(index), count: Int.random(in: 2...64, using: &generator)))
        }
        let packed = try PackedExamples(examples, rowLength: 64)
        var seen: [TokenID: Int] = [:]
        for row in 0..<packed.rowCount {
            let batch = try packed.batch(rows: [row])
            #expect(batch.tokens.count <= 64)
            for token in batch.tokens { seen[token, default: 0] += 1 }
            #expect(batch.sequenceStarts.count == Set(batch.tokens).count)
        }
        #expect(examples.indices.allSatisfy { seen[TokenID($0)] == examples[$0].tokens.count })
        let tokens = examples.reduce(0) { $0 + $1.tokens.count }
        // Best fit needs hardly more rows than the tokens fill.
        #expect(Double(packed.rowCount) < 1.03 * Double(tokens) / 64 + 1)
        #expect(packed.statistics.tokens == tokens && packed.statistics.examples == 200)
    }

    @Test func `Long examples are treated as asked`() throws {
        let long = TrainingExample(tokens: [1, 2, 3, 4, 5], mask: [false, false, false, true, true])
        let short = TrainingExample(tokens: [8, 9])
        func make(_ policy: LengthPolicy) throws -> PackedExamples {
            try PackedExamples([long, short], rowLength: 3, lengthPolicy: policy)
        }
        let end = try make(.keepEnd)
        #expect(try end.batch(rows: [0]).tokens == [3, 4, 5] && end.statistics.truncated == 1)
        let start = try make(.keepStart)
        #expect(start.statistics.unscored == 1 && start.statistics.examples == 1)
        #expect(try make(.drop).statistics.tooLong == 1)
        #expect(throws: TrainingError.self) { try make(.fail) }
        #expect(throws: TrainingError.self) { try PackedExamples([], rowLength: 3) }
    }

    @Test func `Windows predict every token but the first exactly once`() throws {
        let windows = try WindowRows(Array(0..<10), windowLength: 3)
        #expect(windows.rowCount == 3)
        let batch = try windows.batch(rows: 0..<3)
        #expect(batch.tokens == Array(0..<9))
        #expect(batch.targets == Array(1..<10))
        #expect(batch.sequenceStarts == [0, 3, 6])
        #expect(throws: TrainingError.self) { try WindowRows([1, 2, 3], windowLength: 3) }
    }

    @Test func `Other data has another signature`() throws {
        let first = try PackedExamples(
            [TrainingExample(tokens: [1, 2]), TrainingExample(tokens: [3, 4])], rowLength: 4)
        let second = try PackedExamples(
            [TrainingExample(tokens: [1, 2]), TrainingExample(tokens: [3, 5])], rowLength: 4)
        let third = try PackedExamples(
            [TrainingExample(tokens: [1, 2]), TrainingExample(tokens: [3, 4])], rowLength: 2)
        #expect(Set([first.signature, second.signature, third.signature]).count == 3)
    }
}
