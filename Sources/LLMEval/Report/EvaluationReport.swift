/// What an evaluation found, as a value: text, figures with their intervals and signatures, tables, plots and where
/// everything came from.
///
/// The same value becomes canonical JSON for machines (``jsonBytes()``) and one HTML file for people (``html()``), which
/// needs nothing but itself: no script, no font, no image from elsewhere. Nothing in it depends on the time or the
/// machine, so the same report is the same bytes. May be used from any thread.
public struct EvaluationReport: Sendable, Equatable {
    /// The report's name.
    public var title: String
    /// What the report says, in a sentence or two.
    public var summary: String
    /// The figures that matter most; they stand first.
    public var headline: [MetricResult]
    /// What was evaluated, on what, when, by whom: anything a reader needs to judge or repeat it.
    public var facts: [ReportFact]
    /// The report's body.
    public var sections: [ReportSection]
    /// A line at the end.
    public var footer: String

    /// A report; sections may be added later.
    public init(
        title: String, summary: String = "", headline: [MetricResult] = [], facts: [ReportFact] = [],
        sections: [ReportSection] = [], footer: String = ""
    ) {
        self.title = title
        self.summary = summary
        self.headline = headline
        self.facts = facts
        self.sections = sections
        self.footer = footer
    }
}

/// A part of a report under a heading.
public struct ReportSection: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// What stands under it, in order; plots that follow one another stand side by side where there is room.
    public var blocks: [ReportBlock]

    /// A section.
    public init(_ title: String, _ blocks: [ReportBlock] = []) {
        self.title = title
        self.blocks = blocks
    }
}

/// A piece of a section.
public enum ReportBlock: Sendable, Equatable {
    /// Running text.
    case paragraph(String)
    /// A remark that stands out.
    case note(ReportNote, String)
    /// Text as it is, in a fixed-width font: a command, a sample of a model's output.
    case verbatim(String, caption: String = "")
    /// Names and values.
    case facts([ReportFact])
    /// Figures as tiles.
    case metrics([MetricResult])
    /// A table.
    case table(ReportTable)
    /// A drawing of numbers.
    case plot(ReportPlot)
    /// What came from what.
    case lineage(ReportLineage)
}

/// How a remark is meant.
public enum ReportNote: String, Sendable, Equatable, CaseIterable {
    case information, success, warning, failure
}

/// A name and a value: one line of "what was evaluated".
public struct ReportFact: Sendable, Equatable {
    /// What the value is.
    public var name: String
    /// The value.
    public var value: String

    /// A fact.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
