import LLMData

/// Megabytes per second of each quality filter on one thread, over the documents of a JSON Lines file with a "text" field.
///
/// ```
/// swift run -c release filter-benchmark FILE.jsonl
/// ```
@main
enum FilterBenchmark {
    static func main() async throws {
        guard CommandLine.arguments.count == 2 else {
            print("usage: filter-benchmark FILE.jsonl")
            return
        }
        var texts: [String] = []
        for try await record in JSONLinesSource(path: CommandLine.arguments[1]).records() {
            if case .document(let document) = record { texts.append(document.text) }
        }
        let total = texts.reduce(0) { $0 + $1.utf8.count }
        let plain = texts.count { $0.utf8.allSatisfy { $0 < 0x80 } }
        print("\(texts.count) documents, \(plain) of them ASCII, \(total) bytes; best of 5")
        try measure("gopher repetition", GopherRepetitionFilter(), texts, total)
        try measure("gopher quality", GopherQualityFilter(), texts, total)
        try measure("c4", C4QualityFilter(.fineWeb), texts, total)
        try measure("fineweb", FineWebQualityFilter(), texts, total)
        try measure("all four", QualityFilters(), texts, total)
    }

    private static func measure(
        _ name: String, _ stage: some DocumentStage, _ texts: [String], _ bytes: Int
    ) throws {
        var best = Duration.seconds(3600)
        for _ in 0..<5 {
            var documents = texts.map { Document(id: "", text: $0) }
            let time = try ContinuousClock().measure {
                for index in documents.indices { _ = try stage.process(&documents[index]) }
            }
            best = min(best, time)
        }
        print("\(name): \(Int(Double(bytes) / (best / .seconds(1)) / 1e6)) MB/s")
    }
}
