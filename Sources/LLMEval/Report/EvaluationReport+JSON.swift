import LLMTensor

extension EvaluationReport {
    /// The report as canonical JSON in UTF-8: keys in the order of their bytes, no white space, numbers in their
    /// shortest form, `null` for numbers JSON does not have. Equal reports have equal bytes.
    public func jsonBytes() -> [UInt8] { JSONWriter(sortsKeys: true).bytes(of: json) }

    private var json: JSONValue {
        [
            "format": "swift-llmops.evaluation-report", "version": 1, "title": .string(title),
            "summary": .string(summary), "headline": .array(headline.map(\.json)), "facts": .array(facts.map(\.json)),
            "sections": .array(
                sections.map { ["title": .string($0.title), "blocks": .array($0.blocks.map(\.json))] }),
            "footer": .string(footer),
        ]
    }
}

extension ReportFact {
    fileprivate var json: JSONValue { ["name": .string(name), "value": .string(value)] }
}

extension ReportInterval {
    fileprivate var json: JSONValue { ["lower": .number(lower), "upper": .number(upper), "level": .number(level)] }
}

extension MetricResult {
    fileprivate var json: JSONValue {
        [
            "name": .string(name), "value": .number(value), "unit": .string(unit),
            "interval": interval?.json ?? .null, "baseline": baseline.map(JSONValue.number) ?? .null,
            "direction": .string(direction.rawValue), "signature": .string(signature),
        ]
    }
}

extension ReportBlock {
    fileprivate var json: JSONValue {
        switch self {
        case .paragraph(let text): ["type": "paragraph", "text": .string(text)]
        case .note(let kind, let text): ["type": "note", "kind": .string(kind.rawValue), "text": .string(text)]
        case .verbatim(let text, let caption):
            ["type": "verbatim", "text": .string(text), "caption": .string(caption)]
        case .facts(let facts): ["type": "facts", "facts": .array(facts.map(\.json))]
        case .metrics(let metrics): ["type": "metrics", "metrics": .array(metrics.map(\.json))]
        case .table(let table):
            [
                "type": "table", "caption": .string(table.caption),
                "columns": .array(table.columns.map(JSONValue.string)),
                "rows": .array(table.rows.map { .array($0.map(\.json)) }),
            ]
        case .plot(let plot): ["type": "plot", "plot": plot.json]
        case .lineage(let lineage): ["type": "lineage", "lineage": lineage.json]
        }
    }
}

extension ReportCell {
    fileprivate var json: JSONValue {
        switch self {
        case .text(let text), .code(let text): .string(text)
        case .number(let value, _), .shaded(let value, _, _): .number(value)
        case .integer(let value): .integer(Int64(value))
        }
    }
}

extension ReportPlot {
    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["title"] = .string(title)
        object["caption"] = .string(caption)
        object["x_label"] = .string(xLabel)
        object["y_label"] = .string(yLabel)
        switch content {
        case .lines(let series):
            object["kind"] = "lines"
            object["series"] = .array(
                series.map { line in
                    [
                        "name": .string(line.name),
                        "points": .array(line.points.map { [.number($0.x), .number($0.y)] }),
                    ]
                })
        case .bars(let bars):
            object["kind"] = "bars"
            object["bars"] = .array(
                bars.map { bar in
                    [
                        "name": .string(bar.name), "value": .number(bar.value),
                        "interval": bar.interval?.json ?? .null,
                    ]
                })
        case .histogram(let edges, let counts):
            object["kind"] = "histogram"
            object["edges"] = .array(edges.map(JSONValue.number))
            object["counts"] = .array(counts.map(JSONValue.number))
        case .calibration(let points):
            object["kind"] = "calibration"
            object["points"] = .array(
                points.map { point in
                    [
                        "probability": .number(point.probability), "share": .number(point.share),
                        "count": .integer(Int64(point.count)),
                    ]
                })
        }
        return .object(object)
    }
}

extension ReportLineage {
    fileprivate var json: JSONValue {
        [
            "title": .string(title),
            "nodes": .array(
                nodes.map { node in
                    [
                        "id": .string(node.id), "title": .string(node.title), "detail": .string(node.detail),
                        "kind": .string(node.kind.rawValue),
                    ]
                }), "edges": .array(edges.map { [.string($0.from), .string($0.to)] }),
        ]
    }
}
