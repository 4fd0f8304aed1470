internal import CLLMKernels

/// The most probable segmentation by a unigram language model (Kudo 2018), by dynamic programming.
///
/// Pieces are found and ways compared in C (`best_pieces.c`), many words at a time.
final class UnigramModel: Sendable {
    private let vocabulary: Vocabulary
    private let pieces: ByteTrie
    /// The node behind each scalar of the first plane, -1 where no piece begins with it.
    private let firsts: ConstantBuffer<Int32>
    /// The scores, unless the dictionary has them: most are numbers of single precision, or were before somebody printed
    /// and read them, and the last bit got lost.
    private let doubleScores: ConstantBuffer<Double>?
    private let unknown: TokenID?
    private let unknownScore: Double
    private let byteTokens: [TokenID]
    /// Unknown scalars in a row become one token.
    private let fusesUnknown: Bool
    /// Sums are kept in single precision, as SentencePiece does, which decides between near equals.
    private let roundsToSingle: Bool

    private static let largest = 1e30

    typealias LatticeNode = llmk_lattice_node

    /// - Parameters:
    ///   - isPiece: whether text can become this token.
    ///   - byteTokens: the token for each byte, empty without byte fallback.
    init(
        vocabulary: Vocabulary, scores: [Double], unknown: TokenID?, byteTokens: [TokenID] = [],
        minimumScore: Double? = nil, fusesUnknown: Bool = true, roundsToSingle: Bool = false,
        isPiece: (TokenID) -> Bool = { _ in true }
    ) {
        self.vocabulary = vocabulary
        self.unknown = unknown
        self.byteTokens = byteTokens
        self.fusesUnknown = fusesUnknown
        self.roundsToSingle = roundsToSingle
        let lowest = min(max((minimumScore ?? scores.min() ?? 0) - 10, -Self.largest), Self.largest)
        unknownScore = roundsToSingle ? Double(Float(lowest)) : lowest
        // Finite, and so far from overflow that no sum of them becomes infinite.
        let isTame = scores.allSatisfy { abs($0) <= Self.largest }
        let scores =
            isTame ? scores : scores.map { $0.isNaN ? -Self.largest : min(max($0, -Self.largest), Self.largest) }
        let isCompact = vocabulary.count < 1 << 29 && scores.allSatisfy { Self.lastBit($0) != nil }
        doubleScores = isCompact ? nil : ConstantBuffer(scores)
        pieces = ByteTrie(count: vocabulary.count) { index in
            guard isCompact else { return (TokenID(index) << 2, 0) }
            return (TokenID(index) << 2 | (Self.lastBit(scores[index]) ?? 0), Float(scores[index]))
        } key: { index in
            let id = TokenID(index)
            let text = vocabulary.bytes(of: id)
            guard id < 1 << 29, isPiece(id), !text.contains(UnigramWords.terminator) else {
                return UnsafeBufferPointer(start: nil, count: 0)
            }
            return text
        }
        firsts = Self.firsts(pieces)
    }

    /// How many steps of double precision a score is above the nearest number of single precision, and one more: 0 to 2.
    private static func lastBit(_ score: Double) -> Int32? {
        let steps = Int64(bitPattern: score.bitPattern &- Double(Float(score)).bitPattern) &+ 1
        return (0...2).contains(steps) ? Int32(steps) : nil
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        // What is longer than can be counted comes in parts.
        var start = 0
        while count - start > 1 << 28 {
            let end = UTF8Text.start(word, before: start + 1 << 28)
            encodePart(word + start, end - start, scratch)
            start = end
        }
        encodePart(word + start, count - start, scratch)
    }

    private func encodePart(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        let words = scratch.unigramWord
        words.removeAll()
        words.begin([])
        words.append(word, count)
        words.finish()
        encode(words, scratch)
    }

    private static func firsts(_ pieces: ByteTrie) -> ConstantBuffer<Int32> {
        ConstantBuffer(repeating: -1, count: 0x10000) { firsts in
            /// Visits all continuations of a scalar of which so many bytes are missing.
            func fill(_ node: Int32, _ scalar: Int, _ missing: Int) {
                guard node >= 0 else { return }
                if missing == 0 { return firsts[scalar] = node }
                // Of a damaged vocabulary: a scalar of less than three bytes, written in three.
                let isOverlong = missing == 2 && scalar == 0
                for byte: UInt8 in (isOverlong ? 0xA0 : 0x80)...0xBF {
                    fill(pieces.child(node, byte), scalar << 6 | Int(byte & 0x3F), missing - 1)
                }
            }
            for lead: UInt8 in 0..<0xF0 where !(0x80..<0xC2).contains(lead) {
                let length = UTF8Text.length(lead)
                let bits = length == 1 ? lead : length == 2 ? lead & 0x1F : lead & 0x0F
                fill(pieces.child(ByteTrie.root, lead), Int(bits), length - 1)
            }
        }
    }

    /// Appends the ids of words, and notes how many these are with each word more.
    func encode(_ list: UnigramWords, _ scratch: EncodeScratch) {
        let (text, words, number) = (list.text, list.words, list.count)
        guard number > 0 else { return }
        let nodes = scratch.lattice.ensure(Int(words[number - 1].end) + 1)
        var model = llmk_unigram(
            units: pieces.places, firsts: firsts.pointer, scores: doubleScores?.pointer, unknown_score: unknownScore,
            longest: Int32(truncatingIfNeeded: vocabulary.longest), is_single: roundsToSingle ? 1 : 0)
        let room = scratch.pieceSearch.ensure(Int(LLMK_BEST_PIECES_BYTES) / 16)
        scratch.work &+= Int(llmk_best_pieces(&model, text, words, Int64(number), nodes, room))
        let first = scratch.count
        for index in 0..<number {
            let start = Int(words[index].start)
            collect(text + start, Int(words[index].end) - start, start, nodes + start, scratch)
            words[index].last_id = Int32(truncatingIfNeeded: scratch.count - first)
        }
    }

    /// Walks back along the best way and appends its tokens in order.
    ///
    /// - Parameter offset: where in the text of the lattice's places the word begins.
    private func collect(
        _ word: Bytes, _ count: Int, _ offset: Int, _ nodes: UnsafeMutablePointer<LatticeNode>, _ scratch: EncodeScratch
    ) {
        // The way is turned round in place: each node learns where the next one is.
        var end = count
        var next = Int32(-1)
        while end > 0 {
            let start = Int(nodes[end].start) - offset
            nodes[end].start = next
            next = Int32(truncatingIfNeeded: end)
            end = start
        }
        var position = 0
        while next >= 0 {
            var end = Int(next)
            let id = nodes[end].id
            next = nodes[end].start
            if id < 0 || id == unknown {
                while fusesUnknown, next >= 0, nodes[Int(next)].id < 0 || nodes[Int(next)].id == unknown {
                    end = Int(next)
                    next = nodes[end].start
                }
                appendUnknown(word, position, end, scratch)
            } else {
                scratch.append(id, length: end - position)
            }
            position = end
        }
    }

    private func appendUnknown(_ word: Bytes, _ start: Int, _ end: Int, _ scratch: EncodeScratch) {
        let hasBytes =
            byteTokens.count == 256 && (start..<end).allSatisfy { byteTokens[Int(word[$0])] >= 0 }
        if hasBytes {
            // Each byte token stands for the whole part, as in the reference.
            for index in start..<end {
                let length = index + 1 == end ? end - start : start - end
                scratch.append(byteTokens[Int(word[index])], length: length)
            }
        } else if let unknown {
            scratch.append(unknown, length: end - start)
        }
    }
}
