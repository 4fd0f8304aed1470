public import LLMTensor
public import LLMTokenizer

/// How exactly an encoder computes.
public enum EncoderCompute: String, Sendable, CaseIterable {
    /// Weights and activations as int8 per 32 values, activations in twice as many bits where it matters. On processors
    /// that multiply 16-bit numbers as fast (AVX2, AMX), as ``bfloat16`` there.
    case int8
    /// Weights as bfloat16, activations as float32; on x86, faster and as exact, weights as 12-bit integers with a scale
    /// per row and activations as up to 14-bit integers with a scale per token; with AMX both as bfloat16.
    case bfloat16
    /// Everything as float32: the oracle.
    case exact
}

/// An encoder-only transformer, ready to run: weights packed for this machine, and the threads that use them.
///
/// Immutable; may be shared between threads. Calls that share an encoder run one after another.
public final class TransformerEncoder: Sendable {
    /// The architecture.
    public let configuration: EncoderConfiguration
    /// How exactly it computes.
    public let compute: EncoderCompute

    private let core: EncoderCore
    /// The threads, for what is done around a pass.
    var pool: ComputePool { core.pool }
    private let shelf = EncoderShelf()

    /// Packs the weights.
    ///
    /// - Throws: ``TensorError`` when memory is short.
    public convenience init(
        configuration: EncoderConfiguration, weights: EncoderWeights, compute: EncoderCompute = .int8,
        threadCount: Int = ComputePool.processorCount
    ) throws(TensorError) {
        try self.init(
            configuration: configuration, weights: weights, compute: compute, threadCount: threadCount, kernels: .best)
    }

    /// With the kernels of a certain instruction set.
    init(
        configuration: EncoderConfiguration, weights: EncoderWeights, compute: EncoderCompute, threadCount: Int,
        kernels: Kernels
    ) throws(TensorError) {
        self.configuration = configuration
        self.compute = compute
        core = try EncoderCore(configuration, weights, compute, threadCount: threadCount, kernels: kernels)
    }

    /// The last layer's output for every token of every sequence.
    ///
    /// Sequences are run without padding. Blocks the calling thread; the work is done by the encoder's own threads.
    ///
    /// - Parameters:
    ///   - sequences: Token ids, special tokens included; at most ``EncoderConfiguration/contextLength`` each.
    ///   - types: The segment of each token; zeros when nil.
    ///   - body: Called once per sequence, in order, with `[tokens, hidden]`, valid during the call.
    /// - Throws: ``DecoderError`` for tokens, segments or lengths the model does not have, ``TensorError`` when
    ///   memory is short, `CancellationError`, and what `body` throws.
    public func encode(
        _ sequences: [[TokenID]], types: [[Int32]]? = nil,
        _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        try check(sequences, types)
        var next = 0
        while next < sequences.count {
            try Task.checkCancellation()
            let group = batch(sequences, from: next)
            let run = try shelf.take(core)
            defer { shelf.put(run) }
            run.encode(sequences, types, range: group)
            for index in group { try body(index, run.output(of: index)) }
            next = group.upperBound
        }
    }

    /// As many sequences from `first` on as fit the workspace.
    private func batch(_ sequences: [[TokenID]], from first: Int) -> Range<Int> {
        var rows = 0
        var end = first
        while end < sequences.count, end == first || rows + sequences[end].count <= EncoderRun.rowLimit(configuration) {
            rows += sequences[end].count
            end += 1
        }
        return first..<end
    }

    private func check(_ sequences: [[TokenID]], _ types: [[Int32]]?) throws(DecoderError) {
        if let types, types.count != sequences.count {
            throw .shape(tensor: "token types", expected: [sequences.count], found: [types.count])
        }
        for (index, sequence) in sequences.enumerated() {
            guard sequence.count <= configuration.contextLength else {
                throw .contextFull(position: 0, adding: sequence.count, contextLength: configuration.contextLength)
            }
            for id in sequence where id < 0 || Int(id) >= configuration.vocabularySize {
                throw .invalidToken(id: Int(id), vocabularySize: configuration.vocabularySize)
            }
            guard let types else { continue }
            guard types[index].count == sequence.count else {
                throw .shape(tensor: "token types", expected: [sequence.count], found: [types[index].count])
            }
            for type in types[index] where type < 0 || type >= max(1, configuration.typeCount) {
                throw .unsupported("segment \(type); the model has \(configuration.typeCount)")
            }
        }
    }
}
