/// Something that was done, tried or refused, as the audit log keeps it.
public struct AuditEvent: Sendable, Hashable {
    /// How it ended.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It was done.
        case done
        /// A rule forbade it.
        case refused
        /// It was allowed and did not work.
        case failed
    }

    /// Who: the name of a principal, never a key.
    public var actor: String
    /// What, as `area.verb`: `registry.promote`, `access.denied`, `serving.rollback`.
    public var action: String
    /// To what: a model version, an alias, a document.
    public var subject: String
    /// How it ended.
    public var outcome: Outcome
    /// What else belongs to it; no personal data, no secrets.
    public var details: [String: String]

    /// An event.
    public init(
        actor: String, action: String, subject: String, outcome: Outcome = .done, details: [String: String] = [:]
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.outcome = outcome
        self.details = details
    }
}

/// Where events go: the audit log of this module, or the host program's own.
public protocol AuditSink: Sendable {
    /// Keeps an event; returns when it is safe on disk (or wherever the sink keeps it).
    ///
    /// What must not happen unrecorded waits for this call and does not happen when it throws.
    func record(_ event: AuditEvent) throws
}
