import LLMTensor
import Testing

@testable import LLMData

@Suite struct FilterSpeedTests {
    @Test(.enabled(if: Corpora.variable("LLMOPS_TIMING") != nil, "set LLMOPS_TIMING=1 to measure"))
    func `the filters take ASCII text at a hundred megabytes a second`() throws {
        let texts = try linesOfFile(Corpora.path("quality.jsonl")).compactMap {
            try JSONValue.parse($0)["text"]?.stringValue
        }.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
        let bytes = texts.reduce(0) { $0 + $1.utf8.count }
        func measure(_ name: String, _ stage: some DocumentStage) throws {
            var best = Double.infinity
            for _ in 0..<5 {
                var documents = texts.map { Document(id: "", text: $0) }
                let time = try ContinuousClock().measure {
                    for index in documents.indices { _ = try stage.process(&documents[index]) }
                }
                best = min(best, Double(time.components.attoseconds) * 1e-18 + Double(time.components.seconds))
            }
            print("\(name): \(Int(Double(bytes) / best / 1e6)) MB/s of \(bytes) bytes in \(texts.count) documents")
        }
        try measure("gopher repetition", GopherRepetitionFilter())
        try measure("gopher quality", GopherQualityFilter())
        try measure("c4", C4QualityFilter(.fineWeb))
        try measure("fineweb", FineWebQualityFilter())
        try measure("all four", QualityFilters())
    }
}
