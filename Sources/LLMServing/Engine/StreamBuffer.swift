internal import Synchronization

/// The bounded buffer between an engine and the reader of one request.
///
/// The engine puts events in and never waits; a full buffer tells it to pause the request's sequences. One reader.
final class StreamBuffer: Sendable {
    private struct State {
        var events: [ServingEvent] = []
        var head = 0
        var failure: ServingError?
        var isClosed = false
        var isCancelled = false
        var fullSince: Duration?
        var reader: CheckedContinuation<Void, Never>?

        var count: Int { events.count - head }

        mutating func pop() -> ServingEvent? {
            guard head < events.count else { return nil }
            let event = events[head]
            head += 1
            if head == events.count {
                events.removeAll(keepingCapacity: true)
                head = 0
            }
            return event
        }
    }

    private let state = Mutex(State())
    private let capacity: Int
    /// Called when the reader made room in a full buffer.
    private let onRoom: @Sendable () -> Void
    /// Called once, when the reader went away before the end.
    private let onCancel: @Sendable () -> Void

    init(capacity: Int, onRoom: @escaping @Sendable () -> Void, onCancel: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.onRoom = onRoom
        self.onCancel = onCancel
    }

    // MARK: The engine's side

    /// Whether the reader went away.
    var isCancelled: Bool { state.withLock(\.isCancelled) }

    /// Since when the buffer is full; nil when it has room.
    func fullSince(now: Duration) -> Duration? {
        state.withLock { state in
            if state.count < capacity {
                state.fullSince = nil
            } else if state.fullSince == nil {
                state.fullSince = now
            }
            return state.fullSince
        }
    }

    /// Adds an event; nothing after the end or once the reader went away.
    func push(_ event: ServingEvent) {
        wake { state in
            guard !state.isClosed, !state.isCancelled else { return false }
            state.events.append(event)
            return true
        }
    }

    /// Ends the stream: the reader gets what is buffered, then `failure` or the end.
    func close(_ failure: ServingError? = nil) {
        wake { state in
            guard !state.isClosed else { return false }
            state.isClosed = true
            state.failure = failure
            return true
        }
    }

    private func wake(_ change: (inout sending State) -> Bool) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            change(&state) ? state.reader.take() : nil
        }
        reader?.resume()
    }

    // MARK: The reader's side

    /// The reader goes away; the request ends within one step.
    func cancel() {
        let (isFirst, reader) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
            guard !state.isCancelled else { return (false, nil) }
            state.isCancelled = true
            let isFirst = !state.isClosed
            if isFirst {
                state.isClosed = true
                state.failure = .cancelled
            }
            return (isFirst, state.reader.take())
        }
        reader?.resume()
        if isFirst { onCancel() }
    }

    /// The next event; nil at the end.
    func next() async throws(ServingError) -> ServingEvent? {
        while true {
            switch take() {
            case .success(.some(let event)): return event
            case .success(nil): return nil
            case .failure(let error): throw error
            case nil: await waitForChange()
            }
        }
    }

    /// What there is now; nil when there is nothing yet.
    private func take() -> Result<ServingEvent?, ServingError>? {
        let (result, madeRoom) = state.withLock { state -> (Result<ServingEvent?, ServingError>?, Bool) in
            let wasFull = state.count >= capacity
            if let event = state.pop() { return (.success(event), wasFull) }
            guard state.isClosed else { return (nil, false) }
            return (state.failure.take().map { .failure($0) } ?? .success(nil), false)
        }
        if madeRoom { onRoom() }
        return result
    }

    private func waitForChange() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state -> Bool in
                    guard state.count == 0, !state.isClosed, state.reader == nil else { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}
