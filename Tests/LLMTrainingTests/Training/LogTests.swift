import Foundation
import LLMTensor
import Testing

@testable import LLMTraining

@Suite struct LogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func step(_ step: Int) -> TrainingEvent {
        .step(
            TrainingStep(
                step: step, totalSteps: 300, epoch: 0, loss: 2.5 / Double(step), learningRate: 1e-3,
                gradientNorm: 0.75, tokens: 1, scoredTokens: 1, tokensPerSecond: 1234.5))
    }

    @Test func `Event files are those of the tensorboard package byte for byte`() throws {
        let log = try TensorBoardLog(path: folder.path + "/runs/events") { 1_700_000_000.5 }
        try log.record(step(1))
        try log.record(step(300))
        try log.record(.evaluation(TrainingEvaluation(step: 0, loss: 0, tokens: 3)))
        try log.record(.checkpoint(step: 300, path: "x"))
        let golden = try Data(contentsOf: URL(filePath: TestFiles.golden("tensorboard.tfevents")))
        #expect(try folder.bytes("runs/events") == golden)
    }

    @Test func `Checksums are Castagnoli's`() {
        // RFC 3720, appendix B.4.
        #expect(CRC32C.value(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.value(Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.value(Array(0..<32)) == 0x46DD_794E)
    }

    @Test func `A log has one object a line and grows when opened again`() throws {
        let path = folder.path + "/log.jsonl"
        for _ in 0..<2 {
            let trainer = try Fixture.trainer(Fixture.configuration(steps: 3))
            trainer.observers = [try JSONLinesLog(path: path)]
            _ = try Fixture.run(trainer)
        }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let names = try lines.map { try JSONValue.parse(String($0))["event"]?.stringValue }
        let once = ["started", "evaluation", "step", "step", "step", "evaluation", "finished"]
        #expect(names == once + once)
        #expect(try JSONValue.parse(String(lines[2]))["loss"]?.doubleValue != nil)
        #expect(try JSONValue.parse(String(lines[2]))["time"]?.doubleValue ?? 0 > 1.7e9)
    }
}
