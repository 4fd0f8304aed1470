/// The ids of several texts, one row behind the other.
public struct TokenRows: Sendable, Equatable {
    /// The ids of all rows.
    public let ids: [TokenID]
    /// Where each row begins in ``ids``, and at the end their number: one more than there are rows.
    public let offsets: [Int]

    /// Rows that begin at `offsets` of `ids`.
    public init(ids: [TokenID], offsets: [Int]) {
        self.ids = ids
        self.offsets = offsets
    }

    /// How many rows.
    public var count: Int { max(offsets.count - 1, 0) }

    /// The ids of a row, which must be in `0..<count`.
    public subscript(row: Int) -> ArraySlice<TokenID> { ids[offsets[row]..<offsets[row + 1]] }
}

extension Tokenizer {
    /// The ids of several texts, one after the other on the calling thread.
    public func encodeBatch(
        _ texts: [UnsafeRawBufferPointer], addSpecialTokens: Bool, parseSpecialTokens: Bool, threadCount: Int
    ) -> TokenRows {
        var ids: [TokenID] = []
        var offsets = [0]
        for text in texts {
            ids += encode(bytes: text, addSpecialTokens: addSpecialTokens, parseSpecialTokens: parseSpecialTokens)
            offsets.append(ids.count)
        }
        return TokenRows(ids: ids, offsets: offsets)
    }

    /// The ids of several texts, on all processors.
    public func encodeBatch(
        _ texts: [String], addSpecialTokens: Bool = true, parseSpecialTokens: Bool = true
    ) -> TokenRows {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(texts.reduce(0) { $0 + $1.utf8.count })
        var ends: [Int] = []
        ends.reserveCapacity(texts.count)
        for text in texts {
            bytes.append(contentsOf: text.utf8)
            ends.append(bytes.count)
        }
        return bytes.withUnsafeBytes { all in
            var start = 0
            let rows = ends.map { end in
                defer { start = end }
                return UnsafeRawBufferPointer(rebasing: all[start..<end])
            }
            return encodeBatch(
                rows, addSpecialTokens: addSpecialTokens, parseSpecialTokens: parseSpecialTokens, threadCount: 0)
        }
    }
}
