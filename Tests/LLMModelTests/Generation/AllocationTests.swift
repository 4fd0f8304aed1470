import CAllocationCounter
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// Counts the allocations of decoding, those of all threads.
///
/// Each count runs in a process of its own, where no other test allocates. Without optimization the compiler keeps
/// closures and boxes on the heap, so these need a release build.
@Suite(
    .enabled(if: allocation_counter_is_available() != 0, "needs glibc's malloc, not a sanitizer's"),
    .enabled(if: TestFiles.isOptimized, "needs a release build"))
struct AllocationTests {
    static func count(_ body: () throws -> Void) rethrows -> Int64 {
        let before = allocation_counter_value()
        try body()
        return allocation_counter_value() - before
    }

    @Test func `allocations of every kind are counted`() async {
        await #expect(processExitsWith: .success) {
            let count = AllocationTests.count {
                let memory = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8)
                let aligned = UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 64)
                let list = [Int](repeating: Int(bitPattern: memory) & 1, count: 1000)
                withExtendedLifetime(list) {}
                memory.deallocate()
                aligned.deallocate()
            }
            // The optimizer may put the list on the stack, but not what others see.
            #expect(count >= 2)
        }
    }

    @Test func `a decoded and sampled token allocates nothing`() async {
        await #expect(processExitsWith: .success) {
            let decoder = try QuantizedModel.decoder()
            let session = try DecoderSession(model: decoder, contextLength: 1024)
            let size = decoder.configuration.vocabularySize
            for sampling in [
                SamplingParameters.greedy, SamplingParameters(temperature: 0.8, topK: 40, topP: 0.9, seed: 5),
                SamplingParameters(temperature: 1, topP: 0.9, minP: 0.01, penalties: .init(repetition: 1.1), seed: 5),
            ] {
                session.reset()
                try session.reserve(600)
                var sampler = try Sampler(sampling, vocabularySize: size)
                var token: TokenID = 3
                func decode(_ steps: Int) throws {
                    for _ in 0..<steps {
                        token = try sampler.sample(try session.append(token))
                        try sampler.accept(token)
                    }
                }
                try decode(10)
                let once = try AllocationTests.count { try decode(150) }
                let twice = try AllocationTests.count { try decode(300) }
                #expect(once == 0, "\(sampling)")
                #expect(twice == 0, "\(sampling)")
            }
        }
    }

    @Test func `a step of several sequences allocates nothing`() async {
        await #expect(processExitsWith: .success) {
            let decoder = try QuantizedModel.decoder()
            let batch = try DecoderBatch(model: decoder, contextLength: 1024)
            let sequences = (0..<6).map { _ in batch.makeSequence() }
            for sequence in sequences { try batch.reserve(600, for: sequence) }
            let size = decoder.configuration.vocabularySize
            var samplers = try sequences.map { _ in
                try Sampler(SamplingParameters(temperature: 0.9, topP: 0.95, seed: 1), vocabularySize: size)
            }
            // As a server does, the caller keeps its list of inputs and changes the tokens in place.
            var inputs = sequences.enumerated().map { DecoderBatch.Input($1, [TokenID($0)]) }
            var next = sequences.map { _ in TokenID(0) }
            func decode(_ steps: Int) throws {
                for _ in 0..<steps {
                    try batch.advance(inputs) { index, logits in next[index] = try samplers[index].sample(logits) }
                    for index in next.indices { inputs[index].tokens[0] = next[index] }
                }
            }
            try decode(10)
            let once = try AllocationTests.count { try decode(150) }
            let twice = try AllocationTests.count { try decode(300) }
            #expect(once == 0)
            #expect(twice == 0)
            #expect(sequences.allSatisfy { $0.position == 460 })
        }
    }

    @Test func `memory that was not reserved comes a page at a time`() async {
        await #expect(processExitsWith: .success) {
            let session = try DecoderSession(model: QuantizedModel.decoder(), contextLength: 1024)
            func decode(_ steps: Int) throws {
                for _ in 0..<steps { _ = try session.append(7) }
            }
            try decode(66)
            #expect(try AllocationTests.count { try decode(60) } == 0)
            // Position 128 opens a page: its memory, two objects, and sometimes longer lists of pages.
            let page = try AllocationTests.count { try decode(4) }
            #expect((1...6).contains(page))
        }
    }

    /// Step, sampling and streaming decode of a real vocabulary, as the engine does them.
    @Test(.enabled(if: TestFiles.isRequired(TestFiles.smolLM)))
    func `a generated token and its text allocate nothing`() async {
        await #expect(processExitsWith: .success) {
            let model = try ModelBundle.load(path: TestFiles.smolLM)
            let session = try DecoderSession(model: model.decoder, contextLength: 512)
            var run = try GenerationRun(
                GenerationRequest(prompt: [504], parameters: AllocationTests.parameters), tokenizer: model.tokenizer,
                vocabularySize: session.vocabularySize)
            try session.reserve(200)
            var token: TokenID = 504
            // A string of more than 15 bytes lies on the heap.
            var longTexts: Int64 = 0
            func generate(_ steps: Int) throws {
                for _ in 0..<steps {
                    token = try run.sampler.sample(try session.append(token))
                    let text = try run.accept(token, hasRoom: true)
                    if text.utf8.count > 15 { longTexts += 1 }
                }
            }
            try generate(20)
            longTexts = 0
            let once = try AllocationTests.count { try generate(60) }
            #expect(once == longTexts)
            longTexts = 0
            let twice = try AllocationTests.count { try generate(120) }
            #expect(twice == longTexts)
        }
    }

    static let parameters = GenerationParameters(
        sampling: SamplingParameters(temperature: 0.7, topK: 40, topP: 0.9, seed: 3), maximumTokens: 220,
        ignoresEndOfGeneration: true)
}
