internal import Dispatch
internal import LLMModel
internal import LLMTokenizer
internal import Synchronization

/// The engine's own thread: takes requests from the queue, computes steps, hands out tokens.
///
/// All but ``stopAll()`` belongs to the queue it runs on.
final class EngineLoop: @unchecked Sendable {
    let batch: any BatchModel
    let tokenizer: any Tokenizer
    let model: String
    let contextLength: Int
    let shared: EngineShared
    let observer: (any EngineObserver)?
    let clock: any EngineClock
    let configuration: EngineConfiguration

    /// Sequences with memory, in the order they were started.
    var active: [Generation] = []
    /// Put aside for want of memory, the first to go on first.
    var aside: [Generation] = []
    var prefixes: PrefixCache
    var costs = StepCostModel()
    /// Changes of the counters since they were last published.
    var counts = EngineStatistics()
    private let isStopping = Atomic(false)

    init(
        batch: any BatchModel, tokenizer: any Tokenizer, model: String, contextLength: Int, shared: EngineShared,
        observer: (any EngineObserver)?, clock: any EngineClock
    ) {
        self.batch = batch
        self.tokenizer = tokenizer
        self.model = model
        self.contextLength = contextLength
        self.shared = shared
        self.observer = observer
        self.clock = clock
        configuration = shared.configuration
        prefixes = PrefixCache(
            byteLimit: Int(Double(configuration.keyValueByteLimit) * configuration.prefixShare),
            pageByteCount: batch.pageByteCount)
    }

    /// Ends everything with ``ServingError/draining`` at the next step. Any thread.
    func stopAll() { isStopping.store(true, ordering: .releasing) }

    /// Works until there is nothing to do.
    func run(on queue: DispatchQueue) {
        while true {
            let changes = shared.changes
            settle()
            admit()
            let inputs = compose()
            if inputs.isEmpty {
                publish()
                guard shared.stopLoop(unless: changes) else { continue }
                if !active.isEmpty { lookAgainLater(on: queue) }
                return
            }
            step(inputs)
            publish()
        }
    }

    /// All readers are slow: look whether one of them has to go, or a deadline has passed.
    private func lookAgainLater(on queue: DispatchQueue) {
        let pause = min(configuration.slowReaderLimit, .milliseconds(200))
        let nanoseconds = max(1_000_000, Int(pause / .nanoseconds(1)))
        queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak shared] in shared?.kick() }
    }

    /// Ends what is cancelled, too late, or not read.
    private func settle() {
        let now = clock.now
        for record in shared.takeExpired(now: now) {
            record.buffer.close(.deadlineExceeded)
            counts.expired += 1
            report(record, .ended(.deadlineExceeded, record.usage))
        }
        let stops = isStopping.load(ordering: .acquiring)
        for generation in active + aside where !generation.record.isOver {
            let record = generation.record
            if record.buffer.isCancelled {
                end(record, .cancelled)
            } else if stops {
                end(record, .draining)
            } else if let deadline = record.deadline, deadline <= now {
                end(record, .deadlineExceeded)
            } else if let since = record.buffer.fullSince(now: now), now - since >= configuration.slowReaderLimit {
                end(record, .slowReader)
            }
        }
    }

    /// Starts waiting requests while there is room.
    private func admit() {
        resumeAside()
        guard aside.isEmpty else { return }
        while let record = shared.takeNext(now: clock.now, room: freeSlots) { start(record) }
    }

    /// Slots not promised to a request: those that are to be forked once their prompt is read are counted already.
    private var freeSlots: Int {
        var used = 0
        var seen: Set<Int> = []
        for generation in active where seen.insert(generation.record.number).inserted {
            used += generation.record.reasons.count { $0 == nil }
        }
        return configuration.maximumSequences - used
    }

    private func start(_ record: RequestRecord) {
        let now = clock.now
        record.scheduledAt = now
        do throws(GenerationError) {
            let generation = Generation(
                record: record, choice: 0, run: try makeRun(record, choice: 0), tokens: record.request.prompt)
            record.seed = generation.run.sampler.seed
            let cached = giveSequence(to: generation)
            record.usage.cachedTokens = cached
            counts.promptTokens += record.request.prompt.count
            counts.cachedTokens += cached
            report(record, .scheduled(cachedTokens: cached))
            active.append(generation)
            if !generation.run.wantsMoreTokens {
                for choice in record.reasons.indices { finish(generation, choice: choice, .length) }
            }
        } catch {
            end(record, .invalidRequest("\(error)"))
        }
    }

    /// The sampler and text state of a choice; each has draws of its own.
    func makeRun(_ record: RequestRecord, choice: Int) throws(GenerationError) -> GenerationRun {
        var request = GenerationRequest(
            prompt: record.request.prompt, parameters: record.request.parameters,
            processors: record.request.processors)
        if choice > 0 { request.parameters.sampling.seed = record.seed &+ UInt64(choice) }
        return try GenerationRun(request, tokenizer: tokenizer, vocabularySize: batch.vocabularySize)
    }

    /// Gives a generation a sequence that already holds as much of its tokens as any kept prefix; returns how much.
    func giveSequence(to generation: Generation) -> Int {
        let wanted = generation.tokens.dropLast()
        if generation.record.request.reusesPrefix, let (kept, shared) = prefixes.longest(wanted) {
            let fork = batch.forkSequence(kept)
            if (try? batch.truncateSequence(fork, to: shared)) != nil {
                generation.sequence = fork
                generation.sharesLastPage = shared % batch.pagePositions != 0
                return shared
            }
        }
        generation.sequence = batch.makeBatchSequence()
        return 0
    }

    func report(_ record: RequestRecord, _ kind: EngineEvent.Kind) {
        observer?.engineDid(EngineEvent(request: record.request.id, model: model, time: clock.now, kind: kind))
    }

    private func publish() {
        let running = (active + aside).map { generation in
            PendingWork(
                promptTokens: generation.isDecoding ? 0 : generation.pendingTokens,
                decodeTokens: generation.remainingTokens,
                choices: generation.run.timings.generatedTokens == 0 ? generation.record.request.choiceCount : 1)
        }
        let records = Set(active.map(\.record.number)).count
        let asideRecords = Set(aside.map(\.record.number)).count
        let (bytes, prefixBytes) = (batch.keyValueByteCount, prefixes.byteCount)
        shared.publish(running: running, costs: costs) { statistics in
            statistics.add(counts)
            statistics.running = records
            statistics.waiting = asideRecords
            statistics.keyValueBytes = bytes
            statistics.prefixBytes = prefixBytes
        }
        counts = EngineStatistics()
    }
}
