/// The most probable segmentation by a unigram language model (Kudo 2018), by dynamic programming.
final class UnigramModel: Sendable {
    private let vocabulary: Vocabulary
    private let trie: ByteTrie
    private let scores: ConstantBuffer<Double>
    private let unknown: TokenID?
    private let unknownScore: Double
    private let byteTokens: [TokenID]
    /// Unknown scalars in a row become one token.
    private let fusesUnknown: Bool
    /// Sums are kept in single precision, as SentencePiece does, which decides between near equals.
    private let roundsToSingle: Bool

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
        self.scores = ConstantBuffer(scores)
        self.unknown = unknown
        self.byteTokens = byteTokens
        self.fusesUnknown = fusesUnknown
        self.roundsToSingle = roundsToSingle
        let lowest = (minimumScore ?? scores.min() ?? 0) - 10
        unknownScore = roundsToSingle ? Double(Float(lowest)) : lowest
        trie = ByteTrie(count: vocabulary.count) { id in
            let id = TokenID(id)
            return (isPiece(id) ? vocabulary.bytes(of: id) : UnsafeBufferPointer(start: nil, count: 0), id)
        }
    }

    /// Appends the ids of a word.
    func encode(_ word: Bytes, _ count: Int, _ scratch: EncodeScratch) {
        let nodes = scratch.lattice.ensure(count + 1)
        for index in 1...max(count, 1) { nodes[index] = LatticeNode(score: -.infinity, start: -1, id: -1) }
        nodes[0] = LatticeNode(score: 0, start: 0, id: -1)
        var position = 0
        while position < count {
            let length = UTF8Text.length(word[position])
            if roundsToSingle, abs(nodes[position].score) > 100_000 {
                reset(nodes, position, min(position + vocabulary.longest, count))
            }
            let base = nodes[position].score
            var hasScalar = false
            var node = ByteTrie.root
            var end = position
            while end < count {
                node = trie.child(node, word[end])
                if node < 0 { break }
                end += 1
                let id = trie.value(node)
                if id < 0 { continue }
                let score = rounded(base + scores.pointer[Int(id)])
                if nodes[end].start < 0 || score > nodes[end].score {
                    nodes[end] = LatticeNode(score: score, start: Int32(truncatingIfNeeded: position), id: id)
                }
                if end - position == length { hasScalar = true }
            }
            if !hasScalar {
                let score = rounded(base + unknownScore)
                let next = min(position + length, count)
                if nodes[next].start < 0 || score > nodes[next].score {
                    nodes[next] = LatticeNode(score: score, start: Int32(truncatingIfNeeded: position), id: -1)
                }
            }
            scratch.work &+= end - position + 1
            position += length
        }
        collect(word, count, nodes, scratch)
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
    private func collect(
        _ word: Bytes, _ count: Int, _ nodes: UnsafeMutablePointer<LatticeNode>, _ scratch: EncodeScratch
    ) {
        // The way is turned round in place: each node learns where the next one is.
        var end = count
        var next = Int32(-1)
        while end > 0 {
            let start = Int(nodes[end].start)
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
