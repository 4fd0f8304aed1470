/// Rows of tokens to train on, by number.
///
/// A row is what is shuffled as one: a window of a token stream, or a bin of packed examples. Rows do not change, so a run
/// can be taken up again at any place. May be used from any thread.
public protocol TrainingDataSource: Sendable {
    /// Rows of one pass.
    var rowCount: Int { get }
    /// What the data is: a run can be taken up again only with the same.
    var signature: String { get }
    /// Appends a row to a batch, as one sequence or several.
    ///
    /// - Throws: what reading throws.
    func append(row: Int, to batch: inout TrainingBatch) throws
}

extension TrainingDataSource {
    /// The rows with these numbers, in this order, as one batch.
    public func batch(rows: some Sequence<Int>) throws -> TrainingBatch {
        var batch = TrainingBatch(tokens: [], targets: [], sequenceStarts: [])
        for row in rows { try append(row: row, to: &batch) }
        return batch
    }
}

extension TrainingBatch {
    /// Appends a sequence whose targets are known.
    public mutating func append(tokens: some Collection<Int32>, targets: some Collection<Int32>) {
        sequenceStarts.append(self.tokens.count)
        self.tokens.append(contentsOf: tokens)
        self.targets.append(contentsOf: targets)
    }
}
