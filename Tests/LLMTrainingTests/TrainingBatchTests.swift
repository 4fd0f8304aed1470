import Testing

@testable import LLMTraining

@Suite struct TrainingBatchTests {
    @Test func `targets are the next tokens of the same sequence`() {
        let batch = TrainingBatch(
            sequences: [[1, 2, 3], [], [4, 5]], masks: [[true, false, true], [], [true, true]])
        #expect(batch.tokens == [1, 2, 3, 4, 5])
        #expect(batch.targets == [-100, 3, -100, 5, -100])
        #expect(batch.sequenceStarts == [0, 3])
        #expect(batch.scoredTokenCount == 2)
    }
}
