extension PipelineTokenizer {
    /// Appends the ids of a part of a text, segment by segment.
    func encodeSegments(_ text: Bytes, _ span: Span, _ segments: Segments, _ scratch: EncodeScratch) {
        switch segments {
        case .bert(let scan): encodeBert(text, span, scan, scratch)
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

    /// Segments of BERT's pipeline are found and looked up like the words of split patterns.
    private func encodeBert(_ text: Bytes, _ span: Span, _ scan: BertSegments, _ scratch: EncodeScratch) {
        let starts = scratch.batch.starts.pointer
        let ends = scratch.batch.ends.pointer
        let held = scratch.holdsWords
        defer { scratch.holdsWords = held }
        var position = span.start
        while position < span.end {
            scratch.holdsWords = held
            let table = scratch.knownWords()
            scratch.holdsWords = true
            let base = text + position
            let (count, bytes) = scan.segments(
                base, span.end - position, starts, ends, capacity: WordBatch.capacity)
            if bytes == 0 {
                let segment = scan.next(text, position, span.end)
                if segment.start < segment.end {
                    encodeUnknown(text + segment.start, segment.end - segment.start, scan, scratch)
                }
                position = segment.end
                continue
            }
            let batch = KeyedBatch(
                text: base, bytes: bytes, readable: span.end - position, starts: starts, ends: ends, count: count,
                level: scan.level)
            encodeKeyed(batch, table, scratch) { encodeUnknown($0, $1, scan, scratch) }
            position += bytes
        }
    }

    /// The first segment, with a space in front that is not in the text.
    private func encodeBehindSpace(_ text: Bytes, _ first: Span, _ scan: SeamSegments, _ scratch: EncodeScratch) {
        let count = first.end - first.start + 1
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { spaced in
            guard let base = spaced.baseAddress else { return }
            base[0] = 0x20
            (base + 1).update(from: text + first.start, count: count - 1)
            scratch.appendWord(base, count, isReadable: false) { encodeUnknown(base, count, scan, scratch) }
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
            let table = scratch.knownWords()
            var count = 0
            var hasLong = false
            while count < SegmentKey.batch, position < span.end {
                let segment = scan.next(text, position, span.end)
                position = segment.end
                let length = segment.end - segment.start
                if length == 0 { break }
                let key = table.key(text + segment.start, length, isReadable: segment.start <= readable)
                table.prefetch(key)
                if key.high == 0 { hasLong = true }
                keys[count] = SegmentKey(key: key, count: Int32(truncatingIfNeeded: length), start: segment.start)
                count += 1
            }
            if hasLong {
                for index in 0..<count where keys[index].key.high == 0 { table.prefetchRecord(keys[index].key.low) }
            }
            let held = scratch.holdsWords
            scratch.holdsWords = true
            if let model = scan.wordModel {
                lookUpTogether(text, keys, count, table, scan, model, scratch)
            } else {
                lookUp(text, keys, count, table, scan, scratch)
            }
            scratch.holdsWords = held
        }
    }

    /// Appends the ids of segments whose entries were fetched.
    @inline(__always)
    private func lookUp<Scan: SegmentScan>(
        _ text: Bytes, _ keys: UnsafeMutablePointer<SegmentKey>, _ count: Int, _ table: KnownWords, _ scan: Scan,
        _ scratch: EncodeScratch
    ) {
        scratch.reserve(EncodeScratch.mostKnown * count)
        var out = scratch.ids + scratch.count
        for index in 0..<count {
            let segment = keys[index]
            let word = text + segment.start
            let length = Int(segment.count)
            if let end = table.copy(segment.key, word, length, to: out) {
                out = end
                continue
            }
            scratch.advance(to: out)
            let first = scratch.count
            encodeUnknown(word, length, scan, scratch)
            table.insert(
                segment.key, word, length, scratch.ids + first, scratch.count - first, &scratch.writer)
            scratch.reserve(EncodeScratch.mostKnown * (count - index))
            out = scratch.ids + scratch.count
        }
        scratch.advance(to: out)
    }

    @inline(__always)
    private func isSame(_ left: SegmentKey, _ right: SegmentKey, _ text: Bytes) -> Bool {
        guard left.key.low == right.key.low, left.key.high == right.key.high else { return false }
        if left.key.high != 0 { return true }
        return left.key.low != 0 && left.count == right.count
            && ByteHash.equal(text + left.start, text + right.start, Int(left.count))
    }

    /// The same where the words of all segments that are not known go through the model together.
    @inline(__always)
    private func lookUpTogether<Scan: SegmentScan>(
        _ text: Bytes, _ keys: UnsafeMutablePointer<SegmentKey>, _ count: Int, _ table: KnownWords, _ scan: Scan,
        _ model: UnigramModel, _ scratch: EncodeScratch
    ) {
        let places = scratch.segmentPlaces.pointer
        let recent = scratch.recentSegments.pointer
        let words = scratch.unigramWords
        words.removeAll()
        for index in 0..<count {
            let segment = keys[index]
            let length = Int(segment.count)
            if let known = table.place(segment.key, text + segment.start, length) {
                places[index] = SegmentPlace(first: known, last: SegmentPlace.known)
                continue
            }
            // Perhaps the same one stands before in this batch. What an older batch left here fits only by being right.
            let slot = recent + segment.key.slot(of: SegmentKey.batch)
            let same = Int(slot.pointee)
            if same < index, isSame(keys[same], segment, text), places[same].last >= 0 {
                places[index] = places[same]
                continue
            }
            slot.pointee = Int32(truncatingIfNeeded: index)
            let first = Int32(truncatingIfNeeded: words.count)
            let isPrepared = scan.prepare(text + segment.start, length, words)
            let last = isPrepared ? Int32(truncatingIfNeeded: words.count) : SegmentPlace.stages
            places[index] = SegmentPlace(first: first, last: last)
        }
        if words.count > 0 {
            let first = scratch.count
            model.encode(words, scratch)
            words.take(scratch, from: first)
        }
        scratch.reserve(EncodeScratch.mostKnown * count)
        var out = scratch.ids + scratch.count
        for index in 0..<count {
            let segment = keys[index]
            let word = text + segment.start
            let length = Int(segment.count)
            let place = places[index]
            if place.last == SegmentPlace.known {
                out = table.copy(place.first, length, to: out)
                continue
            }
            if place.last >= 0 {
                let ids = words.ids(of: Int(place.first)..<Int(place.last))
                guard let base = ids.baseAddress, ids.count > 0 else { continue }
                scratch.advance(to: out)
                scratch.append(base, ids.count)
                table.insert(segment.key, word, length, base, ids.count, &scratch.writer)
            } else {
                scratch.advance(to: out)
                let first = scratch.count
                encodePlainly(word, Span(start: 0, end: length), false, scratch)
                table.insert(
                    segment.key, word, length, scratch.ids + first, scratch.count - first, &scratch.writer)
            }
            scratch.reserve(EncodeScratch.mostKnown * (count - index))
            out = scratch.ids + scratch.count
        }
        scratch.advance(to: out)
    }

    /// Appends the ids of a segment by way of all that makes them.
    @inline(never)
    private func encodeUnknown<Scan: SegmentScan>(
        _ word: Bytes, _ length: Int, _ scan: Scan, _ scratch: EncodeScratch
    ) {
        if !scan.encode(word, length, scratch) {
            encodePlainly(word, Span(start: 0, end: length), false, scratch)
        }
    }
}
