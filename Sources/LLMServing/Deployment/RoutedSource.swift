internal import Synchronization

/// One try of a request on a version.
struct RoutedRequest: Sendable {
    let stream: ServingStream
    let model: ServedModel
}

/// What a finished try says about its version.
struct RequestOutcome: Sendable {
    /// Nil when it says nothing: the client went away, or was refused.
    var succeeded: Bool?
    var timeToFirstToken: Duration?
    /// Without queueing.
    var secondsPerToken: Double?

    init(_ summary: ServingSummary) {
        succeeded = true
        timeToFirstToken = summary.timeToFirstToken
        guard summary.usage.completionTokens > 0 else { return }
        secondsPerToken =
            ((summary.totalTime - summary.queueTime) / .seconds(1)) / Double(summary.usage.completionTokens)
    }

    init(_ error: ServingError) {
        switch error {
        case .failed, .deadlineExceeded: succeeded = false
        case .overloaded, .unknownModel, .draining, .invalidRequest, .slowReader, .cancelled: succeeded = nil
        }
    }
}

/// The events of a request that a pool routes: tries again what fails before its first token, and reports how it went.
final class RoutedSource: ServingEventSource {
    private struct State {
        var routed: RoutedRequest?
        var iterator: ServingStream.Iterator?
        var attempt = 1
        var hasBegun = false
        var isOver = false
        var isCancelled = false
    }

    private let pool: ServingPool
    private let name: String
    private let routingKey: String?
    private let make: RequestMaker
    private let state: Mutex<State>

    init(
        pool: ServingPool, name: String, routingKey: String?, make: @escaping RequestMaker, first: RoutedRequest
    ) {
        self.pool = pool
        self.name = name
        self.routingKey = routingKey
        self.make = make
        state = Mutex(State(routed: first, iterator: first.stream.makeAsyncIterator()))
    }

    deinit { cancel() }

    func cancel() {
        let routed = state.withLock { state -> RoutedRequest? in
            state.isCancelled = true
            guard !state.isOver else { return nil }
            state.isOver = true
            return state.routed
        }
        guard let routed else { return }
        routed.stream.cancel()
        pool.record(RequestOutcome(.cancelled), of: routed, name: name)
    }

    func next() async throws(ServingError) -> ServingEvent? {
        while true {
            guard var iterator = state.withLock(\.iterator) else { return nil }
            do throws(ServingError) {
                let event = try await iterator.next()
                switch event {
                case .finished(let summary): over(RequestOutcome(summary))
                case nil: over(RequestOutcome(.cancelled))
                case .token, .choiceFinished: state.withLock { $0.hasBegun = true }
                }
                return event
            } catch {
                try await recover(from: error)
            }
        }
    }

    /// Notes how the current try ended.
    private func over(_ outcome: RequestOutcome) {
        let routed = state.withLock { state -> RoutedRequest? in
            guard !state.isOver else { return nil }
            state.isOver = true
            return state.routed
        }
        if let routed { pool.record(outcome, of: routed, name: name) }
    }

    /// Begins another try, or throws.
    private func recover(from error: ServingError) async throws(ServingError) {
        over(RequestOutcome(error))
        let policy = pool.configuration.retry
        let (hasBegun, attempt) = state.withLock { ($0.hasBegun, $0.attempt) }
        guard case .failed = error, !hasBegun, attempt < policy.attempts, !Task.isCancelled, pool.mayRetry() else {
            throw error
        }
        let pause = policy.pause(before: attempt + 1, draw: .random(in: 0..<1))
        do { try await Task.sleep(for: pause) } catch { throw .cancelled }
        let routed = try pool.route(name, routingKey, make, avoidsCanary: true)
        let isWanted = state.withLock { state -> Bool in
            state.routed = routed
            state.iterator = routed.stream.makeAsyncIterator()
            state.attempt = attempt + 1
            state.isOver = false
            return !state.isCancelled
        }
        if !isWanted { cancel() }
    }
}
