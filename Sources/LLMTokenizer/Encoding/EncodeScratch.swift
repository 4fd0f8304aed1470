/// What one call of `encode` writes to: the ids so far, and room for models and normalizers to work in.
///
/// Used by one thread at a time, so what is looked at for every word is not checked for overlapping access. Kept by the
/// tokenizer from call to call so that its memory and the words it knows last.
final class EncodeScratch {
    /// The ids so far.
    @exclusivity(unchecked) private(set) var ids: UnsafeMutablePointer<TokenID>
    /// How many bytes of normalized text each id covers; only kept while `tracksLengths`.
    @exclusivity(unchecked) private(set) var lengths: UnsafeMutablePointer<Int32>
    @exclusivity(unchecked) private(set) var count = 0
    @exclusivity(unchecked) private var capacity: Int
    @exclusivity(unchecked) var tracksLengths = false

    let symbols = GrowingBuffer<MergeSymbol>()
    let heap = GrowingBuffer<UInt64>()
    let lattice = GrowingBuffer<UnigramModel.LatticeNode>()
    let pieceSearch = GrowingBuffer<SIMD2<UInt64>>()
    let unigramWords = UnigramWords()
    /// For one word by itself, also while the others are in use.
    let unigramWord = UnigramWords()
    let batch = WordBatch()
    let segments = GrowingBuffer<SegmentKey>(capacity: SegmentKey.batch)
    let segmentPlaces = GrowingBuffer<SegmentPlace>(capacity: SegmentKey.batch)
    /// Which segments of a batch were met last, by what they are looked up by.
    let recentSegments = GrowingBuffer<Int32>(repeating: 0, count: SegmentKey.batch)
    let segmentText = GrowingBuffer<UInt8>()
    /// A word in codes, see ``PieceAlphabet``.
    let codedText = GrowingBuffer<UInt8>()
    /// The words it knows: this scratch's own ones, made when first needed, or those of a batch.
    private var ownWords: WordStore?
    private var batchWords: WordStore?
    @exclusivity(unchecked) private var usesBatch = false
    /// Whether somebody goes on using the table that ``knownWords()`` gave: then it stays.
    @exclusivity(unchecked) var holdsWords = false
    /// The table that ``knownWords()`` gave last.
    @exclusivity(unchecked) private var wordTable: KnownWords?
    @exclusivity(unchecked) var writer = KnownWords.Writer()
    /// The writer of the words that it does not use now.
    @exclusivity(unchecked) private var otherWriter = KnownWords.Writer()
    var text = TextBuffer()
    var spareText = TextBuffer()
    var wordText = TextBuffer()
    /// Where each token is in the original text, and which word it belongs to; only while `tracksLengths`.
    private(set) var origins: [Span] = []
    private(set) var words: [Int32] = []
    private var wordCount: Int32 = 0
    var spans: [Span] = []
    var otherSpans: [Span] = []
    var matcher = RegexMatcher()
    /// Steps that models took, to see that they grow with the text and no faster.
    var work = 0
    /// For merges that are passed over at random.
    var random = DropoutGenerator(state: .random(in: 0 ... .max))

    init() {
        capacity = 1024
        ids = .allocate(capacity: capacity)
        lengths = .allocate(capacity: capacity)
    }

    deinit {
        ids.deallocate()
        lengths.deallocate()
    }

    /// Forgets the ids, keeps the memory.
    func reset(tracksLengths: Bool) {
        count = 0
        if self.tracksLengths {
            origins.removeAll(keepingCapacity: true)
            words.removeAll(keepingCapacity: true)
            wordCount = 0
        }
        self.tracksLengths = tracksLengths
    }

    /// The table of words to use now, with room for more. It is valid until the next call, or as long as ``holdsWords``.
    @inline(__always)
    func knownWords() -> KnownWords {
        if let wordTable, usesBatch || holdsWords || writer.inserted <= 1 << (Int(wordTable.bits) - 1) {
            return wordTable
        }
        return ownTable()
    }

    private func ownTable() -> KnownWords {
        let crowded = wordTable.map { writer.inserted > 1 << (Int($0.bits) - 1) } ?? false
        let known = crowded ? ownWords?.next(atMost: 18) : ownWords
        let store = known ?? WordStore(bits: 12)
        if store !== ownWords { writer = KnownWords.Writer() }
        ownWords = store
        wordTable = store.table
        return store.table
    }

