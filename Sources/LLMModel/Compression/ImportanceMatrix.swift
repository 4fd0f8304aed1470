/// How much errors in each column of each weight count: the mean of the squared inputs that meet it.
public struct ImportanceMatrix: Sendable, Equatable {
    /// Per tensor name one number per column, all at least zero.
    public var values: [String: [Float]]

    /// An importance matrix.
    public init(values: [String: [Float]] = [:]) {
        self.values = values
    }
}
