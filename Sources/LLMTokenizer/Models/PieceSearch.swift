internal import CLLMKernels

/// Finds all pieces of a vocabulary that begin at the scalars of some words, for a block of scalars at once.
///
/// A walk along the trie waits for memory at every byte, and nobody knows beforehand where it ends. So the walks from all
/// starts of a block take their steps in turn: each asks for the memory of its next step long before it comes to it, and
/// those that end drop out without a branch.
final class PieceSearch: Sendable {
    /// So many starts are searched from together.
    static let block = 512
    /// So many bytes of each are searched together, and so many pieces kept; what is longer or more is followed alone.
    static let reach = 64
    static let most = 16
    private static let limit: UInt32 = 0x10000

    /// A place in the text and the pieces that begin there.
    struct Start: BitwiseCopyable {
        /// Bit `n`: a piece of `n + 1` bytes.
        var ends: UInt64
        var start: Int32
        /// Where its word ends.
        var limit: Int32
        /// How many pieces were found.
        var number: Int32
        /// The node at which the search gave up, or -1.
        var rest: Int32
        var restEnd: Int32
    }

    struct Walk: BitwiseCopyable {
        var node: Int32
        /// Where the next node is, if there is one.
        var place: Int32
        var index: Int32
        var end: Int32
    }

    /// A piece that was found.
    struct Piece: BitwiseCopyable {
        /// What the dictionary says of it, -1 for no piece.
        var value: Int32
        var weight: Float
    }

    /// What is behind a scalar.
    private struct First: BitwiseCopyable {
        /// -1 when no piece begins with the scalar.
        var node: Int32 = -1
        var base: Int32 = 0
        var piece = Piece(value: -1, weight: 0)
    }

    private let trie: ByteTrie
    /// For the scalars of the first plane.
    private let firsts: ConstantBuffer<First>

    init(_ trie: ByteTrie) {
        self.trie = trie
        firsts = ConstantBuffer(repeating: First(), count: Int(Self.limit)) { firsts in
            /// Visits all continuations of a scalar of which so many bytes are missing.
            func fill(_ node: Int32, _ scalar: Int, _ missing: Int) {
                guard node >= 0 else { return }
                if missing == 0 { return firsts[scalar] = Self.first(trie, node) }
                // Of a damaged vocabulary: a scalar of less than three bytes, written in three.
                let isOverlong = missing == 2 && scalar == 0
                for byte: UInt8 in (isOverlong ? 0xA0 : 0x80)...0xBF {
                    fill(trie.child(node, byte), scalar << 6 | Int(byte & 0x3F), missing - 1)
                }
            }
            for lead: UInt8 in 0..<0xF0 where !(0x80..<0xC2).contains(lead) {
                let length = UTF8Text.length(lead)
                let bits = length == 1 ? lead : length == 2 ? lead & 0x1F : lead & 0x0F
                fill(trie.child(ByteTrie.root, lead), Int(bits), length - 1)
            }
        }
    }

