internal import CLLMKernels

/// Words in groups: first where they end, then their keys, then their ids, so that no step waits for the memory of
/// another.
final class WordBatch {
    /// The lines of a group's entries stay in the nearest cache.
    static let capacity = 256
    let starts = GrowingBuffer<UInt32>(capacity: WordBatch.capacity + 8)
    let ends = GrowingBuffer<UInt32>(capacity: WordBatch.capacity + 8)
    let keys = GrowingBuffer<llmk_word_key>(capacity: WordBatch.capacity + 8)
    /// Which of them are long.
    let long = GrowingBuffer<Int32>(capacity: WordBatch.capacity + 8)
}

/// Words that end in the first `bytes` bytes of a text.
struct KeyedBatch {
    var text: Bytes
    var bytes: Int
    /// So many bytes of the text may be read.
    var readable: Int
    var starts: UnsafePointer<UInt32>
    var ends: UnsafePointer<UInt32>
    var count: Int
    /// The instructions to use, `LLMK_SPLIT_...`.
    var level: Int32
}

extension PipelineTokenizer {
    @inline(__always)
    func encodeFast<Scan: WordScan>(
        _ text: Bytes, _ span: Span, _ scan: Scan, _ split: FastSplit, _ scratch: EncodeScratch
    ) {
        let cursor = ScanCursor(
            text: text, end: span.end, data: UnicodeData.shared, ascii: ScanFlags.ascii.pointer)
        // Every word begins where the one before it ends.
        let starts = scratch.batch.ends.pointer
        let ends = starts + 1
        starts.pointee = 0
        let held = scratch.holdsWords
        defer { scratch.holdsWords = held }
        var position = span.start
        while position < span.end {
            scratch.holdsWords = held
            let table = scratch.knownWords()
            scratch.holdsWords = true
            let base = position
            var count = 0
            while count + 64 <= WordBatch.capacity, position < span.end, position - base < 1 << 30 {
                let found = split.words(
                    text, base: base, from: position, to: span.end, ends + count,
                    capacity: WordBatch.capacity - count)
                if found > 0 {
                    count += found
                    position = base + Int(ends[count - 1])
                } else {
                    position = scan.next(cursor, position)
                    ends[count] = UInt32(truncatingIfNeeded: position - base)
                    count += 1
                }
            }
            let batch = KeyedBatch(
                text: text + base, bytes: position - base, readable: span.end - base, starts: starts, ends: ends,
                count: count, level: split.level)
            encodeKeyed(batch, table, scratch) { parts.model.encode($0, $1, scratch) }
        }
    }

    /// Appends the ids of words, those that are not known by `encode`.
    @inline(__always)
    func encodeKeyed(_ batch: KeyedBatch, _ table: KnownWords, _ scratch: EncodeScratch, _ encode: (Bytes, Int) -> Void)
    {
        let (text, ends, count, level) = (batch.text, batch.ends, batch.count, batch.level)
        let keys = scratch.batch.keys.pointer
        llmk_word_keys(
            level, text, Int64(batch.readable), batch.starts, ends, Int64(count), table.entries, table.bits, keys)
        fetchLong(batch, table, scratch.batch)
        scratch.reserve(batch.bytes + 8)
        var out: UnsafeMutablePointer<TokenID>? = scratch.ids + scratch.count
        var index = 0
        while true {
            index = Int(llmk_known_words(level, keys, Int64(index), Int64(count), table.entries, table.arena, &out))
            guard index < count, let end = out else { break }
            let key = keys[index]
            let start = Int(key.start)
            let length = Int(ends[index]) - start
            index += 1
            let isLong = key.high == 0
            if isLong, length <= KnownWords.longestWord,
                let behind = table.copyLong(text + start, length, key.low, to: end)
            {
                out = behind
                continue
            }
            scratch.advance(to: end)
            let first = scratch.count
            encode(text + start, length)
            let made = scratch.ids + first
            if isLong {
                table.insertLong(text + start, length, key.low, made, scratch.count - first, &scratch.writer)
            } else {
                table.insert(
                    key.low, key.high, in: Int(key.slot), made, scratch.count - first,
                    &scratch.writer)
            }
            scratch.reserve(batch.bytes - start - length + 8)
            out = scratch.ids + scratch.count
        }
        if let out { scratch.advance(to: out) }
    }

    /// Long words are elsewhere: gives them their hash, and asks for their places and then for what these point to.
    @inline(__always)
    private func fetchLong(_ batch: KeyedBatch, _ table: KnownWords, _ memory: WordBatch) {
        let (text, ends) = (batch.text, batch.ends)
        let keys = memory.keys.pointer
        let long = memory.long.pointer
        var number = 0
        for index in 0..<batch.count where keys[index].high == 0 {
            let start = Int(keys[index].start)
            let length = Int(ends[index]) - start
            guard length <= KnownWords.longestWord else { continue }
            let hash = KnownWords.hash(text + start, length)
            keys[index].low = hash
            table.prefetchPlace(hash)
            long[number] = Int32(truncatingIfNeeded: index)
            number += 1
        }
        for index in 0..<number { table.prefetchRecord(keys[Int(long[index])].low) }
    }
}
