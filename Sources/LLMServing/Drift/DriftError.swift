/// Why a comparison of distributions cannot be made.
public enum DriftError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A sample or a table has nothing in it.
    case empty(String)
    /// A value is not a finite number, or a count is negative.
    case invalidValue(String)
    /// Two things to be compared or merged were not made alike.
    case mismatch(String)
    /// A setting is outside its range.
    case invalidSetting(String)

    /// A sentence that says what is wrong.
    public var description: String {
        switch self {
        case .empty(let what): "nothing to compare: \(what) is empty"
        case .invalidValue(let what): "not a value to compare: \(what)"
        case .mismatch(let what): "cannot be compared or merged: \(what)"
        case .invalidSetting(let what): "invalid setting: \(what)"
        }
    }
}