    /// Searches from the scalars of words, up to ``block`` of them. No piece has the byte that stands behind each word.
    ///
    /// - Parameters:
    ///   - word: the word to begin in, afterwards the one where the next block begins.
    ///   - position: the place in that word to begin at.
    /// - Returns: how many starts `scratch` holds.
    func find(
        _ text: Bytes, _ words: UnsafePointer<UnigramWords.Word>, _ wordCount: Int, _ word: inout Int,
        _ position: inout Int, _ scratch: UnigramScratch
    ) -> Int {
        let places = trie.places
        let starts = scratch.starts.pointer
        let walks = scratch.walks.pointer
        let found = scratch.pieces.pointer
        var number = 0
        var alive = 0
        while word < wordCount {
            let limit = Int(words[word].end)
            while position < limit, number < Self.block {
                let length = min(UTF8Text.length(text[position]), limit - position)
                let first = first(text, position, limit)
                found[number * Self.most] = first.piece
                let isPiece = first.piece.value >= 0
                starts[number] = Start(
                    ends: (isPiece ? 1 : 0) << UInt64(length - 1), start: Int32(truncatingIfNeeded: position),
                    limit: words[word].end, number: isPiece ? 1 : 0, rest: -1, restEnd: 0)
                position += length
                let place = first.base ^ Int32(text[position])
                llmk_prefetch(places + Int(place))
                walks[alive] = Walk(
                    node: first.node, place: place, index: Int32(truncatingIfNeeded: number),
                    end: Int32(truncatingIfNeeded: position))
                alive += first.node >= 0 ? 1 : 0
                number += 1
            }
            guard position == limit else { break }
            word += 1
            if word < wordCount { position = Int(words[word].start) }
        }
        scratch.work &+= number
        // The first scalar has up to four bytes.
        var steps = Self.reach - 4
        while alive > 0, steps > 0 {
            scratch.work &+= alive
            alive = Self.step(text, places, starts, walks, found, alive)
            steps -= 1
        }
        for index in 0..<alive {
            starts[Int(walks[index].index)].rest = walks[index].node
            starts[Int(walks[index].index)].restEnd = walks[index].end
        }
        return number
    }

    /// Takes one step with all walks; those that go on move to the front.
    @inline(__always)
    private static func step(
        _ text: Bytes, _ places: UnsafePointer<ByteTrie.Unit>, _ starts: UnsafeMutablePointer<Start>,
        _ walks: UnsafeMutablePointer<Walk>,
        _ pieces: UnsafeMutablePointer<Piece>, _ alive: Int
    ) -> Int {
        var kept = 0
        for index in 0..<alive {
            let walk = walks[index]
            let start = starts + Int(walk.index)
            let unit = places[Int(walk.place)]
            let isAlive: Int32 = unit.check == walk.node ? 1 : 0
            let isPiece = isAlive & (unit.value >= 0 ? 1 : 0)
            let found = start.pointee.number
            pieces[Int(walk.index) &* most &+ Int(found)] = Piece(value: unit.value, weight: unit.weight)
            let length = UInt64(truncatingIfNeeded: walk.end &- start.pointee.start)
            start.pointee.ends |= UInt64(truncatingIfNeeded: isPiece) &<< length
            start.pointee.number = found &+ isPiece
            let end = walk.end &+ 1
            let place = unit.base ^ Int32(text[Int(end)])
            llmk_prefetch(places + Int(place))
            walks[kept] = Walk(node: walk.place, place: place, index: walk.index, end: end)
            if found &+ isPiece == Int32(most) {
                start.pointee.rest = walk.place
                start.pointee.restEnd = end
                continue
            }
            kept &+= Int(isAlive)
        }
        return kept
    }

    private static func first(_ trie: ByteTrie, _ node: Int32) -> First {
        guard node >= 0 else { return First() }
        let unit = trie.places[Int(node)]
        return First(node: node, base: unit.base, piece: Piece(value: unit.value, weight: unit.weight))
    }

    @inline(__always)
    private func first(_ text: Bytes, _ position: Int, _ limit: Int) -> First {
        guard position + UTF8Text.length(text[position]) <= limit else { return First() }
        let (scalar, length) = UTF8Text.scalar(text, at: position)
        if scalar < Self.limit { return firsts.pointer[Int(scalar)] }
        var node = ByteTrie.root
        for index in 0..<length where node >= 0 { node = trie.child(node, text[position + index]) }
        return Self.first(trie, node)
    }

    /// The pieces behind the node at which a search gave up; returns how many steps that took.
    func forEachMore(_ start: Start, _ text: Bytes, _ body: (Int, Piece) -> Void) -> Int {
        var node = start.rest
        var end = Int(start.restEnd)
        while end < Int(start.limit) {
            node = trie.child(node, text[end])
            if node < 0 { break }
            end += 1
            let unit = trie.places[Int(node)]
            if unit.value >= 0 { body(end, Piece(value: unit.value, weight: unit.weight)) }
        }
        return end - Int(start.restEnd)
    }
}
