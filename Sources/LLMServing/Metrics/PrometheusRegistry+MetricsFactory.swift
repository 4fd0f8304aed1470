#if Serving
    public import CoreMetrics

    /// Makes the registry a backend of swift-metrics: what other libraries count appears in the same text.
    ///
    /// ```swift
    /// MetricsSystem.bootstrap(registry)
    /// ```
    extension PrometheusRegistry: MetricsFactory {
        /// A counter; its name ends with `_total`.
        public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
            let name = Self.metricName(label)
            return PrometheusHandler(
                series: series(name.hasSuffix("_total") ? name : name + "_total", .counter, dimensions))
        }

        /// A gauge, or for an aggregate a histogram.
        public func makeRecorder(
            label: String, dimensions: [(String, String)], aggregate: Bool
        ) -> any RecorderHandler {
            PrometheusHandler(
                series: series(
                    Self.metricName(label), aggregate ? .histogram(MetricTable.seconds) : .gauge, dimensions),
                isHistogram: aggregate)
        }

        /// A gauge that goes up and down.
        public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
            PrometheusHandler(series: series(Self.metricName(label), .gauge, dimensions))
        }

        /// A histogram in seconds; its name ends with `_seconds`.
        public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
            let name = Self.metricName(label)
            return PrometheusHandler(
                series: series(
                    name.hasSuffix("_seconds") ? name : name + "_seconds", .histogram(MetricTable.seconds), dimensions),
                isHistogram: true)
        }

        /// Nothing: a Prometheus series stays.
        public func destroyCounter(_ handler: any CounterHandler) {}
        /// Nothing: a Prometheus series stays.
        public func destroyRecorder(_ handler: any RecorderHandler) {}
        /// Nothing: a Prometheus series stays.
        public func destroyMeter(_ handler: any MeterHandler) {}
        /// Nothing: a Prometheus series stays.
        public func destroyTimer(_ handler: any TimerHandler) {}

        private func series(
            _ name: String, _ kind: MetricDefinition.Kind, _ dimensions: [(String, String)]
        ) -> MetricSeries {
            let sorted = dimensions.sorted { $0.0 < $1.0 }
            let definition = MetricDefinition(
                name, kind, "By swift-metrics.", labels: sorted.map { Self.labelName($0.0) })
            return series(definition, sorted.map(\.1))
        }

        /// Letters, digits, `_` and `:`, not beginning with a digit.
        static func metricName(_ text: String) -> String { cleaned(text, allowsColon: true) }
        static func labelName(_ text: String) -> String { cleaned(text, allowsColon: false) }

        private static func cleaned(_ text: String, allowsColon: Bool) -> String {
            var bytes = text.utf8.map { byte -> UInt8 in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    byte
                case UInt8(ascii: ":") where allowsColon: byte
                default: UInt8(ascii: "_")
                }
            }
            if bytes.first.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) ?? true {
                bytes.insert(UInt8(ascii: "_"), at: 0)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// All of swift-metrics' handlers over one series.
    private final class PrometheusHandler: CounterHandler, RecorderHandler, MeterHandler, TimerHandler {
        private let series: MetricSeries
        private let isHistogram: Bool

        init(series: MetricSeries, isHistogram: Bool = false) {
            self.series = series
            self.isHistogram = isHistogram
        }

        func increment(by amount: Int64) { series.add(Double(amount)) }
        func increment(by amount: Double) { series.add(amount) }
        func decrement(by amount: Double) { series.add(-amount) }
        func set(_ value: Int64) { series.set(Double(value)) }
        func set(_ value: Double) { series.set(value) }
        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { isHistogram ? series.observe(value) : series.set(value) }
        func recordNanoseconds(_ duration: Int64) { series.observe(Double(duration) * 1e-9) }
        func reset() { series.reset() }
    }
#endif
