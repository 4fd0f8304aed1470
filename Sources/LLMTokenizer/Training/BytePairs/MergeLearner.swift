/// Learns merges from words: again and again the most frequent pair of neighbours becomes a symbol (Sennrich et al.
/// 2016, "Neural Machine Translation of Rare Words with Subword Units").
///
/// Pairs keep their counts and the words they stand in, so that a merge touches only those words. Order and ties are
/// those of the `tokenizers` library: by count, then by the smaller left id, then by the smaller right one. As there,
/// the count of a pair that has been merged stays and is added to if the pair ever comes back, which can only happen
/// when different merges spell the same token; and such a pair may be merged a second time, which moves it back.
///
/// One owner at a time.
final class MergeLearner {
    struct Merge {
        var left: Int32
        var right: Int32
        var token: Int32
    }

    private(set) var merges: [Merge] = []

    private var corpus: SymbolCorpus
    /// How many symbols are left of each word.
    private var lengths: [Int32]
    /// For each symbol, the number of the pair it forms with the next one; -1 for pairs that do not count.
    private var pairs: [Int32]
    private var table = PairTable()
    private var queue = PairQueue()
    /// The words of queued pairs.
    private let places = GrowingBuffer<Int32>(capacity: 1 << 16)
    private var placeCount = 0
    /// The pairs that a merge makes, by the symbol next to the new one; valid for one merge.
    private var leftPairs: [Int32] = []
    private var rightPairs: [Int32] = []
    private var touched: [Int32] = []
    private var notes: [(pair: Int32, word: Int32)] = []
    /// Scalars in each token.
    private var sizes: [Int32]
    private let longestToken: Int

    /// - Parameters:
    ///   - tokenCount: ids in use already; each of their symbols counts as one scalar.
    ///   - longestToken: new pairs are merged only while they stay shorter than this.
    init(_ corpus: SymbolCorpus, tokenCount: Int, longestToken: Int?) {
        self.corpus = corpus
        self.longestToken = longestToken ?? .max
        sizes = Array(repeating: 1, count: tokenCount)
        leftPairs = Array(repeating: -1, count: tokenCount)
        rightPairs = Array(repeating: -1, count: tokenCount)
        pairs = Array(repeating: -1, count: corpus.symbols.count)
        lengths = zip(corpus.starts.dropFirst(), corpus.starts).map { Int32(truncatingIfNeeded: $0 - $1) }
        countPairs()
    }

    /// The pair to be merged next; nil when none is left that comes as often as this.
    func next(minimumCount: Int64) -> (left: Int32, right: Int32)? {
        while let first = queue.first {
            let count = table.records[Int(first.pair)].count
            if count != first.count {
                queue.updateFirst(count: count)
                continue
            }
            guard count >= 1, count >= minimumCount else { return nil }
            return (Int32(truncatingIfNeeded: first.key >> 32), Int32(truncatingIfNeeded: first.key))
        }
        return nil
    }

    /// Merges the pair that ``next(minimumCount:)`` gave.
    func merge(into token: Int32) {
        guard let entry = queue.first else { return }
        queue.removeFirst()
        let left = Int32(truncatingIfNeeded: entry.key >> 32)
        let right = Int32(truncatingIfNeeded: entry.key)
        merges.append(Merge(left: left, right: right, token: token))
        while sizes.count <= Int(token) {
            sizes.append(sizes[Int(left)] + sizes[Int(right)])
            leftPairs.append(-1)
            rightPairs.append(-1)
        }
        for place in entry.start..<(entry.start + Int(entry.length)) {
            merge(left, right, token, inWord: places.pointer[place])
        }
        queueTouched()
    }

    // MARK: Counting

    private func countPairs() {
        for word in corpus.counts.indices {
            let start = corpus.starts[word]
            let end = corpus.starts[word + 1]
            guard end - start > 1 else { continue }
            for place in start..<(end - 1) {
                let pair = table.number(PairTable.key(corpus.symbols[place], corpus.symbols[place + 1]))
                pairs[place] = pair
                table.records[Int(pair)].count += corpus.counts[word]
                note(pair, Int32(truncatingIfNeeded: word))
            }
        }
        queueTouched()
    }

    /// Notes that a pair stands in a word, once for each word.
    @inline(__always)
    private func note(_ pair: Int32, _ word: Int32) {
        let record = table.records + Int(pair)
        guard record.pointee.lastWord != word else { return }
        record.pointee.lastWord = word
        if record.pointee.pending == 0 { touched.append(pair) }
        record.pointee.pending += 1
        notes.append((pair, word))
    }

