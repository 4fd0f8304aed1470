extension EvaluationReport {
    /// The report as one HTML file for people: light and dark, for wide screens, phones and paper, drawings with
    /// descriptions and with their data as tables, without any script.
    public func html() -> String {
        var page = ReportPage()
        page.write(self)
        return page.markup.string
    }
}

/// A page on its way.
struct ReportPage {
    var markup = Markup()
    /// Drawings so far; their parts need names of their own.
    private var drawings = 0

    mutating func write(_ report: EvaluationReport) {
        markup.raw(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline'">
            <title>
            """)
        markup.text(report.title)
        markup.raw("</title>\n<style>\n\(ReportStyle.sheet)\n</style></head>\n<body><main>\n<header>")
        markup.element("h1", "", report.title)
        if !report.summary.isEmpty { markup.element("p", "class=\"lead\"", report.summary) }
        markup.raw("</header>\n")
        tiles(report.headline)
        if !report.facts.isEmpty {
            markup.raw("<div class=\"card\">")
            facts(report.facts)
            markup.raw("</div>\n")
        }
        if report.sections.count > 2 { contents(report.sections) }
        for (index, section) in report.sections.enumerated() { write(section, number: index + 1) }
        if !report.footer.isEmpty { markup.element("footer", "", report.footer) }
        markup.raw("\n</main></body></html>\n")
    }

    private mutating func contents(_ sections: [ReportSection]) {
        markup.raw("<nav aria-label=\"Contents\"><ol>")
        for (index, section) in sections.enumerated() {
            markup.raw("<li>")
            markup.element("a", "href=\"#s\(index + 1)\"", section.title)
            markup.raw("</li>")
        }
        markup.raw("</ol></nav>\n")
    }

    private mutating func write(_ section: ReportSection, number: Int) {
        markup.raw("<section id=\"s\(number)\" aria-labelledby=\"h\(number)\">")
        markup.element("h2", "id=\"h\(number)\"", section.title)
        markup.raw("\n")
        var index = 0
        while index < section.blocks.count {
            var plots: [ReportPlot] = []
            while index < section.blocks.count, case .plot(let plot) = section.blocks[index] {
                plots.append(plot)
                index += 1
            }
            if plots.isEmpty {
                write(section.blocks[index])
                index += 1
            } else {
                markup.raw("<div class=\"plots\(plots.count == 1 ? " one" : "")\">\n")
                for plot in plots { write(plot) }
                markup.raw("</div>\n")
            }
        }
        markup.raw("</section>\n")
    }

    private mutating func write(_ block: ReportBlock) {
        switch block {
        case .paragraph(let text): markup.element("p", "", text)
        case .note(let kind, let text):
            markup.raw("<div class=\"card note \(kind.rawValue)\" role=\"note\"><b>\(Self.label(kind))</b>")
            markup.text(text)
            markup.raw("</div>")
        case .verbatim(let text, let caption):
            markup.raw("<div class=\"card\">")
            if !caption.isEmpty { markup.element("span", "class=\"label\"", caption) }
            markup.element("pre", "", text)
            markup.raw("</div>")
        case .facts(let items):
            markup.raw("<div class=\"card\">")
            facts(items)
            markup.raw("</div>")
        case .metrics(let metrics): tiles(metrics)
        case .table(let table):
            markup.raw("<div class=\"card\">")
            write(table)
            markup.raw("</div>")
        case .plot(let plot): write(plot)
        case .lineage(let lineage): write(lineage)
        }
        markup.raw("\n")
    }

    private static func label(_ kind: ReportNote) -> String {
        switch kind {
        case .information: "Note"
        case .success: "Passed"
        case .warning: "Warning"
        case .failure: "Failed"
        }
    }

    private mutating func facts(_ items: [ReportFact]) {
        markup.raw("<dl>")
        for item in items {
            markup.element("dt", "", item.name)
            markup.element("dd", "", item.value)
        }
        markup.raw("</dl>")
    }

    // MARK: Drawings

    private mutating func write(_ plot: ReportPlot) {
        drawings += 1
        markup.raw("<figure>")
        caption(plot.title, plot.caption)
        let drawing = PlotDrawing(plot)
        drawing.write(&markup, name: "d\(drawings)")
        drawing.writeLegend(&markup)
        if let table = drawing.data {
            markup.raw("<details><summary>Data</summary>")
            write(table)
            markup.raw("</details>")
        }
        markup.raw("</figure>\n")
    }

    private mutating func write(_ lineage: ReportLineage) {
        drawings += 1
        markup.raw("<div class=\"plots one\"><figure>")
        caption(lineage.title, "")
        let drawing = LineageDrawing(lineage)
        drawing.write(&markup, name: "d\(drawings)")
        markup.raw("<details><summary>Data</summary>")
        write(drawing.data)
        markup.raw("</details></figure></div>")
    }

    private mutating func caption(_ title: String, _ text: String) {
        guard !title.isEmpty || !text.isEmpty else { return }
        markup.raw("<figcaption>")
        markup.element("strong", "", title)
        if !text.isEmpty { markup.element("span", "", text) }
        markup.raw("</figcaption>")
    }
}
