extension ReportPage {
    /// Figures as tiles.
    mutating func tiles(_ metrics: [MetricResult]) {
        guard !metrics.isEmpty else { return }
        markup.raw("<div class=\"tiles\">\n")
        for metric in metrics { tile(metric) }
        markup.raw("</div>\n")
    }

    private mutating func tile(_ metric: MetricResult) {
        markup.raw("<div class=\"tile\">")
        markup.element("span", "class=\"name\"", metric.name)
        markup.raw("<span class=\"value\">")
        markup.text(ReportNumber.decimal(metric.value, metric.decimals))
        if !metric.unit.isEmpty {
            markup.raw(" ")
            markup.element("span", "class=\"unit\"", metric.unit)
        }
        markup.raw("</span>")
        if let interval = metric.interval {
            markup.element("span", "class=\"range\"", ReportNumber.interval(interval, metric.decimals))
        }
        if let baseline = metric.baseline { change(metric, baseline) }
        if !metric.signature.isEmpty { markup.element("code", "", metric.signature) }
        markup.raw("</div>\n")
    }

    private mutating func change(_ metric: MetricResult, _ baseline: Double) {
        let difference = metric.value - baseline
        var kind = ""
        var word = ""
        if difference != 0, difference.isFinite, metric.direction != .neutral {
            let isBetter = (difference > 0) == (metric.direction == .higherIsBetter)
            kind = isBetter ? " good" : " bad"
            word = isBetter ? " better" : " worse"
        }
        let arrow = difference > 0 ? "▲" : difference < 0 ? "▼" : "="
        let amount = ReportNumber.decimal(abs(difference), metric.decimals)
        let before = ReportNumber.decimal(baseline, metric.decimals)
        markup.element("span", "class=\"change\(kind)\"", "\(arrow) \(amount)\(word) than \(before)")
    }

    /// A table; columns of numbers stand on the right.
    mutating func write(_ table: ReportTable) {
        markup.raw("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"")
        markup.text(table.caption.isEmpty ? "Table" : table.caption)
        markup.raw("\"><table>")
        if !table.caption.isEmpty { markup.element("caption", "", table.caption) }
        let isNumeric = table.columns.indices.map { column in
            table.rows.contains { $0.count > column && $0[column].isNumber }
        }
        markup.raw("<thead><tr>")
        for (name, isNumeric) in zip(table.columns, isNumeric) {
            markup.element("th", isNumeric ? "scope=\"col\" class=\"n\"" : "scope=\"col\"", name)
        }
        markup.raw("</tr></thead><tbody>\n")
        for row in table.rows {
            markup.raw("<tr>")
            for column in table.columns.indices { write(column < row.count ? row[column] : .text("")) }
            markup.raw("</tr>\n")
        }
        markup.raw("</tbody></table></div>")
    }

    private mutating func write(_ cell: ReportCell) {
        switch cell {
        case .text(let text): markup.element("td", "", text)
        case .number(let value, let decimals):
            markup.element("td", "class=\"n\"", ReportNumber.decimal(value, min(max(decimals, 0), 12)))
        case .integer(let value): markup.element("td", "class=\"n\"", "\(value)")
        case .code(let text):
            markup.raw("<td>")
            if !text.isEmpty { markup.element("code", "", text) }
            markup.raw("</td>")
        case .shaded(let value, let decimals, let share):
            // At most half strength, so that the number stays readable.
            let strength = Int((share.isFinite ? min(max(share, 0), 1) : 0) * 50)
            markup.element(
                "td", "class=\"n\" style=\"background:color-mix(in srgb,var(--c0) \(strength)%,transparent)\"",
                ReportNumber.decimal(value, min(max(decimals, 0), 12)))
        }
    }
}

extension ReportCell {
    fileprivate var isNumber: Bool {
        switch self {
        case .number, .integer, .shaded: true
        case .text, .code: false
        }
    }
}
