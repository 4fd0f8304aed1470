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
        var first = tracked(bytes, options.parsesSpecialTokens)
        var second = pair.map { tracked($0, options.parsesSpecialTokens) }
        let template = second == nil ? parts.postProcessor.single : parts.postProcessor.pair
        if let truncation = options.truncation {
            var length = truncation.maximumLength
            if options.addsSpecialTokens {
                for piece in template { if case .special = piece { length -= 1 } }
            }
            Encoding.truncate(&first, &second, truncation, length)
        }
        if let trimming = parts.trimming {
            let token = { [self] (id: TokenID) in isAdded(id) ? nil : rawToken(id) ?? [] }
            trimming.apply(&first, bytes, token: token)
            if var trimmed = second, let pair {
                trimming.apply(&trimmed, pair, token: token)
                second = trimmed
            }
        }
        var result = Encoding(ids: [])
        for piece in template {
            switch piece {
            case .special(let id, let type):
                guard options.addsSpecialTokens else { continue }
                var special = Encoding(ids: [id])
                special.typeIDs = [type]
                special.specialTokensMask = [1]
                result.append(special)
            case .first(let type): result.append(Self.typed(first, type, 0))
            case .second(let type):
                if let second { result.append(Self.typed(second, type, 1)) }
            }
        }
        if let padding = options.padding {
            var batch = [result]
            Encoding.pad(&batch, padding)
            result = batch[0]
        }
        return result
    }

    private static func typed(_ encoding: Encoding, _ type: Int32, _ sequence: Int8) -> Encoding {
        var result = encoding
        result.typeIDs = Array(repeating: type, count: encoding.count)
        result.sequences = Array(repeating: sequence, count: encoding.count)
        result.overflowing = encoding.overflowing.map { typed($0, type, sequence) }
        return result
    }

    /// The tokens of well-formed text with words and offsets.
    private func tracked(_ bytes: UnsafeRawBufferPointer, _ parseSpecial: Bool) -> Encoding {
        withScratch { scratch in
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
    }
}
