internal import CLLMKernels

/// Byte-pair encoding by a list of merges, over bytes or over scalars.
final class BPEModel: Sendable {
    struct Options: Sendable {
        /// Words are bytes (the vocabulary was turned from the byte alphabet into bytes), else scalars.
        var bytes = true
        var unknown: TokenID?
        var fusesUnknown = false
        var byteFallback = false
        /// What has no token and no unknown one to stand for it still keeps those on both sides of it apart (llama.cpp); else
        /// they may merge (`tokenizers`).
        var dividesAtMissing = false
        /// A word that is a token is that token, whatever the merges would give.
        var ignoresMerges = false
        var continuingPrefix: [UInt8] = []
        var endSuffix: [UInt8] = []
        /// How probable it is that a merge is passed over (Provilkov et al. 2020), see `BPEModel+Dropout.swift`.
        var dropout: Float = 0
    }

    let vocabulary: Vocabulary
    let options: Options
    let merges: MergeTable
    /// The token of each single byte, -1 where there is none.
    let byteTokens: ConstantBuffer<TokenID>
    /// What pairs of bytes merge to; empty but for plain vocabularies.
    let firstPairs: ConstantBuffer<llmk_first_pair>
    /// The tokens `<0x00>` ... `<0xFF>`.
    private let fallbackTokens: ConstantBuffer<TokenID>
    /// Every byte is a token and nothing is put to it: the usual case.
    private let isPlain: Bool
    /// Where a text without words may be cut: no token reaches over such a place.
    let seams: Seams?
    /// Whether no character is unknown, because every byte has a token to fall back to.
    var hasAllBytes: Bool { options.byteFallback && (0..<256).allSatisfy { fallbackTokens[$0] >= 0 } }
    /// Where words of a plain vocabulary may be cut.
    private let byteSeams: ByteSeams?
    /// For words of a plain vocabulary, where they can be merged in C; points into `merges`, `byteTokens` and `firstPairs`.
    let fastRules: FastMergeRules?

    init(vocabulary: Vocabulary, merges: MergeTable, options: Options, findsSeams: Bool) {
        self.vocabulary = vocabulary
        self.options = options
        self.merges = merges
        byteTokens = ConstantBuffer((0..<256).map { vocabulary.id(of: [UInt8($0)]) ?? -1 })
        fallbackTokens = ConstantBuffer((0..<256).map { vocabulary.id(of: BPEModel.fallbackName(UInt8($0))) ?? -1 })
        let isPlain =
            options.bytes && options.continuingPrefix.isEmpty && options.endSuffix.isEmpty
            && (0..<256).allSatisfy { vocabulary.id(of: [UInt8($0)]) != nil }
        self.isPlain = isPlain
        let isFast = isPlain && merges.isWhole && merges.largestRank < 1 << 24
        firstPairs = isFast ? Self.firstPairs(merges, byteTokens) : ConstantBuffer([])
        byteSeams = isFast ? ByteSeams(vocabulary) : nil
        fastRules =
            isFast && llmk_merge_is_fast() != 0
            ? FastMergeRules(rules: self.merges.rules(byteTokens, firstPairs)) : nil
        seams = findsSeams ? Seams(vocabulary) : nil
    }

