/// What happens to a text before it is split: one step or several.
indirect enum Normalizer: Sendable {
    case sequence([Normalizer])
    /// Puts text in front of a text that is not empty.
    case prepend([UInt8])
    case replace(Replacement)

    /// Rewrites `text`; `spare` is room to work in.
    func apply(_ text: inout TextBuffer, spare: inout TextBuffer, matcher: inout RegexMatcher) {
        switch self {
        case .sequence(let steps):
            for step in steps { step.apply(&text, spare: &spare, matcher: &matcher) }
        case .prepend(let prefix): Self.prepend(prefix, &text, &spare)
        case .replace(let replacement): replacement.apply(&text, spare: &spare, matcher: &matcher)
        }
    }

    /// Puts text in front; it stands for what the first scalar stands for.
    static func prepend(_ prefix: [UInt8], _ text: inout TextBuffer, _ spare: inout TextBuffer) {
        guard text.count > 0 else { return }
        spare.reset(tracksOrigins: text.tracksOrigins)
        spare.append(prefix, from: text, at: 0)
        spare.append(0..<text.count, of: text)
        swap(&text, &spare)
    }
}

/// Puts one text in the place of another, or of the matches of a pattern.
struct Replacement: Sendable {
    enum Pattern: Sendable {
        case literal([UInt8])
        case regex(RegexProgram)
    }

    var pattern: Pattern
    var content: [UInt8]

    func apply(_ text: inout TextBuffer, spare: inout TextBuffer, matcher: inout RegexMatcher) {
        let matches: [Span] = text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return [] }
            return pattern.matches(base, Span(start: 0, end: buffer.count), &matcher)
        }
        guard !matches.isEmpty else { return }
        spare.reset(tracksOrigins: text.tracksOrigins)
        var done = 0
        for match in matches {
            spare.append(done..<match.start, of: text)
            // New text stands for the last scalar it replaces, or for the one before where nothing is replaced.
            spare.append(content, from: text, at: max(match.end - 1, 0))
            done = match.end
        }
        spare.append(done..<text.count, of: text)
        swap(&text, &spare)
    }
}

extension Replacement.Pattern {
    /// All matches that do not overlap, from left to right.
    func matches(_ text: Bytes, _ span: Span, _ matcher: inout RegexMatcher) -> [Span] {
        var found: [Span] = []
        switch self {
        case .literal(let literal):
            guard !literal.isEmpty else { return [] }
            var position = span.start
            while position + literal.count <= span.end {
                if text[position] == literal[0],
                    literal.withUnsafeBufferPointer({ wanted in
                        wanted.baseAddress.map { ByteHash.equal(text + position, $0, wanted.count) } ?? false
                    })
                {
                    found.append(Span(start: position, end: position + literal.count))
                    position += literal.count
                } else {
                    position += 1
                }
            }
        case .regex(let program):
            var position = span.start
            while let match = matcher.search(program, text, from: position, in: span) {
                found.append(match)
                if match.end > match.start {
                    position = match.end
                } else {
                    guard match.end < span.end else { break }
                    position = match.end + UTF8Text.length(text[match.end])
                }
            }
        }
        return found
    }
}
