/// The different words of a corpus as symbols, one word behind the other, with how often each came.
struct SymbolCorpus {
    var symbols: [Int32] = []
    /// Where each word begins, and the end.
    var starts: [Int] = [0]
    var counts: [Int64] = []

    /// Ends the word whose symbols were appended last.
    mutating func closeWord(count: Int64) {
        starts.append(symbols.count)
        counts.append(count)
    }
}
