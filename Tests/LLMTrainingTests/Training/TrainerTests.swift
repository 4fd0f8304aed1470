import Foundation
import LLMTensor
import Testing

@testable import LLMTraining

/// Trainers over the small model.
enum Fixture {
    static let vocabulary = 11

    static func configuration(steps: Int, rows: Int = 2, accumulation: Int = 2) -> TrainerConfiguration {
        TrainerConfiguration(
            duration: .steps(steps),
            batches: .init(rowsPerMicroBatch: rows, gradientAccumulationSteps: accumulation), learningRate: 0.05,
            schedule: .cosine(warmupSteps: 2), seed: 5)
    }

    static func trainer(
        _ configuration: TrainerConfiguration, threads: Int = 2, rows: Int = 10,
        change: (BigramModel) -> Void = { _ in }
    ) throws -> Trainer {
        let model = try BigramModel(vocabulary: vocabulary)
        change(model)
        let pool = ComputePool(threadCount: threads)
        return try Trainer(
            model: model,
            optimizer: try AdamW(groups: ParameterGroup.standard(model.parameters, weightDecay: 0.1), pool: pool),
            data: FixedRows.random(count: rows, vocabulary: vocabulary, seed: 2),
            heldOut: FixedRows.random(count: 5, vocabulary: vocabulary, seed: 3), configuration: configuration,
            pool: pool)
    }

    static func run(_ trainer: Trainer) throws -> [TrainingEvent] {
        var events: [TrainingEvent] = []
        while let event = try trainer.next() { events.append(event) }
        return events
    }

    static func steps(_ events: [TrainingEvent]) -> [TrainingStep] {
        events.compactMap { if case .step(let step) = $0 { step } else { nil } }
    }

    static func weights(_ trainer: Trainer) -> [[Float]] { trainer.model.parameters.map { Array($0.values) } }
}

