import LLMTensor
import Testing

@testable import LLMData

@Suite struct DocumentSplitTests {
    private static let split = DocumentSplit(
        parts: [
            .init(name: "train", share: 0.8), .init(name: "validation", share: 0.1), .init(name: "test", share: 0.1),
        ],
        groupAttribute: "thread", seed: 3)

    @Test func `documents of one group never straddle`() {
        var parts: [String: Set<Int>] = [:]
        for number in 0..<5000 {
            let thread = "thread \(number % 700)"
            var attributes = JSONObject()
            attributes["thread"] = .string(thread)
            let document = Document(id: "\(number)", text: "t", attributes: attributes)
            parts[thread, default: []].insert(Self.split.part(of: document))
        }
        #expect(parts.count == 700)
        #expect(parts.values.allSatisfy { $0.count == 1 })
        #expect(Set(parts.values.flatMap { $0 }) == [0, 1, 2])
    }

    @Test func `shares are kept within chance`() {
        var counts = [0, 0, 0]
        for number in 0..<20000 { counts[Self.split.part(of: Document(id: "d\(number)", text: ""))] += 1 }
        // Five standard deviations of a binomial with 20,000 draws are 283 (share 0.8) and 212 (share 0.1).
        #expect(abs(counts[0] - 16000) < 283 && abs(counts[1] - 2000) < 212 && abs(counts[2] - 2000) < 212)
    }

    /// Recorded once: a document must not move to another part with another release.
    @Test func `parts stay what they were`() {
        #expect((0..<12).map { Self.split.part(ofGroup: "g\($0)") } == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    }

    @Test func `a part without a share stays empty, and a later seed moves groups`() {
        let split = DocumentSplit(parts: [
            .init(name: "none", share: 0), .init(name: "all", share: 2), .init(name: "nothing", share: 0),
        ])
        #expect((0..<1000).allSatisfy { split.part(ofGroup: "\($0)") == 1 })
        let other = DocumentSplit(parts: Self.split.parts, seed: 4)
        #expect((0..<200).contains { other.part(ofGroup: "\($0)") != Self.split.part(ofGroup: "\($0)") })
    }

    @Test func `groups are numbers and texts alike`() {
        var attributes = JSONObject()
        attributes["thread"] = .integer(7)
        #expect(Self.split.group(of: Document(id: "a", text: "", attributes: attributes)) == "7")
        attributes["thread"] = .null
        #expect(Self.split.group(of: Document(id: "a", text: "", attributes: attributes)) == "a")
    }
}
