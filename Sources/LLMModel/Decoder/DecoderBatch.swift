internal import LLMTensor
public import LLMTokenizer
internal import Synchronization

/// Several sequences that a decoder reads and continues together.
///
/// A step takes any mix of prompt pieces and single tokens, so that weights are read from memory once for all of them
/// (continuous batching; Yu et al., 2022, Orca). Sequences can be forked: both share the pages written so far.
/// Has one owner; not to be used from two threads at once.
public final class DecoderBatch {
    /// The model.
    public let model: Decoder
    /// The most tokens a sequence can hold.
    public let contextLength: Int
    /// The most tokens of one step, over all sequences.
    public let stepLimit: Int

    /// Positions of a page of key/value memory, the unit in which it grows and is shared.
    package static let positionsOfPage = KeyValuePage.positions
    /// Bytes of such a page.
    package var pageByteCount: Int { layout.pageBytes }
    /// Bytes of the key/value memory of all sequences of this batch; what is shared counts once.
    public var keyValueByteCount: Int { layout.meter.pageCount.load(ordering: .relaxed) * layout.pageBytes }

    private let step: DecoderStep
    private let head: HeadStep
    private let layout: KeyValueLayout

    /// What one sequence brings to a step.
    public struct Input {
        /// The sequence.
        public var sequence: DecoderSequence
        /// Tokens to add to it.
        public var tokens: [TokenID]
        /// Whether the logits behind the last of them are wanted; there are none without tokens.
        public var wantsLogits: Bool

        /// Names a sequence and its new tokens.
        public init(_ sequence: DecoderSequence, _ tokens: [TokenID], wantsLogits: Bool = true) {
            self.sequence = sequence
            self.tokens = tokens
            self.wantsLogits = wantsLogits
        }
    }

    /// Makes a batch without sequences.
    ///
    /// - Parameters:
    ///   - contextLength: The most tokens of a sequence; the model's own limit by default.
    ///   - stepLimit: The most tokens of a step.
    /// - Throws: ``DecoderError`` when memory is short.
    public init(model: Decoder, contextLength: Int? = nil, stepLimit: Int = 512) throws(DecoderError) {
        self.model = model
        var limit = contextLength ?? model.configuration.contextLength
        if let positions = model.positionEmbedding { limit = min(limit, positions.rows) }
        guard limit > 0, stepLimit > 0 else { throw .unsupported("a context or step of no tokens") }
        self.contextLength = limit
        self.stepLimit = stepLimit
        layout = KeyValueLayout(model.configuration, isHalf: model.options.compute != .exact)
        do throws(TensorError) {
            step = try DecoderStep(model: model, rowLimit: stepLimit, layout: layout)
            head = try HeadStep(model: model)
        } catch {
            throw .tensor(error)
        }
    }

    /// An empty sequence.
    public func makeSequence() -> DecoderSequence { DecoderSequence(layout: layout) }

    /// A sequence with the same tokens, which goes its own way from here. Pages are copied when first written to.
    public func fork(_ sequence: DecoderSequence) -> DecoderSequence { DecoderSequence(forking: sequence) }

    /// Forgets a sequence's tokens from `position` on.
    ///
    /// - Throws: ``DecoderError/invalidPosition(_:length:)`` when the sequence is shorter.
    public func truncate(_ sequence: DecoderSequence, to position: Int) throws(DecoderError) {
        guard (0...sequence.position).contains(position) else {
            throw .invalidPosition(position, length: sequence.position)
        }
        sequence.cache.truncate(to: position)
        sequence.position = position
    }

    /// Adds tokens to several sequences at once.
    ///
    /// - Parameters:
    ///   - inputs: Each sequence at most once; at most ``stepLimit`` tokens in all.
    ///   - body: Called in order for the inputs that want logits, with the input's index and `[vocabularySize]` logits,
    ///     valid during the call.
    /// - Throws: ``DecoderError`` before anything is changed; whatever `body` throws, with all tokens added.
    public func advance(
        _ inputs: [Input], _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        let rows = try check(inputs)
        guard rows > 0 else { return }
        try run(inputs, rows: rows)
        var row = 0
        var wanted: [(input: Int, row: Int)] = []
        for (index, input) in inputs.enumerated() {
            row += input.tokens.count
            if input.wantsLogits, !input.tokens.isEmpty { wanted.append((index, row - 1)) }
        }
        // The head reads rows that lie together: move the wanted ones to the front, in order.
        let hidden = step.workspace.hidden
        let stride = step.strides.hidden
        for (place, item) in wanted.enumerated() where place != item.row {
            (hidden + place * stride).update(from: hidden + item.row * stride, count: stride)
        }
        var first = 0
        while first < wanted.count {
            let last = min(first + HeadStep.rowLimit, wanted.count)
            let logits = head.run(hidden: hidden, stride: stride, rows: first..<last)
            for index in first..<last { try body(wanted[index].input, logits[index - first]) }
            first = last
        }
    }

    private func check(_ inputs: [Input]) throws(DecoderError) -> Int {
        var rows = 0
        var seen: Set<ObjectIdentifier> = []
        let size = model.configuration.vocabularySize
        for input in inputs {
            guard seen.insert(ObjectIdentifier(input.sequence)).inserted else {
                throw .unsupported("a sequence that appears twice in a step")
            }
            guard input.tokens.count <= contextLength - input.sequence.position else {
                throw .contextFull(
                    position: input.sequence.position, adding: input.tokens.count, contextLength: contextLength)
            }
            for token in input.tokens where token < 0 || Int(token) >= size {
                throw .invalidToken(id: Int(token), vocabularySize: size)
            }
            rows += input.tokens.count
        }
        guard rows <= stepLimit else { throw .unsupported("\(rows) tokens in a step of at most \(stepLimit)") }
        return rows
    }

    private func run(_ inputs: [Input], rows: Int) throws(DecoderError) {
        var row = 0
        var longest = 0
        // Addresses live in the caches, which do not change while the step runs; this keeps a stable copy of each list.
        var lists: [UnsafeMutableBufferPointer<UnsafePointer<UInt8>?>] = []
        defer { for list in lists { list.deallocate() } }
        step.removeSequences()
        do throws(TensorError) {
            for input in inputs where !input.tokens.isEmpty {
                let sequence = input.sequence
                let end = sequence.position + input.tokens.count
                try sequence.cache.prepare(sequence.position..<end)
                let list = UnsafeMutableBufferPointer<UnsafePointer<UInt8>?>.allocate(
                    capacity: sequence.cache.addresses.count)
                _ = list.initialize(from: sequence.cache.addresses)
                lists.append(list)
                let failure = input.tokens.withUnsafeBufferPointer { tokens -> TensorError? in
                    do throws(TensorError) {
                        try step.embed(tokens, firstRow: row, firstPosition: sequence.position)
                        return nil
                    } catch {
                        return error
                    }
                }
                if let failure { throw failure }
                guard let base = list.baseAddress else { continue }
                step.add(
                    StepSequence(
                        pages: UnsafePointer(base), firstRow: row, rowCount: input.tokens.count,
                        start: sequence.position))
                row += input.tokens.count
                longest = max(longest, end)
            }
        } catch {
            throw .tensor(error)
        }
        step.run(rows: rows, lastPosition: longest)
        for input in inputs { input.sequence.position += input.tokens.count }
    }
}
