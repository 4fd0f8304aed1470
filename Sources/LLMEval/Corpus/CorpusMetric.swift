/// A metric over pairs of a hypothesis and its references whose score is a function of statistics summed over segments.
///
/// That shape is what lets segments be scored by many threads or machines and merged, and what resampling tests need.
/// The metrics of the library are BLEU, chrF and TER; a host program may add its own.
public protocol CorpusMetric: Sendable {
    /// Buffers for scoring segments one after the other; owned by one thread at a time.
    associatedtype Workspace: Sendable
    /// Score and its parts.
    associatedtype Score: CorpusScore

    /// Numbers per segment.
    var statisticsCount: Int { get }

    /// New, empty buffers.
    func makeWorkspace() -> Workspace

    /// Appends the `statisticsCount` numbers of one segment.
    ///
    /// - Parameters:
    ///   - hypothesis: the text to judge.
    ///   - references: at least one text to judge it by.
    func appendStatistics(
        hypothesis: String, references: [String], workspace: inout Workspace, to statistics: inout [Double])

    /// The score for statistics that were summed over segments.
    func score(statistics: [Double], signature: String) -> Score

    /// The score alone for statistics summed in single precision, computed in single precision: the arithmetic of
    /// sacrebleu's resampling, which the intervals depend on in the last digits.
    func resampledScore(statistics: [Float]) -> Double

    /// Whether ``resampledScore(statistics:)`` is a single-precision number, so that means of it are taken as such.
    var resampledScoreIsSinglePrecision: Bool { get }

    /// Options in sacrebleu's notation, as key and value.
    var signatureParts: [(key: String, value: String)] { get }
}

/// What every corpus metric answers.
public protocol CorpusScore: Sendable {
    /// The number people quote.
    var score: Double { get }
    /// Says exactly what was computed; figures with different signatures cannot be compared.
    var signature: String { get }
}

/// How many references the segments of a corpus have.
public enum ReferenceCount: Sendable, Equatable, CustomStringConvertible {
    /// The same number for every segment.
    case fixed(Int)
    /// Different numbers.
    case variable

    /// As signatures write it.
    public var description: String {
        switch self {
        case .fixed(let count): "\(count)"
        case .variable: "var"
        }
    }
}

extension CorpusMetric {
    /// The signature for a corpus, in sacrebleu's order of keys, ending in this library's version.
    ///
    /// - Parameter test: parts that a resampling test adds, for instance `bs:1000`.
    public func signature(references: ReferenceCount, test: [(key: String, value: String)] = []) -> String {
        let parts = [(key: "nrefs", value: "\(references)")] + test + signatureParts
        return (parts + [(key: "version", value: EvaluationLibrary.version)])
            .map { "\($0.key):\($0.value)" }.joined(separator: "|")
    }

    /// Scores a corpus.
    ///
    /// - Parameters:
    ///   - hypotheses: one text per segment.
    ///   - references: per segment, its references.
    /// - Throws: ``EvaluationError`` when the counts differ, a segment has no reference, or there are no segments.
    public func score(hypotheses: [String], references: [[String]]) throws(EvaluationError) -> Score {
        let accumulator = try accumulate(hypotheses: hypotheses, references: references)
        guard let score = accumulator.result() else { throw .nothingToMeasure(what: "corpus") }
        return score
    }

    /// Collects the statistics of a corpus.
    public func accumulate(
        hypotheses: [String], references: [[String]]
    ) throws(EvaluationError) -> CorpusAccumulator<Self> {
        guard hypotheses.count == references.count else {
            throw .countMismatch(
                first: "hypotheses", firstCount: hypotheses.count, second: "references",
                secondCount: references.count)
        }
        var accumulator = CorpusAccumulator(self)
        for (hypothesis, references) in zip(hypotheses, references) {
            try accumulator.add(hypothesis: hypothesis, references: references)
        }
        return accumulator
    }
}

/// What signatures say of this library.
package enum EvaluationLibrary {
    package static let version = "swift-llmops.0.1"
}
