import Foundation
import LLMTensor
import Testing

@testable import LLMTraining

@Suite struct CheckpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func configuration(_ name: String, interval: Int? = 5) -> TrainerConfiguration {
        var configuration = Fixture.configuration(steps: 10)
        configuration.checkpoints = .init(directory: folder.path + "/" + name, interval: interval)
        return configuration
    }

    @Test func `Ten steps in one go and five, a new process, five more leave the same bytes`() throws {
        _ = try Fixture.run(try Fixture.trainer(configuration("straight")))
        let interrupted = try Fixture.trainer(configuration("resumed"))
        while interrupted.progress.step < 7 { _ = try interrupted.next() }
        // A trainer of its own, with other initial weights, as a new process would have.
        let resumed = try Fixture.trainer(configuration("resumed"), threads: 1) {
            for index in $0.table.values.indices { $0.table.values[index] = 0.25 }
        }
        let latest = try #require(CheckpointFolder(folder.path + "/resumed").latest)
        #expect(latest.step == 5)
        try resumed.resume(from: latest)
        let events = try Fixture.run(resumed)
        guard case .started(let start) = events.first else {
            Issue.record("no start")
            return
        }
        #expect(start.completedSteps == 5)
        for name in ["parameters.safetensors", "optimizer.safetensors", "state.json"] {
            #expect(
                try folder.bytes("straight/checkpoint-00000010/\(name)")
                    == folder.bytes("resumed/checkpoint-00000010/\(name)"))
        }
    }

    @Test func `Only the last checkpoints are kept`() throws {
        var configuration = configuration("kept", interval: 2)
        configuration.checkpoints?.keepsLast = 2
        _ = try Fixture.run(try Fixture.trainer(configuration))
        #expect(CheckpointFolder(folder.path + "/kept").checkpoints.map(\.step) == [8, 10])
    }

    @Test func `An unfinished checkpoint is not taken up and goes with the next save`() throws {
        let path = folder.path + "/unfinished"
        let trainer = try Fixture.trainer(configuration("unfinished"))
        while trainer.progress.step < 6 { _ = try trainer.next() }
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: path + "/.unfinished-checkpoint-00000009", withIntermediateDirectories: true)
        try manager.createDirectory(atPath: path + "/checkpoint-00000008", withIntermediateDirectories: true)
        #expect(CheckpointFolder(path).latest?.step == 5)
        _ = try Fixture.run(trainer)
        #expect(CheckpointFolder(path).latest?.step == 10)
        #expect(try !manager.contentsOfDirectory(atPath: path).contains { $0.hasPrefix(".") })
    }

    @Test func `Another run's checkpoint is refused with the setting that differs`() throws {
        _ = try Fixture.run(try Fixture.trainer(configuration("other")))
        let latest = try #require(CheckpointFolder(folder.path + "/other").latest)
        var changed = configuration("other")
        changed.learningRate = 0.5
        let trainer = try Fixture.trainer(changed)
        #expect {
            try trainer.resume(from: latest)
        } throws: {
            "\($0)".contains("learningRate = 0.05, this run has 0.5")
        }
    }

    @Test func `A damaged checkpoint is refused before anything changes`() throws {
        _ = try Fixture.run(try Fixture.trainer(configuration("damaged")))
        let latest = try #require(CheckpointFolder(folder.path + "/damaged").latest)
        let optimizer = URL(filePath: latest.path + "/optimizer.safetensors")
        try Data(try Data(contentsOf: optimizer).dropLast(4)).write(to: optimizer)
        let trainer = try Fixture.trainer(configuration("damaged"))
        let before = Fixture.weights(trainer)
        #expect(throws: TensorFileError.self) { try trainer.resume(from: latest) }
        #expect(Fixture.weights(trainer) == before)
    }
}
