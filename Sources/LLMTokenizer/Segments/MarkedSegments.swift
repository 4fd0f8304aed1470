/// Segments of pipelines that split at white space and mark where words begin (XLM-R, T5 and their like): words between
/// spaces.
///
/// The character map looks at user-perceived characters, so a space at which one begins or ends in a mark is no end of a
/// segment. Words that surely stay as they are go to the model without the stages before it.
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
    private let mark: [UInt8]
    private let model: UnigramModel

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
        self.model = model
        self.mark = prepends == .always ? mark : []
        let data = UnicodeData.shared
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
                text.baseAddress.flatMap { map?.shortest($0, 0, 1) }
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
        while stop < end {
            let byte = text[stop]
            if byte > 0x20 {
                stop += 1
                continue
            }
            if byte == 0x20, isCutBefore(text, stop), isCutBehind(text, stop, end) { break }
            if byte == 0x09 || byte == 0x0A && text[stop - 1] != 0x0D { break }
            stop += 1
        }
        return Span(start: start, end: stop)
    }

    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        let effects = effects.pointer
        var position = 0
        while position < count {
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            guard scalar < Self.limit else { return false }
            position += length
            let effect = effects[Int(scalar)] & 3
            if effect == Effect.none { continue }
            guard effect == Effect.noneAlone else { return false }
            guard position == count || isAlone(UTF8Text.scalar(text, at: position).value) else { return false }
        }
        let word = scratch.segmentText.ensure(count + mark.count)
        for index in 0..<mark.count { word[index] = mark[index] }
        (word + mark.count).update(from: text, count: count)
        model.encode(word, mark.count + count, scratch)
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
