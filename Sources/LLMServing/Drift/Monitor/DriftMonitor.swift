public import LLMGovernance
internal import Synchronization

/// Compares the latest traffic with a reference and raises alerts by rules.
///
/// The window slides in panes: it holds the latest `paneCount` full panes and the one being filled. May be used from any
/// thread; adding an observation costs a few dictionary updates.
///
/// ```swift
/// let monitor = DriftMonitor(reference: profile, rules: [
///     DriftRule(name: "prompt length", feature: "prompt_characters", measure: .populationStabilityIndex(),
///               threshold: 0.25, for: .seconds(60), actions: [.alert, .rollback])
/// ], audit: log) { event in ... }
/// ```
public final class DriftMonitor: Sendable {
    /// A rule's state after an evaluation.
    public struct Reading: Sendable, Hashable {
        /// The rule.
        public var rule: DriftRule
        /// The measure; nil while there are too few observations, or none of the feature.
        public var value: Double?
        /// Where the rule stands.
        public var state: AlertState
        /// Observations in the window.
        public var count: Int
    }

    /// An alert that was raised or has ended.
    public struct Event: Sendable, Hashable {
        /// The rule.
        public var rule: DriftRule
        /// The measure that did it.
        public var value: Double
        /// Whether the alert was raised; false when it ended.
        public var isRaised: Bool
    }

    private struct State {
        var panes: [TrafficProfile] = []
        var current = TrafficProfile()
        var states: [String: AlertState] = [:]
    }

    /// What is compared with.
    public let reference: TrafficProfile
    /// When alerts are raised.
    public let rules: [DriftRule]
    private let paneSize: Int
    private let paneCount: Int
    private let actor: String
    private let audit: (any AuditSink)?
    private let act: @Sendable (Event) -> Void
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    /// A monitor.
    ///
    /// - Parameters:
    ///   - paneSize: observations in a pane.
    ///   - paneCount: full panes in the window.
    ///   - actor: who the audit log says acted.
    ///   - audit: where raised and ended alerts are recorded before anything is done.
    ///   - act: carries out a rule's actions; called on the thread that evaluates, outside any lock.
    public init(
        reference: TrafficProfile, rules: [DriftRule], paneSize: Int = 100, paneCount: Int = 5,
        actor: String = "drift-monitor", audit: (any AuditSink)? = nil,
        act: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.reference = reference
        self.rules = rules
        self.paneSize = max(1, paneSize)
        self.paneCount = max(1, paneCount)
        self.actor = actor
        self.audit = audit
        self.act = act
    }

    /// Adds an observation to the window.
    public func add(_ observation: TrafficObservation) {
        state.withLock { state in
            state.current.add(observation)
            guard state.current.count >= paneSize else { return }
            state.panes.append(state.current)
            state.current = TrafficProfile()
            if state.panes.count > paneCount { state.panes.removeFirst() }
        }
    }

    /// The window as one profile.
    public var window: TrafficProfile {
        state.withLock { state in
            var window = state.current
            for pane in state.panes { window.merge(pane) }
            return window
        }
    }

    /// Measures every rule, records and acts on what changed.
    ///
    /// - Parameter now: time since any fixed moment; since the monitor was made when nil.
    /// - Throws: what the audit sink throws; the alert stays pending then and is raised again by the next call.
    @discardableResult
    public func evaluate(at now: Duration? = nil) throws -> [Reading] {
        let now = now ?? (ContinuousClock.now - start)
        let window = window
        return try rules.map { rule in
            let value = window.count >= rule.minimumCount ? measure(rule, window) : nil
            guard let value else { return reading(rule, nil, window.count) }
            let before = state.withLock { $0.states[rule.name] ?? .quiet }
            var after = before
            let transition = after.advance(value, rule: rule, at: now)
            if let transition {
                let event = Event(rule: rule, value: value, isRaised: transition == .raised)
                try audit?.record(entry(event))
                state.withLock { $0.states[rule.name] = after }
                act(event)
            } else {
                state.withLock { $0.states[rule.name] = after }
            }
            return reading(rule, value, window.count)
        }
    }

    private func reading(_ rule: DriftRule, _ value: Double?, _ count: Int) -> Reading {
        Reading(rule: rule, value: value, state: state.withLock { $0.states[rule.name] ?? .quiet }, count: count)
    }

    private func entry(_ event: Event) -> AuditEvent {
        AuditEvent(
            actor: actor, action: event.isRaised ? "drift.raised" : "drift.cleared", subject: event.rule.name,
            details: [
                "feature": event.rule.feature, "value": "\(event.value)", "threshold": "\(event.rule.threshold)",
                "actions": event.isRaised ? event.rule.actions.map(\.rawValue).joined(separator: ",") : "",
            ])
    }

    private func measure(_ rule: DriftRule, _ window: TrafficProfile) -> Double? {
        try? reference.measure(rule.measure, feature: rule.feature, against: window)
    }
}
