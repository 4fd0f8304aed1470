/// The metrics of a server of language models: one table, versioned.
///
/// The `vllm:` names are those of vLLM, which the Kubernetes inference gateway, KEDA scalers and dashboards look for; the
/// `gen_ai_` names are the OpenTelemetry semantic conventions for generative AI as Prometheus spells them (those are still
/// in development, hence the version).
public enum MetricTable {
    /// Rises when a name, a label or a bucket changes.
    public static let version = "2026.11"

    /// Seconds, from a millisecond to minutes, for waiting times.
    static let seconds: [Double] = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
    ]
    static let requestSeconds: [Double] = [
        0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960,
    ]
    static let interTokenSeconds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
    ]
    static let tokens: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100_000,
    ]
    static let stepTokens: [Double] = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]
    /// 0.01 · 2ⁿ up to 81.92.
    static let telemetrySeconds: [Double] = (0...13).map { 0.01 * Double(1 << $0) }
    static let telemetryFirstToken: [Double] = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]
    static let telemetryPerToken: [Double] = [
        0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5,
    ]
    /// 4ⁿ up to 67,108,864.
    static let telemetryTokens: [Double] = (0...13).map { Double(1 << (2 * $0)) }

    static let model = ["model_name"]
    static let telemetry = ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model"]

    static let running = MetricDefinition(
        "vllm:num_requests_running", .gauge, "Requests being computed.", labels: model)
    static let waiting = MetricDefinition("vllm:num_requests_waiting", .gauge, "Requests in the queue.", labels: model)
    static let cacheUsage = MetricDefinition(
        "vllm:kv_cache_usage_perc", .gauge, "Share of the key-value cache in use, 0 to 1.", labels: model)
    static let prefixQueries = MetricDefinition(
        "vllm:prefix_cache_queries_total", .counter, "Prompt tokens looked up in the prefix cache.", labels: model)
    static let prefixHits = MetricDefinition(
        "vllm:prefix_cache_hits_total", .counter, "Prompt tokens found in the prefix cache.", labels: model)
    static let preemptions = MetricDefinition(
        "vllm:num_preemptions_total", .counter, "Requests put aside for want of memory.", labels: model)
    static let promptTokens = MetricDefinition(
        "vllm:prompt_tokens_total", .counter, "Prompt tokens taken in.", labels: model)
    static let generatedTokens = MetricDefinition(
        "vllm:generation_tokens_total", .counter, "Tokens generated.", labels: model)
    static let successes = MetricDefinition(
        "vllm:request_success_total", .counter, "Requests completed.", labels: model + ["finished_reason"])
    static let failures = MetricDefinition(
        "llmops_request_failure_total", .counter, "Requests refused or broken off.", labels: model + ["error_type"])
    static let firstToken = MetricDefinition(
        "vllm:time_to_first_token_seconds", .histogram(seconds), "From arrival to the first token.", labels: model)
    static let interToken = MetricDefinition(
        "vllm:inter_token_latency_seconds", .histogram(interTokenSeconds), "Between two tokens of a request.",
        labels: model)
    static let request = MetricDefinition(
        "vllm:e2e_request_latency_seconds", .histogram(requestSeconds), "From arrival to the last token.",
        labels: model)
    static let queue = MetricDefinition(
        "vllm:request_queue_time_seconds", .histogram(requestSeconds), "From arrival to the first step.", labels: model)
    static let prefill = MetricDefinition(
        "vllm:request_prefill_time_seconds", .histogram(requestSeconds), "From the first step to the first token.",
        labels: model)
    static let decode = MetricDefinition(
        "vllm:request_decode_time_seconds", .histogram(requestSeconds), "From the first token to the last.",
        labels: model)
    static let requestPromptTokens = MetricDefinition(
        "vllm:request_prompt_tokens", .histogram(tokens), "Prompt tokens of a request.", labels: model)
    static let requestGeneratedTokens = MetricDefinition(
        "vllm:request_generation_tokens", .histogram(tokens), "Tokens generated for a request.", labels: model)
    static let iterationTokens = MetricDefinition(
        "vllm:iteration_tokens_total", .histogram(stepTokens), "Tokens of a step.", labels: model)
    static let telemetryRequest = MetricDefinition(
        "gen_ai_server_request_duration_seconds", .histogram(telemetrySeconds), "Duration of a request.",
        labels: telemetry + ["error_type"])
    static let telemetryTimeToFirst = MetricDefinition(
        "gen_ai_server_time_to_first_token_seconds", .histogram(telemetryFirstToken), "Time to the first token.",
        labels: telemetry)
    static let telemetryTimePerToken = MetricDefinition(
        "gen_ai_server_time_per_output_token_seconds", .histogram(telemetryPerToken),
        "Time per token after the first.", labels: telemetry)
    static let telemetryUsage = MetricDefinition(
        "gen_ai_client_token_usage", .histogram(telemetryTokens), "Tokens used.",
        labels: telemetry + ["gen_ai_token_type"])

    /// All of it, in the order in which it is rendered.
    public static let all: [MetricDefinition] = [
        running, waiting, cacheUsage, prefixQueries, prefixHits, preemptions, promptTokens, generatedTokens, successes,
        failures, firstToken, interToken, request, queue, prefill, decode, requestPromptTokens, requestGeneratedTokens,
        iterationTokens, telemetryRequest, telemetryTimeToFirst, telemetryTimePerToken, telemetryUsage,
    ]
}