    /// Uses the words of a batch from now on, or again its own.
    func useWords(of batch: WordStore?) {
        guard (batch != nil) != usesBatch else { return }
        usesBatch = batch != nil
        swap(&writer, &otherWriter)
        if let batch {
            // The place that the last unit of the same batch left off at.
            if batch !== batchWords { writer = KnownWords.Writer() }
            batchWords = batch
            wordTable = batch.table
        } else {
            batchWords?.note(otherWriter.inserted)
            otherWriter.inserted = 0
            wordTable = ownWords?.table
        }
    }

    @inline(__always)
    func append(_ id: TokenID, length: Int) {
        if count == capacity { grow(to: capacity * 2) }
        ids[count] = id
        if tracksLengths { lengths[count] = Int32(truncatingIfNeeded: length) }
        count += 1
    }

    /// Appends ids whose lengths nobody wants.
    @inline(__always)
    func append(_ source: UnsafePointer<TokenID>, _ number: Int) {
        reserve(number)
        (ids + count).update(from: source, count: number)
        count += number
    }

    /// Makes room for so many more ids.
    @inline(__always)
    func reserve(_ more: Int) {
        if count + more > capacity { grow(to: max(capacity * 2, count + more)) }
    }

    /// Takes over ids that were written up to `end`, which lies in what was reserved.
    @inline(__always)
    func advance(to end: UnsafeMutablePointer<TokenID>) { count = end - ids }

    /// Takes over ids that were written behind the end after `reserve`.
    @inline(__always)
    func advance(_ written: Int) { count += written }

    /// Notes where the next token without a note is.
    func note(_ origin: Span, isNewWord: Bool) {
        if isNewWord { wordCount += 1 }
        origins.append(origin)
        words.append(wordCount - 1)
    }

    /// Counts a word that became no token.
    func skipWord() { wordCount += 1 }

    /// Makes one of each run of an id since `first`.
    func fuse(_ id: TokenID, from first: Int) {
        var kept = first
        for index in first..<count {
            if kept > first, ids[index] == id, ids[kept - 1] == id {
                if tracksLengths { lengths[kept - 1] += lengths[index] }
                continue
            }
            ids[kept] = ids[index]
            if tracksLengths { lengths[kept] = lengths[index] }
            kept += 1
        }
        count = kept
    }

    func removeLast(_ number: Int) { count -= number }

    private func grow(to newCapacity: Int) {
        let newIDs = UnsafeMutablePointer<TokenID>.allocate(capacity: newCapacity)
        newIDs.update(from: ids, count: count)
        ids.deallocate()
        ids = newIDs
        let newLengths = UnsafeMutablePointer<Int32>.allocate(capacity: newCapacity)
        if tracksLengths { newLengths.update(from: lengths, count: count) }
        lengths.deallocate()
        lengths = newLengths
        capacity = newCapacity
    }

    /// The ids as an array.
    func takeIDs() -> [TokenID] {
        [TokenID](unsafeUninitializedCapacity: count) { buffer, initialized in
            if count > 0 { buffer.baseAddress?.update(from: ids, count: count) }
            initialized = count
        }
    }
}

/// A part of a text, in bytes.
struct Span: Equatable, Sendable {
    var start: Int
    var end: Int
}

/// Memory that grows and is never read beyond what was written.
final class GrowingBuffer<Element: BitwiseCopyable> {
    // Looked at for every word: nobody looks while it grows, which is private to `ensure`.
    @exclusivity(unchecked) private(set) var pointer: UnsafeMutablePointer<Element>
    @exclusivity(unchecked) private var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = capacity
        pointer = .allocate(capacity: capacity)
    }

    convenience init(repeating element: Element, count: Int) {
        self.init(capacity: count)
        pointer.initialize(repeating: element, count: count)
    }

    deinit { pointer.deallocate() }

    /// Room for so many elements; what was there before stays.
    @inline(__always)
    func ensure(_ count: Int) -> UnsafeMutablePointer<Element> {
        if count > capacity { grow(count) }
        return pointer
    }

    private func grow(_ count: Int) {
        let newCapacity = max(count, capacity * 2)
        let fresh = UnsafeMutablePointer<Element>.allocate(capacity: newCapacity)
        fresh.update(from: pointer, count: capacity)
        pointer.deallocate()
        pointer = fresh
        capacity = newCapacity
    }
}
