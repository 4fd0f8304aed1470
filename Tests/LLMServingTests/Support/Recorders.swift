import LLMGovernance
import Synchronization

@testable import LLMServing

/// Keeps what an engine tells.
final class EventLog: EngineObserver {
    private let events = Mutex<[EngineEvent]>([])
    func engineDid(_ event: EngineEvent) { events.withLock { $0.append(event) } }
    var all: [EngineEvent] { events.withLock { $0 } }

    /// The kinds of a request's events, in order.
    func story(of request: String) -> [String] {
        all.filter { $0.request == request }.map { event in
            switch event.kind {
            case .queued: "queued"
            case .refused: "refused"
            case .scheduled: "scheduled"
            case .preempted: "preempted"
            case .firstToken: "first"
            case .newTokens: "more"
            case .finished: "finished"
            case .ended: "ended"
            case .step: "step"
            }
        }
    }
}

/// Keeps audit events; can be made to fail.
final class AuditLog: AuditSink {
    struct Full: Error {}
    let fails = Mutex(false)
    private let events = Mutex<[AuditEvent]>([])
    var actions: [String] { events.withLock { $0.map(\.action) } }
    func record(_ event: AuditEvent) throws {
        if fails.withLock({ $0 }) { throw Full() }
        events.withLock { $0.append(event) }
    }
}
