import LLMTensor

/// The first stages of a pipeline, ready to run: text to the words a model sees.
struct WordSplitter: Sendable {
    let normalizer: Normalizer?
    let preTokenizer: PreTokenizer
    /// Whether the model writes words in the byte alphabet.
    let isByteLevel: Bool

    init(_ pipeline: TokenizerPipeline) throws(TokenizerError) {
        let context = TokenizerJSONContext(source: "the pipeline")
        normalizer = try context.normalizer(pipeline.normalizer?.json)
        var steps = try context.preTokenizer(pipeline.preTokenizer?.json)
        var isByteLevel = false
        if case .byteAlphabet? = steps.last {
            isByteLevel = true
            steps.removeLast()
        }
        preTokenizer = PreTokenizer(steps: steps)
        self.isByteLevel = isByteLevel
    }

    /// Counts the words of one text.
    func count(_ text: UnsafeRawBufferPointer, _ table: WordTable, _ scratch: EncodeScratch) {
        guard let base = text.baseAddress, !text.isEmpty else { return }
        guard UTF8Text.wellFormedPrefix(text) == text.count else {
            UTF8Text.repaired(text).withUnsafeBytes { count($0, table, scratch) }
            return
        }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        let whole = Span(start: 0, end: text.count)
        guard normalizer != nil || preTokenizer.modifiesText else {
            countPlain(bytes, whole, table, scratch)
            return
        }
        var buffer = TextBuffer()
        swap(&buffer, &scratch.text)
        buffer.assign(bytes, whole, tracksOrigins: preTokenizer.needsOrigins)
        normalizer?.apply(&buffer, spare: &scratch.spareText, matcher: &scratch.matcher)
        if preTokenizer.modifiesText {
            preTokenizer.split(&buffer, scratch)
            countSpans(buffer, table, scratch)
        } else {
            buffer.bytes.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                countPlain(base, Span(start: 0, end: buffer.count), table, scratch)
            }
        }
        swap(&buffer, &scratch.text)
    }

    private func countPlain(_ text: Bytes, _ span: Span, _ table: WordTable, _ scratch: EncodeScratch) {
        if let scanner = preTokenizer.onlyScanner {
            switch scanner.family {
            case .gpt2: countScanned(text, span, GPT2Scan(rules: scanner), table)
            case .cl100k: countScanned(text, span, CL100KScan(rules: scanner), table)
            case .o200k: countScanned(text, span, O200KScan(rules: scanner), table)
            case .deepSeek: countScanned(text, span, DeepSeekScan(rules: scanner), table)
            }
            return
        }
        preTokenizer.split(text, span, scratch)
        for word in scratch.spans where word.end > word.start {
            table.add(text + word.start, word.end - word.start, isReadable: word.start + 16 <= span.end)
        }
    }

    @inline(__always)
    private func countScanned<Scan: WordScan>(_ text: Bytes, _ span: Span, _ scan: Scan, _ table: WordTable) {
        let cursor = ScanCursor(
            text: text, end: span.end, data: UnicodeData.shared, ascii: ScanFlags.ascii.pointer)
        var position = span.start
        while position < span.end {
            let end = scan.next(cursor, position)
            table.add(text + position, end - position, isReadable: position + 16 <= span.end)
            position = end
        }
    }

    private func countSpans(_ buffer: TextBuffer, _ table: WordTable, _ scratch: EncodeScratch) {
        buffer.bytes.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return }
            for word in scratch.spans where word.end > word.start {
                table.add(base + word.start, word.end - word.start, isReadable: word.start + 16 <= bytes.count)
            }
        }
    }
}
