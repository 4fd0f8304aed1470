extension PreTokenizer {
    /// The words of a text that the steps may change, in order, into `scratch.spans`.
    func split(_ text: inout TextBuffer, _ scratch: EncodeScratch) {
        scratch.spans.removeAll(keepingCapacity: true)
        if text.count > 0 { scratch.spans.append(Span(start: 0, end: text.count)) }
        for step in steps {
            scratch.otherSpans.removeAll(keepingCapacity: true)
            switch step {
            case .metaspace(let mark, let prepends, let splits):
                rewrite(&text, scratch) { text, span, out in
                    Self.mark(text, span, &out, mark, prepends)
                }
                if splits { splitAtMarks(text, mark, scratch) }
            case .prefixSpace:
                rewrite(&text, scratch) { text, span, out in
                    if text.bytes[span.start] != 0x20 { out.append(0x20, from: text, at: span.start) }
                    out.append(span.start..<span.end, of: text)
                }
            case .byteAlphabet:
                rewrite(&text, scratch) { text, span, out in
                    for index in span.start..<span.end {
                        out.append(ByteAlphabet.scalars[Int(text.bytes[index])], from: text, at: index)
                    }
                }
            default:
                text.bytes.withUnsafeBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    for part in scratch.spans { step.split(base, part, scratch) }
                }
                swap(&scratch.spans, &scratch.otherSpans)
            }
        }
    }

    /// Rewrites each part of the text; the parts stay the same parts.
    private func rewrite(
        _ text: inout TextBuffer, _ scratch: EncodeScratch, _ body: (TextBuffer, Span, inout TextBuffer) -> Void
    ) {
        var out = TextBuffer()
        swap(&out, &scratch.spareText)
        out.reset(tracksOrigins: text.tracksOrigins)
        for index in scratch.spans.indices {
            let start = out.count
            body(text, scratch.spans[index], &out)
            scratch.spans[index] = Span(start: start, end: out.count)
        }
        swap(&text, &out)
        swap(&out, &scratch.spareText)
    }

    private static func mark(
        _ text: TextBuffer, _ span: Span, _ out: inout TextBuffer, _ mark: [UInt8], _ prepends: Prepend
    ) {
        let begins = text.bytes[span.start] == 0x20 || text.bytes[span.start..<span.end].starts(with: mark)
        let wants = prepends == .always || (prepends == .first && text.origin(span.start).start == 0)
        if wants, !begins { out.append(mark, from: text, at: span.start) }
        var kept = span.start
        for index in span.start..<span.end where text.bytes[index] == 0x20 {
            out.append(kept..<index, of: text)
            out.append(mark, from: text, at: index)
            kept = index + 1
        }
        out.append(kept..<span.end, of: text)
    }

    private func splitAtMarks(_ text: TextBuffer, _ mark: [UInt8], _ scratch: EncodeScratch) {
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for part in scratch.spans {
                let matches = Replacement.Pattern.literal(mark).matches(base, part, &scratch.matcher)
                SplitBehavior.mergedWithNext.apply(matches, part, inverted: false, into: &scratch.otherSpans)
            }
        }
        swap(&scratch.spans, &scratch.otherSpans)
        scratch.otherSpans.removeAll(keepingCapacity: true)
    }
}
