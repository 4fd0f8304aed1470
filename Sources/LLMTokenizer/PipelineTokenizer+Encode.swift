extension PipelineTokenizer {
    func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        withScratch { scratch in
            scratch.reset(tracksLengths: false)
            if addSpecialTokens { for id in prefix { scratch.append(id, length: 0) } }
            if UTF8Text.wellFormedPrefix(bytes) == bytes.count {
                encodeText(bytes, parseSpecialTokens, scratch)
            } else {
                UTF8Text.repaired(bytes).withUnsafeBytes { encodeText($0, parseSpecialTokens, scratch) }
            }
            if addSpecialTokens { for id in suffix { scratch.append(id, length: 0) } }
            return scratch.takeIDs()
        }
    }

    /// Appends the ids of well-formed text, without what post-processing adds.
    private func encodeText(_ bytes: UnsafeRawBufferPointer, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        let text = base.assumingMemoryBound(to: UInt8.self)
        let whole = Span(start: 0, end: bytes.count)
        if rawMatcher.isEmpty {
            encodeSection(text, whole, parseSpecial, scratch)
            return
        }
        rawMatcher.forEachSection(text, whole, parseSpecial: parseSpecial) { section in
            if section.id >= 0 {
                scratch.append(section.id, length: section.span.end - section.span.start)
            } else {
                encodeSection(text, section.span, parseSpecial, scratch)
            }
        }
    }

    private func encodeSection(_ text: Bytes, _ span: Span, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        guard let normalizer = parts.normalizer else {
            encodeNormalized(text, span, parseSpecial, scratch)
            return
        }
        var normalized = TextBuffer()
        swap(&normalized, &scratch.text)
        normalized.assign(text, span, tracksOrigins: false)
        normalizer.apply(&normalized, spare: &scratch.spareText, matcher: &scratch.matcher)
        normalized.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            encodeNormalized(base, Span(start: 0, end: buffer.count), parseSpecial, scratch)
        }
        swap(&normalized, &scratch.text)
    }

    private func encodeNormalized(_ text: Bytes, _ span: Span, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        if normalizedMatcher.isEmpty {
            encodeWords(text, span, scratch)
            return
        }
        normalizedMatcher.forEachSection(text, span, parseSpecial: parseSpecial) { section in
            if section.id >= 0 {
                scratch.append(section.id, length: section.span.end - section.span.start)
            } else {
                encodeWords(text, section.span, scratch)
            }
        }
    }

    private func encodeWords(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
        let isCacheable = parts.model.isCacheable
        if let scanner = parts.preTokenizer.onlyScanner {
            let data = UnicodeData.shared
            let ascii = ScanFlags.ascii.pointer
            var position = span.start
            while position < span.end {
                let end = scanner.next(text, position, span.end, data, ascii)
                encodeWord(text, position, end, span.end, isCacheable, scratch)
                position = end
            }
            return
        }
        parts.preTokenizer.split(text, span, scratch)
        for word in scratch.spans { encodeWord(text, word.start, word.end, span.end, isCacheable, scratch) }
    }

    @inline(__always)
    private func encodeWord(
        _ text: Bytes, _ start: Int, _ end: Int, _ limit: Int, _ isCacheable: Bool, _ scratch: EncodeScratch
    ) {
        let length = end - start
        guard isCacheable, length <= WordCache.longestWord else {
            parts.model.encode(text + start, length, scratch)
            return
        }
        let word = text + start
        let key = start + 16 <= limit ? WordCache.key(readable: word, length) : WordCache.key(word, length)
        let entry = scratch.cache.entry(key)
        if entry.pointee.low == key.low, entry.pointee.high == key.high {
            scratch.append(cached: entry)
            return
        }
        let first = scratch.count
        parts.model.encode(word, length, scratch)
        scratch.remember(key, entry, from: first)
    }
}