    /// Queues the pairs noted since the last time, each with its words.
    private func queueTouched() {
        let list = places.ensure(placeCount + notes.count)
        for pair in touched {
            let record = table.records + Int(pair)
            let length = record.pointee.pending
            if record.pointee.count > 0 {
                queue.push(
                    PairQueue.Entry(
                        count: record.pointee.count, key: record.pointee.key, start: placeCount, length: length,
                        pair: pair))
            }
            // From here on: where the pair's next word goes.
            record.pointee.pending = Int32(truncatingIfNeeded: placeCount - base)
            record.pointee.lastWord = -1
            placeCount += Int(length)
        }
        for note in notes {
            let record = table.records + Int(note.pair)
            list[base + Int(record.pointee.pending)] = note.word
            record.pointee.pending += 1
        }
        for pair in touched { table.records[Int(pair)].pending = 0 }
        base = placeCount
        touched.removeAll(keepingCapacity: true)
        notes.removeAll(keepingCapacity: true)
    }

    /// Where the words of the pairs touched in this round begin.
    private var base = 0

    // MARK: Merging

    private func merge(_ left: Int32, _ right: Int32, _ token: Int32, inWord word: Int32) {
        let start = corpus.starts[Int(word)]
        let count = Int(lengths[Int(word)])
        guard count > 1 else { return }
        let weight = corpus.counts[Int(word)]
        let kept = corpus.symbols.withUnsafeMutableBufferPointer { symbols in
            pairs.withUnsafeMutableBufferPointer { pairs -> Int in
                guard let symbolBase = symbols.baseAddress, let pairBase = pairs.baseAddress else { return count }
                return merge(
                    left, right, token, word, weight, symbolBase + start, pairBase + start, count)
            }
        }
        lengths[Int(word)] = Int32(truncatingIfNeeded: kept)
    }

    @inline(__always)
    private func merge(
        _ left: Int32, _ right: Int32, _ token: Int32, _ word: Int32, _ weight: Int64,
        _ symbols: UnsafeMutablePointer<Int32>, _ pairs: UnsafeMutablePointer<Int32>, _ count: Int
    ) -> Int {
        var read = 0
        var write = 0
        while read < count {
            guard symbols[read] == left, read + 1 < count, symbols[read + 1] == right else {
                symbols[write] = symbols[read]
                pairs[write] = pairs[read]
                read += 1
                write += 1
                continue
            }
            if write > 0 {
                drop(pairs[write - 1], weight)
                pairs[write - 1] = add(before: symbols[write - 1], token, weight, word)
            }
            symbols[write] = token
            if read + 2 < count {
                drop(pairs[read + 1], weight)
                pairs[write] = add(after: symbols[read + 2], token, weight, word)
            } else {
                pairs[write] = -1
            }
            read += 2
            write += 1
        }
        return write
    }

    @inline(__always)
    private func drop(_ pair: Int32, _ weight: Int64) {
        if pair >= 0 { table.records[Int(pair)].count -= weight }
    }

    /// Counts the pair of a symbol and the new token behind it.
    @inline(__always)
    private func add(before symbol: Int32, _ token: Int32, _ weight: Int64, _ word: Int32) -> Int32 {
        guard Int(sizes[Int(symbol)]) + Int(sizes[Int(token)]) < longestToken else { return -1 }
        let known = leftPairs[Int(symbol)]
        let key = PairTable.key(symbol, token)
        let pair: Int32
        if known >= 0, table.records[Int(known)].key == key {
            pair = known
        } else {
            pair = table.number(key)
            leftPairs[Int(symbol)] = pair
        }
        table.records[Int(pair)].count += weight
        note(pair, word)
        return pair
    }

    /// Counts the pair of the new token and a symbol behind it.
    @inline(__always)
    private func add(after symbol: Int32, _ token: Int32, _ weight: Int64, _ word: Int32) -> Int32 {
        guard Int(sizes[Int(symbol)]) + Int(sizes[Int(token)]) < longestToken else { return -1 }
        let known = rightPairs[Int(symbol)]
        let key = PairTable.key(token, symbol)
        let pair: Int32
        if known >= 0, table.records[Int(known)].key == key {
            pair = known
        } else {
            pair = table.number(key)
            rightPairs[Int(symbol)] = pair
        }
        table.records[Int(pair)].count += weight
        note(pair, word)
        return pair
    }
}
