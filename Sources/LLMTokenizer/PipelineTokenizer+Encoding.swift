extension PipelineTokenizer {
    func encoding(
        bytes: UnsafeRawBufferPointer, pair: UnsafeRawBufferPointer?, options: EncodingOptions
    ) -> Encoding {
        if UTF8Text.wellFormedPrefix(bytes) < bytes.count {
            return UTF8Text.repaired(bytes).withUnsafeBytes { encoding(bytes: $0, pair: pair, options: options) }
        }
        if let pair, UTF8Text.wellFormedPrefix(pair) < pair.count {
            return UTF8Text.repaired(pair).withUnsafeBytes { encoding(bytes: bytes, pair: $0, options: options) }
        }
        let first = tracked(bytes, options.parsesSpecialTokens)
        let second = pair.map { tracked($0, options.parsesSpecialTokens) }
        return finish(first, second, options) { encoding, isSecond in
            trim(&encoding, options) { _ in isSecond ? pair ?? bytes : bytes }
        }
    }

    func encoding(words: [String], pair: [String]?, options: EncodingOptions) -> Encoding {
        let texts = [WordTexts(words), WordTexts(pair ?? [])]
        let first = tracked(texts[0], options.parsesSpecialTokens)
        let second = pair == nil ? nil : tracked(texts[1], options.parsesSpecialTokens)
        return finish(first, second, options) { encoding, isSecond in
            let text = texts[isSecond ? 1 : 0]
            text.bytes.withUnsafeBytes { bytes in
                trim(&encoding, options) { word in UnsafeRawBufferPointer(rebasing: bytes[text.range(of: Int(word))]) }
            }
        }
    }

    /// Cuts, trims, joins and fills up what was found in the texts.
    private func finish(
        _ first: Encoding, _ second: Encoding?, _ options: EncodingOptions,
        trim: (inout Encoding, _ isSecond: Bool) -> Void
    ) -> Encoding {
        var first = first
        var second = second
        let (pieces, reserved) = parts.postProcessor.pieces(
            isPair: second != nil, addsSpecialTokens: options.addsSpecialTokens)
        if let truncation = options.truncation {
            Encoding.truncate(&first, &second, truncation, truncation.maximumLength - reserved)
        }
        if !parts.trimmings.isEmpty {
            trim(&first, false)
            if var trimmed = second {
                trim(&trimmed, true)
                second = trimmed
            }
        }
        var result = Encoding(ids: [])
        for piece in pieces {
            switch piece.content {
            case .special(let id):
                var special = Encoding(ids: [id])
                special.typeIDs = [piece.type]
                special.specialTokensMask = [piece.isMarked ? 1 : 0]
                result.append(special)
            case .firstText: result.append(Self.typed(first, piece, 0))
            case .secondText:
                if let second { result.append(Self.typed(second, piece, 1)) }
            }
        }
        if let padding = options.padding {
            var batch = [result]
            Encoding.pad(&batch, padding)
            result = batch[0]
        }
        return result
    }

    private func trim(
        _ encoding: inout Encoding, _ options: EncodingOptions, text: (_ word: Int32) -> UnsafeRawBufferPointer
    ) {
        for trimming in parts.trimmings {
            trimming.apply(&encoding, addsSpecialTokens: options.addsSpecialTokens, text: text) { [self] id, found in
                let isUnknown = id == parts.specialTokens.unk
                // Unigram models say what text they do not know; others give the token for text that is something else.
                if isUnknown, case .unigram = parts.model { return found }
                guard isAdded(id), let token = rawToken(id) else { return rawToken(id) ?? [] }
                return !isUnknown || found.contains(token) ? found : token
            }
        }
    }

    private static func typed(_ encoding: Encoding, _ piece: PostProcessor.Piece, _ sequence: Int8) -> Encoding {
        var result = encoding
        result.typeIDs = Array(repeating: piece.type, count: encoding.count)
        result.sequences = Array(repeating: sequence, count: encoding.count)
        var overflow = piece
        overflow.type = piece.overflowType
        result.overflowing = encoding.overflowing.map { typed($0, overflow, sequence) }
        return result
    }

    /// The tokens of well-formed text with words and offsets.
    private func tracked(_ bytes: UnsafeRawBufferPointer, _ parseSpecial: Bool) -> Encoding {
        withScratch { tracked(bytes, parseSpecial, $0) }
    }

    private func tracked(
        _ bytes: UnsafeRawBufferPointer, _ parseSpecial: Bool, _ scratch: EncodeScratch
    ) -> Encoding {
        scratch.reset(tracksLengths: true)
        encodeText(bytes, parseSpecial, scratch)
        var result = Encoding(ids: scratch.takeIDs())
        if scratch.origins.count == result.count {
            result.starts = scratch.origins.map { Int32(truncatingIfNeeded: $0.start) }
            result.ends = scratch.origins.map { Int32(truncatingIfNeeded: $0.end) }
            result.words = scratch.words
        }
        return result
    }

    /// The tokens of words, each a text of its own.
    private func tracked(_ text: WordTexts, _ parseSpecial: Bool) -> Encoding {
        withScratch { scratch in
            text.bytes.withUnsafeBytes { bytes in
                var result = Encoding(ids: [])
                for word in 0..<text.count {
                    var part = tracked(
                        UnsafeRawBufferPointer(rebasing: bytes[text.range(of: word)]), parseSpecial, scratch)
                    part.words = Array(repeating: Int32(truncatingIfNeeded: word), count: part.count)
                    result.appendColumns(of: part)
                }
                return result
            }
        }
    }
}

/// Words one behind the other.
private struct WordTexts {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    init(_ words: [String]) {
        for word in words {
            bytes += word.utf8
            ends.append(bytes.count)
        }
    }

    var count: Int { ends.count }

    /// The bytes of a word; none for what is no word.
    func range(of word: Int) -> Range<Int> {
        guard word >= 0, word < ends.count else { return 0..<0 }
        return (word == 0 ? 0 : ends[word - 1])..<ends[word]
    }
}
