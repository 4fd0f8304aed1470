/// Why training, its data, its checkpoints or its exports failed.
public enum TrainingError: Error, Sendable, Equatable {
    /// A setting has a value it cannot have.
    case invalidSetting(key: String, value: String, expected: String)
    /// A record of the data cannot be used; `line` counts from 1.
    case badRecord(source: String, line: Int, reason: String)
    /// The data has nothing to train on.
    case noData(source: String, reason: String)
    /// The loss or the gradient of a step is not a number, or infinite.
    case nonFinite(step: Int, quantity: String, value: Double)
    /// A checkpoint cannot be written or read.
    case checkpoint(path: String, reason: String)
    /// A checkpoint was made under other settings than this run has.
    case checkpointMismatch(path: String, key: String, saved: String, current: String)
    /// The model cannot be written in the wanted format.
    case cannotExport(format: String, reason: String)
}

extension TrainingError: CustomStringConvertible {
    /// A sentence that says what was expected and what was found.
    public var description: String {
        switch self {
        case .invalidSetting(let key, let value, let expected):
            "\(key) is \(value), expected \(expected)"
        case .badRecord(let source, let line, let reason):
            "\(source): line \(line): \(reason)"
        case .noData(let source, let reason):
            "\(source): \(reason)"
        case .nonFinite(let step, let quantity, let value):
            "step \(step): the \(quantity) is \(value); lower the learning rate, or let such steps be skipped"
        case .checkpoint(let path, let reason):
            "\(path): \(reason)"
        case .checkpointMismatch(let path, let key, let saved, let current):
            "\(path): was made with \(key) = \(saved), this run has \(current)"
        case .cannotExport(let format, let reason):
            "cannot write \(format): \(reason)"
        }
    }
}
