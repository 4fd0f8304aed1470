public import LLMTokenizer

/// The tokens still in the draw: identifiers, scores and weights in parallel buffers of vocabulary size.
///
/// Buffers are allocated once and reused; truncating stages compact them in place. The order of the candidates is
/// a deterministic function of the scores.
struct CandidateList: Sendable {
    private var ids: [TokenID]
    private var scores: [Float]
    private var weights: [Float]
    private var bucketMass: [Double]
    private var count = 0

    /// A list with room for the whole vocabulary.
    init(vocabularySize: Int) {
        ids = Array(repeating: 0, count: vocabularySize)
        scores = Array(repeating: 0, count: vocabularySize)
        weights = Array(repeating: 0, count: vocabularySize)
        bucketMass = Array(repeating: 0, count: CandidateHandle.bucketCount)
    }

    /// Starts over with the scores above `floor`, only the `limit` largest of them when `limit` is positive.
    mutating func fill(from logits: UnsafeBufferPointer<Float>, above floor: Float, limit: Int) {
        withHandle { handle in
            if limit > 0, limit < logits.count {
                handle.fillLargest(limit, from: logits, above: floor)
            } else {
                handle.fill(from: logits, above: floor)
            }
        }
    }

    /// Keeps the smallest set of largest candidates whose share of the softmax reaches `probability`.
    mutating func keepNucleus(probability: Double, maximum: Float, scale: Float) {
        withHandle { $0.keepNucleus(probability: probability, maximum: maximum, scale: scale) }
    }

    /// Keeps the candidates whose score is at least `score`.
    mutating func keep(atLeast score: Float) {
        withHandle { $0.keep(atLeast: score) }
    }

    /// Draws a candidate with a probability proportional to `exp((score - maximum) * scale)`.
    ///
    /// - Parameter position: uniform in [0, 1).
    mutating func draw(position: Double, maximum: Float, scale: Float) -> TokenID {
        var token: TokenID = 0
        withHandle { handle in
            let total = handle.weigh(maximum: maximum, scale: scale)
            token = handle.find(mass: position * total)
        }
        return token
    }

    /// The probabilities of the candidates, most likely first.
    mutating func probabilities(maximum: Float, scale: Float) -> [TokenProbability] {
        var result: [TokenProbability] = []
        withHandle { handle in
            let total = handle.weigh(maximum: maximum, scale: scale)
            result = (0..<handle.count).map {
                TokenProbability(token: handle.ids[$0], probability: Double(handle.weights[$0]) / total)
            }
        }
        return result.sorted { ($1.probability, $0.token) < ($0.probability, $1.token) }
    }

    private mutating func withHandle(_ body: (inout CandidateHandle) -> Void) {
        let count = self.count
        self.count = ids.withUnsafeMutableBufferPointer { ids in
            scores.withUnsafeMutableBufferPointer { scores in
                weights.withUnsafeMutableBufferPointer { weights in
                    bucketMass.withUnsafeMutableBufferPointer { buckets in
                        guard let id = ids.baseAddress, let score = scores.baseAddress,
                            let weight = weights.baseAddress, let bucket = buckets.baseAddress
                        else { return 0 }
                        var handle = CandidateHandle(
                            ids: id, scores: score, weights: weight, bucketMass: bucket, count: count)
                        body(&handle)
                        return handle.count
                    }
                }
            }
        }
    }
}

/// A token and its probability after all stages of a sampler.
public struct TokenProbability: Sendable, Equatable {
    /// The token.
    public var token: TokenID
    /// Its probability, 0 to 1.
    public var probability: Double

    /// Pairs a token with its probability.
    public init(token: TokenID, probability: Double) {
        self.token = token
        self.probability = probability
    }
}
