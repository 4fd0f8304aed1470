public import LLMTokenizer

/// A stream of tokens cut into windows of one length: pretraining.
///
/// Windows do not overlap as inputs, and each predicts the first token of the next one, so that every token but the first is
/// a target exactly once. What does not fill a window at the end is left out.
public struct TokenWindows: TrainingDataSource {
    /// Tokens a window reads.
    public let windowLength: Int
    /// What the data is.
    public let signature: String
    /// Windows of one pass.
    public let rowCount: Int
    private let tokens: [TokenID]

    /// Cuts tokens held in memory.
    ///
    /// - Throws: ``TrainingError/noData(source:reason:)`` for a stream shorter than one window and a token.
    public init(_ tokens: [TokenID], windowLength: Int, source: String = "tokens") throws(TrainingError) {
        guard windowLength >= 1 else {
            throw .invalidSetting(key: "windowLength", value: "\(windowLength)", expected: "1 or more tokens")
        }
        rowCount = max(0, (tokens.count - 1) / windowLength)
        guard rowCount > 0 else {
            throw .noData(
                source: source, reason: "\(tokens.count) tokens, a window takes \(windowLength) and one to predict")
        }
        self.tokens = tokens
        self.windowLength = windowLength
        var signature = DataSignature()
        signature.add(tokens)
        self.signature = "windows of \(windowLength), tokens \(signature.text)"
    }

    /// Appends a window.
    public func append(row: Int, to batch: inout TrainingBatch) {
        let start = row * windowLength
        batch.append(
            tokens: tokens[start..<start + windowLength], targets: tokens[start + 1..<start + windowLength + 1])
    }
}
