/// A table.
public struct ReportTable: Sendable, Equatable {
    /// What the table shows.
    public var caption: String
    /// Names of the columns.
    public var columns: [String]
    /// The rows; short ones are filled with empty cells, cells beyond the columns are left out.
    public var rows: [[ReportCell]]

    /// A table.
    public init(caption: String = "", columns: [String], rows: [[ReportCell]]) {
        self.caption = caption
        self.columns = columns
        self.rows = rows
    }

    /// Figures, one a row.
    public init(caption: String = "", metrics: [MetricResult]) {
        self.init(
            caption: caption, columns: ["Metric", "Value", "Interval", "Signature"],
            rows: metrics.map { metric in
                [
                    .text(metric.name), .text(ReportNumber.value(metric)),
                    .text(metric.interval.map { ReportNumber.interval($0, metric.decimals) } ?? ""),
                    .code(metric.signature),
                ]
            })
    }
}

/// What stands in a table's cell.
public enum ReportCell: Sendable, Equatable, ExpressibleByStringLiteral {
    case text(String)
    case number(Double, decimals: Int = 2)
    case integer(Int)
    /// Text in a fixed-width font.
    case code(String)
    /// A number with a shade behind it, `share` of full strength: for matrices.
    case shaded(Double, decimals: Int = 0, share: Double)

    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
}

extension ReportTable {
    /// A confusion matrix: rows are what was expected, columns what was predicted.
    public init(caption: String = "Confusion matrix", _ result: ClassificationResult) {
        let rows = zip(result.labels, result.matrix).map { label, counts -> [ReportCell] in
            let total = counts.reduce(0, +)
            return [.text(label)]
                + counts.map { .shaded(Double($0), share: total > 0 ? Double($0) / Double(total) : 0) }
        }
        self.init(caption: caption, columns: ["expected ↓ · predicted →"] + result.labels, rows: rows)
    }
}
