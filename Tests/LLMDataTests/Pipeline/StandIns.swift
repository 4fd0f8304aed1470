import LLMTensor

@testable import LLMData

/// Drops short texts, marks the others; fails on texts that say so.
struct ShortTextStage: DocumentStage {
    struct Failure: Error {}
    var minimum: Int
    var name: String { "short" }

    func process(_ document: inout Document) throws -> StageDecision {
        if document.text.hasPrefix("fail") { throw Failure() }
        guard document.text.utf8.count >= minimum else { return .drop(reason: "too_short") }
        document.history.append(name)
        return .keep
    }
}

/// Keeps the first of equal texts.
struct EqualTextStage: CorpusStage {
    var name: String { "equal" }

    func signature(of document: Document) throws -> [UInt8] { Array(document.text.utf8) }

    func removals(signatures: [[UInt8]]) throws -> [CorpusRemoval] {
        var firsts: [[UInt8]: Int] = [:]
        var removals: [CorpusRemoval] = []
        for (index, signature) in signatures.enumerated() {
            if let first = firsts[signature] {
                removals.append(CorpusRemoval(index: index, reason: "equal", duplicateOf: first))
            } else {
                firsts[signature] = index
            }
        }
        return removals
    }
}

extension StageRegistry {
    /// The stages of these tests.
    static let standIns = StageRegistry(
        documentStages: [
            "short": { node in
                try node.checkKeys(["minimum"])
                return ShortTextStage(minimum: try node.integer("minimum", in: 0...1000, default: 5))
            }
        ],
        corpusStages: ["equal": { _ in EqualTextStage() }])
}
