/// The axes of a plot, its lines and labels.
struct PlotFrame {
    let plot: ReportPlot
    let x: PlotAxis
    let y: PlotAxis
    private static let right = 466.0
    private static let top = 30.0
    private static let bottom = 252.0

    init(_ plot: ReportPlot, xs: [Double], ys: [Double], yIncludesZero: Bool = false, padding: Double = 0) {
        self.plot = plot
        y = PlotAxis(
            ys, fixed: plot.yRange, includesZero: yIncludesZero, padding: padding, from: Self.bottom, to: Self.top)
        let longest = y.ticks().map { ReportNumber.short($0).unicodeScalars.count }.max() ?? 1
        x = PlotAxis(xs, fixed: plot.xRange, from: min(18 + 8.4 * Double(longest), 120), to: Self.right)
    }

    func write(_ markup: inout Markup) {
        for tick in y.ticks() {
            let place = Markup.coordinate(y.place(tick))
            markup.raw(
                "<line class=\"grid\" x1=\"\(Markup.coordinate(x.start))\" x2=\"\(Markup.coordinate(x.end))\" "
                    + "y1=\"\(place)\" y2=\"\(place)\"/>")
            label(
                ReportNumber.short(tick), x.start - 8, y.place(tick) + 4, anchor: "end", &markup)
        }
        for tick in x.ticks() {
            let place = Markup.coordinate(x.place(tick))
            markup.raw("<line class=\"axis\" x1=\"\(place)\" x2=\"\(place)\" y1=\"252\" y2=\"256\"/>")
            label(ReportNumber.short(tick), x.place(tick), 272, anchor: "middle", &markup)
        }
        markup.raw(
            "<line class=\"axis\" x1=\"\(Markup.coordinate(x.start))\" x2=\"\(Markup.coordinate(x.end))\" "
                + "y1=\"252\" y2=\"252\"/>")
        if let diagonal = plot.diagonal {
            let (from, to) = diagonal == .rising ? (y.start, y.end) : (y.end, y.start)
            markup.raw(
                "<line class=\"chance\" x1=\"\(Markup.coordinate(x.start))\" x2=\"\(Markup.coordinate(x.end))\" "
                    + "y1=\"\(Markup.coordinate(from))\" y2=\"\(Markup.coordinate(to))\"/>")
        }
        if !plot.yLabel.isEmpty { label(TextFitting.shortened(plot.yLabel, 48), 2, 14, anchor: "start", &markup) }
        if !plot.xLabel.isEmpty {
            label(TextFitting.shortened(plot.xLabel, 48), Self.right, 294, anchor: "end", &markup)
        }
        markup.raw("\n")
    }

    private func label(_ text: String, _ x: Double, _ y: Double, anchor: String, _ markup: inout Markup) {
        markup.element(
            "text", "x=\"\(Markup.coordinate(x))\" y=\"\(Markup.coordinate(y))\" text-anchor=\"\(anchor)\"", text)
    }
}

/// Text in boxes of a fixed width.
enum TextFitting {
    /// At most so many characters, the last one a dot dot dot if some are missing.
    static func shortened(_ text: String, _ longest: Int) -> String {
        text.count > longest ? String(text.prefix(max(longest - 1, 1))) + "…" : text
    }

    /// Lines of at most so many characters, broken at spaces where there are any.
    static func lines(_ text: String, width: Int, most: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var words = text.split(whereSeparator: \.isWhitespace)
        var next = 0
        while next < words.count {
            let word = words[next]
            // A word that fits on no line is broken, behind a hyphen or the like if there is one.
            if word.count > width, width > 1 {
                let head = word.prefix(width)
                let cut = head.lastIndex { "-_/.".contains($0) }.map { head.index(after: $0) } ?? head.endIndex
                words[next] = word[cut...]
                words.insert(word[..<cut], at: next)
                continue
            }
            next += 1
            if line.isEmpty {
                line = String(word)
            } else if line.count + 1 + word.count <= width {
                line += " " + word
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        if !line.isEmpty { lines.append(line) }
        if lines.count > most {
            let rest = lines[(most - 1)...].joined(separator: " ")
            lines = Array(lines.prefix(most - 1)) + [rest]
        }
        return lines.map { shortened($0, width) }
    }
}
