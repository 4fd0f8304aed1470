/// What happens to a text before it is split: one step or several.
indirect enum Normalizer: Sendable {
    case sequence([Normalizer])
    /// Puts text in front of a text that is not empty.
    case prepend([UInt8])
    case replace(Replacement)
    case form(NormalizationForm)
    case bert(BertNormalizer)
    case lowercase
    case stripAccents
    case strip(left: Bool, right: Bool)
    /// Control characters go, odd spaces become plain ones (as in neural machine translation).
    case nmt
    case precompiled(PrecompiledCharacterMap)
    /// Every byte becomes its scalar of the byte alphabet.
    case byteLevel
    case sentencePiece(SentencePieceNormalizer)

    /// Rewrites `text`; `spare` is room to work in.
    func apply(_ text: inout TextBuffer, spare: inout TextBuffer, matcher: inout RegexMatcher) {
        switch self {
        case .sequence(let steps):
            for step in steps { step.apply(&text, spare: &spare, matcher: &matcher) }
        case .prepend(let prefix): Self.prepend(prefix, &text, &spare)
        case .replace(let replacement): replacement.apply(&text, spare: &spare, matcher: &matcher)
        case .form(let form): form.apply(&text, spare: &spare)
        case .bert(let bert): bert.apply(&text, spare: &spare)
        case .lowercase: TextMap.lowercase(&text, spare: &spare)
        case .stripAccents:
            TextMap.apply(&text, spare: &spare) { _, mask in
                mask & ScalarClass.combining.rawValue != 0 ? .drop : .keep
            }
        case .strip(let left, let right): Self.strip(&text, &spare, left, right)
        case .nmt: TextMap.apply(&text, spare: &spare) { scalar, _ in Self.nmt(scalar) }
        case .precompiled(let map): Self.map(&text, &spare, map)
        case .byteLevel:
            spare.reset(tracksOrigins: text.tracksOrigins)
            for (index, byte) in text.bytes.enumerated() {
                spare.append(ByteAlphabet.scalars[Int(byte)], from: text, at: index)
            }
            swap(&text, &spare)
        case .sentencePiece(let normalizer): normalizer.apply(&text, spare: &spare)
        }
    }

    private static func nmt(_ scalar: UInt32) -> TextMap.Change {
        switch scalar {
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: .drop
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: .replace(0x20)
        default: .keep
        }
    }

    private static func strip(_ text: inout TextBuffer, _ spare: inout TextBuffer, _ left: Bool, _ right: Bool) {
        var start = 0
        var end = text.count
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let data = UnicodeData.shared
            while left, start < end {
                let (scalar, length) = UTF8Text.scalar(base, at: start)
                guard data.contains(scalar, .whiteSpace) else { break }
                start += length
            }
            while right, end > start {
                let before = UTF8Text.start(base, before: end)
                guard data.contains(UTF8Text.scalar(base, at: before).value, .whiteSpace) else { break }
                end = before
            }
        }
        if start == 0, end == text.count { return }
        spare.reset(tracksOrigins: text.tracksOrigins)
        spare.append(start..<end, of: text)
        swap(&text, &spare)
    }

    /// Whole user-perceived characters of less than six bytes are looked up first, then scalars. The reference breaks
    /// by UAX #29, and so does the standard library: the only place where `Character` is what is meant.
    private static func map(_ text: inout TextBuffer, _ spare: inout TextBuffer, _ map: PrecompiledCharacterMap) {
        spare.reset(tracksOrigins: text.tracksOrigins)
        var changes = ScalarChanges()
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            func replace(_ part: Range<Int>, _ replacement: UnsafeBufferPointer<UInt8>) {
                if text.tracksOrigins {
                    changes.replace(base, part, by: replacement)
                } else {
                    spare.append(replacement, from: text, at: part.lowerBound)
                }
            }
            var position = 0
            for character in String(decoding: buffer, as: UTF8.self) {
                let end = position + character.utf8.count
                if end - position < 6, let replacement = map.shortest(base, position, end) {
                    replace(position..<end, replacement)
                    position = end
                    continue
                }
                while position < end {
                    let next = position + UTF8Text.length(base[position])
                    if let replacement = map.shortest(base, position, next) {
                        replace(position..<next, replacement)
                    } else if text.tracksOrigins {
                        changes.keep(UTF8Text.scalar(base, at: position).value)
                    } else {
                        spare.append(position..<next, of: text)
                    }
                    position = next
                }
            }
            changes.write(text, base, &spare)
        }
        swap(&text, &spare)
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

/// Scalars with what each changes in their number, from which the reference counts off where they come from, right or wrong:
/// what is removed is told by the last scalar before it, and at the beginning of a text by nobody.
private struct ScalarChanges {
    private var scalars: [(scalar: UInt32, change: Int)] = []

    mutating func keep(_ scalar: UInt32) { scalars.append((scalar, 0)) }

    mutating func replace(_ text: Bytes, _ part: Range<Int>, by replacement: UnsafeBufferPointer<UInt8>) {
        var old = 0
        for index in part where text[index] & 0xC0 != 0x80 { old += 1 }
        let before = scalars.count
        if let new = replacement.baseAddress {
            var position = 0
            while position < replacement.count {
                let (scalar, length) = UTF8Text.scalar(new, at: position)
                scalars.append((scalar, 0))
                position += length
            }
        }
        let more = scalars.count - before - old
        for index in (scalars.count - max(more, 0))..<scalars.count { scalars[index].change = 1 }
        if more < 0, !scalars.isEmpty { scalars[scalars.count - 1].change += more }
    }

    func write(_ text: TextBuffer, _ base: Bytes, _ out: inout TextBuffer) {
        var cursor = 0
        for (scalar, change) in scalars { out.append(scalar, change: change, of: text, base, &cursor) }
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
            if match.end > 0 {
                spare.append(content, from: text, at: match.end - 1)
            } else {
                spare.append(content, origin: Span(start: text.origin(0).start, end: text.origin(0).start))
            }
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
