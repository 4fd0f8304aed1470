/// How a text becomes words: one step or several, each splitting what the one before made.
struct PreTokenizer: Sendable {
    enum Step: Sendable {
        case scanner(SplitScanner)
        case pattern(Replacement.Pattern, SplitBehavior, inverted: Bool)
        /// Each scalar of the classes is a word of its own, or each run of them.
        case classes(ScalarClass, SplitBehavior)
        /// Groups of three digits, counted from the right.
        case digitGroupsFromRight
    }

    var steps: [Step] = []

    /// The words of `span`, in order, into `scratch.spans`.
    func split(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
        scratch.spans.removeAll(keepingCapacity: true)
        if span.start < span.end { scratch.spans.append(span) }
        for step in steps {
            scratch.otherSpans.removeAll(keepingCapacity: true)
            for part in scratch.spans { step.split(text, part, scratch) }
            swap(&scratch.spans, &scratch.otherSpans)
        }
    }

    /// The only step, when it is a scanner: then words need not be collected.
    var onlyScanner: SplitScanner? {
        if steps.count == 1, case .scanner(let scanner) = steps[0] { return scanner }
        return nil
    }
}

/// What becomes of the places that a pattern matches.
enum SplitBehavior: Sendable {
    case removed, isolated, mergedWithPrevious, mergedWithNext, contiguous
}

extension PreTokenizer.Step {
    fileprivate func split(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
        switch self {
        case .scanner(let scanner):
            let data = UnicodeData.shared
            let ascii = ScanFlags.ascii.pointer
            var position = span.start
            while position < span.end {
                let end = scanner.next(text, position, span.end, data, ascii)
                scratch.otherSpans.append(Span(start: position, end: end))
                position = end
            }
        case .pattern(let pattern, let behavior, let inverted):
            let matches = pattern.matches(text, span, &scratch.matcher)
            behavior.apply(matches, span, inverted: inverted, into: &scratch.otherSpans)
        case .classes(let classes, let behavior):
            let data = UnicodeData.shared
            var matches: [Span] = []
            var position = span.start
            while position < span.end {
                let (scalar, length) = UTF8Text.scalar(text, at: position)
                if data.contains(scalar, classes) { matches.append(Span(start: position, end: position + length)) }
                position += length
            }
            behavior.apply(matches, span, inverted: false, into: &scratch.otherSpans)
        case .digitGroupsFromRight: splitDigits(text, span, scratch)
        }
    }

    private func splitDigits(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
        let data = UnicodeData.shared
        var done = span.start
        var position = span.start
        while position < span.end {
            var ends: [Int] = []
            let start = position
            while position < span.end {
                let (scalar, length) = UTF8Text.scalar(text, at: position)
                guard data.contains(scalar, .number) else { break }
                position += length
                ends.append(position)
            }
            guard !ends.isEmpty else {
                position += UTF8Text.length(text[position])
                continue
            }
            if done < start { scratch.otherSpans.append(Span(start: done, end: start)) }
            done = start
            var taken = ends.count % 3 == 0 ? 3 : ends.count % 3
            while taken <= ends.count {
                scratch.otherSpans.append(Span(start: done, end: ends[taken - 1]))
                done = ends[taken - 1]
                taken += 3
            }
        }
        if done < span.end { scratch.otherSpans.append(Span(start: done, end: span.end)) }
    }
}

extension SplitBehavior {
    /// Turns matches into words; no word is empty.
    func apply(_ matches: [Span], _ span: Span, inverted: Bool, into words: inout [Span]) {
        var pieces: [(span: Span, isMatch: Bool)] = []
        var done = span.start
        for match in matches {
            if done < match.start { pieces.append((Span(start: done, end: match.start), inverted)) }
            if match.start < match.end { pieces.append((match, !inverted)) }
            done = max(done, match.end)
        }
        if done < span.end { pieces.append((Span(start: done, end: span.end), inverted)) }
        switch self {
        case .removed:
            for piece in pieces where !piece.isMatch { words.append(piece.span) }
        case .isolated:
            for piece in pieces { words.append(piece.span) }
        case .contiguous:
            var previous: Bool?
            for piece in pieces {
                if piece.isMatch == previous, let last = words.indices.last {
                    words[last].end = piece.span.end
                } else {
                    words.append(piece.span)
                }
                previous = piece.isMatch
            }
        case .mergedWithPrevious:
            var previousIsMatch = false
            var isFirst = true
            for piece in pieces {
                if piece.isMatch, !previousIsMatch, !isFirst, let last = words.indices.last {
                    words[last].end = piece.span.end
                } else {
                    words.append(piece.span)
                }
                previousIsMatch = piece.isMatch
                isFirst = false
            }
        case .mergedWithNext:
            var index = 0
            while index < pieces.count {
                if pieces[index].isMatch, index + 1 < pieces.count, !pieces[index + 1].isMatch {
                    words.append(Span(start: pieces[index].span.start, end: pieces[index + 1].span.end))
                    index += 2
                } else {
                    words.append(pieces[index].span)
                    index += 1
                }
            }
        }
    }
}
