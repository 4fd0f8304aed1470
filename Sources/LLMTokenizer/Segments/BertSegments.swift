internal import CLLMKernels

/// Segments of BERT's pipeline: words between white space, punctuation and ideographs.
///
/// Next to ASCII no mark is reordered or composed, and ideographs get spaces around them, so that the normalizer sees
/// nothing that is not in the segment.
struct BertSegments: SegmentScan {
    private enum Kind {
        static let word: UInt8 = 0
        static let space: UInt8 = 1
        static let punctuation: UInt8 = 2
        /// A byte with which an ideograph may begin.
        static let lead: UInt8 = 3
    }

    private let kinds: ConstantBuffer<UInt8>
    private let padsIdeographs: Bool
    /// The instructions that segments are found with, `LLMK_SPLIT_...`.
    let level: Int32
    private let model: WordPieceModel
    /// What becomes of the scalars of the first plane, see ``Effect``, and the longer codes of what they are changed to.
    private let effects: ConstantBuffer<UInt32>
    private let changed: ConstantBuffer<UInt8>

    /// What the stages before the model do to a scalar, whatever stands around it, in codes of the model's alphabet: the
    /// lowest three bits say which of these, the four from ``count`` on how many codes it becomes.
    private enum Effect {
        /// More than can be said here: all stages have to see it.
        static let other: UInt32 = 0
        static let dropped: UInt32 = 1
        /// Becomes something that is in no token, as is the word then.
        static let unknown: UInt32 = 2
        /// From ``payload`` on are the codes themselves, or where they are.
        static let near: UInt32 = 3
        static let far: UInt32 = 4
        /// A word of its own: with its codes, or one that is no token.
        static let punctuation: UInt32 = 5
        static let strange: UInt32 = 6
        static let kinds: UInt32 = 7
        static let count: UInt32 = 4
        static let payload: UInt32 = 8
        /// So many bytes are copied at once.
        static let most = 16
    }

    init?(_ parts: PipelineTokenizer.Parts, level: Int32 = .max) {
        guard case .bert(let normalizer)? = parts.normalizer?.simplified, case .wordPiece(let model) = parts.model,
            parts.preTokenizer.steps.count == 2,
            case .classes(.whiteSpace, .removed) = parts.preTokenizer.steps[0],
            case .classes(.bertPunctuation, .isolated) = parts.preTokenizer.steps[1],
            let alphabet = model.alphabet
        else { return nil }
        self.model = model
        self.level = min(level, llmk_split_level())
        padsIdeographs = normalizer.padsIdeographs
        var kinds = [UInt8](repeating: Kind.word, count: 256)
        for byte in UInt8(0x21)...0x7E where UnicodeData.shared.contains(UInt32(byte), .bertPunctuation) {
            kinds[Int(byte)] = Kind.punctuation
        }
        for byte in [0x09, 0x0A, 0x0D, 0x20] { kinds[byte] = Kind.space }
        if normalizer.padsIdeographs {
            for byte in [0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF, 0xF0] { kinds[byte] = Kind.lead }
        }
        self.kinds = ConstantBuffer(kinds)
        var maker = EffectMaker(normalizer: normalizer, alphabet: alphabet)
        effects = ConstantBuffer((0..<0x10000).map { maker.effect(on: $0) })
        changed = ConstantBuffer(maker.changed + [UInt8](repeating: 0, count: Effect.most))
    }

    private struct EffectMaker {
        let normalizer: BertNormalizer
        let alphabet: PieceAlphabet
        let strips: Bool
        let mappings = UnicodeMappings.shared
        let data = UnicodeData.shared
        /// Whether a scalar has another one in lower case.
        private var isUpper = [Bool](repeating: false, count: 0x10000)
        private(set) var changed: [UInt8] = []
        private var result: [UInt32] = []

        init(normalizer: BertNormalizer, alphabet: PieceAlphabet) {
            self.normalizer = normalizer
            self.alphabet = alphabet
            strips = normalizer.stripsAccents ?? normalizer.lowercases
            guard normalizer.lowercases else { return }
            for scalar in mappings.lowercase.keys where scalar < 0x10000 { isUpper[Int(scalar)] = true }
        }

        private func classes(_ scalar: UInt32) -> ScalarClass { ScalarClass(rawValue: data.mask(of: scalar)) }

        mutating func effect(on scalar: UInt32) -> UInt32 {
            // ASCII that is not printed, and surrogates, which are in no text.
            guard scalar > 0x20, scalar != 0x7F, !(0xD800..<0xE000).contains(scalar) else { return Effect.other }
            result.removeAll(keepingCapacity: true)
            if scalar < 0x80 {
                // A segment of its own if it is punctuation.
                result.append(isUpper[Int(scalar)] ? scalar + 0x20 : scalar)
                return codes(of: scalar)
            }
            let own = classes(scalar)
            if normalizer.cleansText, own.contains(.bertDropped) { return Effect.dropped }
            let decomposes = strips && mappings.decompose(scalar, compatible: false) { result.append($0) }
            if !decomposes, !isUpper[Int(scalar)] {
                if strips, own.contains(.bertAccent) { return Effect.dropped }
                // Marks that stay may change places with their neighbours.
                if own.contains(.whiteSpace) || strips && mappings.combiningClass(scalar) != 0 { return Effect.other }
                result.append(scalar)
                let effect = codes(of: scalar)
                guard own.contains(.bertPunctuation) else { return effect }
                return switch effect & Effect.kinds {
                case Effect.near: effect - Effect.near + Effect.punctuation
                case Effect.unknown: Effect.strange
                default: Effect.other
                }
            }
            if !decomposes { result.append(scalar) }
            if strips {
                let data = data
                result.removeAll { ScalarClass(rawValue: data.mask(of: $0)).contains(.bertAccent) }
                guard result.allSatisfy({ mappings.combiningClass($0) == 0 }) else { return Effect.other }
            }
            // Ideographs that are decomposed may leave the first plane, which the dictionary knows.
            if normalizer.lowercases, result.contains(where: { $0 >= 0x10000 || isUpper[Int($0)] }) {
                result = result.flatMap { mappings.lowercase[$0] ?? [$0] }
            }
            if result.isEmpty { return Effect.dropped }
            guard result.allSatisfy({ classes($0).isDisjoint(with: [.whiteSpace, .bertPunctuation]) }) else {
                return Effect.other
            }
            return codes(of: scalar)
        }

