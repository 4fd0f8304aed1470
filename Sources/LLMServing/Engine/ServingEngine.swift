internal import Dispatch
public import LLMModel
public import LLMTokenizer

/// Serves one loaded model version to many clients at once: continuous batching over a bounded queue.
///
/// Prompts are read in pieces beside the streams being continued, so that a long one does not hold them up. Steps run
/// on a thread of the engine's own, never on Swift's cooperative pool; a submission never waits for a step. May be used
/// from any task. Streams keep their engine alive.
///
/// ```swift
/// let engine = try ServingEngine(model: model)
/// let request = ServingRequest(prompt: try model.chatTokens(messages), parameters: model.generationDefaults)
/// for try await event in try engine.submit(request) {
///     if case .token(let token) = event { print(token.text, terminator: "") }
/// }
/// ```
///
/// Sources: Yu et al., "Orca", OSDI 2022 (continuous batching); Agrawal et al., "Sarathi-Serve", OSDI 2024 (prompts in
/// pieces); Kwon et al., "PagedAttention", SOSP 2023 (shared pages, preemption by recomputation).
public final class ServingEngine: Sendable {
    /// The model version, as events and summaries call it.
    public let model: String
    /// How the machine is shared out.
    public let configuration: EngineConfiguration
    /// Text to tokens and back.
    public let tokenizer: any Tokenizer
    /// Logits per token.
    public let vocabularySize: Int
    /// The most tokens of a prompt and its continuation.
    public let contextLength: Int

    private let shared: EngineShared
    private let loop: EngineLoop
    private let clock: any EngineClock
    private let observer: (any EngineObserver)?

    /// An engine over a loaded model.
    ///
    /// - Parameters:
    ///   - name: The version's name in events; the bundle's own name when nil.
    ///   - observer: Hears what happens.
    /// - Throws: ``ServingError/invalidRequest(_:)`` for a configuration out of range; `DecoderError` when memory is
    ///   short.
    public convenience init(
        model bundle: ModelBundle, name: String? = nil, configuration: EngineConfiguration = EngineConfiguration(),
        observer: (any EngineObserver)? = nil, clock: any EngineClock = SystemEngineClock()
    ) throws {
        try configuration.validate()
        let batch = try DecoderBatch(
            model: bundle.decoder, contextLength: configuration.contextLength, stepLimit: configuration.stepTokens)
        try self.init(
            batch: batch, tokenizer: bundle.tokenizer, name: name ?? bundle.information.name ?? "model",
            configuration: configuration, observer: observer, clock: clock)
    }

    /// An engine over anything that continues sequences.
    package init(
        batch: sending any BatchModel, tokenizer: any Tokenizer, name: String,
        configuration: EngineConfiguration = EngineConfiguration(), observer: (any EngineObserver)? = nil,
        clock: any EngineClock = SystemEngineClock()
    ) throws(ServingError) {
        try configuration.validate()
        model = name
        self.configuration = configuration
        self.tokenizer = tokenizer
        self.observer = observer
        self.clock = clock
        vocabularySize = batch.vocabularySize
        let pages = configuration.keyValueByteLimit / max(1, batch.pageByteCount)
        guard pages > 0 else {
            throw .invalidRequest("engine configuration keyValueByteLimit: expected at least \(batch.pageByteCount)")
        }
        let (positions, isHuge) = pages.multipliedReportingOverflow(by: batch.pagePositions)
        contextLength = isHuge ? batch.contextLength : min(batch.contextLength, positions)
        shared = EngineShared(configuration: configuration, costs: StepCostModel())
        loop = EngineLoop(
            batch: batch, tokenizer: tokenizer, model: name, contextLength: contextLength, shared: shared,
            observer: observer, clock: clock)
        let queue = DispatchQueue(label: "swift-llmops.serving", qos: .userInitiated)
        shared.setStart { [weak loop] in
            guard let loop else { return }
            queue.async { loop.run(on: queue) }
        }
    }

    /// Takes a request in.
    ///
    /// Returns or throws within a millisecond, whatever the engine is doing.
    /// - Throws: ``ServingError/overloaded(retryAfter:)`` when the queue is full or the deadline cannot be kept,
    ///   ``ServingError/invalidRequest(_:)``, ``ServingError/draining``.
    public func submit(_ request: ServingRequest) throws(ServingError) -> ServingStream {
        let now = clock.now
        do throws(ServingError) {
            try check(request)
            let buffer = try enqueue(request, now: now)
            return ServingStream(id: request.id, model: model, source: StreamHandle(buffer: buffer, engine: self))
        } catch {
            report(request.id, .refused(error), now)
            throw error
        }
    }

    /// Counters and levels.
    public var statistics: EngineStatistics {
        var result = shared.statistics
        result.keyValueLimit = configuration.keyValueByteLimit
        return result
    }

    /// Refuses new requests and returns when those taken in are complete.
    public func drain() async {
        _ = shared.beginDraining(droppingQueue: false)
        shared.kick()
        await shared.waitUntilIdle()
    }

    /// Refuses new requests and ends those taken in with ``ServingError/draining``; returns when all is quiet.
    public func shutDown() async {
        for record in shared.beginDraining(droppingQueue: true) {
            record.buffer.close(.draining)
            report(record.request.id, .ended(.draining, record.usage), clock.now)
        }
        loop.stopAll()
        shared.kick()
        await shared.waitUntilIdle()
    }

    private func enqueue(_ request: ServingRequest, now: Duration) throws(ServingError) -> StreamBuffer {
        let room = contextLength - request.prompt.count + 1
        let limit = min(request.parameters.maximumTokens ?? room, room)
        let record = try shared.submit(arrival: now) { number in
            let buffer = StreamBuffer(capacity: configuration.streamCapacity) { [shared] in
                shared.kick()
            } onCancel: { [shared, observer, model, clock] in
                guard let record = shared.cancel(number: number) else { return }
                observer?.engineDid(
                    EngineEvent(
                        request: record.request.id, model: model, time: clock.now,
                        kind: .ended(.cancelled, record.usage)))
            }
            return RequestRecord(
                request: request, buffer: buffer, arrival: now, number: number, tokenLimit: limit)
        } announce: { record in
            report(record.request.id, .queued(promptTokens: record.request.prompt.count), now)
        }
        return record.buffer
    }

    private func check(_ request: ServingRequest) throws(ServingError) {
        do throws(GenerationError) {
            try request.parameters.validate()
            try GenerationRequest(prompt: request.prompt, parameters: request.parameters).check(
                vocabularySize: vocabularySize, contextLength: contextLength)
        } catch {
            throw .invalidRequest("\(error)")
        }
        for token in request.parameters.sampling.logitBias.keys where token < 0 || Int(token) >= vocabularySize {
            throw .invalidRequest("the biased token \(token) is outside the vocabulary of \(vocabularySize) tokens")
        }
        guard (1...configuration.maximumSequences).contains(request.choiceCount) else {
            throw .invalidRequest(
                "\(request.choiceCount) choices; this server gives 1 to \(configuration.maximumSequences)")
        }
        let most = ServingRequest.maximumTopLogprobs
        if let count = request.topLogprobs, !(0...most).contains(count) {
            throw .invalidRequest("\(count) log probabilities per token; expected 0 to \(most)")
        }
        if let limit = request.timeLimit, limit <= .zero { throw .deadlineExceeded }
    }

    private func report(_ request: String, _ kind: EngineEvent.Kind, _ time: Duration) {
        observer?.engineDid(EngineEvent(request: request, model: model, time: time, kind: kind))
    }
}
