/// The records of a source: read when they are asked for, in the caller's task, with cancellation between records.
public struct SourceRecords: AsyncSequence, Sendable {
    let open: @Sendable () throws -> any RecordReader

    /// Begins at the first record; the file is opened by the first call of `next()`.
    public func makeAsyncIterator() -> Iterator { Iterator(open: open) }

    /// Gives one record after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let open: @Sendable () throws -> any RecordReader
        private var reader: (any RecordReader)?

        init(open: @escaping @Sendable () throws -> any RecordReader) { self.open = open }

        /// The next record; nil after the last.
        ///
        /// - Throws: ``DataError`` when the source cannot be read at all, and `CancellationError`.
        public mutating func next() async throws -> SourceRecord? {
            try Task.checkCancellation()
            if let reader { return try reader.next() }
            let opened = try open()
            reader = opened
            return try opened.next()
        }
    }
}

/// Reads a source from its beginning; one owner.
protocol RecordReader: AnyObject {
    func next() throws -> SourceRecord?
}
