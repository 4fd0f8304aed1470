internal import LLMTensor
public import LLMTokenizer
internal import Synchronization

/// Several sequences that a decoder reads and continues together.
///
/// A step takes any mix of prompt pieces and single tokens, so that weights are read from memory once for all of them
/// (continuous batching; Yu et al., 2022, Orca). Sequences can be forked: both share the pages written so far.
/// Has one owner; not to be used from two threads at once.
///
/// What a sequence's logits are does not depend on which others share its steps. A step allocates nothing once its lists
/// are as long as they get, apart from key/value memory as sequences grow (``reserve(_:for:)``).
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
    private let lists = StepLists()

    /// What one sequence brings to a step.
    public struct Input {
        /// The sequence.
        public var sequence: DecoderSequence
        /// Tokens to add to it.
        public var tokens: [TokenID]
        /// Whether the logits behind the last of them are wanted; there are none without tokens.
        public var wantsLogits: Bool
        /// Which logits.
        public var wanted: WantedLogits

        /// Names a sequence and its new tokens.
        public init(
            _ sequence: DecoderSequence, _ tokens: [TokenID], wantsLogits: Bool = true, wanted: WantedLogits = .all
        ) {
            self.sequence = sequence
            self.tokens = tokens
            self.wantsLogits = wantsLogits
            self.wanted = wanted
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
        layout = KeyValueLayout(model.configuration, type: model.options.resolvedKeyValueType)
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
        let hidden = step.workspace.hidden
        let stride = step.strides.hidden
        // The head reads rows that lie together: copy the wanted ones to a place of their own, in order.
        let gathered = step.workspace.deltas.0
        lists.wanted.removeAll(keepingCapacity: true)
        for (index, input) in inputs.enumerated() where input.wantsLogits && !input.tokens.isEmpty {
            let row = lists.firstRows[index] + input.tokens.count - 1
            (gathered + lists.wanted.count * stride).update(from: hidden + row * stride, count: stride)
            lists.wanted.append(index)
        }
        var first = 0
        while first < lists.wanted.count {
            let last = min(first + HeadStep.rowLimit, lists.wanted.count)
            head.want(ofRows: first..<last) { inputs[lists.wanted[$0]].wanted }
            let logits = head.run(hidden: gathered, stride: stride, rows: first..<last)
            for index in first..<last { try body(lists.wanted[index], logits[index - first]) }
            first = last
        }
    }

    /// Makes room for `count` further tokens of a sequence, so that adding them allocates nothing.
    ///
    /// - Throws: ``DecoderError`` when they do not fit the context or memory is short.
    public func reserve(_ count: Int, for sequence: DecoderSequence) throws(DecoderError) {
        guard count >= 0, count <= contextLength - sequence.position else {
            throw .contextFull(position: sequence.position, adding: count, contextLength: contextLength)
        }
        let end = sequence.position + count
        do throws(TensorError) { try sequence.cache.prepare(sequence.position..<end) } catch { throw .tensor(error) }
        step.reserve(positions: end)
        lists.reserve(sequence.cache.addresses.count)
    }

    private func check(_ inputs: [Input]) throws(DecoderError) -> Int {
        var rows = 0
        let size = model.configuration.vocabularySize
        defer { for input in inputs { input.sequence.isInStep = false } }
        for input in inputs {
            guard !input.sequence.isInStep else {
                throw .unsupported("a sequence that appears twice in a step")
            }
            input.sequence.isInStep = true
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
        var longest = 0
        do throws(TensorError) {
            var pages = 0
            for input in inputs where !input.tokens.isEmpty {
                let end = input.sequence.position + input.tokens.count
                try input.sequence.cache.prepare(input.sequence.position..<end)
                pages += input.sequence.cache.addresses.count
                longest = max(longest, end)
            }
            lists.restart(inputs: inputs.count, pages: pages)
            step.removeSequences()
            var row = 0
            // Rows of two planes come before rows of one.
            for readsExactly in [true, false] {
                for (index, input) in inputs.enumerated()
                where !input.tokens.isEmpty && step.readsExactly(rows: input.tokens.count) == readsExactly {
                    try place(input, row: row)
                    lists.firstRows[index] = row
                    row += input.tokens.count
                }
            }
        } catch {
            throw .tensor(error)
        }
        step.run(rows: rows, lastPosition: longest)
        for input in inputs { input.sequence.position += input.tokens.count }
    }

    /// Puts the embeddings of an input into the step's rows from `row` on.
    private func place(_ input: Input, row: Int) throws(TensorError) {
        let sequence = input.sequence
        let failure = input.tokens.withUnsafeBufferPointer { tokens -> TensorError? in
            do throws(TensorError) {
                try step.embed(tokens, firstRow: row, firstPosition: sequence.position)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        step.add(
            StepSequence(
                pages: lists.add(sequence.cache.addresses), firstRow: row, rowCount: input.tokens.count,
                start: sequence.position))
    }
}

/// The lists of a step, which keep their memory from step to step.
private final class StepLists {
    /// The first row of each input.
    var firstRows: [Int] = []
    /// The inputs whose logits are wanted.
    var wanted: [Int] = []
    /// The page addresses of all sequences: those in the caches need not stay where they are.
    private var addresses = UnsafeMutablePointer<UnsafePointer<UInt8>?>.allocate(capacity: 64)
    private var capacity = 64
    private var count = 0

    deinit { addresses.deallocate() }

    func restart(inputs: Int, pages: Int) {
        firstRows.removeAll(keepingCapacity: true)
        for _ in 0..<inputs { firstRows.append(0) }
        count = 0
        reserve(pages)
    }

    /// Makes room for `pages` addresses beyond those there are.
    func reserve(_ pages: Int) {
        guard count + pages > capacity else { return }
        let larger = max(2 * capacity, count + pages)
        let memory = UnsafeMutablePointer<UnsafePointer<UInt8>?>.allocate(capacity: larger)
        memory.update(from: addresses, count: count)
        addresses.deallocate()
        addresses = memory
        capacity = larger
    }

    /// Copies a sequence's addresses; they stay where they are until the next restart.
    func add(_ pages: [UnsafePointer<UInt8>?]) -> UnsafePointer<UnsafePointer<UInt8>?> {
        let start = addresses + count
        pages.withUnsafeBufferPointer { if let base = $0.baseAddress { start.update(from: base, count: $0.count) } }
        count += pages.count
        return UnsafePointer(start)
    }
}
