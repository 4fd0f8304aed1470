internal import CLLMKernels

/// Words in groups: first where they end, then their keys, then their ids, so that no step waits for the memory of
/// another.
final class WordBatch {
    static let capacity = 512
    let ends = GrowingBuffer<UInt32>(capacity: WordBatch.capacity + 8)
    let keys = GrowingBuffer<llmk_word_key>(capacity: WordBatch.capacity + 8)
}

extension PipelineTokenizer {
    @inline(__always)
    func encodeFast<Scan: WordScan>(
        _ text: Bytes, _ span: Span, _ scan: Scan, _ split: FastSplit, _ scratch: EncodeScratch
    ) {
        let cursor = ScanCursor(
            text: text, end: span.end, data: UnicodeData.shared, ascii: ScanFlags.ascii.pointer)
        let ends = scratch.batch.ends.pointer
        let keys = scratch.batch.keys.pointer
        var position = span.start
        while position < span.end {
            scratch.cache.growIfCrowded()
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
            llmk_word_keys(text + base, 0, ends, Int64(count), scratch.cache.entries, Int32(scratch.cache.bits), keys)
            encodeKeyed(text + base, count, position - base, scratch)
        }
    }

    private func encodeKeyed(_ text: Bytes, _ count: Int, _ bytes: Int, _ scratch: EncodeScratch) {
        let ends = scratch.batch.ends.pointer
        let keys = scratch.batch.keys.pointer
        let entries = scratch.cache.entries
        // Long words are in another cache, which is fetched ahead as well.
        for index in 0..<count where keys[index].high == 0 {
            let start = Int(keys[index].start)
            let length = Int(ends[index]) - start
            if length <= LongWordCache.longestWord { scratch.longCache.prefetch(text + start, length) }
        }
        scratch.reserve(bytes + 8)
        var out = scratch.ids + scratch.count
        for index in 0..<count {
            let key = keys + index
            let entry = entries + Int(key.pointee.slot)
            if entry.pointee.low == key.pointee.low, entry.pointee.high == key.pointee.high {
                UnsafeMutableRawPointer(out).storeBytes(of: entry.pointee.ids, as: SIMD4<TokenID>.self)
                out += entry.pointee.count
                continue
            }
            let start = Int(key.pointee.start)
            let length = Int(ends[index]) - start
            scratch.advance(to: out)
            let first = scratch.count
            encodeLong(text + start, length, scratch)
            if length <= WordCache.longestWord {
                scratch.remember((key.pointee.low, key.pointee.high), entry, from: first)
            }
            scratch.reserve(bytes - start - length + 8)
            out = scratch.ids + scratch.count
        }
        scratch.advance(to: out)
    }
}