    /// How SentencePiece writes the token for a byte: `<0x0A>`.
    static func fallbackName(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return Array("<0x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)], UInt8(ascii: ">")]
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        scratch.work &+= count
        if options.dropout > 0 {
            encodeDropping(word, count, scratch)
            return
        }
        if options.ignoresMerges {
            let id = vocabulary.id(word, count)
            if id >= 0 {
                scratch.append(id, length: count)
                return
            }
        }
        if let byteSeams, count > 0, !scratch.tracksLengths {
            if count <= Self.longestUncut {
                encodePlain(word, count, scratch)
            } else {
                encodeCut(word, count, byteSeams, scratch)
            }
            return
        }
        guard let seams, count > 48 else {
            encodeSegment(word, 0, count, wordLength: count, scratch)
            return
        }
        var start = 0
        while start < count {
            let end = seams.next(word, from: start, count)
            let first = scratch.count
            encodeSegment(word, start, end, wordLength: count, scratch)
            if options.fusesUnknown, first > 0, start > 0, let unknown = options.unknown,
                scratch.count > first, scratch.ids[first] == unknown, scratch.ids[first - 1] == unknown
            {
                fuse(at: first, scratch)
            }
            start = end
        }
    }

    private func fuse(at first: Int, _ scratch: EncodeScratch) {
        if scratch.tracksLengths { scratch.lengths[first - 1] += scratch.lengths[first] }
        let rest = scratch.count - first - 1
        if rest > 0 {
            (scratch.ids + first).update(from: scratch.ids + first + 1, count: rest)
            (scratch.lengths + first).update(from: scratch.lengths + first + 1, count: rest)
        }
        scratch.removeLast(1)
    }

    func encodeSegment(_ word: Bytes, _ start: Int, _ end: Int, wordLength: Int, _ scratch: EncodeScratch) {
        let symbols = scratch.symbols.ensure(
            (end - start) * (1 + options.continuingPrefix.count) + options.endSuffix.count + 1)
        var count = 0
        if isPlain {
            for position in start..<end {
                symbols[position - start] = MergeSymbol(
                    id: byteTokens.pointer[Int(word[position])], start: position, length: 1)
            }
            count = end - start
        } else {
            count = splitUnits(word, start, end, wordLength: wordLength, symbols)
        }
        count = MergeLoop.run(Rules(merges: merges), symbols, count: count, word: word, scratch: scratch)
        scratch.reserve(count)
        for index in 0..<count where symbols[index].id >= 0 {
            scratch.append(symbols[index].id, length: Int(symbols[index].length))
        }
    }

    func splitUnits(
        _ word: Bytes, _ start: Int, _ end: Int, wordLength: Int, _ symbols: UnsafeMutablePointer<MergeSymbol>
    ) -> Int {
        var count = 0
        var position = start
        var pending: MergeSymbol?
        let hasAffixes = !options.continuingPrefix.isEmpty || !options.endSuffix.isEmpty
        while position < end {
            let length = options.bytes ? 1 : UTF8Text.length(word[position])
            var affixed: [UInt8] = []
            let id: TokenID
            if hasAffixes, position > 0 || position + length == wordLength {
                affixed = self.affixed(word, position, length, wordLength)
                id = vocabulary.id(of: affixed) ?? -1
            } else {
                id = vocabulary.id(word + position, length)
            }
            if id >= 0 {
                if let unknown = pending {
                    symbols[count] = unknown
                    count += 1
                    pending = nil
                }
                symbols[count] = MergeSymbol(id: id, start: position, length: length)
                count += 1
            } else if options.byteFallback, !options.bytes,
                let added = fallback(word, position, length, affixed, symbols + count)
            {
                count += added
            } else if let unknown = options.unknown {
                if var fused = pending, options.fusesUnknown {
                    fused.length += Int32(length)
                    pending = fused
                } else {
                    if let earlier = pending {
                        symbols[count] = earlier
                        count += 1
                    }
                    pending = MergeSymbol(id: unknown, start: position, length: length)
                }
            } else if options.dividesAtMissing {
                symbols[count] = MergeSymbol(id: -1, start: position, length: length)
                count += 1
            }
            position += length
        }
        if let unknown = pending {
            symbols[count] = unknown
            count += 1
        }
        return count
    }

    private func affixed(_ word: Bytes, _ position: Int, _ length: Int, _ wordLength: Int) -> [UInt8] {
        var text: [UInt8] = position > 0 ? options.continuingPrefix : []
        text += UnsafeBufferPointer(start: word + position, count: length)
        if position + length == wordLength { text += options.endSuffix }
        return text
    }

    /// One symbol for each byte, if all of them have tokens.
    private func fallback(
        _ word: Bytes, _ position: Int, _ length: Int, _ affixed: [UInt8],
        _ symbols: UnsafeMutablePointer<MergeSymbol>
    ) -> Int? {
        let number = affixed.isEmpty ? length : affixed.count
        for index in 0..<number {
            let byte = affixed.isEmpty ? word[position + index] : affixed[index]
            let id = fallbackTokens.pointer[Int(byte)]
            if id < 0 { return nil }
            symbols[index] = MergeSymbol(id: id, start: position + min(index, length - 1), length: 1)
        }
        return number
    }

    private struct Rules: MergeRules {
        let merges: MergeTable

        @inline(__always)
        func pair(_ left: MergeSymbol, _ right: MergeSymbol, in word: Bytes) -> (rank: Int32, id: TokenID) {
            merges.find(left.id, right.id)
        }
    }
}
