internal import Synchronization

/// Holds metrics and writes them in the Prometheus text format 0.0.4.
///
/// May be used from any thread. Handles (``MetricSeries``) are looked up once and kept by whoever updates them. A metric has
/// at most ``seriesLimit`` sets of labels: what comes after shares one whose labels say `other`, so that no client can make
/// the server's memory grow.
public final class PrometheusRegistry: Sendable {
    /// The type of the text, for the `Content-Type` header.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private struct Family {
        var definition: MetricDefinition
        var series: [MetricSeries] = []
        var index: [[String]: Int] = [:]
    }

    private struct State {
        var families: [Family] = []
        var index: [String: Int] = [:]
        var collectors: [@Sendable () -> Void] = []
    }

    /// The most sets of labels of a metric.
    public let seriesLimit: Int
    private let state = Mutex(State())

    /// A registry without metrics.
    public init(seriesLimit: Int = 200) {
        self.seriesLimit = max(1, seriesLimit)
    }

    /// The handle of a metric's values for these labels, in the order of the definition's names; missing ones are empty.
    ///
    /// The first definition of a name counts.
    public func series(_ definition: MetricDefinition, _ labels: [String] = []) -> MetricSeries {
        state.withLock { state in
            let place: Int
            if let known = state.index[definition.name] {
                place = known
            } else {
                place = state.families.count
                state.index[definition.name] = place
                state.families.append(Family(definition: definition))
            }
            let names = state.families[place].definition.labels
            var values = names.indices.map { $0 < labels.count ? labels[$0] : "" }
            if let index = state.families[place].index[values] { return state.families[place].series[index] }
            if state.families[place].series.count >= seriesLimit {
                values = names.map { _ in "other" }
                if let index = state.families[place].index[values] { return state.families[place].series[index] }
            }
            let series = MetricSeries(
                state.families[place].definition, labels: Array(zip(names, values)).map { (name: $0, value: $1) })
            state.families[place].index[values] = state.families[place].series.count
            state.families[place].series.append(series)
            return series
        }
    }

    /// Runs before each rendering, to set gauges that are read off something.
    public func onRender(_ collect: @escaping @Sendable () -> Void) {
        state.withLock { $0.collectors.append(collect) }
    }

    /// All metrics as text.
    public func render() -> String {
        for collect in state.withLock(\.collectors) { collect() }
        let families = state.withLock { $0.families }
        var text = ""
        for family in families {
            let definition = family.definition
            text += "# HELP \(definition.name) \(Self.escaped(help: definition.help))\n"
            text += "# TYPE \(definition.name) \(definition.kind.word)\n"
            for series in family.series { Self.write(series, definition, to: &text) }
        }
        return text
    }

    private static func write(_ series: MetricSeries, _ definition: MetricDefinition, to text: inout String) {
        let value = series.snapshot
        guard case .histogram(let bounds) = definition.kind else {
            text += definition.name + list(series.labels) + " " + number(value.number) + "\n"
            return
        }
        var total = 0
        for (index, count) in value.counts.enumerated() {
            total += count
            let bound = index < bounds.count ? number(bounds[index]) : "+Inf"
            text += "\(definition.name)_bucket\(list(series.labels + [(name: "le", value: bound)])) \(total)\n"
        }
        text += "\(definition.name)_sum\(list(series.labels)) \(number(value.sum))\n"
        text += "\(definition.name)_count\(list(series.labels)) \(total)\n"
    }

    private static func list(_ labels: [(name: String, value: String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.name)=\"\(escaped(label: $0.value))\"" }.joined(separator: ",") + "}"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    private static func escaped(label: String) -> String {
        var result = ""
        for scalar in label.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func escaped(help: String) -> String {
        var result = ""
        for scalar in help.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
