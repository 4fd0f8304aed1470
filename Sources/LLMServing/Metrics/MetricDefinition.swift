/// What a metric is.
public struct MetricDefinition: Sendable, Hashable {
    /// The kinds of Prometheus.
    public enum Kind: Sendable, Hashable {
        /// Only rises.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts values in buckets with these upper bounds, in rising order; one without bound is added.
        case histogram([Double])

        /// The word of the text format.
        var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// The name.
    public var name: String
    /// What it tells.
    public var help: String
    /// Its kind.
    public var kind: Kind
    /// Names of its labels.
    public var labels: [String]

    /// A definition.
    public init(_ name: String, _ kind: Kind, _ help: String, labels: [String] = []) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labels = labels
    }
}
