import LLMEval
import LLMTensor
import Testing

@Suite struct ReportTests {
    /// Strings that try to leave their place.
    static let hostile = [
        "</title><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "]]>--><svg/onload=1>",
        "&lt;b&gt; & &amp;", "a\u{0}b\u{1B}[31m\u{9B}\u{FFFF}", "\u{202E}right to left\u{2066}", "</style><style>*{}",
        String(repeating: "W", count: 5000), "", "line\nline\r\ttab", "日本語 👩‍🔬 ก็",
    ]

    static func report(_ text: String) -> EvaluationReport {
        let metric = MetricResult(
            text, .nan, unit: text, interval: ReportInterval(lower: -.infinity, upper: .nan), baseline: .infinity,
            direction: .higherIsBetter, signature: text)
        let values: [Double] = [.nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, 0]
        return EvaluationReport(
            title: text, summary: text, headline: [metric], facts: [ReportFact(text, text)],
            sections: [
                ReportSection(
                    text,
                    [
                        .paragraph(text), .note(.warning, text), .verbatim(text, caption: text),
                        .facts([ReportFact(text, text)]), .metrics([metric]),
                        .table(
                            ReportTable(
                                caption: text, columns: [text, text],
                                rows: [
                                    [.text(text), .code(text), .integer(3)], [],
                                    [.number(.nan), .shaded(1, share: .nan)],
                                ])),
                        .plot(
                            ReportPlot(
                                title: text, caption: text, xLabel: text, yLabel: text,
                                content: .lines([
                                    ReportSeries(text, values: values), ReportSeries(text, []),
                                    ReportSeries(text, [ReportPoint(1, 2)]),
                                ]))),
                        .plot(
                            ReportPlot(
                                title: text,
                                content: .bars(values.map { ReportBar(text, $0, interval: metric.interval) }))),
                        .plot(ReportPlot(title: text, content: .histogram(edges: [1, 2], counts: [1, 2, 3]))),
                        .plot(.histogram(title: text, values: values)),
                        .plot(
                            ReportPlot(
                                title: text,
                                content: .calibration([.init(probability: .nan, share: 2, count: -5)]), xRange: 0...1)),
                        .lineage(
                            ReportLineage(
                                title: text,
                                nodes: [
                                    .init(text, text, detail: text), .init(text, text), .init(text + "2", text),
                                ], edges: [.init(text, text + "2"), .init(text + "2", text), .init("no", "where")])),
                    ]), ReportSection(text), ReportSection(text),
            ], footer: text)
    }

    /// The names of all start tags, attributes checked on the way; nil when the page is not well formed.
    static func tags(_ html: String) -> [String]? {
        var names: [String] = []
        var open: [String] = []
        let bytes = Array(html.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                index += 1
                continue
            }
            var end = index + 1
            var quote: UInt8?
            while end < bytes.count {
                if let open = quote {
                    if bytes[end] == open { quote = nil }
                } else if bytes[end] == UInt8(ascii: "\"") {
                    quote = bytes[end]
                } else if bytes[end] == UInt8(ascii: ">") {
                    break
                } else if bytes[end] == UInt8(ascii: "<") || bytes[end] == UInt8(ascii: "'") {
                    return nil
                }
                end += 1
            }
            guard end < bytes.count else { return nil }
            let tag = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
            let name = String(tag.prefix { $0 != " " && $0 != "/" || tag.hasPrefix("/") })
            if tag.hasPrefix("/") {
                guard open.popLast() == String(tag.dropFirst()) else { return nil }
            } else if !tag.hasPrefix("!") {
                names.append(name)
                if !tag.hasSuffix("/"), name != "meta" { open.append(name) }
            }
            index = end + 1
            if name == "style" {
                while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
            }
        }
        return open.isEmpty ? names : nil
    }

    @Test("Hostile text stays text, and every page is well formed", arguments: hostile.indices)
    func escaping(index: Int) throws {
        let html = Self.report(Self.hostile[index]).html()
        let tags = try #require(Self.tags(html))
        let harmless = try #require(Self.tags(Self.report("x").html()))
        #expect(Set(tags).isSubset(of: Set(harmless)))
        #expect(!tags.contains("script") && !tags.contains("img"))
        #expect(!html.contains("NaN") || Self.hostile[index].contains("NaN"))
        #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" })
    }

    @Test("A page needs nothing but itself and no script")
    func selfContained() {
        let html = Self.report("x").html()
        for forbidden in ["http://", "https://", "<script", "<link", "<img", "url(", "@import", "src=", "onclick"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("prefers-color-scheme:dark"))
        #expect(html.contains("default-src 'none'"))
    }

    @Test("Every drawing has a title, a description and its data as a table")
    func accessibility() throws {
        let tags = try #require(Self.tags(Self.demo.html()))
        let drawings = tags.count { $0 == "desc" }
        #expect(drawings == 6)
        #expect(tags.count { $0 == "details" } == drawings)
        // One more title is the page's own.
        #expect(tags.count { $0 == "title" } == drawings + 1)
    }

    @Test("JSON is canonical and says everything the report does")
    func json() throws {
        let bytes = Self.demo.jsonBytes()
        #expect(bytes == Self.demo.jsonBytes())
        let value = try JSONValue.parse(bytes)
        #expect(JSONWriter(sortsKeys: true).bytes(of: value) == bytes)
        #expect(value["title"]?.stringValue == "Demo")
        #expect(value["headline"]?[0]?["value"]?.doubleValue == 12.5)
        #expect(value["headline"]?[0]?["interval"]?["lower"]?.doubleValue == 12)
        #expect(value["sections"]?[0]?["blocks"]?[0]?["plot"]?["series"]?[0]?["points"]?.arrayValue?.count == 5000)
        for text in Self.hostile {
            let parsed = try JSONValue.parse(Self.report(text).jsonBytes())
            #expect(parsed["title"]?.stringValue.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test("Long lines are drawn with no more points than can be seen, ends and peaks kept")
    func thinning() throws {
        var values = Array(repeating: 1.0, count: 200_000)
        values[77_777] = 9
        let plot = ReportPlot(title: "t", content: .lines([ReportSeries("a", values: values)]), yRange: 0...10)
        let html = EvaluationReport(title: "t", sections: [ReportSection("s", [.plot(plot)])]).html()
        #expect(html.utf8.count < 60_000)
        // 9 of 10 lies at 30 + 222 / 10.
        #expect(html.contains(" 52.2"))
    }

    @Test("Corpus scores become figures with interval and signature")
    func corpusScores() throws {
        var accumulator = CorpusAccumulator(BLEU())
        for index in 0..<30 {
            try accumulator.add(
                hypothesis: "the cat sat on mat number \(index)", references: ["the cat sat on the mat number \(index)"]
            )
        }
        let (score, interval) = try #require(accumulator.confidence(Resampling(samples: 100)))
        let metric = MetricResult("BLEU", score, interval: interval)
        #expect(metric.signature.contains("bs:100"))
        let ends = try #require(metric.interval)
        #expect(ends.lower <= ends.upper && ends.level == 0.95)
    }

    static let demo = EvaluationReport(
        title: "Demo", headline: [MetricResult("m", 12.5, interval: ReportInterval(lower: 12, upper: 13))],
        sections: [
            ReportSection(
                "s",
                [
                    .plot(
                        ReportPlot(
                            title: "l",
                            content: .lines([
                                ReportSeries("a", values: (0..<5000).map { Double($0) }),
                                ReportSeries("b", values: [1]),
                            ]))), .plot(ReportPlot(title: "b", content: .bars([ReportBar("x", 1)]))),
                    .plot(ReportPlot(title: "h", content: .histogram(edges: [0, 1, 2], counts: [3, 4]))),
                    .plot(
                        ReportPlot(title: "r", content: .lines([ReportSeries("a", values: [1, 2])]), diagonal: .rising)),
                    .plot(
                        ReportPlot(title: "c", content: .calibration([.init(probability: 0.5, share: 0.4, count: 3)]))),
                    .lineage(ReportLineage(chain: [.init("a", "A"), .init("b", "B")])),
                ])
        ])
}
