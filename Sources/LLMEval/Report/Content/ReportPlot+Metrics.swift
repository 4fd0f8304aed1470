extension ReportPlot {
    /// Receiver operating characteristics, with the area under each.
    public static func roc(
        title: String = "ROC", caption: String = "", _ predictions: [(name: String, scores: ScoredPredictions)]
    ) -> ReportPlot {
        ReportPlot(
            title: title, caption: caption, xLabel: "false positive rate", yLabel: "true positive rate",
            content: .lines(
                predictions.map { item in
                    ReportSeries(
                        "\(item.name) (AUC \(ReportNumber.decimal(item.scores.rocArea, 3)))",
                        item.scores.rocCurve.map { ReportPoint($0.falsePositiveRate, $0.truePositiveRate) })
                }), xRange: 0...1, yRange: 0...1, diagonal: .rising)
    }

    /// Precision-recall curves, with the average precision of each.
    public static func precisionRecall(
        title: String = "Precision and recall", caption: String = "",
        _ predictions: [(name: String, scores: ScoredPredictions)]
    ) -> ReportPlot {
        ReportPlot(
            title: title, caption: caption, xLabel: "recall", yLabel: "precision",
            content: .lines(
                predictions.map { item in
                    ReportSeries(
                        "\(item.name) (AP \(ReportNumber.decimal(item.scores.averagePrecision, 3)))",
                        item.scores.precisionRecallCurve.map { ReportPoint($0.recall, $0.precision) })
                }), xRange: 0...1, yRange: 0...1)
    }

    /// How far probabilities can be trusted, with the expected calibration error.
    public static func calibration(
        title: String = "Calibration", _ predictions: ScoredPredictions, bins: Int = 10
    ) -> ReportPlot {
        let error = ReportNumber.decimal(predictions.expectedCalibrationError(bins: bins), 4)
        let brier = ReportNumber.decimal(predictions.brierScore, 4)
        return ReportPlot(
            title: title, caption: "Expected calibration error \(error), Brier score \(brier), \(bins) bins.",
            xLabel: "predicted probability", yLabel: "share that came true",
            content: .calibration(
                predictions.calibration(bins: bins).map {
                    CalibrationPoint(probability: $0.meanProbability, share: $0.positiveShare, count: $0.count)
                }), xRange: 0...1, yRange: 0...1, diagonal: .rising)
    }

    /// How values are spread over bins of equal width; values that are not finite are left out.
    public static func histogram(
        title: String, caption: String = "", xLabel: String = "", values: [Double], bins: Int = 20
    ) -> ReportPlot {
        let finite = values.filter(\.isFinite)
        let bins = min(max(bins, 1), 200)
        guard let lowest = finite.min(), let highest = finite.max() else {
            return ReportPlot(
                title: title, caption: caption, xLabel: xLabel, yLabel: "count",
                content: .histogram(edges: [], counts: []))
        }
        let width = highest > lowest ? (highest - lowest) / Double(bins) : 1
        var counts = Array(repeating: 0.0, count: bins)
        for value in finite where width.isFinite && width > 0 {
            counts[min(max(Int((value - lowest) / width), 0), bins - 1)] += 1
        }
        return ReportPlot(
            title: title, caption: caption, xLabel: xLabel, yLabel: "count",
            content: .histogram(edges: (0...bins).map { lowest + Double($0) * width }, counts: counts))
    }
}
