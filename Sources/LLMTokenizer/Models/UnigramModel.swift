/// The most probable segmentation by a unigram language model (Kudo 2018), by dynamic programming.
final class UnigramModel: Sendable {
    private let vocabulary: Vocabulary
    private let pieces: PieceSearch
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

    /// The best way to a place in the text.
    struct LatticeNode: BitwiseCopyable {
        var score: Double
        /// Where the last token of that way begins; -1 when there is no way.
        var start: Int32
        var id: TokenID
    }

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
        let trie = ByteTrie(count: vocabulary.count) { index in
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
        pieces = PieceSearch(trie)
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

    /// Appends the ids of words, and notes how many these are with each word more.
    func encode(_ list: UnigramWords, _ scratch: EncodeScratch) {
        let (text, words, number) = (list.text, list.words, list.count)
        guard number > 0 else { return }
        let room = scratch.unigram
        let workBefore = room.work
        let nodes = room.lattice.ensure(Int(words[number - 1].end) + 1)
        for index in 0..<number {
            let start = Int(words[index].start)
            nodes[start] = LatticeNode(score: 0, start: 0, id: -1)
            for node in (start + 1)...Int(words[index].end) {
                nodes[node] = LatticeNode(score: -.infinity, start: -1, id: -1)
            }
        }
        if roundsToSingle {
            findBest(text, words, number, nodes, room, isSingle: true, doubleScores?.pointer)
        } else if let doubleScores {
            findBest(text, words, number, nodes, room, isSingle: false, doubleScores.pointer)
        } else {
            findBest(text, words, number, nodes, room, isSingle: false, nil)
        }
        let first = scratch.count
        for index in 0..<number {
            let start = Int(words[index].start)
            collect(text + start, Int(words[index].end) - start, start, nodes + start, scratch)
            words[index].lastID = Int32(truncatingIfNeeded: scratch.count - first)
        }
        scratch.work &+= room.work - workBefore
    }

    /// Finds the best ways to all places of the words.
    ///
    /// - Parameters:
    ///   - isSingle: ``roundsToSingle``, known where this is called.
    ///   - scores: ``doubleScores``, the same.
    @inline(__always)
    private func findBest(
        _ text: Bytes, _ words: UnsafeMutablePointer<UnigramWords.Word>, _ number: Int,
        _ nodes: UnsafeMutablePointer<LatticeNode>, _ room: UnigramScratch, isSingle: Bool,
        _ scores: UnsafePointer<Double>?
    ) {
        let starts = room.starts.pointer
        let known = room.pieces.pointer
        var word = 0
        var position = Int(words[0].start)
        while word < number {
            let found = pieces.find(text, words, number, &word, &position, room)
            for index in 0..<found {
                let start = starts[index]
                if isSingle, abs(nodes[Int(start.start)].score) > 100_000 {
                    reset(nodes, Int(start.start), min(Int(start.start) + vocabulary.longest, Int(start.limit)))
                }
                room.work &+= extend(nodes, text, start, known + index * PieceSearch.most, isSingle, scores)
            }
        }
    }

    /// Carries the best way to a place on to all places where a piece that begins there ends; returns how many steps the
    /// search had left to do.
    @inline(__always)
    private func extend(
        _ nodes: UnsafeMutablePointer<LatticeNode>, _ text: Bytes, _ start: PieceSearch.Start,
        _ known: UnsafePointer<PieceSearch.Piece>, _ isSingle: Bool, _ scores: UnsafePointer<Double>?
    ) -> Int {
        let position = Int(start.start)
        let base = nodes[position].score
        // Which way is better nobody can foretell: no branches.
        func reach(_ end: Int, _ id: TokenID, _ score: Double) {
            let score = isSingle ? Double(Float(base + score)) : base + score
            let known = nodes[end]
            let isBetter = score > known.score
            nodes[end] = LatticeNode(
                score: isBetter ? score : known.score, start: isBetter ? start.start : known.start,
                id: isBetter ? id : known.id)
        }
        func reach(_ end: Int, _ piece: PieceSearch.Piece) {
            let id = piece.value >> 2
            let compact = Double(piece.weight).bitPattern &+ UInt64(piece.value & 3) &- 1
            reach(end, id, scores.map { $0[Int(id)] } ?? Double(bitPattern: compact))
        }
        var ends = start.ends
        var index = 0
        while ends != 0 {
            reach(position &+ ends.trailingZeroBitCount &+ 1, known[index])
            ends &= ends &- 1
            index &+= 1
        }
        let more = start.rest >= 0 ? pieces.forEachMore(start, text) { reach($0, $1) } : 0
        let length = UTF8Text.length(text[position])
        if start.ends &>> UInt64(length &- 1) & 1 == 0 {
            reach(min(position + length, Int(start.limit)), -1, unknownScore)
        }
        return more
    }

    @inline(__always)
    private func rounded(_ score: Double) -> Double { roundsToSingle ? Double(Float(score)) : score }

    /// SentencePiece subtracts the score so far now and then, so that single precision suffices on long texts.
    private func reset(_ nodes: UnsafeMutablePointer<LatticeNode>, _ position: Int, _ end: Int) {
        let offset = nodes[position].score
        for index in position...end where nodes[index].start >= 0 {
            nodes[index].score = rounded(nodes[index].score - offset)
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