@Suite struct TrainerTests {
    @Test func `A run reports its start, its steps, its evaluations and its end`() throws {
        var configuration = Fixture.configuration(steps: 5)
        configuration.evaluation.interval = 2
        let trainer = try Fixture.trainer(configuration)
        let names = try Fixture.run(trainer).map { event in
            switch event {
            case .started: "started"
            case .step(let step): "step \(step.step)"
            case .skipped: "skipped"
            case .evaluation(let evaluation): "evaluation \(evaluation.step)"
            case .checkpoint: "checkpoint"
            case .finished(let summary): "finished \(summary.steps)"
            }
        }
        #expect(
            names == [
                "started", "evaluation 0", "step 1", "step 2", "evaluation 2", "step 3", "step 4", "evaluation 4",
                "step 5", "evaluation 5", "finished 5",
            ])
    }

    @Test func `Training lowers the loss of what it trains on`() throws {
        var configuration = Fixture.configuration(steps: 60, rows: 10, accumulation: 1)
        configuration.batches.isShuffled = false
        let steps = Fixture.steps(try Fixture.run(try Fixture.trainer(configuration)))
        let first = try #require(steps.first?.loss)
        let last = try #require(steps.last?.loss)
        #expect(last < 0.7 * first)
    }

    /// A mean per micro-batch would weigh tokens of rows with few scored ones more; the sums must not.
    @Test(arguments: [(1, 4), (2, 2), (4, 1)])
    func `Micro-batches of a step may be cut in any way`(rows: Int, accumulation: Int) throws {
        let whole = try Fixture.trainer(Fixture.configuration(steps: 8, rows: 4, accumulation: 1))
        let cut = try Fixture.trainer(Fixture.configuration(steps: 8, rows: rows, accumulation: accumulation))
        let expected = Fixture.steps(try Fixture.run(whole))
        let found = Fixture.steps(try Fixture.run(cut))
        #expect(Set(expected.map(\.scoredTokens)).count == 8)
        for (left, right) in zip(expected, found) {
            #expect(abs(left.loss - right.loss) < 1e-6)
            #expect(abs(left.gradientNorm - right.gradientNorm) < 1e-6)
            #expect(left.scoredTokens == right.scoredTokens && left.learningRate == right.learningRate)
        }
        for (left, right) in zip(Fixture.weights(whole), Fixture.weights(cut)) {
            #expect(zip(left, right).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test func `The loss of a step is the mean of its tokens and the gradient that of the mean`() throws {
        var configuration = Fixture.configuration(steps: 1, rows: 3, accumulation: 1)
        configuration.batches.isShuffled = false
        let trainer = try Fixture.trainer(configuration)
        let rows = FixedRows.random(count: 10, vocabulary: Fixture.vocabulary, seed: 2)
        let reference = try BigramModel(vocabulary: Fixture.vocabulary)
        let loss = try reference.accumulateGradients(rows.batch(rows: 0..<3))
        let squares = reference.parameters.flatMap { Array($0.gradient ?? .init(start: nil, count: 0)) }
            .reduce(0.0) { $0 + Double($1) * Double($1) }
        let step = try #require(Fixture.steps(try Fixture.run(trainer)).first)
        #expect(abs(step.loss - loss.mean) < 1e-12)
        #expect(abs(step.gradientNorm - squares.squareRoot() / Double(loss.tokenCount)) < 1e-9)
    }

    @Test func `The number of threads changes nothing`() throws {
        let one = try Fixture.trainer(Fixture.configuration(steps: 6), threads: 1)
        let three = try Fixture.trainer(Fixture.configuration(steps: 6), threads: 3)
        _ = try Fixture.run(one)
        _ = try Fixture.run(three)
        #expect(Fixture.weights(one) == Fixture.weights(three))
    }

    @Test func `Every pass has every row once, in an order of its own`() {
        let order = RowOrder(rowCount: 50, seed: 9, isShuffled: true)
        let first = (0..<50).map { order.row(at: $0) }
        let second = (50..<100).map { order.row(at: $0) }
        #expect(first.sorted() == Array(0..<50) && second.sorted() == Array(0..<50))
        #expect(first != second && first != Array(0..<50))
        let other = RowOrder(rowCount: 50, seed: 9, isShuffled: true)
        #expect(other.row(at: 73) == second[23])
        #expect(other.row(at: 12) == first[12])
    }

    @Test func `A run by epochs takes each row so often and leaves a short last step`() throws {
        var configuration = Fixture.configuration(steps: 1, rows: 2, accumulation: 2)
        configuration.duration = .epochs(1)
        let trainer = try Fixture.trainer(configuration, rows: 10)
        #expect(trainer.totalSteps == 3)
        let steps = Fixture.steps(try Fixture.run(trainer))
        #expect(steps.map(\.epoch) == [0.4, 0.8, 1])
        #expect(trainer.progress.rows == 10)
    }

    @Test func `A loss that is not a number ends the run`() throws {
        let trainer = try Fixture.trainer(Fixture.configuration(steps: 5)) { $0.failingCall = 5 }
        #expect {
            _ = try Fixture.run(trainer)
        } throws: { error in
            guard case TrainingError.nonFinite(3, "loss", let value) = error else { return false }
            return value.isNaN
        }
    }

    @Test func `Or is left out, but not too often`() throws {
        var configuration = Fixture.configuration(steps: 5)
        configuration.nonFinitePolicy = .skip(maximumInARow: 1)
        let trainer = try Fixture.trainer(configuration) { $0.failingCall = 5 }
        let events = try Fixture.run(trainer)
        #expect(events.contains { if case .skipped(3, _) = $0 { true } else { false } })
        #expect(Fixture.steps(events).map(\.step) == [1, 2, 4, 5])
        #expect(trainer.optimizer.stepCount == 4)
        configuration.nonFinitePolicy = .skip(maximumInARow: 0)
        #expect(throws: TrainingError.self) {
            _ = try Fixture.run(try Fixture.trainer(configuration) { $0.failingCall = 5 })
        }
    }

    @Test func `Settings that make no run are refused`() throws {
        for change in [
            { $0.duration = .steps(0) }, { $0.duration = .epochs(.nan) }, { $0.batches.rowsPerMicroBatch = 0 },
            { $0.learningRate = -1 }, { $0.maximumGradientNorm = 0 }, { $0.schedule = .cosine(warmupSteps: -1) },
            { $0.schedule = .linear(minimumRatio: 2) }, { $0.evaluation.interval = 0 },
        ] as [(inout TrainerConfiguration) -> Void] {
            var configuration = Fixture.configuration(steps: 1)
            change(&configuration)
            #expect(throws: TrainingError.self) { try Fixture.trainer(configuration) }
        }
    }
}

@Suite struct TrainingSessionTests {
    @Test func `A session gives the events of its trainer and then the trainer`() async throws {
        let session = TrainingSession { try Fixture.trainer(Fixture.configuration(steps: 3)) }
        var steps = 0
        for try await event in session.events { if case .step = event { steps += 1 } }
        #expect(steps == 3)
        #expect(try await session.withTrainer { $0.progress.step } == 3)
    }

    @Test func `A cancelled run saves where it is and ends`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let session = TrainingSession {
            var configuration = Fixture.configuration(steps: 1_000_000)
            configuration.checkpoints = .init(directory: path)
            return try Fixture.trainer(configuration)
        }
        let task = Task {
            var last: TrainingEvent?
            for try await event in session.events {
                if case .step(let step) = event, step.step == 4 { withUnsafeCurrentTask { $0?.cancel() } }
                last = event
            }
            return last
        }
        guard case .finished(let summary) = try await task.value else {
            Issue.record("no end")
            return
        }
        #expect(summary.reason == .cancelled)
        #expect(summary.steps == 4)
        #expect(CheckpointFolder(path).latest?.step == 4)
    }
}
