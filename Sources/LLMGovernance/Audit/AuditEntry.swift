public import LLMTensor

/// One line of the audit log: an event with its number and time.
public struct AuditEntry: Sendable, Hashable {
    /// Its place in the log, from 0.
    public var sequence: Int
    /// When it was recorded, by the log's clock.
    public var time: UTCTime
    /// What happened.
    public var event: AuditEvent

    /// The longest line, in bytes.
    public static let maximumLineLength = 1 << 20

    /// An entry.
    public init(sequence: Int, time: UTCTime, event: AuditEvent) {
        self.sequence = sequence
        self.time = time
        self.event = event
    }

    /// The entry as a JSON object with members action, actor, details, outcome, sequence, subject and time.
    public var json: JSONValue {
        var details = JSONObject()
        for (key, value) in event.details { details[key] = .string(value) }
        var object = JSONObject()
        object["sequence"] = .integer(Int64(sequence))
        object["time"] = .string("\(time)")
        object["actor"] = .string(event.actor)
        object["action"] = .string(event.action)
        object["subject"] = .string(event.subject)
        object["outcome"] = .string(event.outcome.rawValue)
        object["details"] = .object(details)
        return .object(object)
    }

    /// The bytes that the Merkle tree hashes: ``CanonicalJSON``, without a line feed.
    public func canonicalBytes() throws(GovernanceError) -> [UInt8] { try CanonicalJSON.bytes(of: json) }

    /// Reads a line (without its line feed). Nothing but the canonical bytes of an entry will do.
    ///
    /// - Throws: ``GovernanceError/invalid(subject:reason:)``.
    public init(line: [UInt8]) throws(GovernanceError) {
        func problem(_ reason: String) -> GovernanceError { .invalid(subject: "entry", reason: reason) }
        guard line.count <= Self.maximumLineLength else { throw problem("is longer than 1 MiB") }
        guard String(validating: line, as: UTF8.self) != nil else { throw problem("is not UTF-8") }
        let value: JSONValue
        do {
            value = try JSONValue.parse(line, source: "entry")
        } catch {
            throw problem("is not JSON: \(error)")
        }
        guard let sequence = value["sequence"]?.integerValue, sequence >= 0,
            let time = value["time"]?.stringValue.flatMap(UTCTime.init), let actor = value["actor"]?.stringValue,
            let action = value["action"]?.stringValue, let subject = value["subject"]?.stringValue,
            let outcome = value["outcome"]?.stringValue.flatMap(AuditEvent.Outcome.init),
            let members = value["details"]?.objectValue
        else { throw problem("lacks a member, or one is of another type") }
        var details: [String: String] = [:]
        for (key, value) in members.members {
            guard let text = value.stringValue else { throw problem("has details that are no text") }
            details[key] = text
        }
        self.init(
            sequence: sequence, time: time,
            event: AuditEvent(actor: actor, action: action, subject: subject, outcome: outcome, details: details))
        guard try canonicalBytes() == line else { throw problem("is not in canonical form") }
    }
}
