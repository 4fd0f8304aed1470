#if Serving
    internal import Synchronization
    internal import Tracing

    /// Makes a span of each request, with spans for waiting, reading the prompt and generating inside.
    ///
    /// Spans go to the tracer the program has bootstrapped; without one they cost next to nothing. Names and attributes are
    /// those of the OpenTelemetry conventions for generative AI.
    public final class EngineTracing: EngineObserver {
        private struct Spans {
            var request: any Span
            var phase: any Span
        }

        private let spans = Mutex<[String: Spans]>([:])

        /// An observer.
        public init() {}

        /// Something happened.
        public func engineDid(_ event: EngineEvent) {
            switch event.kind {
            case .queued(let tokens): open(event, tokens)
            case .scheduled: advance(event.request, to: "prefill")
            case .firstToken: advance(event.request, to: "decode")
            case .preempted: spans.withLock { $0[event.request]?.request.addEvent("preempted") }
            case .finished(let summary): close(event.request, summary.usage, error: nil)
            case .ended(let error, let usage): close(event.request, usage, error: error)
            case .refused, .newTokens, .step: break
            }
        }

        private func open(_ event: EngineEvent, _ tokens: Int) {
            let request = startSpan("chat \(event.model)", ofKind: .server)
            request.attributes["gen_ai.operation.name"] = "chat"
            request.attributes["gen_ai.provider.name"] = "llmops"
            request.attributes["gen_ai.request.model"] = event.model
            request.attributes["gen_ai.usage.input_tokens"] = tokens
            let phase = startSpan("queue", context: request.context)
            spans.withLock { $0[event.request] = Spans(request: request, phase: phase) }
        }

        private func advance(_ request: String, to name: String) {
            spans.withLock { spans in
                guard let open = spans[request] else { return }
                open.phase.end()
                spans[request]?.phase = startSpan(name, context: open.request.context)
            }
        }

        private func close(_ request: String, _ usage: ServingUsage, error: ServingError?) {
            guard let open = spans.withLock({ $0.removeValue(forKey: request) }) else { return }
            open.phase.end()
            open.request.attributes["gen_ai.usage.output_tokens"] = usage.completionTokens
            if let error {
                open.request.attributes["error.type"] = error.name
                open.request.recordError(error)
            }
            open.request.end()
        }
    }
#endif
