/// Why a request was not served.
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
}
