internal import Synchronization

/// Keeps the metrics of ``MetricTable`` from what engines tell.
///
/// One may observe several engines; each model version has its own label.
public final class EngineMetrics: EngineObserver {
    private struct Progress {
        var queued: Duration
        var scheduled: Duration?
        var latest: Duration?
        var first: Duration?
    }

    private struct State {
        var requests: [String: Progress] = [:]
        var models: [String: ModelSeries] = [:]
        /// The engines whose levels are read, until they are gone.
        var watched: [Watched] = []
        var isCollecting = false
    }

    private struct Watched {
        weak var engine: ServingEngine?
        let series: ModelSeries
    }

    /// Where the metrics are.
    public let registry: PrometheusRegistry
    private let state = Mutex(State())

    /// Metrics in a registry.
    public init(registry: PrometheusRegistry) {
        self.registry = registry
    }

    /// Reads the levels of an engine whenever the text is rendered, as long as it lives.
    public func watch(_ engine: ServingEngine) {
        let series = ModelSeries(registry, engine.model)
        let isFirst = state.withLock { state in
            state.models[engine.model] = series
            state.watched.append(Watched(engine: engine, series: series))
            defer { state.isCollecting = true }
            return !state.isCollecting
        }
        guard isFirst else { return }
        registry.onRender { [weak self] in self?.readLevels() }
    }

    /// Reads what every watched engine holds; one that is gone holds nothing, and is forgotten.
    private func readLevels() {
        let watched = state.withLock { state in
            defer { state.watched.removeAll { $0.engine == nil } }
            return state.watched.map { ($0.engine, $0.series) }
        }
        // Those that are gone first: another engine may have their label.
        for (engine, series) in watched where engine == nil { series.setLevels(EngineStatistics()) }
        for (engine, series) in watched {
            if let engine { series.setLevels(engine.statistics) }
        }
    }

    /// Engines whose levels are read.
    var watchedCount: Int { state.withLock(\.watched.count) }

    /// Something happened.
    public func engineDid(_ event: EngineEvent) {
        state.withLock { state in
            let series: ModelSeries
            if let known = state.models[event.model] {
                series = known
            } else {
                series = ModelSeries(registry, event.model)
                state.models[event.model] = series
            }
            Self.update(&state.requests, series, event)
        }
    }

    private static func update(
        _ requests: inout [String: Progress], _ series: ModelSeries, _ event: EngineEvent
    ) {
        switch event.kind {
        case .queued(let tokens):
            requests[event.request] = Progress(queued: event.time)
            series.promptTokens.add(Double(tokens))
            series.prefixQueries.add(Double(tokens))
            series.requestPromptTokens.observe(Double(tokens))
            series.inputUsage.observe(Double(tokens))
        case .refused(let error): series.fail(error, nil)
        case .scheduled(let cached):
            series.prefixHits.add(Double(cached))
            guard let progress = requests[event.request], progress.scheduled == nil else { return }
            requests[event.request]?.scheduled = event.time
            series.queue.observe((event.time - progress.queued).inSeconds)
        case .preempted: series.preemptions.add()
        case .firstToken:
            guard let progress = requests[event.request], progress.first == nil else { return }
            requests[event.request]?.first = event.time
            requests[event.request]?.latest = event.time
            let time = (event.time - progress.queued).inSeconds
            series.firstToken.observe(time)
            series.telemetryFirstToken.observe(time)
            series.prefill.observe((event.time - (progress.scheduled ?? progress.queued)).inSeconds)
        case .newTokens(let count):
            series.generatedTokens.add(Double(count))
            guard count > 0, let latest = requests[event.request]?.latest, event.time > latest else { return }
            series.interToken.observe((event.time - latest).inSeconds / Double(count), count: count)
            requests[event.request]?.latest = event.time
        case .finished(let summary):
            let progress = requests.removeValue(forKey: event.request)
            series.finish(summary, decode: progress?.first.map { (event.time - $0).inSeconds })
        case .ended(let error, _):
            let progress = requests.removeValue(forKey: event.request)
            series.fail(error, progress.map { (event.time - $0.queued).inSeconds })
        case .step(let step):
            series.iterationTokens.observe(Double(step.promptTokens + step.decodingSequences))
        }
    }
}

