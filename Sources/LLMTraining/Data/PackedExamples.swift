internal import LLMData
internal import LLMTokenizer

/// Examples packed into rows of up to a number of tokens, without padding; held in memory.
///
/// An example stays whole, and attention does not pass from one to the next.
public struct PackedExamples: TrainingDataSource {
    /// Longest row in tokens.
    public let rowLength: Int
    /// What became of the examples.
    public let statistics: ExampleStatistics
    /// What the data is.
    public let signature: String

    private let tokens: [TokenID]
    private let targets: [TokenID]
    /// Where each example starts in ``tokens``, and the end of the last one.
    private let starts: [Int]
    private let rows: [[Int]]

    /// Rows of one pass.
    public var rowCount: Int { rows.count }

    /// Packs examples.
    ///
    /// - Parameters:
    ///   - rowLength: Longest example and row, in tokens.
    ///   - isPacked: Whether a row may hold several examples; otherwise every example is a row, in the order given.
    /// - Throws: ``TrainingError/noData(source:reason:)``, or `badRecord` for a long example under ``LengthPolicy/fail``.
    public init(
        _ examples: [TrainingExample], rowLength: Int, lengthPolicy: LengthPolicy = .keepStart, isPacked: Bool = true,
        source: String = "examples"
    ) throws(TrainingError) {
        guard rowLength >= 2 else {
            throw .invalidSetting(key: "rowLength", value: "\(rowLength)", expected: "2 or more tokens")
        }
        var statistics = ExampleStatistics()
        var tokens: [TokenID] = []
        var targets: [TokenID] = []
        var starts = [0]
        for (index, original) in examples.enumerated() {
            var example = original
            if example.tokens.count > rowLength {
                switch lengthPolicy {
                case .drop:
                    statistics.tooLong += 1
                    continue
                case .fail:
                    throw .badRecord(
                        source: source, line: index + 1,
                        reason: "\(example.tokens.count) tokens, the longest row has \(rowLength)")
                case .keepStart: example.keep(0..<rowLength)
                case .keepEnd: example.keep(example.tokens.count - rowLength..<example.tokens.count)
                }
                statistics.truncated += 1
            }
            guard example.scoredTokenCount > 0 else {
                statistics.unscored += 1
                continue
            }
            let batch = TrainingBatch(sequences: [example.tokens], masks: [example.mask])
            tokens += batch.tokens
            targets += batch.targets
            starts.append(tokens.count)
            statistics.examples += 1
            statistics.scoredTokens += batch.scoredTokenCount
        }
        statistics.tokens = tokens.count
        guard statistics.examples > 0 else {
            throw .noData(
                source: source,
                reason: "no example to train on (\(statistics.tooLong) too long, \(statistics.unscored) not scored)")
        }
        let lengths = zip(starts.dropFirst(), starts).map { $0 - $1 }
        rows =
            isPacked
            ? SequencePacking.bestFitDecreasing(lengths: lengths, rowLength: rowLength).rows.map { $0.map(\.sequence) }
            : lengths.indices.map { [$0] }
        var signature = DataSignature()
        signature.add(tokens)
        signature.add(targets)
        for row in rows { signature.add([-1] + row.map { Int32(truncatingIfNeeded: $0) }) }
        self.signature = "examples \(signature.text)"
        self.rowLength = rowLength
        self.statistics = statistics
        self.tokens = tokens
        self.targets = targets
        self.starts = starts
    }

    /// Appends the examples of a row.
    public func append(row: Int, to batch: inout TrainingBatch) {
        for example in rows[row] {
            let range = starts[example]..<starts[example + 1]
            batch.append(tokens: tokens[range], targets: targets[range])
        }
    }
}

extension TrainingExample {
    fileprivate mutating func keep(_ range: Range<Int>) {
        tokens = Array(tokens[range])
        mask = Array(mask[range])
    }
}
