public import LLMTokenizer

/// Token sequences packed end to end, without padding: what one forward and backward pass reads.
///
/// A token attends to earlier tokens of its own sequence only, and positions start at 0 in each sequence.
public struct TrainingBatch: Sendable, Equatable {
    /// All tokens, sequence after sequence.
    public var tokens: [TokenID]
    /// What each token is to predict, aligned with ``tokens``; ``ignored`` where no loss is taken.
    public var targets: [TokenID]
    /// Where each sequence starts, ascending from 0; the last one ends with the batch.
    public var sequenceStarts: [Int]

    /// A target that takes no part in the loss.
    public static let ignored: TokenID = -100

    /// Creates a batch from parts that are already aligned.
    public init(tokens: [TokenID], targets: [TokenID], sequenceStarts: [Int]) {
        self.tokens = tokens
        self.targets = targets
        self.sequenceStarts = sequenceStarts
    }

    /// Packs sequences; each token is to predict the next of its sequence where `mask` allows (nil scores all).
    ///
    /// - Parameter masks: For each sequence, one flag per token: whether the token itself, as a target, is scored.
    public init(sequences: [[TokenID]], masks: [[Bool]]? = nil) {
        var tokens: [TokenID] = []
        var targets: [TokenID] = []
        var starts: [Int] = []
        for (index, sequence) in sequences.enumerated() where !sequence.isEmpty {
            starts.append(tokens.count)
            tokens.append(contentsOf: sequence)
            for place in sequence.indices {
                let next = place + 1
                let isScored = next < sequence.count && (masks?[index][next] ?? true)
                targets.append(isScored ? sequence[next] : Self.ignored)
            }
        }
        self.init(tokens: tokens, targets: targets, sequenceStarts: starts)
    }

    /// Tokens that are scored.
    public var scoredTokenCount: Int { targets.reduce(0) { $0 + ($1 == Self.ignored ? 0 : 1) } }
}
