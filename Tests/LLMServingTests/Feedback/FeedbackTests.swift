import Foundation
import LLMServing
import LLMTensor
import Testing

@Suite struct FeedbackTests {
    private static func record(
        _ id: String, _ question: String, answer: String = "no", isGood: Bool? = nil, correction: String? = nil,
        status: FeedbackRecord.Status = .submitted
    ) -> FeedbackRecord {
        FeedbackRecord(
            id: id, model: "m/1", messages: [.init(role: "user", content: question)], answer: answer, isGood: isGood,
            correction: correction, status: status)
    }

    @Test func `corrections become conversations, pairs and labelled answers`() {
        let records = [
            Self.record("1", "a", correction: "yes"), Self.record("2", "b", isGood: true),
            Self.record("3", "c", isGood: false), Self.record("4", "d", isGood: true, status: .pending),
            Self.record("5", "e", correction: "yes", status: .discarded),
        ]
        #expect(
            String(decoding: TuningSet.chat.lines(records), as: UTF8.self) == """
                {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"yes"}]}
                {"messages":[{"role":"user","content":"b"},{"role":"assistant","content":"no"}]}

                """)
        #expect(TuningSet.chat.examples(records, needsReview: false).count == 3)
        #expect(TuningSet.preference.examples(records).map { $0["chosen"]?.stringValue } == ["yes"])
        #expect(TuningSet.thumbs.examples(records).map { $0["label"]?.boolValue } == [true, false])
    }

    @Test func `a conversation is learned once, in its latest form, and scrubbed`() {
        let records = [Self.record("1", "a", correction: "first"), Self.record("2", "a", correction: "second")]
        let examples = TuningSet.chat.examples(records) { $0.uppercased() }
        #expect(examples.count == 1)
        #expect(examples.first?["messages"]?.arrayValue?.last?["content"]?.stringValue == "SECOND")
    }

    @Test func `the store keeps what was said, blacked out, across openings`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "feedback-\(UUID().uuidString).sqlite").path
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        do {
            let store = try FeedbackStore(path: path) { $0.replacing("secret", with: "<S>") }
            var record = Self.record("r1", "my secret", answer: "the secret", isGood: false, status: .pending)
            record.author = "ada"
            record.labels = ["queue": "access"]
            try store.add(record)
            // Later feedback on the same request adds to it.
            record.isGood = nil
            record.correction = "no secret"
            record.labels = ["tone": "rude"]
            try store.add(record)
            try store.setStatus(.submitted, of: "r1")
            #expect(throws: FeedbackError.notFound(id: "r9")) { try store.setStatus(.submitted, of: "r9") }
            #expect(throws: FeedbackError.self) { try store.add(Self.record("", "x")) }
        }
        let store = try FeedbackStore(path: path)
        let records = try store.records(status: .submitted)
        #expect(records.count == 1)
        #expect(records.first?.messages.first?.content == "my <S>")
        #expect(records.first?.answer == "the <S>")
        #expect(records.first?.isGood == false)
        #expect(records.first?.correction == "no <S>")
        #expect(records.first?.labels == ["queue": "access", "tone": "rude"])
        #expect(try store.erase(author: "ada") == 1)
        #expect(try store.records().isEmpty)
    }

    @Test func `what is no store is named`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "feedback-\(UUID().uuidString).txt").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(repeating: 65, count: 5000).write(to: URL(filePath: path))
        #expect(throws: FeedbackError.self) { try FeedbackStore(path: path) }
    }
}
