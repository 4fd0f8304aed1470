internal import LLMTensor
public import LLMTokenizer

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Chooses tokens from logits; the stages and their order are those of ``SamplingParameters``.
///
/// A value with one owner: it keeps the history the penalties need, the state of the processors, and how many draws
/// were made. A copy continues independently with the same draws. After the first step nothing is allocated.
///
/// ```swift
/// var sampler = try Sampler(SamplingParameters(temperature: 0.8, topK: 40, seed: 7), vocabularySize: 49_152)
/// try sampler.accept(contentsOf: prompt)
/// let token = try sampler.sample(logits)
/// try sampler.accept(token)
/// ```
public struct Sampler: Sendable {
    /// What the sampler was made with.
    public let parameters: SamplingParameters
    /// Logits per step.
    public let vocabularySize: Int
    /// The seed in use: the one of the parameters, or the one drawn for them.
    public let seed: UInt64

    private var generator: CounterGenerator
    private var processors: [any LogitsProcessor]
    private let biases: [(token: TokenID, bias: Float)]
    private var history: TokenHistory?
    /// The step's logits after processors, biases and penalties; empty when none of them acts.
    private var adjusted: [Float] = []
    private var candidates: CandidateList?

    /// Creates a sampler.
    ///
    /// - Parameter processors: change the logits before every other stage, in this order.
    /// - Throws: ``SamplingError`` when a parameter is out of range or a biased token is outside the vocabulary.
    public init(
        _ parameters: SamplingParameters, vocabularySize: Int, processors: [any LogitsProcessor] = []
    ) throws(SamplingError) {
        try parameters.validate()
        guard vocabularySize > 0 else {
            throw .invalidParameter(name: "vocabularySize", value: "\(vocabularySize)", expected: "1 or more")
        }
        for token in parameters.logitBias.keys where Int(token) >= vocabularySize {
            throw .tokenOutOfRange(token: Int(token), vocabularySize: vocabularySize)
        }
        self.parameters = parameters
        self.vocabularySize = vocabularySize
        self.processors = processors
        let seed = parameters.seed ?? UInt64.random(in: .min ... .max)
        self.seed = seed
        generator = CounterGenerator(seed: seed)
        biases = parameters.logitBias.map { ($0.key, $0.value) }
        if parameters.penalties.isActive {
            history = TokenHistory(vocabularySize: vocabularySize, window: parameters.penalties.window)
        }
    }

    /// Records a prompt for the penalties. Processors do not see it: they follow what is generated.
    ///
    /// - Throws: ``SamplingError/tokenOutOfRange(token:vocabularySize:)``.
    public mutating func accept(contentsOf prompt: some Sequence<TokenID>) throws(SamplingError) {
        for token in prompt { try record(token) }
    }

    /// Records a generated token for the penalties and the processors.
    ///
    /// - Throws: ``SamplingError`` when the token is outside the vocabulary or a processor throws.
    public mutating func accept(_ token: TokenID) throws(SamplingError) {
        try record(token)
        for index in processors.indices {
            do { try processors[index].accept(token) } catch {
                throw .processorFailed(description: "\(error)")
            }
        }
    }

    /// Which logits the next step has to know: those of the only tokens that processors leave, or the largest where nothing
    /// changes their order and no others can be chosen.
    ///
    /// - Throws: ``SamplingError`` when a processor throws.
    public mutating func wantedLogits() throws(SamplingError) -> WantedLogits {
        for index in processors.indices {
            do {
                if let tokens = try processors[index].possibleTokens() { return .only(tokens) }
            } catch {
                throw .processorFailed(description: "\(error)")
            }
        }
        guard processors.isEmpty, biases.isEmpty, history?.distinct.isEmpty ?? true else { return .all }
        if parameters.isGreedy { return .largest(1) }
        return parameters.topK > 0 ? .largest(parameters.topK) : .all
    }

    /// Chooses a token; does not ``accept(_:)`` it.
    ///
    /// - Parameter logits: one per vocabulary entry.
    /// - Throws: ``SamplingError`` for unusable logits, when every token is masked, or when a processor throws.
    /// - Complexity: O(vocabulary), without a sort of the vocabulary.
    public mutating func sample(_ logits: UnsafeBufferPointer<Float>) throws(SamplingError) -> TokenID {
        let position = parameters.isGreedy ? 0 : generator.nextDouble()
        return try withAdjusted(logits) { (sampler, logits) throws(SamplingError) -> TokenID in
            let best = try LogitsScan.largest(logits)
            guard !sampler.parameters.isGreedy else { return TokenID(best) }
            let maximum = logits[best]
            return sampler.withCandidates(logits, maximum) { candidates, scale in
                candidates.draw(position: position, maximum: maximum, scale: scale)
            }
        }
    }

