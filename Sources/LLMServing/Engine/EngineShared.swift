internal import Synchronization

/// What submitting threads and the engine's thread share: the queue, and what forecasts need.
///
/// Nothing here waits for a step: a request is taken in or refused in microseconds.
final class EngineShared: Sendable {
    private struct State {
        var waiting: [RequestRecord] = []
        /// Requests taken in that are not in the queue yet.
        var arriving = 0
        var running: [PendingWork] = []
        var costs: StepCostModel
        var statistics = EngineStatistics()
        var nextNumber = 0
        var isDraining = false
        var isLoopRunning = false
        /// Grows with everything the loop must look at; so that it does not fall asleep over it.
        var changes = 0
        var start: (@Sendable () -> Void)?
        var idle: [CheckedContinuation<Void, Never>] = []
        var activeCount = 0
    }

    private let state: Mutex<State>
    let configuration: EngineConfiguration

    init(configuration: EngineConfiguration, costs: StepCostModel) {
        self.configuration = configuration
        state = Mutex(State(costs: costs))
    }

    func setStart(_ start: @escaping @Sendable () -> Void) { state.withLock { $0.start = start } }

    var statistics: EngineStatistics {
        state.withLock { state in
            var result = state.statistics
            result.waiting += state.waiting.count
            return result
        }
    }

    // MARK: Submitting threads

    /// Takes a request in, or says why not.
    ///
    /// - Parameter announce: called once it is taken in, before the loop can see it.
    func submit(
        arrival: Duration, _ make: (Int) -> RequestRecord, announce: (RequestRecord) -> Void
    ) throws(ServingError) -> RequestRecord {
        let result = state.withLock { state -> Result<RequestRecord, ServingError> in
            let record = make(state.nextNumber)
            if let refusal = state.isDraining ? .draining : refusal(of: record, state, now: arrival) {
                state.statistics.refused += 1
                return .failure(refusal)
            }
            state.nextNumber += 1
            state.statistics.accepted += 1
            state.arriving += 1
            return .success(record)
        }
        let record = try result.get()
        announce(record)
        state.withLock { state in
            state.arriving -= 1
            state.waiting.append(record)
        }
        kick()
        return record
    }

    private func refusal(of record: RequestRecord, _ state: State, now: Duration) -> ServingError? {
        let isFull = state.waiting.count + state.arriving >= configuration.queueLimit
        let needsForecast = isFull || record.deadline != nil || state.waiting.contains { $0.deadline != nil }
        guard needsForecast else { return nil }
        var order = state.waiting + [record]
        sort(&order, now: now)
        let forecast = AdmissionForecast(
            costs: state.costs, slots: configuration.maximumSequences,
            promptPiece: configuration.promptTokensBesideStreams, running: state.running)
        let ends = forecast.completions(of: order.map(\.work))
        var late = 0.0
        for (waiting, end) in zip(order, ends) {
            guard let deadline = waiting.deadline else { continue }
            // What was promised to those before stays promised.
            late = max(late, end * configuration.forecastMargin - (deadline - now) / .seconds(1))
        }
        if isFull {
            // By then, a place in the queue has come free.
            let first = ends.min() ?? 0
            return .overloaded(retryAfter: .seconds(max(late, first, 0.1)))
        }
        return late > 0 ? .overloaded(retryAfter: .seconds(max(late, 0.1))) : nil
    }

    /// The reader of a request went away.
    func cancel(number: Int) -> RequestRecord? {
        let record = state.withLock { state -> RequestRecord? in
            guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
            state.statistics.cancelled += 1
            return state.waiting.remove(at: index)
        }
        kick()
        return record
    }

    /// Makes the loop look around.
    func kick() {
        let start = state.withLock { state -> (@Sendable () -> Void)? in
            state.changes += 1
            guard !state.isLoopRunning, let start = state.start else { return nil }
            state.isLoopRunning = true
            return start
        }
        start?()
    }

    /// Refuses new requests from now on; with `droppingQueue`, hands back those that wait.
    func beginDraining(droppingQueue: Bool) -> [RequestRecord] {
        state.withLock { state in
            state.isDraining = true
            guard droppingQueue else { return [] }
            defer { state.waiting.removeAll() }
            return state.waiting
        }
    }

    /// Returns when nothing runs or waits.
    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state -> Bool in
                if state.activeCount == 0, state.arriving == 0, state.waiting.isEmpty { return true }
                state.idle.append(continuation)
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    // MARK: The engine's thread

    var changes: Int { state.withLock(\.changes) }

    /// The most urgent waiting request, if it fits `room` slots.
    func takeNext(now: Duration, room: Int) -> RequestRecord? {
        state.withLock { state in
            guard room > 0, !state.waiting.isEmpty else { return nil }
            var best = 0
            for index in state.waiting.indices.dropFirst()
            where goesBefore(state.waiting[index], state.waiting[best], now: now) { best = index }
            guard state.waiting[best].request.choiceCount <= room else { return nil }
            state.activeCount += 1
            return state.waiting.remove(at: best)
        }
    }

    /// Takes out the waiting requests that can no longer make it.
    func takeExpired(now: Duration) -> [RequestRecord] {
        state.withLock { state in
            guard state.waiting.contains(where: { $0.deadline.map { $0 <= now } ?? false }) else { return [] }
            let expired = state.waiting.filter { $0.deadline.map { $0 <= now } ?? false }
            state.waiting.removeAll { $0.deadline.map { $0 <= now } ?? false }
            return expired
        }
    }

    /// Tells submitting threads how far things are.
    func publish(running: [PendingWork], costs: StepCostModel, _ update: (inout EngineStatistics) -> Void) {
        let idle = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.running = running
            state.costs = costs
            update(&state.statistics)
            return takeIdle(&state)
        }
        for continuation in idle { continuation.resume() }
    }

    /// A request that was taken is over.
    func release() {
        state.withLock { $0.activeCount -= 1 }
    }

    /// Whether the loop may stop: nothing changed since it counted `changes`.
    func stopLoop(unless changes: Int) -> Bool {
        let (stops, idle) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
            guard state.changes == changes else { return (false, []) }
            state.isLoopRunning = false
            return (true, takeIdle(&state))
        }
        for continuation in idle { continuation.resume() }
        return stops
    }

    private func takeIdle(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        guard state.activeCount == 0, state.arriving == 0, state.waiting.isEmpty else { return [] }
        defer { state.idle.removeAll() }
        return state.idle
    }

    private func sort(_ records: inout [RequestRecord], now: Duration) {
        records.sort { goesBefore($0, $1, now: now) }
    }

    private func goesBefore(_ left: RequestRecord, _ right: RequestRecord, now: Duration) -> Bool {
        let (a, b) = (
            left.urgency(now: now, ageing: configuration.ageing), right.urgency(now: now, ageing: configuration.ageing)
        )
        return a != b ? a > b : left.number < right.number
    }
}
