/// Segments of pipelines that split at white space and mark where words begin (XLM-R, T5 and their like): words between
/// spaces.
///
/// The character map looks at user-perceived characters, so a space at which one begins or ends in a mark is no end of a
/// segment. What the map does to a word is done here, where it is sure where user-perceived characters end; only the rest
/// goes through all stages.
struct MarkedSegments: SegmentScan {
    /// What the stages before the model can do to a scalar.
    private enum Effect {
        static let none: UInt8 = 0
        /// Nothing, unless something follows that belongs to the same user-perceived character.
        static let noneAlone: UInt8 = 1
        static let some: UInt8 = 2
        /// Belongs to no user-perceived character but its own, as far as its neighbours are such, too.
        static let alone: UInt8 = 4
    }

    private static let limit: UInt32 = 0x10000
    private let effects: ConstantBuffer<UInt8>
    private let map: PrecompiledCharacterMap?
    private let mark: [UInt8]
    private let markScalar: UInt32
    private let model: UnigramModel
    private let data: UnicodeData

    init?(_ parts: PipelineTokenizer.Parts) {
        guard case .unigram(let model) = parts.model, parts.preTokenizer.steps.count == 2,
            case .classes(.whiteSpace, .removed) = parts.preTokenizer.steps[0],
            case .metaspace(let mark, let prepends, splits: true) = parts.preTokenizer.steps[1], prepends != .first,
            let markScalar = String(decoding: mark, as: UTF8.self).unicodeScalars.first?.value,
            UTF8Text.bytes(of: markScalar) == mark
        else { return nil }
        var map: PrecompiledCharacterMap?
        switch parts.normalizer?.simplified {
        case nil: break
        case .precompiled(let found): map = found
        default: return nil
        }
        let data = UnicodeData.shared
        self.data = data
        self.model = model
        self.map = map
        self.markScalar = markScalar
        self.mark = prepends == .always ? mark : []
        effects = ConstantBuffer(
            (0..<Self.limit).map { scalar in
                let mask = data.mask(of: scalar)
                var effect = map?.effect(on: scalar) ?? Effect.none
                if mask & ScalarClass.whiteSpace.rawValue != 0 || scalar == markScalar { effect = Effect.some }
                return Self.isAlone(scalar, ScalarClass(rawValue: mask)) ? effect | Effect.alone : effect
            })
        // White space has to stay white space.
        for space: UInt8 in [0x09, 0x0A, 0x20] {
            let changed = [space].withUnsafeBufferPointer { text in
                text.baseAddress.flatMap { map?.shortest($0, 0, 1).map(Array.init) }
            }
            guard (changed ?? []).allSatisfy({ $0 == 0x20 || (9...13).contains($0) }) else { return nil }
            if changed?.isEmpty ?? false { return nil }
        }
    }

    /// Letters, numbers, punctuation and symbols, but those that UAX #29 joins with others (as of Unicode 16, with room for
    /// later versions: all of Hangul's parts, and everything beyond the first plane).
    private static func isAlone(_ scalar: UInt32, _ mask: ScalarClass) -> Bool {
        let joined: Bool =
            switch scalar {
            case 0x0D4E, 0x0E33, 0x0EB3, 0xFF9E, 0xFF9F: true
            case 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF: true
            default: false
            }
        if joined { return false }
        return scalar < 0x80
            ? scalar >= 0x20 && scalar != 0x7F
            : !mask.isDisjoint(with: [.letter, .number, .punctuation, .symbol])
    }

    @inline(__always)
    private func isAlone(_ scalar: UInt32) -> Bool {
        scalar < Self.limit && effects.pointer[Int(scalar)] & Effect.alone != 0
    }

    /// Whether a user-perceived character ends at a space, as far as what follows goes.
    @inline(__always)
    private func isCutBehind(_ text: Bytes, _ space: Int, _ end: Int) -> Bool {
        let next = space + 1
        if next == end || text[next] < 0x80 { return true }
        return isAlone(UTF8Text.scalar(text, at: next).value)
    }

    @inline(__always)
    private func isCutBefore(_ text: Bytes, _ space: Int) -> Bool {
        if text[space - 1] < 0x80 { return true }
        return isAlone(UTF8Text.scalar(text, at: UTF8Text.start(text, before: space)).value)
    }

    @inline(__always)
    func next(_ text: Bytes, _ position: Int, _ end: Int) -> Span {
        var start = position
        while start < end {
            let byte = text[start]
            // Controls are always by themselves, but for a line feed behind a carriage return.
            guard byte == 0x0A || byte == 0x09 || byte == 0x20 && isCutBehind(text, start, end) else { break }
            start += 1
        }
        guard start < end else { return Span(start: end, end: end) }
        var stop = start + 1
        while true {
            stop = Self.firstSpace(text, stop, end)
            guard stop < end else { break }
            let byte = text[stop]
            if byte == 0x20, isCutBefore(text, stop), isCutBehind(text, stop, end) { break }
            if byte == 0x09 || byte == 0x0A && text[stop - 1] != 0x0D { break }
            stop += 1
        }
        return Span(start: start, end: stop)
    }

    var wordModel: UnigramModel? { model }

