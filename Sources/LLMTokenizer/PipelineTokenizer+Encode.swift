extension PipelineTokenizer {
    func encode(bytes: UnsafeRawBufferPointer, addSpecialTokens: Bool, parseSpecialTokens: Bool) -> [TokenID] {
        withScratch { scratch in
            scratch.reset(tracksLengths: false)
            if addSpecialTokens { for id in prefix { scratch.append(id, length: 0) } }
            encodeRepaired(bytes, parseSpecialTokens, scratch)
            if addSpecialTokens { for id in suffix { scratch.append(id, length: 0) } }
            return scratch.takeIDs()
        }
    }

    /// Appends the ids of a text that need not be UTF-8, without what post-processing adds.
    func encodeRepaired(_ bytes: UnsafeRawBufferPointer, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        if UTF8Text.wellFormedPrefix(bytes) == bytes.count {
            encodeText(bytes, parseSpecial, scratch)
        } else {
            UTF8Text.repaired(bytes).withUnsafeBytes { encodeText($0, parseSpecial, scratch) }
        }
    }

    /// Appends the ids of well-formed text, without what post-processing adds.
    func encodeText(_ bytes: UnsafeRawBufferPointer, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
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
                if scratch.tracksLengths { scratch.note(section.span, isNewWord: true) }
            } else {
                encodeSection(text, section.span, parseSpecial, scratch)
            }
        }
    }

    private func encodeSection(_ text: Bytes, _ span: Span, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        if let segments, !scratch.tracksLengths {
            encodeSegments(text, span, segments, scratch)
        } else {
            encodePlainly(text, span, parseSpecial, scratch)
        }
    }

    /// One stage after the other.
    func encodePlainly(_ text: Bytes, _ span: Span, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        let modifies = parts.preTokenizer.modifiesText
        guard parts.normalizer != nil || modifies || scratch.tracksLengths else {
            encodeNormalized(text, span, parseSpecial, scratch)
            return
        }
        if !modifies, !scratch.tracksLengths, parts.normalizer?.surelyKeeps(text, span) ?? false {
            encodeNormalized(text, span, parseSpecial, scratch)
            return
        }
        var normalized = TextBuffer()
        swap(&normalized, &scratch.text)
        let needsOrigins = scratch.tracksLengths || parts.preTokenizer.needsOrigins
        normalized.assign(text, span, tracksOrigins: needsOrigins)
        parts.normalizer?.apply(&normalized, spare: &scratch.spareText, matcher: &scratch.matcher)
        if modifies || scratch.tracksLengths {
            encodeBuffer(normalized, parseSpecial, scratch)
        } else {
            normalized.bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                encodeNormalized(base, Span(start: 0, end: buffer.count), parseSpecial, scratch)
            }
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

    /// The slower way: with pre-tokenizers that change the text, or with offsets wanted.
    private func encodeBuffer(_ buffer: TextBuffer, _ parseSpecial: Bool, _ scratch: EncodeScratch) {
        var sections: [TextSection] = []
        buffer.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            normalizedMatcher.forEachSection(base, Span(start: 0, end: bytes.count), parseSpecial: parseSpecial) {
                sections.append($0)
            }
        }
        for section in sections {
            if section.id >= 0 {
                appendAdded(section, buffer, scratch)
                continue
            }
            var words = TextBuffer()
            swap(&words, &scratch.wordText)
            words.reset(tracksOrigins: buffer.tracksOrigins)
            words.append(section.span.start..<section.span.end, of: buffer)
            parts.preTokenizer.split(&words, scratch)
            words.bytes.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                if scratch.tracksLengths {
                    encodeTracked(base, words, scratch)
                } else {
                    let isCacheable = cachesWords
                    for word in scratch.spans {
                        encodeWord(base, word.start, word.end, bytes.count, isCacheable, scratch)
                    }
                }
            }
            swap(&words, &scratch.wordText)
        }
    }

    private func appendAdded(_ section: TextSection, _ buffer: TextBuffer, _ scratch: EncodeScratch) {
        scratch.append(section.id, length: section.span.end - section.span.start)
        guard scratch.tracksLengths, section.span.end > section.span.start else { return }
        let start = buffer.origin(section.span.start).start
        scratch.note(Span(start: start, end: buffer.origin(section.span.end - 1).end), isNewWord: true)
    }

    private func encodeTracked(_ base: Bytes, _ text: TextBuffer, _ scratch: EncodeScratch) {
        for word in scratch.spans {
            let first = scratch.count
            parts.model.encode(base + word.start, word.end - word.start, scratch)
            var position = word.start
            for index in first..<scratch.count {
                let length = Int(scratch.lengths[index])
                let end = min(position + abs(length), word.end)
                let start = text.origin(min(position, text.count - 1)).start
                scratch.note(Span(start: start, end: text.origin(max(end - 1, 0)).end), isNewWord: index == first)
                // A negative length: the next token stands for the same part.
                if length >= 0 { position = end }
            }
            if scratch.count == first { scratch.skipWord() }
        }
    }

    private func encodeWords(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
        let isCacheable = cachesWords
        if let scanner = onlyScanner {
            encodeScanned(text, span, scanner, scratch)
            return
        }
        parts.preTokenizer.split(text, span, scratch)
        for word in scratch.spans { encodeWord(text, word.start, word.end, span.end, isCacheable, scratch) }
    }

    /// The usual case of byte-level vocabularies: one scanner, and most words in the cache.
    private func encodeScanned(_ text: Bytes, _ span: Span, _ scanner: SplitScanner, _ scratch: EncodeScratch) {
        if let fastSplit {
            switch scanner.family {
            case .gpt2: encodeFast(text, span, GPT2Scan(rules: scanner), fastSplit, scratch)
            case .cl100k: encodeFast(text, span, CL100KScan(rules: scanner), fastSplit, scratch)
            case .o200k: encodeFast(text, span, O200KScan(rules: scanner), fastSplit, scratch)
            case .deepSeek: encodeFast(text, span, DeepSeekScan(rules: scanner), fastSplit, scratch)
            }
            return
        }
        switch scanner.family {
        case .gpt2: encodeScanned(text, span, GPT2Scan(rules: scanner), scratch)
        case .cl100k: encodeScanned(text, span, CL100KScan(rules: scanner), scratch)
        case .o200k: encodeScanned(text, span, O200KScan(rules: scanner), scratch)
        case .deepSeek: encodeScanned(text, span, DeepSeekScan(rules: scanner), scratch)
        }
    }

    @inline(__always)
    private func encodeScanned<Scan: WordScan>(_ text: Bytes, _ span: Span, _ scan: Scan, _ scratch: EncodeScratch) {
        let cursor = ScanCursor(
            text: text, end: span.end, data: UnicodeData.shared, ascii: ScanFlags.ascii.pointer)
        // Words that begin before this can be read 16 bytes at a time.
        let readable = span.end - 16
        let chunk = 1 << 14
        let held = scratch.holdsWords
        var position = span.start
        while position < span.end {
            let table = scratch.knownWords()
            scratch.holdsWords = true
            let stop = min(position + chunk, span.end)
            scratch.reserve(stop - position + EncodeScratch.mostKnown)
            var out = scratch.ids + scratch.count
            while position < stop {
                let end = scan.next(cursor, position)
                let word = text + position
                let key = table.key(word, end - position, isReadable: position <= readable)
                if let behind = table.copy(key, word, end - position, to: out) {
                    out = behind
                } else {
                    scratch.advance(to: out)
                    let first = scratch.count
                    parts.model.encode(word, end - position, scratch)
                    table.insert(
                        key, word, end - position, scratch.ids + first, scratch.count - first, &scratch.writer)
                    scratch.reserve(max(stop - end, 0) + EncodeScratch.mostKnown)
                    out = scratch.ids + scratch.count
                }
                position = end
            }
            scratch.advance(to: out)
            scratch.holdsWords = held
        }
    }

    @inline(__always)
    private func encodeWord(
        _ text: Bytes, _ start: Int, _ end: Int, _ limit: Int, _ isCacheable: Bool, _ scratch: EncodeScratch
    ) {
        let length = end - start
        let word = text + start
        guard isCacheable, length > 0 else {
            parts.model.encode(word, length, scratch)
            return
        }
        scratch.appendWord(word, length, isReadable: start + 16 <= limit) {
            parts.model.encode(word, length, scratch)
        }
    }
}
