import Testing

@testable import LLMEval

private struct Golden: Decodable {
    struct MultiClass: Decodable {
        var expected: [String]
        var predicted: [String]
        var labels: [String]
        var matrix: [[Int]]
        var classes: [[Double]]
        var accuracy: Double
        var macro: [Double]
        var weighted: [Double]
        var balanced: Double
        var mcc: Double
        var kappa: [Double?]
    }

    struct Binary: Decodable {
        var truths: [Int]
        var scores: [Double]
        var fpr: [Double]
        var tpr: [Double]
        var thresholds: [Double]
        var area: Double
        var precision: [Double]
        var recall: [Double]
        var averagePrecision: Double
        var logLoss: Double
        var brier: Double
        var share: [Double]
        var mean: [Double]
    }

    struct MultiLabel: Decodable {
        var expected: [[String]]
        var predicted: [[String]]
        var micro: [Double]
        var macro: [Double]
        var weighted: [Double]
        var samples: [Double]
        var subset: Double
        var hamming: Double
    }

    struct Answer: Decodable {
        var answer: String
        var references: [String]
        var exact: Double
        var f1: Double
    }

    var multiclass: [MultiClass]
    var binary: [Binary]
    var multilabel: MultiLabel
    var answers: [Answer]
}

/// Expected values come from scikit-learn 1.9.1 and the definitions of SQuAD's evaluation script.
@Suite struct ClassificationTests {
    private let golden: Golden

    init() throws { golden = try LLMEvalTests.golden("classification.json") }

    private func expectSame(_ values: [Double], _ expected: [Double], _ name: String) {
        #expect(values.count == expected.count, "\(name)")
        for (value, expected) in zip(values, expected) {
            #expect(abs(value - expected) < 1e-12, "\(name): \(value), expected \(expected)")
        }
    }

    private func list(_ scores: ClassScores) -> [Double] { [scores.precision, scores.recall, scores.f1] }

    @Test func `Single-label figures are scikit-learn's`() throws {
        for expected in golden.multiclass {
            var parts = [ConfusionMatrix(), ConfusionMatrix()]
            for (index, pair) in zip(expected.expected, expected.predicted).enumerated() {
                parts[index % 2].add(expected: pair.0, predicted: pair.1)
            }
            parts[0].merge(parts[1])
            let result = try #require(parts[0].result())
            #expect(result.labels == expected.labels)
            #expect(result.matrix == expected.matrix)
            for (scores, expected) in zip(result.classes, expected.classes) {
                expectSame(list(scores), expected, "class")
            }
            expectSame([result.accuracy], [expected.accuracy], "accuracy")
            expectSame(list(result.macro), expected.macro, "macro")
            expectSame(list(result.weighted), expected.weighted, "weighted")
            expectSame([result.balancedAccuracy], [expected.balanced], "balanced accuracy")
            expectSame([result.matthewsCorrelation], [expected.mcc], "correlation")
            for (weights, expected) in zip(ClassificationResult.KappaWeights.allCases, expected.kappa) {
                expectSame([result.kappa(weights: weights)], [expected ?? .nan], "kappa \(weights)")
            }
        }
        #expect(ConfusionMatrix().result() == nil)
    }

    @Test func `Curves, areas, losses and calibration are scikit-learn's`() throws {
        for expected in golden.binary {
            var whole = ScoredPredictions()
            var rest = ScoredPredictions()
            for (index, pair) in zip(expected.scores, expected.truths).enumerated() {
                if index * 2 < expected.scores.count {
                    try whole.add(score: pair.0, isPositive: pair.1 == 1)
                } else {
                    try rest.add(score: pair.0, isPositive: pair.1 == 1)
                }
            }
            whole.merge(rest)
            let roc = whole.rocCurve
            expectSame(roc.map(\.falsePositiveRate), expected.fpr, "false positive rates")
            expectSame(roc.map(\.truePositiveRate), expected.tpr, "true positive rates")
            expectSame(roc.dropFirst().map(\.threshold), expected.thresholds, "thresholds")
            expectSame([whole.rocArea], [expected.area], "area")
            let curve = whole.precisionRecallCurve
            expectSame(curve.map(\.precision), expected.precision, "precision")
            expectSame(curve.map(\.recall), expected.recall, "recall")
            expectSame([whole.averagePrecision], [expected.averagePrecision], "average precision")
            expectSame([whole.logLoss], [expected.logLoss], "log loss")
            expectSame([whole.brierScore], [expected.brier], "Brier score")
            let bins = whole.calibration(bins: 8)
            expectSame(bins.map(\.positiveShare), expected.share, "calibration shares")
            expectSame(bins.map(\.meanProbability), expected.mean, "calibration means")
        }
    }

    @Test func `Without one of the classes the area is not a number`() throws {
        var predictions = ScoredPredictions()
        try predictions.add(score: 0.3, isPositive: true)
        #expect(predictions.rocArea.isNaN)
        #expect(predictions.rocCurve.isEmpty)
        #expect(predictions.averagePrecision == 1)
        #expect(throws: EvaluationError.self) { try predictions.add(score: .nan, isPositive: true) }
    }

    @Test func `The calibration error weighs bins by size`() throws {
        var predictions = ScoredPredictions()
        for (score, truth) in [(0.05, false), (0.05, true), (0.95, true), (0.95, true)] {
            try predictions.add(score: score, isPositive: truth)
        }
        #expect(abs(predictions.expectedCalibrationError() - (0.45 * 0.5 + 0.05 * 0.5)) < 1e-15)
    }

    @Test func `Multi-label figures are scikit-learn's`() throws {
        let expected = golden.multilabel
        var parts = [MultiLabelCounts(), MultiLabelCounts()]
        for (index, pair) in zip(expected.expected, expected.predicted).enumerated() {
            parts[index % 2].add(expected: Set(pair.0), predicted: Set(pair.1))
        }
        parts[0].merge(parts[1])
        let result = try #require(parts[0].result())
        expectSame(list(result.micro), expected.micro, "micro")
        expectSame(list(result.macro), expected.macro, "macro")
        expectSame(list(result.weighted), expected.weighted, "weighted")
        expectSame(list(result.samples), expected.samples, "samples")
        expectSame([result.subsetAccuracy, result.hammingLoss], [expected.subset, expected.hamming], "item figures")
    }

    @Test func `Answers are judged as SQuAD judges them`() throws {
        var whole = AnswerMatch()
        for expected in golden.answers {
            var single = AnswerMatch()
            try single.add(answer: expected.answer, references: expected.references)
            expectSame(
                [single.exactMatch, single.f1], [expected.exact, expected.f1],
                "\(expected.answer.debugDescription) for \(expected.references)")
            whole.merge(single)
        }
        #expect(whole.count == golden.answers.count)
        #expect(throws: EvaluationError.self) { try whole.add(answer: "a", references: []) }
    }
}
