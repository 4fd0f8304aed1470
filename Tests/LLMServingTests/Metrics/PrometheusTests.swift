import CoreMetrics
import Foundation
import LLMModel
import Testing

@testable import LLMServing

@Suite struct PrometheusTests {
    private func sample() -> PrometheusRegistry {
        let registry = PrometheusRegistry()
        let counter = MetricDefinition("requests_total", .counter, "Lines\nand \\ slashes.", labels: ["path", "code"])
        registry.series(counter, ["/a\"b\\c\nd", "200"]).add(3)
        registry.series(counter, ["/", "500"]).add(0.5)
        registry.series(MetricDefinition("level", .gauge, "A level.")).set(-2.5)
        let histogram = MetricDefinition("time_seconds", .histogram([0.1, 1, 10]), "A time.", labels: ["model"])
        for value in [0.05, 0.1, 0.5, 2, 100] { registry.series(histogram, ["m"]).observe(value) }
        return registry
    }

    @Test func `The text is format 0.0.4`() {
        #expect(
            sample().render() == """
                # HELP requests_total Lines\\nand \\\\ slashes.
                # TYPE requests_total counter
                requests_total{path="/a\\"b\\\\c\\nd",code="200"} 3
                requests_total{path="/",code="500"} 0.5
                # HELP level A level.
                # TYPE level gauge
                level -2.5
                # HELP time_seconds A time.
                # TYPE time_seconds histogram
                time_seconds_bucket{model="m",le="0.1"} 2
                time_seconds_bucket{model="m",le="1"} 3
                time_seconds_bucket{model="m",le="10"} 4
                time_seconds_bucket{model="m",le="+Inf"} 5
                time_seconds_sum{model="m"} 102.65
                time_seconds_count{model="m"} 5

                """)
    }

    @Test func `Labels that clients choose cannot grow it without end`() {
        let registry = PrometheusRegistry(seriesLimit: 5)
        let counter = MetricDefinition("c_total", .counter, "", labels: ["user"])
        for index in 0..<1000 { registry.series(counter, ["user \(index)"]).add() }
        let lines = registry.render().split(separator: "\n").filter { $0.hasPrefix("c_total") }
        #expect(lines.count == 6)
        #expect(lines.last == "c_total{user=\"other\"} 995")
    }

    @Test func `What swift-metrics counts appears under clean names`() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "http.requests", dimensions: [("http.route", "/v1")]).increment(by: 2)
        registry.makeTimer(label: "9.time", dimensions: []).recordNanoseconds(2_000_000_000)
        registry.makeRecorder(label: "level", dimensions: [], aggregate: false).record(7.0)
        registry.makeMeter(label: "open", dimensions: []).increment(by: 4)
        let text = registry.render()
        #expect(text.contains("http_requests_total{http_route=\"/v1\"} 2\n"))
        #expect(text.contains("_9_time_seconds_sum 2\n"))
        #expect(text.contains("\nlevel 7\n") && text.contains("\nopen 4\n"))
    }

    @Test func `Engine events become vLLM's and OpenTelemetry's metrics`() {
        let registry = PrometheusRegistry()
        let metrics = EngineMetrics(registry: registry)
        func tell(_ seconds: Double, _ kind: EngineEvent.Kind) {
            metrics.engineDid(EngineEvent(request: "r", model: "m", time: .seconds(seconds), kind: kind))
        }
        tell(1, .queued(promptTokens: 10))
        tell(2, .scheduled(cachedTokens: 4))
        tell(5, .firstToken)
        tell(7, .newTokens(2))
        let summary = ServingSummary(
            id: "r", model: "m", usage: ServingUsage(promptTokens: 10, cachedTokens: 4, completionTokens: 3),
            reasons: [.stopString], seed: 1, queueTime: .seconds(1), timeToFirstToken: .seconds(4),
            totalTime: .seconds(6), preemptions: 0)
        tell(7, .finished(summary))
        tell(8, .refused(.overloaded(retryAfter: .seconds(1))))
        let text = registry.render()
        for line in [
            "vllm:prompt_tokens_total{model_name=\"m\"} 10", "vllm:prefix_cache_hits_total{model_name=\"m\"} 4",
            "vllm:request_queue_time_seconds_sum{model_name=\"m\"} 1",
            "vllm:request_prefill_time_seconds_sum{model_name=\"m\"} 3",
            "vllm:request_decode_time_seconds_sum{model_name=\"m\"} 2",
            "vllm:time_to_first_token_seconds_sum{model_name=\"m\"} 4",
            "vllm:inter_token_latency_seconds_count{model_name=\"m\"} 2",
            "vllm:e2e_request_latency_seconds_sum{model_name=\"m\"} 6",
            "vllm:request_success_total{model_name=\"m\",finished_reason=\"stop\"} 1",
            "llmops_request_failure_total{model_name=\"m\",error_type=\"overloaded\"} 1",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test func `Engines that are gone are forgotten, and leave the label to those that live`() async throws {
        let registry = PrometheusRegistry()
        let metrics = EngineMetrics(registry: registry)
        let live = try ServingEngine.scripted(ScriptedBatch(endOdds: 0), name: "m")
        // Nobody reads the answer: its sequence pauses when the stream is full, and stays.
        let stream = try live.ask("a", count: 400)
        while live.statistics.running == 0 { try await Task.sleep(for: .milliseconds(1)) }
        metrics.watch(live)
        for _ in 0..<20 {
            let other = try ServingEngine.scripted(name: "m")
            metrics.watch(other)
            await other.shutDown()
        }
        #expect(metrics.watchedCount == 21)
        let level = "vllm:num_requests_running{model_name=\"m\"} 1\n"
        #expect(registry.render().contains(level))
        // An engine's thread may hold it a little longer.
        for _ in 0..<1000 where metrics.watchedCount > 1 {
            try await Task.sleep(for: .milliseconds(10))
            #expect(registry.render().contains(level))
        }
        #expect(metrics.watchedCount == 1)
        withExtendedLifetime(stream) {}
        await live.shutDown()
    }

    @Test(.enabled(if: Self.parser != nil, "needs a Python with prometheus_client, named by LLMOPS_PYTHON"))
    func `The Python client's parser reads it`() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(Self.parser))
        let program = """
            import sys
            from prometheus_client.parser import text_string_to_metric_families as parse
            for family in parse(sys.stdin.read()):
                for s in family.samples: print(family.type, s.name, sorted(s.labels.items()), float(s.value))
            """
        process.arguments = ["-c", program]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(sample().render().utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(text.contains("counter requests_total [('code', '200'), ('path', '/a\"b\\\\c\\nd')] 3.0"))
        #expect(text.contains("histogram time_seconds_bucket [('le', '+Inf'), ('model', 'm')] 5.0"))
    }

    static let parser: String? = {
        guard let python = ProcessInfo.processInfo.environment["LLMOPS_PYTHON"] else { return nil }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", "import prometheus_client.parser"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? python : nil
    }()
}
