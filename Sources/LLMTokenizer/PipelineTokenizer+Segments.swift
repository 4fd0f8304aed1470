internal import CLLMKernels

extension PipelineTokenizer {
    /// Appends the ids of a part of a text, segment by segment.
    func encodeSegments(_ text: Bytes, _ span: Span, _ segments: Segments, _ scratch: EncodeScratch) {
        switch segments {
        case .bert(let scan): encodeSegments(text, span, scan, scratch)
        case .marked(let scan): encodeSegments(text, span, scan, scratch)
        case .seams(let scan):
            var rest = span
            if scan.addsSpace, span.start < span.end {
                let first = scan.next(text, span.start, span.end)
                encodeBehindSpace(text, first, scan, scratch)
                rest.start = first.end
            }
            encodeSegments(text, rest, scan, scratch)
        }
    }

    /// The first segment, with a space in front that is not in the text.
    private func encodeBehindSpace(_ text: Bytes, _ first: Span, _ scan: SeamSegments, _ scratch: EncodeScratch) {
        let count = first.end - first.start + 1
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { spaced in
            guard let base = spaced.baseAddress else { return }
            base[0] = 0x20
            (base + 1).update(from: text + first.start, count: count - 1)
            encodeSegment(base, count, scan, scratch)
        }
    }

    @inline(__always)
    private func encodeSegments<Scan: SegmentScan>(
        _ text: Bytes, _ span: Span, _ scan: Scan, _ scratch: EncodeScratch
    ) {
        let keys = scratch.segments.pointer
        let readable = span.end - 16
        var position = span.start
        while position < span.end {
            scratch.cache.growIfCrowded()
            let (entries, bits) = (scratch.cache.entries, scratch.cache.bits)
            var count = 0
            while count < SegmentKey.batch, position < span.end {
                let segment = scan.next(text, position, span.end)
                position = segment.end
                let length = segment.end - segment.start
                if length == 0 { break }
                let word = text + segment.start
                if length > WordCache.longestWord {
                    let hash = length <= LongWordCache.longestWord ? ByteHash.hash(word, length) : 0
                    keys[count] = SegmentKey(
                        low: hash, high: 0, start: segment.start, count: Int32(truncatingIfNeeded: length), slot: 0)
                    scratch.longCache.prefetch(at: scratch.longCache.place(hash: hash))
                } else {
                    let key =
                        segment.start <= readable ? WordCache.key(readable: word, length) : WordCache.key(word, length)
                    let slot = WordCache.slot(key, bits)
                    llmk_prefetch(entries + slot)
                    keys[count] = SegmentKey(
                        low: key.low, high: key.high, start: segment.start, count: Int32(truncatingIfNeeded: length),
                        slot: Int32(truncatingIfNeeded: slot))
                }
                count += 1
            }
            lookUp(text, keys, count, entries, scan, scratch)
        }
    }

    /// Appends the ids of segments whose entries were fetched.
    @inline(__always)
    private func lookUp<Scan: SegmentScan>(
        _ text: Bytes, _ keys: UnsafeMutablePointer<SegmentKey>, _ count: Int,
        _ entries: UnsafeMutablePointer<WordCache.Entry>, _ scan: Scan, _ scratch: EncodeScratch
    ) {
        scratch.reserve(4 * count)
        var out = scratch.ids + scratch.count
        for index in 0..<count {
            let key = keys[index]
            let entry = entries + Int(key.slot)
            if key.high != 0, entry.pointee.low == key.low, entry.pointee.high == key.high {
                UnsafeMutableRawPointer(out).storeBytes(of: entry.pointee.ids, as: SIMD4<TokenID>.self)
                out += entry.pointee.count
                continue
            }
            scratch.advance(to: out)
            let first = scratch.count
            let word = text + key.start
            let length = Int(key.count)
            if key.high == 0 {
                encodeLongSegment(word, length, hash: key.low, scan, scratch)
            } else {
                encodeLongSegment(word, length, hash: ByteHash.hash(word, length), scan, scratch)
                scratch.remember((key.low, key.high), entry, from: first)
            }
            scratch.reserve(4 * (count - index))
            out = scratch.ids + scratch.count
        }
        scratch.advance(to: out)
    }

    /// Appends the ids of one segment.
    private func encodeSegment<Scan: SegmentScan>(
        _ word: Bytes, _ length: Int, _ scan: Scan, _ scratch: EncodeScratch
    ) {
        guard length <= WordCache.longestWord else {
            encodeLongSegment(word, length, hash: ByteHash.hash(word, length), scan, scratch)
            return
        }
        scratch.cache.growIfCrowded()
        let key = WordCache.key(word, length)
        let entry = scratch.cache.entry(key)
        if entry.pointee.low == key.low, entry.pointee.high == key.high {
            scratch.append(cached: entry)
            return
        }
        let first = scratch.count
        encodeLongSegment(word, length, hash: ByteHash.hash(word, length), scan, scratch)
        scratch.remember(key, entry, from: first)
    }

    /// A segment that is long or has many ids: in the other cache, or nowhere.
    @inline(never)
    private func encodeLongSegment<Scan: SegmentScan>(
        _ word: Bytes, _ length: Int, hash: UInt64, _ scan: Scan, _ scratch: EncodeScratch
    ) {
        let isShort = length <= LongWordCache.longestWord
        let place = scratch.longCache.place(hash: hash)
        if isShort, let known = scratch.longCache.find(word, length, at: place) {
            for id in known { scratch.append(id, length: 0) }
            return
        }
        let first = scratch.count
        if !scan.encode(word, length, scratch) {
            encodePlainly(word, Span(start: 0, end: length), false, scratch)
        }
        let number = scratch.count - first
        if isShort, length > WordCache.longestWord || number > 4 {
            scratch.longCache.put(
                word, length, at: place, UnsafeBufferPointer(start: scratch.ids + first, count: number))
        }
    }
}
