/// ROUGE-1, -2, -L and -Lsum (Lin, 2004), digit for digit as Google's `rouge-score` 0.1.2 computes them.
public struct ROUGE: Sendable, Equatable {
    /// Whether words longer than three letters are reduced to their stem.
    public var stems: Bool

    /// The metrics.
    public init(stems: Bool = false) { self.stems = stems }

    /// Says exactly what was computed, but for the number of references.
    public var signature: String {
        "metric:rouge|variants:1,2,L,Lsum|stemmer:\(stems ? "porter-nltk" : "no")|multi:max-f"
            + "|version:\(EvaluationLibrary.version)"
    }

    /// The scores of one prediction; each variant by the reference with the best F, the first of equally good ones.
    public func score(prediction: String, references: [String]) throws(EvaluationError) -> ROUGEScores {
        var accumulator = ROUGEAccumulator(self)
        return try accumulator.add(prediction: prediction, references: references)
    }
}

/// Precision, recall and their harmonic mean, 0 to 1.
public struct PrecisionRecallF: Sendable, Equatable {
    /// Share of the prediction that the reference has.
    public var precision: Double
    /// Share of the reference that the prediction has.
    public var recall: Double
    /// Harmonic mean of both; 0 when both are.
    public var f: Double

    init(matches: Int, predicted: Int, expected: Int) {
        precision = Double(matches) / Double(max(predicted, 1))
        recall = Double(matches) / Double(max(expected, 1))
        f = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
    }

    init(precision: Double, recall: Double, f: Double) {
        self.precision = precision
        self.recall = recall
        self.f = f
    }
}

/// The four variants of one prediction, or their means.
public struct ROUGEScores: Sendable, Equatable {
    /// Words.
    public var rouge1: PrecisionRecallF
    /// Pairs of words.
    public var rouge2: PrecisionRecallF
    /// Longest common subsequence of the whole texts.
    public var rougeL: PrecisionRecallF
    /// Longest common subsequences sentence by sentence; a sentence is a line.
    public var rougeLsum: PrecisionRecallF

    static let variants: [any WritableKeyPath<ROUGEScores, PrecisionRecallF> & Sendable] = [
        \.rouge1, \.rouge2, \.rougeL, \.rougeLsum,
    ]
}

/// Means of ROUGE over predictions; mergeable. One thread at a time may add to it.
public struct ROUGEAccumulator: Sendable {
    /// The metric.
    public let metric: ROUGE
    /// Scores of every prediction, in order.
    public private(set) var scores: [ROUGEScores] = []
    private var workspace = ROUGEWorkspace()

    /// An empty accumulator.
    public init(_ metric: ROUGE) { self.metric = metric }

    /// Adds one prediction and returns its scores.
    ///
    /// - Throws: ``EvaluationError/nothingToMeasure(what:)`` when there is no reference.
    @discardableResult public mutating func add(
        prediction: String, references: [String]
    ) throws(EvaluationError) -> ROUGEScores {
        guard let first = references.first else {
            throw .nothingToMeasure(what: "prediction \(scores.count + 1) has no reference")
        }
        workspace.readPrediction(prediction, stems: metric.stems)
        var best = workspace.score(reference: first, stems: metric.stems)
        for reference in references.dropFirst() {
            let candidate = workspace.score(reference: reference, stems: metric.stems)
            for variant in ROUGEScores.variants where candidate[keyPath: variant].f > best[keyPath: variant].f {
                best[keyPath: variant] = candidate[keyPath: variant]
            }
        }
        scores.append(best)
        return best
    }

    /// Takes in another accumulator's predictions, after its own.
    public mutating func merge(_ other: ROUGEAccumulator) { scores.append(contentsOf: other.scores) }

    /// Means over the predictions, nil when there are none.
    public func result() -> ROUGEScores? {
        guard var mean = scores.first else { return nil }
        for variant in ROUGEScores.variants {
            var (precision, recall, f) = (0.0, 0.0, 0.0)
            for score in scores {
                precision += score[keyPath: variant].precision
                recall += score[keyPath: variant].recall
                f += score[keyPath: variant].f
            }
            let count = Double(scores.count)
            mean[keyPath: variant] = PrecisionRecallF(
                precision: precision / count, recall: recall / count, f: f / count)
        }
        return mean
    }
}
