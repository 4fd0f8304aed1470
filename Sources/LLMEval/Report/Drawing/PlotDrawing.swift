/// Draws a plot as SVG. Coordinates are those of a box 480 wide.
struct PlotDrawing {
    let plot: ReportPlot
    static let width = 480.0

    init(_ plot: ReportPlot) { self.plot = plot }

    func write(_ markup: inout Markup, name: String) {
        let height: Double
        if case .bars(let bars) = plot.content {
            height = BarDrawing.height(bars.count)
        } else {
            height = 300
        }
        Self.open(&markup, name: name, height: height, title: plot.title, description: description)
        switch plot.content {
        case .lines(let series): draw(series, &markup)
        case .bars(let bars): BarDrawing(plot: plot, bars: bars).write(&markup)
        case .histogram(let edges, let counts): draw(edges, counts, &markup)
        case .calibration(let points): draw(points, &markup)
        }
        markup.raw("</svg>")
    }

    /// Begins a drawing that says what it shows.
    static func open(_ markup: inout Markup, name: String, height: Double, title: String, description: String) {
        markup.raw("<svg viewBox=\"0 0 480 \(Markup.coordinate(height))\" role=\"img\" ")
        markup.raw("aria-labelledby=\"\(name)t \(name)d\">")
        markup.element("title", "id=\"\(name)t\"", title)
        markup.element("desc", "id=\"\(name)d\"", description)
        markup.raw("\n")
    }

    // MARK: Kinds

    private func draw(_ series: [ReportSeries], _ markup: inout Markup) {
        let points = series.map { $0.points.filter { $0.x.isFinite && $0.y.isFinite } }
        let frame = PlotFrame(
            plot, xs: points.flatMap { $0.map(\.x) }, ys: points.flatMap { $0.map(\.y) }, padding: 0.05)
        frame.write(&markup)
        for (index, points) in points.enumerated() where !points.isEmpty {
            let places = LineThinning.thin(points.map { (frame.x.place($0.x), frame.y.place($0.y)) })
            let dashes = ReportStyle.dashes(index)
            markup.raw("<path class=\"curve\" stroke=\"\(ReportStyle.color(index))\"")
            if !dashes.isEmpty { markup.raw(" stroke-dasharray=\"\(dashes)\"") }
            markup.raw(" d=\"")
            for (number, place) in places.enumerated() {
                markup.raw(
                    "\(number == 0 ? "M" : "L")\(Markup.coordinate(place.x)) \(Markup.coordinate(place.y))")
            }
            markup.raw("\"/>\n")
            guard points.count <= 24, plot.diagonal == nil else { continue }
            for place in places { circle(place, 3, ReportStyle.color(index), &markup) }
        }
    }

    private func circle(_ place: (x: Double, y: Double), _ radius: Double, _ color: String, _ markup: inout Markup) {
        markup.raw(
            "<circle cx=\"\(Markup.coordinate(place.x))\" cy=\"\(Markup.coordinate(place.y))\" "
                + "r=\"\(Markup.coordinate(radius))\" fill=\"\(color)\"/>")
    }

    private func draw(_ edges: [Double], _ counts: [Double], _ markup: inout Markup) {
        let isUsable = edges.count == counts.count + 1 && edges.allSatisfy(\.isFinite)
        let heights = counts.map { $0.isFinite ? max($0, 0) : 0 }
        let frame = PlotFrame(plot, xs: edges.filter(\.isFinite), ys: heights, yIncludesZero: true)
        frame.write(&markup)
        guard isUsable else { return }
        for (index, height) in heights.enumerated() where height > 0 {
            let left = frame.x.place(edges[index])
            let right = frame.x.place(edges[index + 1])
            let top = frame.y.place(height)
            let gap = right - left > 4 ? 1.0 : 0
            markup.raw(
                "<rect x=\"\(Markup.coordinate(left + gap / 2))\" y=\"\(Markup.coordinate(top))\" "
                    + "width=\"\(Markup.coordinate(max(right - left - gap, 0.5)))\" "
                    + "height=\"\(Markup.coordinate(max(frame.y.start - top, 0)))\" fill=\"\(ReportStyle.color(0))\"/>")
        }
    }

    private func draw(_ points: [ReportPlot.CalibrationPoint], _ markup: inout Markup) {
        let usable = points.filter { $0.probability.isFinite && $0.share.isFinite }
        let frame = PlotFrame(plot, xs: usable.map(\.probability), ys: usable.map(\.share))
        frame.write(&markup)
        let places = usable.map { (x: frame.x.place($0.probability), y: frame.y.place($0.share)) }
        markup.raw("<path class=\"curve\" stroke=\"\(ReportStyle.color(0))\" d=\"")
        for (index, place) in places.enumerated() {
            markup.raw("\(index == 0 ? "M" : "L")\(Markup.coordinate(place.x)) \(Markup.coordinate(place.y))")
        }
        markup.raw("\"/>\n")
        let most = Double(max(usable.map(\.count).max() ?? 1, 1))
        for (place, point) in zip(places, usable) {
            let share = Double(max(point.count, 0)) / most
            circle(place, 3 + 7 * share.squareRoot(), ReportStyle.color(0), &markup)
        }
    }

    // MARK: Words

    /// What there is to see, for those who do not.
    private var description: String {
        switch plot.content {
        case .lines(let series):
            let lines = series.map { line -> String in
                guard let first = line.points.first, let last = line.points.last else { return "\(line.name): no data" }
                return "\(line.name): from \(ReportNumber.short(first.y)) at \(ReportNumber.short(first.x)) to "
                    + "\(ReportNumber.short(last.y)) at \(ReportNumber.short(last.x))"
            }
            return "Line chart. " + lines.joined(separator: "; ") + "."
        case .bars(let bars):
            return "Bar chart. " + bars.map { "\($0.name): \(ReportNumber.short($0.value))" }.joined(separator: "; ")
                + "."
        case .histogram(_, let counts):
            return "Histogram of \(ReportNumber.short(counts.reduce(0, +))) values in \(counts.count) bins."
        case .calibration(let points):
            return "Calibration diagram. "
                + points.map { "\(ReportNumber.decimal($0.probability, 2)): \(ReportNumber.decimal($0.share, 2))" }
                .joined(separator: "; ") + "."
        }
    }

    /// Lines by name, where there is more than one.
    func writeLegend(_ markup: inout Markup) {
        guard case .lines(let series) = plot.content,
            series.count > 1 || series.first.map({ $0.name != plot.title && !$0.name.isEmpty }) == true
        else { return }
        markup.raw("<ul class=\"legend\">")
        for (index, line) in series.enumerated() {
            let dashes = ReportStyle.dashes(index)
            markup.raw("<li><svg viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path class=\"curve\" d=\"M1 5L25 5\"")
            markup.raw(" stroke=\"\(ReportStyle.color(index))\"")
            if !dashes.isEmpty { markup.raw(" stroke-dasharray=\"\(dashes)\"") }
            markup.raw("/></svg>")
            markup.text(line.name)
            markup.raw("</li>")
        }
        markup.raw("</ul>")
    }
}
