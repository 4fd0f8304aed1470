/// Several quality filters in a row that find words and lines of a text only once: the fast way to run them.
///
/// Decides as the filters one by one do. Pure; may be called from many threads.
public struct QualityFilters: DocumentStage {
    /// One filter with its limits.
    public enum Rule: Sendable, Hashable {
        /// ``GopherRepetitionFilter``.
        case gopherRepetition(GopherRepetitionFilter.Configuration)
        /// ``GopherQualityFilter``.
        case gopherQuality(GopherQualityFilter.Configuration)
        /// ``C4QualityFilter``.
        case c4Quality(C4QualityFilter.Configuration)
        /// ``C4ParagraphFilter``.
        case c4Paragraph(C4ParagraphFilter.Configuration)
        /// ``FineWebQualityFilter``.
        case fineWebQuality(FineWebQualityFilter.Configuration)
    }

    /// Which filters, in which order.
    public struct Configuration: Sendable, Hashable {
        /// The filters, first to last.
        public var rules: [Rule]

        /// The filters of FineWeb in its order: Gopher repetition, Gopher quality, C4 without terminal marks, FineWeb.
        public init() {
            rules = [
                .gopherRepetition(.init()), .gopherQuality(.init()), .c4Quality(.fineWeb), .fineWebQuality(.init()),
            ]
        }

        /// These filters.
        public init(rules: [Rule]) { self.rules = rules }
    }

    private enum Filter: Sendable {
        case repetition(GopherRepetitionFilter)
        case quality(GopherQualityFilter)
        case c4(C4QualityFilter)
        case paragraph(C4ParagraphFilter)
        case fineWeb(FineWebQualityFilter)
    }

    /// `quality_filters`.
    public var name: String { "quality_filters" }
    /// Which filters, in which order.
    public let configuration: Configuration
    private let filters: [Filter]
    private let pool = AnalysisPool()

    /// Makes the filters.
    public init(
        _ configuration: Configuration = Configuration(), words: any WordSplitter = UnicodeWords(),
        sentences: any SentenceSplitter = SentenceRules()
    ) {
        self.configuration = configuration
        filters = configuration.rules.map { rule in
            switch rule {
            case .gopherRepetition(let limits): .repetition(GopherRepetitionFilter(limits, words: words))
            case .gopherQuality(let limits): .quality(GopherQualityFilter(limits, words: words))
            case .c4Quality(let rules): .c4(C4QualityFilter(rules, sentences: sentences))
            case .c4Paragraph(let limits): .paragraph(C4ParagraphFilter(limits))
            case .fineWebQuality(let limits): .fineWeb(FineWebQualityFilter(limits, words: words))
            }
        }
    }

    /// Drops a document at the first filter that does, or leaves what C4's rules left of it.
    public func process(_ document: inout Document) throws -> StageDecision {
        var next = 0
        while next < filters.count {
            let (decision, text) = try pool.analyze(&document.text) { text, analysis in
                try run(from: &next, text, analysis)
            }
            guard decision == .keep else { return decision }
            if let text {
                document.text = text
                document.history.append("c4_quality")
            }
        }
        return .keep
    }

    /// Runs filters until one drops the text or changes it.
    private func run(
        from next: inout Int, _ text: TextBytes, _ analysis: TextAnalysis
    ) throws -> (StageDecision, String?) {
        while next < filters.count {
            let filter = filters[next]
            next += 1
            var decision = StageDecision.keep
            switch filter {
            case .repetition(let filter): decision = try filter.decide(text, analysis)
            case .quality(let filter): decision = try filter.decide(text, analysis)
            case .paragraph(let filter): decision = filter.decide(text)
            case .fineWeb(let filter): decision = try filter.decide(text, analysis)
            case .c4(let filter):
                let outcome = try filter.decide(text, analysis)
                decision = outcome.decision
                if decision == .keep, outcome.isChanged {
                    return (.keep, String(decoding: analysis.output, as: UTF8.self))
                }
            }
            if decision != .keep { return (decision, nil) }
        }
        return (.keep, nil)
    }
}