    /// The first byte up to 0x20, eight at a time.
    @inline(__always)
    private static func firstSpace(_ text: Bytes, _ start: Int, _ end: Int) -> Int {
        var position = start
        while position + 8 <= end {
            let eight = UInt64(littleEndian: UnsafeRawPointer(text + position).loadUnaligned(as: UInt64.self))
            // Right up to the first such byte, which is all that counts.
            let spaces = (eight &- 0x2121_2121_2121_2121) & ~eight & 0x8080_8080_8080_8080
            if spaces != 0 { return position + spaces.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end, text[position] > 0x20 { position += 1 }
        return position
    }

    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        let words = scratch.unigramWords
        words.removeAll()
        guard prepare(text, count, words) else { return false }
        model.encode(words, scratch)
        return true
    }

    func prepare(_ text: Bytes, _ count: Int, _ words: UnigramWords) -> Bool {
        guard words.hasRoom(for: count) else { return false }
        let effects = effects.pointer
        var position = 0
        while position < count {
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            guard scalar < Self.limit else { break }
            let effect = effects[Int(scalar)] & 3
            guard
                effect == Effect.none
                    || effect == Effect.noneAlone
                        && (position + length == count || isAlone(UTF8Text.scalar(text, at: position + length).value))
            else { break }
            position += length
        }
        let first = words.count
        words.begin(mark)
        words.append(text, position)
        guard position == count || change(text, count, from: position, words) else {
            words.remove(from: first)
            return false
        }
        words.finish()
        return true
    }

    /// Appends what the character map makes of a segment from `position` on.
    private func change(_ text: Bytes, _ count: Int, from position: Int, _ words: UnigramWords) -> Bool {
        var position = position
        while position < count {
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            let end = characterEnd(text, position, length, count)
            guard end > 0, append(text, position, length, scalar, end, words) else { return false }
            position = end
        }
        return true
    }

    /// Where the user-perceived character that begins here ends, as far as the map asks: whole ones are looked up only if
    /// they have less than six bytes, others scalar by scalar. 0 when unsure.
    private func characterEnd(_ text: Bytes, _ start: Int, _ length: Int, _ count: Int) -> Int {
        var end = start + length
        while end < count {
            let (next, more) = UTF8Text.scalar(text, at: end)
            if isAlone(next) { return end }
            let extends = isExtending(next)
            // If it joins, there are too many bytes; if not, the scalar stands alone: the same, unless more joined already.
            if end + more - start >= 6 { return extends || end == start + length ? start + length : 0 }
            guard extends, isFirst(text, start) else { return 0 }
            end += more
        }
        return end
    }

    /// Whether a scalar surely belongs to what stands before it: marks of two bytes do.
    private func isExtending(_ scalar: UInt32) -> Bool {
        (0x300..<0x800).contains(scalar) && data.mask(of: scalar) & ScalarClass.mark.rawValue != 0
    }

    /// Whether a user-perceived character surely begins here, to which marks can be added.
    private func isFirst(_ text: Bytes, _ start: Int) -> Bool {
        let scalar = UTF8Text.scalar(text, at: start).value
        guard isAlone(scalar) else { return false }
        guard start > 0 else { return true }
        let previous = UTF8Text.scalar(text, at: UTF8Text.start(text, before: start)).value
        // What has two bytes at most joins no Indic conjunct.
        return isAlone(previous) || scalar < 0x800 && isExtending(previous)
    }

    /// Appends what the map makes of a user-perceived character; false when all stages have to see it.
    @inline(__always)
    private func append(
        _ text: Bytes, _ start: Int, _ length: Int, _ scalar: UInt32, _ end: Int, _ words: UnigramWords
    ) -> Bool {
        if scalar < Self.limit, effects.pointer[Int(scalar)] & 3 == Effect.none, end == start + length {
            words.append(text + start, length)
            return true
        }
        if let replacement = map?.shortest(text, start, end) { return append(replacement, words) }
        var position = start
        while position < end {
            let next = position + UTF8Text.length(text[position])
            let kept = UnsafeBufferPointer(start: text + position, count: next - position)
            guard append(map?.shortest(text, position, next) ?? kept, words) else { return false }
            position = next
        }
        return true
    }

    /// Appends normalized text: white space ends a word. A map can make so much of a text that it cannot be counted here.
    private func append(_ text: UnsafeBufferPointer<UInt8>, _ words: UnigramWords) -> Bool {
        guard let base = text.baseAddress else { return true }
        guard words.hasRoom(for: text.count) else { return false }
        var position = 0
        while position < text.count {
            let (scalar, length) = UTF8Text.scalar(base, at: position)
            if data.mask(of: scalar) & ScalarClass.whiteSpace.rawValue != 0 {
                words.finish()
                words.begin(mark)
            } else if scalar == markScalar {
                return false
            } else {
                words.append(base + position, length)
            }
            position += length
        }
        return true
    }
}

extension PrecompiledCharacterMap {
    /// What looking up texts that begin with a scalar can find: nothing (0), something only when more follows (1), or
    /// something for the scalar itself (2).
    fileprivate func effect(on scalar: UInt32) -> UInt8 {
        guard !(0xD800..<0xE000).contains(scalar) else { return 2 }
        return UTF8Text.bytes(of: scalar).withUnsafeBufferPointer { text in
            guard let base = text.baseAddress else { return 2 }
            if shortest(base, 0, text.count) != nil { return 2 }
            return hasLonger(base, text.count) ? 1 : 0
        }
    }
}
