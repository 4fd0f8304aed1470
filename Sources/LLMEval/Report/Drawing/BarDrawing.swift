/// Bars from left to right, one below the other, each under its name.
struct BarDrawing {
    let plot: ReportPlot
    let bars: [ReportBar]
    private static let rowHeight = 42.0

    /// How high the drawing of so many bars is.
    static func height(_ count: Int) -> Double { rowHeight * Double(max(count, 1)) + 48 }

    func write(_ markup: inout Markup) {
        let ends = bars.flatMap { bar in
            [bar.value, bar.interval?.lower ?? bar.value, bar.interval?.upper ?? bar.value]
        }.filter(\.isFinite)
        let axis = PlotAxis(ends, fixed: plot.xRange, includesZero: plot.xRange == nil, from: 8, to: 410)
        let bottom = Self.rowHeight * Double(max(bars.count, 1)) + 6
        for tick in axis.ticks() {
            let place = Markup.coordinate(axis.place(tick))
            markup.raw(
                "<line class=\"grid\" x1=\"\(place)\" x2=\"\(place)\" y1=\"2\" y2=\"\(Markup.coordinate(bottom))\"/>")
            markup.element(
                "text", "x=\"\(place)\" y=\"\(Markup.coordinate(bottom + 18))\" text-anchor=\"middle\"",
                ReportNumber.short(tick))
        }
        for (index, bar) in bars.enumerated() { write(bar, index, axis, &markup) }
        if !plot.xLabel.isEmpty {
            markup.element(
                "text", "x=\"410\" y=\"\(Markup.coordinate(bottom + 38))\" text-anchor=\"end\"",
                TextFitting.shortened(plot.xLabel, 48))
        }
    }

    private func write(_ bar: ReportBar, _ index: Int, _ axis: PlotAxis, _ markup: inout Markup) {
        let top = Self.rowHeight * Double(index)
        markup.element(
            "text", "class=\"strong\" x=\"8\" y=\"\(Markup.coordinate(top + 15))\"", TextFitting.shortened(bar.name, 52)
        )
        guard bar.value.isFinite else {
            markup.element("text", "x=\"8\" y=\"\(Markup.coordinate(top + 33))\"", ReportNumber.short(bar.value))
            return
        }
        let zero = axis.place(0)
        let end = axis.place(bar.value)
        markup.raw(
            "<rect x=\"\(Markup.coordinate(min(zero, end)))\" y=\"\(Markup.coordinate(top + 21))\" rx=\"2\" "
                + "width=\"\(Markup.coordinate(max(abs(end - zero), 1)))\" height=\"15\" "
                + "fill=\"\(ReportStyle.color(0))\"/>")
        var right = max(zero, end)
        if let interval = bar.interval, interval.lower.isFinite, interval.upper.isFinite {
            let middle = Markup.coordinate(top + 28.5)
            let (from, to) = (axis.place(interval.lower), axis.place(interval.upper))
            markup.raw("<path class=\"whisker\" d=\"M\(Markup.coordinate(from)) \(middle)H\(Markup.coordinate(to))")
            for place in [from, to] {
                markup.raw("M\(Markup.coordinate(place)) \(Markup.coordinate(top + 24))v9")
            }
            markup.raw("\"/>")
            right = max(right, to)
        }
        markup.element(
            "text",
            "class=\"strong\" x=\"\(Markup.coordinate(right + 7))\" y=\"\(Markup.coordinate(top + 33))\"",
            ReportNumber.short(bar.value))
        markup.raw("\n")
    }
}
