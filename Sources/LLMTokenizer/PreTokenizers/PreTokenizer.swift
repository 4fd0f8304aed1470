/// How a text becomes words: one step or several, each splitting what the one before made.
struct PreTokenizer: Sendable {
    enum Step: Sendable {
        case scanner(SplitScanner)
        case pattern(Replacement.Pattern, SplitBehavior, inverted: Bool)
        /// Each scalar of the classes is a word of its own, or each run of them.
        case classes(ScalarClass, SplitBehavior)
        /// Groups of three digits, counted from the right.
        case digitGroupsFromRight
        /// So many scalars each.
        case fixedLength(Int)
        /// `\w+|[^\w\s]+`, what is between them dropped.
        case words
        /// Spaces become a mark, one is put in front, and words begin with it.
        case metaspace(mark: [UInt8], prepends: Prepend, splits: Bool)
        /// A space goes in front of what does not begin with one.
        case prefixSpace
        /// Every byte becomes its scalar of the byte alphabet.
        case byteAlphabet
        /// A word ends where the script changes.
        case scripts
    }

    /// When a mark is put in front.
    enum Prepend: Sendable { case always, first, never }

    /// Whether words are no parts of the text as it was.
    var modifiesText: Bool {
        steps.contains { step in
            switch step {
            case .metaspace, .prefixSpace, .byteAlphabet: true
            default: false
            }
        }
    }

    /// Whether it matters where in the original text a part was.
    var needsOrigins: Bool {
        steps.contains { step in
            if case .metaspace(_, .first, _) = step { true } else { false }
        }
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
    func split(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
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
        case .fixedLength(let length):
            var start = span.start
            while start < span.end {
                var end = start
                for _ in 0..<length where end < span.end { end += UTF8Text.length(text[end]) }
                scratch.otherSpans.append(Span(start: start, end: max(end, start + 1)))
                start = max(end, start + 1)
            }
        case .words: splitWords(text, span, scratch)
        case .scripts: UnicodeScripts.split(text, span, into: &scratch.otherSpans)
        case .metaspace, .prefixSpace, .byteAlphabet: scratch.otherSpans.append(span)
        }
    }

    /// `\w` of Rust's regular expressions: without the Latin-1 numbers, with the joiners.
    static func isRustWord(_ scalar: UInt32, _ data: UnicodeData) -> Bool {
        if scalar == 0x200C || scalar == 0x200D { return true }
        return data.contains(scalar, .word) && !(scalar < 0xBF && data.contains(scalar, ScalarClass(.otherNumber)))
    }

    private func splitWords(_ text: Bytes, _ span: Span, _ scratch: EncodeScratch) {
        let data = UnicodeData.shared
        var start = span.start
        var kind = 0
        var position = span.start
        while position <= span.end {
            var next = 0
            var length = 1
            if position < span.end {
                let scalar: UInt32
                (scalar, length) = UTF8Text.scalar(text, at: position)
                next = Self.isRustWord(scalar, data) ? 1 : data.contains(scalar, .whiteSpace) ? 0 : 2
            }
            if next != kind {
                if kind != 0 { scratch.otherSpans.append(Span(start: start, end: position)) }
                start = position
                kind = next
            }
            position += length
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
            pieces.append((match, !inverted))
            done = max(done, match.end)
        }
        if done < span.end { pieces.append((Span(start: done, end: span.end), inverted)) }
        let hasEmpty = matches.contains { $0.start == $0.end }
        let first = words.count
        switch self {
        case .removed:
            for piece in pieces where !piece.isMatch { words.append(piece.span) }
        case .isolated:
            for piece in pieces { words.append(piece.span) }
        case .contiguous:
            var previous: Bool?
            for piece in pieces {
                if piece.isMatch == previous, words.count > first, let last = words.indices.last {
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
        guard hasEmpty else { return }
        // Matches of nothing keep apart what is around them, and are no words.
        let made = words[first...].filter { $0.start < $0.end }
        words.removeSubrange(first...)
        words += made
    }
}
