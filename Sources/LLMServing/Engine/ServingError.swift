/// Why a request was not served, or not to its end.
public enum ServingError: Error, Sendable, Hashable {
    /// The queue is full, or the deadline cannot be kept; try again after the given time.
    case overloaded(retryAfter: Duration)
    /// The deadline passed.
    case deadlineExceeded
    /// No model answers to this name.
    case unknownModel(String)
    /// The engine is shutting down.
    case draining
    /// The request cannot be served as it is; says which part and what was expected.
    case invalidRequest(String)
    /// The stream's reader took nothing for so long that its request was ended.
    case slowReader
    /// The request was cancelled: by its task, or by dropping its stream.
    case cancelled
    /// The model's computation failed, for this request alone.
    case failed(String)
}

extension ServingError: CustomStringConvertible {
    /// A message a user can act on.
    public var description: String {
        switch self {
        case .overloaded(let time):
            "too many requests; try again in \((time / .seconds(1)).rounded(.up).formattedSeconds) s"
        case .deadlineExceeded: "the deadline passed before the answer was complete"
        case .unknownModel(let name): "no model answers to the name \"\(name)\""
        case .draining: "the server is shutting down and takes no new requests"
        case .invalidRequest(let what): what
        case .slowReader: "the reader of the stream took nothing for too long; the request was ended"
        case .cancelled: "the request was cancelled"
        case .failed(let what): "the model could not answer: \(what)"
        }
    }

    /// Whether the same request may succeed elsewhere or later.
    public var isRetryable: Bool {
        switch self {
        case .overloaded, .draining, .failed: true
        case .deadlineExceeded, .unknownModel, .invalidRequest, .slowReader, .cancelled: false
        }
    }
}

extension Double {
    fileprivate var formattedSeconds: String { isFinite ? "\(Int(min(self, 1e9)))" : "some" }
}