        /// The effect of becoming what `result` says.
        private mutating func codes(of scalar: UInt32) -> UInt32 {
            var count = 0
            let start = changed.count
            for part in result {
                let code = alphabet.code(part)
                if code.count == 0 {
                    changed.removeLast(changed.count - start)
                    return Effect.unknown
                }
                for index in 0..<code.count {
                    changed.append(UInt8(truncatingIfNeeded: code.bytes >> UInt32(8 * index)))
                }
                count += code.count
            }
            // No scalar becomes more than three times as long.
            guard count < Effect.most, count <= 3 * UTF8Text.bytes(of: scalar).count, start < 1 << 24 else {
                changed.removeLast(changed.count - start)
                return Effect.other
            }
            var effect = UInt32(count) << Effect.count
            if count > 3 { return effect | Effect.far | UInt32(start) << Effect.payload }
            effect |= Effect.near
            for index in 0..<count { effect |= UInt32(changed[start + index]) << (Effect.payload + 8 * UInt32(index)) }
            changed.removeLast(count)
            return effect
        }
    }

    /// Many segments at once, from the beginning of well-formed text on; and how far the text was looked at, which is 0
    /// where ``next(_:_:_:)`` has to say.
    @inline(__always)
    func segments(
        _ text: Bytes, _ count: Int, _ starts: UnsafeMutablePointer<UInt32>, _ ends: UnsafeMutablePointer<UInt32>,
        capacity: Int
    ) -> (count: Int, bytes: Int) {
        var behind: Int64 = 0
        let found = llmk_bert_segments(
            level, padsIdeographs ? 1 : 0, text, Int64(count), starts, ends, Int64(capacity), &behind)
        return (Int(found), Int(behind))
    }

    @inline(__always)
    func next(_ text: Bytes, _ position: Int, _ end: Int) -> Span {
        let kinds = kinds.pointer
        var start = position
        while start < end, kinds[Int(text[start])] == Kind.space { start += 1 }
        guard start < end else { return Span(start: end, end: end) }
        var stop = start
        while stop < end {
            let kind = kinds[Int(text[stop])]
            if kind == Kind.word {
                stop += 1
                continue
            }
            if kind == Kind.lead {
                let (scalar, length) = UTF8Text.scalar(text, at: stop)
                guard BertNormalizer.isIdeograph(scalar) else {
                    stop += length
                    continue
                }
                if stop == start { stop += length }
            } else if kind == Kind.punctuation, stop == start {
                stop += 1
            }
            break
        }
        return Span(start: start, end: stop)
    }

    /// Words whose scalars become codes one by one.
    func encode(_ text: Bytes, _ count: Int, _ scratch: EncodeScratch) -> Bool {
        let word = scratch.segmentText.ensure(3 * count + Effect.most)
        let (effects, changed) = (effects.pointer, changed.pointer)
        let before = scratch.count
        var position = 0
        var length = 0
        var isUnknown = false
        while position < count {
            let (scalar, bytes) = UTF8Text.scalar(text, at: position)
            guard bytes < 4 else { return giveUp(before, scratch) }
            position &+= bytes
            let effect = effects[Int(scalar)]
            let kind = effect & Effect.kinds
            let added = Int(effect >> Effect.count & 15)
            if kind == Effect.near {
                Self.put(effect, word + length)
                length &+= added
                continue
            }
            switch kind {
            case Effect.far:
                let codes = UnsafeRawPointer(changed + Int(effect >> Effect.payload))
                UnsafeMutableRawPointer(word + length).storeBytes(
                    of: codes.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
                length += added
            case Effect.unknown: isUnknown = true
            case Effect.dropped: break
            case Effect.punctuation, Effect.strange:
                guard finish(word, length, isUnknown, scratch) else { return giveUp(before, scratch) }
                Self.put(effect, word)
                guard finish(word, added, kind == Effect.strange, scratch) else {
                    return giveUp(before, scratch)
                }
                length = 0
                isUnknown = false
            default: return giveUp(before, scratch)
            }
        }
        return finish(word, length, isUnknown, scratch) || giveUp(before, scratch)
    }

    @inline(__always)
    private static func put(_ effect: UInt32, _ out: UnsafeMutablePointer<UInt8>) {
        UnsafeMutableRawPointer(out).storeBytes(of: (effect >> Effect.payload).littleEndian, as: UInt32.self)
    }

    /// Appends the ids of a word, or returns false when it may be too long.
    @inline(__always)
    private func finish(_ word: Bytes, _ length: Int, _ isUnknown: Bool, _ scratch: EncodeScratch) -> Bool {
        if !isUnknown {
            if length == 0 { return true }
            if length > model.longestWord { return false }
            if model.encode(codes: word, length, scratch) { return true }
        }
        model.appendUnknown(0, scratch)
        return true
    }

    private func giveUp(_ before: Int, _ scratch: EncodeScratch) -> Bool {
        scratch.removeLast(scratch.count - before)
        return false
    }
}
