internal import LLMModel
public import LLMTokenizer

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Log probabilities of one step, of the model's own distribution: before temperature, penalties, biases and masks.
public struct TokenLogprobs: Sendable, Hashable {
    /// A token and its natural log probability.
    public struct Entry: Sendable, Hashable {
        /// The token.
        public var token: TokenID
        /// ln of its probability.
        public var logprob: Double

        /// A pair.
        public init(token: TokenID, logprob: Double) {
            self.token = token
            self.logprob = logprob
        }
    }

    /// ln of the chosen token's probability.
    public var logprob: Double
    /// The most likely tokens, most likely first; the lowest identifier first among equals.
    public var top: [Entry]

    /// Log probabilities given by hand.
    public init(logprob: Double, top: [Entry]) {
        self.logprob = logprob
        self.top = top
    }

    /// Reads them off the logits of a step.
    ///
    /// - Complexity: O(vocabulary × log `topCount`).
    init(logits: UnsafeBufferPointer<Float>, token: TokenID, topCount: Int) {
        var maximum = -Float.infinity
        for value in logits where value > maximum { maximum = value }
        var sum = 0.0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, logits.count)) { weights in
            guard let base = weights.baseAddress else { return }
            sum = Exponential.weights(of: logits, shift: maximum, scale: 1, into: base)
        }
        let shift = Double(maximum) + log(sum)
        top = Self.largest(topCount, of: logits).map {
            Entry(token: TokenID($0), logprob: Double(logits[$0]) - shift)
        }
        logprob = Double(logits[Int(token)]) - shift
    }

    private static func largest(_ count: Int, of logits: UnsafeBufferPointer<Float>) -> [Int] {
        guard count > 0 else { return [] }
        var best: [Int] = []
        best.reserveCapacity(count + 1)
        var floor = -Float.infinity
        for index in logits.indices where best.count < count || logits[index] > floor {
            let place = best.firstIndex { logits[$0] < logits[index] } ?? best.endIndex
            best.insert(index, at: place)
            if best.count > count { best.removeLast() }
            floor = logits[best[best.count - 1]]
        }
        return best
    }
}