    /// The distribution ``sample(_:)`` draws from, most likely first, without drawing.
    ///
    /// - Throws: as ``sample(_:)``.
    public mutating func distribution(
        _ logits: UnsafeBufferPointer<Float>
    ) throws(SamplingError) -> [TokenProbability] {
        try withAdjusted(logits) { (sampler, logits) throws(SamplingError) -> [TokenProbability] in
            let best = try LogitsScan.largest(logits)
            guard !sampler.parameters.isGreedy else {
                return [TokenProbability(token: TokenID(best), probability: 1)]
            }
            let maximum = logits[best]
            return sampler.withCandidates(logits, maximum) { candidates, scale in
                candidates.probabilities(maximum: maximum, scale: scale)
            }
        }
    }
}

extension Sampler {
    private mutating func record(_ token: TokenID) throws(SamplingError) {
        guard token >= 0, Int(token) < vocabularySize else {
            throw .tokenOutOfRange(token: Int(token), vocabularySize: vocabularySize)
        }
        history?.append(token)
    }

    /// Runs `body` on the logits after processors, biases and penalties.
    private mutating func withAdjusted<Result>(
        _ logits: UnsafeBufferPointer<Float>,
        _ body: (inout Sampler, UnsafeBufferPointer<Float>) throws(SamplingError) -> Result
    ) throws(SamplingError) -> Result {
        guard logits.count == vocabularySize else {
            throw .vocabularySizeMismatch(expected: vocabularySize, actual: logits.count)
        }
        guard !processors.isEmpty || !biases.isEmpty || !(history?.distinct.isEmpty ?? true) else {
            return try body(&self, logits)
        }
        // Taken out of self so that body may change the rest of it; put back on every path.
        var buffer: [Float] = []
        swap(&buffer, &adjusted)
        defer { swap(&buffer, &adjusted) }
        if buffer.isEmpty { buffer = Array(repeating: 0, count: vocabularySize) }
        return try buffer.withUnsafeMutableBufferPointer { (scores) throws(SamplingError) -> Result in
            _ = scores.update(fromContentsOf: logits)
            try adjust(scores)
            return try body(&self, UnsafeBufferPointer(scores))
        }
    }

    private mutating func adjust(_ scores: UnsafeMutableBufferPointer<Float>) throws(SamplingError) {
        for index in processors.indices {
            do { try processors[index].process(scores) } catch {
                throw .processorFailed(description: "\(error)")
            }
        }
        for (token, bias) in biases { scores[Int(token)] += bias }
        guard let history else { return }
        let penalties = parameters.penalties
        let repetition = Float(penalties.repetition)
        for token in history.distinct {
            var score = scores[Int(token)]
            score = score < 0 ? score * repetition : score / repetition
            score -= Float(history.count(of: token)) * Float(penalties.frequency) + Float(penalties.presence)
            scores[Int(token)] = score
        }
    }

    /// Truncates, and runs `body` with the candidates and the factor that the final softmax applies to the scores.
    private mutating func withCandidates<Result>(
        _ logits: UnsafeBufferPointer<Float>, _ maximum: Float, _ body: (inout CandidateList, Float) -> Result
    ) -> Result {
        var list = candidates.take() ?? CandidateList(vocabularySize: vocabularySize)
        let drawScale = Float(1 / parameters.temperature)
        let scale = parameters.temperatureOrder == .first ? drawScale : 1
        // A token stays when exp((score - maximum) * scale) >= minP; the largest always does.
        let floor = parameters.minP > 0 ? maximum + Float(log(parameters.minP)) / scale : -.infinity
        if parameters.topP < 1 {
            list.fill(from: logits, above: -.infinity, limit: parameters.topK)
            list.keepNucleus(probability: parameters.topP, maximum: maximum, scale: scale)
            if floor > -.infinity { list.keep(atLeast: floor) }
        } else {
            list.fill(from: logits, above: floor.nextDown, limit: parameters.topK)
        }
        let result = body(&list, drawScale)
        candidates = list
        return result
    }
}
