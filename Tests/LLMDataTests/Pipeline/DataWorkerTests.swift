import LLMTensor
import Testing

@testable import LLMData

@Suite struct DataWorkerTests {
    @Test func `one line in is one line out, in the same order`() throws {
        let recipe = try Recipe(ConfigurationNode.parse(PreparationPipelineTests.recipe), registry: .standIns)
        let worker = DataWorker(recipe: recipe)
        let input = "\n" + PreparationPipelineTests.input() + "{\"id\": 9, \"text\": \"without a line feed\"}"
        let (lines, statistics) = worker.results(of: Array(input.utf8), firstRecord: 100)
        let results = try String(decoding: lines, as: UTF8.self).split(separator: "\n").map {
            try JSONValue.parse(String($0))
        }
        #expect(results.count == 302)
        #expect(statistics.records == 302)
        #expect(results[0]["status"]?.stringValue == "malformed" && results[0]["record"]?.integerValue == 100)
        #expect(results[1]["status"]?.stringValue == "kept" && results[1]["id"]?.stringValue == "0")
        #expect(results[4]["reason"]?.stringValue == "too_short" && results[4]["stage"]?.stringValue == "short")
        #expect(results[301]["id"]?.stringValue == "9")
        #expect(["train", "test"].contains(results[301]["part"]?.stringValue))
        let counts = Dictionary(grouping: results) { $0["status"]?.stringValue ?? "" }.mapValues(\.count)
        #expect(counts == ["kept": statistics.kept, "dropped": 30, "malformed": 61])
    }

    @Test func `results of parts put together are the results of the whole`() throws {
        let recipe = try Recipe(ConfigurationNode.parse(PreparationPipelineTests.recipe), registry: .standIns)
        let worker = DataWorker(recipe: recipe)
        let lines = PreparationPipelineTests.input().split(separator: "\n").map { Array(($0 + "\n").utf8) }
        let whole = worker.results(of: Array(lines.joined()), firstRecord: 0)
        var output: [UInt8] = []
        var statistics = PreparationStatistics()
        for start in stride(from: 0, to: lines.count, by: 41) {
            let part = Array(lines[start..<min(lines.count, start + 41)].joined())
            let result = worker.results(of: part, firstRecord: start)
            output += result.lines
            statistics.merge(result.statistics)
        }
        #expect(output == whole.lines)
        #expect(statistics == whole.statistics)
        #expect(PreparationStatistics(statistics.jsonValue) == statistics)
    }
}
