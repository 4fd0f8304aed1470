internal import LLMTensor
public import LLMTokenizer

/// A sequence being read and continued by a decoder: its key/value memory and the buffers of a step.
///
/// Has one owner; not to be used from two threads at once. Steps block the calling thread for as long as they take.
public final class DecoderSession {
    /// The model.
    public let model: Decoder
    /// The most tokens the sequence can hold.
    public let contextLength: Int
    /// Tokens in the sequence.
    public private(set) var position = 0
    /// Bytes of the key/value memory in use.
    public var keyValueByteCount: Int { cache.byteCount }

    private(set) var cache: KeyValueCache
    private let step: DecoderStep
    private let head: HeadStep

    /// Tokens computed together when a prompt is read.
    public static let promptChunk = 512

    /// Makes an empty sequence.
    ///
    /// - Parameter contextLength: The most tokens to hold; the model's own limit by default.
    /// - Throws: ``DecoderError`` when memory is short, or when learned positions end before `contextLength`.
    public init(model: Decoder, contextLength: Int? = nil) throws(DecoderError) {
        self.model = model
        var limit = contextLength ?? model.configuration.contextLength
        if let positions = model.positionEmbedding { limit = min(limit, positions.rows) }
        guard limit > 0 else { throw .unsupported("a context of \(limit) tokens") }
        self.contextLength = limit
        let layout = KeyValueLayout(model.configuration, type: model.options.resolvedKeyValueType)
        cache = KeyValueCache(layout: layout)
        do throws(TensorError) {
            step = try DecoderStep(model: model, rowLimit: min(Self.promptChunk, limit), layout: layout)
            head = try HeadStep(model: model)
        } catch {
            throw .tensor(error)
        }
    }

    /// Reads tokens and hands out the logits asked for.
    ///
    /// - Parameters:
    ///   - tokens: Added at the end of the sequence.
    ///   - logits: Which of them need logits.
    ///   - wanted: Which logits behind such a token.
    ///   - body: Called in order with the index within `tokens` and `[vocabularySize]` logits, valid during the call.
    /// - Throws: ``DecoderError`` before anything is changed when the tokens do not fit or are unknown;
    ///   `CancellationError` between chunks of ``promptChunk`` tokens when the task is cancelled, with the sequence as
    ///   it was before; whatever `body` throws.
    public func append(
        _ tokens: [TokenID], logits: LogitsSelection, wanted: WantedLogits = .all,
        _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        guard !tokens.isEmpty else { return }
        try check(tokens)
        let before = position
        do {
            var index = 0
            while index < tokens.count {
                if Task.isCancelled { throw CancellationError() }
                let count = min(step.workspace.rowLimit, tokens.count - index)
                try tokens.withUnsafeBufferPointer {
                    try advance(UnsafeBufferPointer(rebasing: $0[index..<(index + count)]))
                }
                switch logits {
                case .none: break
                case .last:
                    if index + count == tokens.count {
                        try handOut(rows: (count - 1)..<count, firstIndex: tokens.count - 1, wanted, body)
                    }
                case .all: try handOut(rows: 0..<count, firstIndex: index, wanted, body)
                }
                index += count
            }
        } catch {
            cache.truncate(to: before)
            position = before
            throw error
        }
    }

    /// Reads one token and returns the logits behind it, `[vocabularySize]`, valid until the next call.
    ///
    /// Allocates nothing, apart from a page of key/value memory every 64 tokens that were not reserved.
    /// - Parameter wanted: Which logits. Where all that is wanted is the largest, a large head is read faster.
    /// - Throws: ``DecoderError``.
    public func append(
        _ token: TokenID, wanted: WantedLogits = .all
    ) throws(DecoderError) -> UnsafeBufferPointer<Float> {
        try check(token)
        guard position < contextLength else {
            throw .contextFull(position: position, adding: 1, contextLength: contextLength)
        }
        let failure = withUnsafePointer(to: token) { pointer -> DecoderError? in
            do throws(DecoderError) {
                try advance(UnsafeBufferPointer(start: pointer, count: 1))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        head.want(wanted)
        return head.run(hidden: step.workspace.hidden, stride: step.strides.hidden, rows: 0..<1)[0]
    }

    /// Makes room for `count` further tokens, so that adding them one by one allocates nothing.
    ///
    /// - Throws: ``DecoderError`` when they do not fit the context or memory is short.
    public func reserve(_ count: Int) throws(DecoderError) {
        guard count >= 0, count <= contextLength - position else {
            throw .contextFull(position: position, adding: count, contextLength: contextLength)
        }
        do throws(TensorError) { try cache.prepare(position..<(position + count)) } catch { throw .tensor(error) }
        step.reserve(positions: position + count)
    }

    /// Forgets the tokens from `position` on.
    ///
    /// - Throws: ``DecoderError/invalidPosition(_:length:)`` when the sequence is shorter.
    public func truncate(to position: Int) throws(DecoderError) {
        guard (0...self.position).contains(position) else {
            throw .invalidPosition(position, length: self.position)
        }
        cache.truncate(to: position)
        self.position = position
    }

    /// Takes over a sequence.
    func replace(_ cache: KeyValueCache, position: Int) {
        self.cache = cache
        self.position = position
    }

    /// Sums up what meets each matrix from now on; nil to stop.
    func gatherInputs(into statistics: InputStatistics?) { step.inputStatistics = statistics }

    /// Forgets all tokens.
    public func reset() {
        cache.truncate(to: 0)
        position = 0
    }

    private func check(_ token: TokenID) throws(DecoderError) {
        let size = model.configuration.vocabularySize
        guard token >= 0, Int(token) < size else { throw .invalidToken(id: Int(token), vocabularySize: size) }
    }

    private func check(_ tokens: [TokenID]) throws(DecoderError) {
        guard tokens.count <= contextLength - position else {
            throw .contextFull(position: position, adding: tokens.count, contextLength: contextLength)
        }
        for token in tokens { try check(token) }
    }

    /// Runs the blocks on checked tokens; their hidden states stay in the workspace.
    private func advance(_ tokens: UnsafeBufferPointer<TokenID>) throws(DecoderError) {
        let end = position + tokens.count
        do throws(TensorError) {
            try cache.prepare(position..<end)
            try step.embed(tokens, firstRow: 0, firstPosition: position)
        } catch {
            throw .tensor(error)
        }
        cache.addresses.withUnsafeBufferPointer { addresses in
            guard let base = addresses.baseAddress else { return }
            step.removeSequences()
            step.add(StepSequence(pages: base, firstRow: 0, rowCount: tokens.count, start: position))
            step.run(rows: tokens.count, lastPosition: end)
        }
        position = end
    }

    private func handOut(
        rows: Range<Int>, firstIndex: Int, _ wanted: WantedLogits,
        _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        head.want(wanted)
        var row = rows.lowerBound
        while row < rows.upperBound {
            let upper = min(row + HeadStep.rowLimit, rows.upperBound)
            let logits = head.run(
                hidden: step.workspace.hidden, stride: step.strides.hidden, rows: row..<upper)
            for index in 0..<(upper - row) {
                try body(firstIndex + row - rows.lowerBound + index, logits[index])
            }
            row = upper
        }
    }
}
