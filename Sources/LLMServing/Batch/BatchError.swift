/// Why a batch job cannot run; troubles of single lines are in its output.
public enum BatchError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A file cannot be opened, read or written.
    case file(path: String, operation: String, code: Int32)
    /// The progress file belongs to another input.
    case otherJob(path: String)
    /// Another process is working on the same job.
    case busy(path: String)

    /// A message a user can act on.
    public var description: String {
        switch self {
        case .file(let path, let operation, let code): "cannot \(operation) \(path): error \(code)"
        case .otherJob(let path):
            "\(path) is the progress of another input or model; remove it, or name another output"
        case .busy(let path): "another process is working on \(path)"
        }
    }
}
