import Testing

@testable import LLMEval

private struct Golden: Decodable {
    struct Classes: Decodable {
        enum CodingKeys: String, CodingKey {
            case classes, truths, probabilities, logLoss, brier, top1, top2, top3
            case restMacro = "ovr-macro"
            case restWeighted = "ovr-weighted"
            case pairMacro = "ovo-macro"
            case pairWeighted = "ovo-weighted"
        }
        var classes: Int
        var truths: [Int]
        var probabilities: [[Double]]
        var logLoss: Double
        var brier: Double
        var top1: Double?
        var top2: Double?
        var top3: Double?
        var restMacro: Double?
        var restWeighted: Double?
        var pairMacro: Double?
        var pairWeighted: Double?
    }

    struct Curve: Decodable {
        var truths: [Int]
        var scores: [Double]
        var fpr: [Double]
        var fnr: [Double]
        var thresholds: [Double?]
    }

    var classes: [Classes]
    var det: [Curve]
}

/// Expected values come from scikit-learn 1.9.1 (Goldens/make_scored_classes.py).
@Suite struct ScoredClassesTests {
    private let golden: Golden

    init() throws { golden = try LLMEvalTests.golden("scored-classes.json") }

    private func expectSame(_ value: Double, _ expected: Double?, _ name: String) {
        guard let expected else { return }
        #expect(abs(value - expected) < 1e-12, "\(name): \(value), expected \(expected)")
    }

    @Test func `Figures of class probabilities are scikit-learn's, in one piece or merged`() throws {
        for expected in golden.classes {
            var parts = [
                try ScoredClasses(classCount: expected.classes), try ScoredClasses(classCount: expected.classes),
            ]
            for (index, item) in zip(expected.probabilities, expected.truths).enumerated() {
                try parts[index % 2].add(probabilities: item.0, expected: item.1)
            }
            var whole = parts[0]
            try whole.merge(parts[1])
            #expect(whole.count == expected.truths.count)
            expectSame(whole.logLoss, expected.logLoss, "log loss")
            expectSame(whole.brierScore, expected.brier, "Brier score")
            expectSame(whole.topAccuracy(1), expected.top1, "top 1")
            expectSame(whole.topAccuracy(2), expected.top2, "top 2")
            expectSame(whole.topAccuracy(3), expected.top3, "top 3")
            expectSame(whole.rocArea(), expected.restMacro, "one against the rest")
            expectSame(whole.rocArea(average: .weighted), expected.restWeighted, "one against the rest, weighted")
            expectSame(whole.pairwiseROCArea(), expected.pairMacro, "one against one")
            expectSame(whole.pairwiseROCArea(average: .weighted), expected.pairWeighted, "one against one, weighted")
            #expect(whole.confidences.count == whole.count)
        }
    }

    @Test func `Detection error curves are scikit-learn's`() throws {
        for expected in golden.det {
            var predictions = ScoredPredictions()
            for (truth, score) in zip(expected.truths, expected.scores) {
                try predictions.add(score: score, isPositive: truth == 1)
            }
            let curve = predictions.detCurve
            #expect(curve.count == expected.fpr.count)
            for (index, point) in curve.enumerated() where index < expected.fpr.count {
                expectSame(point.falsePositiveRate, expected.fpr[index], "false positive rate")
                expectSame(point.falseNegativeRate, expected.fnr[index], "false negative rate")
                #expect(point.threshold == expected.thresholds[index] ?? .infinity)
            }
        }
        #expect(ScoredPredictions().detCurve.isEmpty)
    }

    @Test func `What is no probability is refused`() throws {
        var classes = try ScoredClasses(classCount: 2)
        #expect(throws: EvaluationError.self) { try ScoredClasses(classCount: 1) }
        #expect(throws: EvaluationError.self) { try classes.add(probabilities: [0.5], expected: 0) }
        #expect(throws: EvaluationError.self) { try classes.add(probabilities: [0.7, 0.7], expected: 0) }
        #expect(throws: EvaluationError.self) { try classes.add(probabilities: [.nan, 1], expected: 0) }
        #expect(throws: EvaluationError.self) { try classes.add(probabilities: [0.5, 0.5], expected: 2) }
        #expect(throws: EvaluationError.self) { try classes.merge(ScoredClasses(classCount: 3)) }
        #expect(classes.count == 0)
        #expect(classes.rocArea().isNaN)
    }
}