/// The handles of one model version.
private struct ModelSeries: Sendable {
    let running, waiting, cacheUsage, prefixQueries, prefixHits, preemptions, promptTokens,
        generatedTokens: MetricSeries
    let firstToken, interToken, request, queue, prefill, decode: MetricSeries
    let requestPromptTokens, requestGeneratedTokens, iterationTokens: MetricSeries
    let telemetryFirstToken, telemetryPerToken, inputUsage, outputUsage: MetricSeries
    private let registry: PrometheusRegistry
    private let model: String

    init(_ registry: PrometheusRegistry, _ model: String) {
        self.registry = registry
        self.model = model
        func own(_ definition: MetricDefinition) -> MetricSeries { registry.series(definition, [model]) }
        running = own(MetricTable.running)
        waiting = own(MetricTable.waiting)
        cacheUsage = own(MetricTable.cacheUsage)
        prefixQueries = own(MetricTable.prefixQueries)
        prefixHits = own(MetricTable.prefixHits)
        preemptions = own(MetricTable.preemptions)
        promptTokens = own(MetricTable.promptTokens)
        generatedTokens = own(MetricTable.generatedTokens)
        firstToken = own(MetricTable.firstToken)
        interToken = own(MetricTable.interToken)
        request = own(MetricTable.request)
        queue = own(MetricTable.queue)
        prefill = own(MetricTable.prefill)
        decode = own(MetricTable.decode)
        requestPromptTokens = own(MetricTable.requestPromptTokens)
        requestGeneratedTokens = own(MetricTable.requestGeneratedTokens)
        iterationTokens = own(MetricTable.iterationTokens)
        let attributes = ["chat", "llmops", model]
        telemetryFirstToken = registry.series(MetricTable.telemetryTimeToFirst, attributes)
        telemetryPerToken = registry.series(MetricTable.telemetryTimePerToken, attributes)
        inputUsage = registry.series(MetricTable.telemetryUsage, attributes + ["input"])
        outputUsage = registry.series(MetricTable.telemetryUsage, attributes + ["output"])
    }

    func setLevels(_ statistics: EngineStatistics) {
        running.set(Double(statistics.running))
        waiting.set(Double(statistics.waiting))
        cacheUsage.set(statistics.keyValueUsage)
    }

    func finish(_ summary: ServingSummary, decode seconds: Double?) {
        for reason in summary.reasons {
            registry.series(MetricTable.successes, [model, reason.openAIName]).add()
        }
        let total = summary.totalTime.inSeconds
        request.observe(total)
        registry.series(MetricTable.telemetryRequest, ["chat", "llmops", model, ""]).observe(total)
        let tokens = summary.usage.completionTokens
        requestGeneratedTokens.observe(Double(tokens))
        outputUsage.observe(Double(tokens))
        if let seconds {
            decode.observe(seconds)
            if tokens > 1 { telemetryPerToken.observe(seconds / Double(tokens - 1)) }
        }
    }

    func fail(_ error: ServingError, _ seconds: Double?) {
        registry.series(MetricTable.failures, [model, error.name]).add()
        if let seconds {
            registry.series(MetricTable.telemetryRequest, ["chat", "llmops", model, error.name]).observe(seconds)
        }
    }
}

extension ServingError {
    /// A word for labels.
    var name: String {
        switch self {
        case .overloaded: "overloaded"
        case .deadlineExceeded: "deadline_exceeded"
        case .unknownModel: "unknown_model"
        case .draining: "draining"
        case .invalidRequest: "invalid_request"
        case .slowReader: "slow_reader"
        case .cancelled: "cancelled"
        case .failed: "failed"
        }
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
