/// What went wrong in the registry, the audit log, the keys or the reviews, other than a refusal by a rule.
public enum GovernanceError: Error, Sendable, Hashable {
    /// Nothing has this name: `kind` is "model", "version", "alias", "principal", "review", "file" and so on.
    case notFound(kind: String, name: String)
    /// An argument or a document says something that cannot be.
    case invalid(subject: String, reason: String)
    /// A file of the store does not hold what it held: `place` says where ("entry 12", "byte 4096").
    case corrupt(path: String, place: String, reason: String)
    /// A key file is no key, or another one than asked for.
    case wrongKey(path: String, reason: String)
    /// A system call failed.
    case system(operation: String, path: String, code: Int32)
    /// SQLite failed.
    case database(path: String, reason: String)
    /// Somebody else moved the alias first: compare again and retry.
    case conflict(subject: String, expected: Int?, found: Int?)
}

extension GovernanceError: CustomStringConvertible {
    /// A sentence with what and where.
    public var description: String {
        switch self {
        case .notFound(let kind, let name): "no \(kind) \(name)"
        case .invalid(let subject, let reason): "\(subject): \(reason)"
        case .corrupt(let path, let place, let reason): "\(path): \(place): \(reason)"
        case .wrongKey(let path, let reason): "\(path): \(reason)"
        case .system(let operation, let path, let code): "\(path): cannot \(operation): \(systemMessage(code))"
        case .database(let path, let reason): "\(path): \(reason)"
        case .conflict(let subject, let expected, let found):
            "\(subject): expected version \(Self.version(expected)), found \(Self.version(found))"
        }
    }

    private static func version(_ number: Int?) -> String { number.map { "\($0)" } ?? "none" }
}
