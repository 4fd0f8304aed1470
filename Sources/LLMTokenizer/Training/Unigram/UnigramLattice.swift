#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

enum Logarithm {
    @inline(__always) static func natural(_ value: Double) -> Double { log(value) }

    /// log(exp(x) + exp(y)).
    @inline(__always)
    static func sum(_ x: Double, _ y: Double) -> Double {
        let (low, high) = x > y ? (y, x) : (x, y)
        return high > low + 50 ? high : high + log(exp(low - high) + 1)
    }

    @inline(__always) static func exponential(_ value: Double) -> Double { exp(value) }

    /// The derivative of the logarithm of the gamma function, by its asymptotic series.
    static func digamma(_ value: Double) -> Double {
        var x = value
        var result = 0.0
        while x < 7 {
            result -= 1 / x
            x += 1
        }
        x -= 0.5
        let square = 1 / x * (1 / x)
        let fourth = square * square
        result += log(x) + 1.0 / 24 * square - 7.0 / 960 * fourth + 31.0 / 8064 * fourth * square
        return result - 127.0 / 30720 * fourth * fourth
    }
}

/// All ways to cut one word into pieces. Used for one word after the other by one thread.
final class UnigramLattice {
    private struct Edge: BitwiseCopyable {
        var end: Int32
        /// -1 for a scalar outside the vocabulary.
        var piece: Int32
        var score: Double
    }

    private let edges = GrowingBuffer<Edge>()
    /// Where the edges of each place begin, places being bytes.
    private let firsts = GrowingBuffer<Int32>()
    private let forward = GrowingBuffer<Double>()
    private let backward = GrowingBuffer<Double>()
    private let back = GrowingBuffer<Int32>()
    private var length = 0

    /// Collects the pieces of a word.
    ///
    /// - Parameter leavesOutWhole: whether the word itself does not count as a piece.
    func fill(
        _ word: Bytes, _ count: Int, _ trie: ByteTrie, _ scores: UnsafePointer<Double>, _ isAlive: UnsafePointer<Bool>,
        unknownScore: Double, leavesOutWhole: Bool = false
    ) {
        length = count
        let firsts = firsts.ensure(count + 2)
        var number = 0
        var position = 0
        while position < count {
            let scalarLength = UTF8Text.length(word[position])
            for place in position..<(position + scalarLength) { firsts[place] = Int32(truncatingIfNeeded: number) }
            var hasScalar = false
            var node = ByteTrie.root
            var end = position
            while end < count {
                node = trie.child(node, word[end])
                if node < 0 { break }
                end += 1
                let piece = trie.value(node)
                guard piece >= 0, isAlive[Int(piece)], !(leavesOutWhole && end - position == count) else { continue }
                edges.ensure(number + 1)[number] = Edge(
                    end: Int32(truncatingIfNeeded: end), piece: piece, score: scores[Int(piece)])
                number += 1
                if end - position == scalarLength { hasScalar = true }
            }
            if !hasScalar {
                edges.ensure(number + 1)[number] = Edge(
                    end: Int32(truncatingIfNeeded: position + scalarLength), piece: -1, score: unknownScore)
                number += 1
            }
            // Places inside a scalar have no edges.
            for place in (position + 1)..<max(position + scalarLength, position + 1) {
                firsts[place] = Int32(truncatingIfNeeded: number)
            }
            position += scalarLength
        }
        firsts[count] = Int32(truncatingIfNeeded: number)
        firsts[count + 1] = Int32(truncatingIfNeeded: number)
    }

    /// Adds how often each piece is expected to be used, `weight` times; returns the word's log likelihood.
    func addExpectations(_ weight: Double, to expected: UnsafeMutablePointer<Double>) -> Double {
        let alpha = forward.ensure(length + 1)
        let beta = backward.ensure(length + 1)
        let firsts = firsts.pointer
        let edges = edges.pointer
        for place in 0...length {
            alpha[place] = -.infinity
            beta[place] = -.infinity
        }
        alpha[0] = 0
        beta[length] = 0
        for place in 0..<length where alpha[place] > -.infinity {
            for index in Int(firsts[place])..<Int(firsts[place + 1]) {
                let end = Int(edges[index].end)
                let score = alpha[place] + edges[index].score
                alpha[end] = alpha[end] == -.infinity ? score : Logarithm.sum(alpha[end], score)
            }
        }
        for place in stride(from: length - 1, through: 0, by: -1) {
            for index in Int(firsts[place])..<Int(firsts[place + 1]) {
                let score = edges[index].score + beta[Int(edges[index].end)]
                beta[place] = beta[place] == -.infinity ? score : Logarithm.sum(beta[place], score)
            }
        }
        let total = alpha[length]
        for place in 0..<length where alpha[place] > -.infinity {
            for index in Int(firsts[place])..<Int(firsts[place + 1]) where edges[index].piece >= 0 {
                let edge = edges[index]
                let share = alpha[place] + edge.score + beta[Int(edge.end)] - total
                expected[Int(edge.piece)] += weight * Logarithm.exponential(share)
            }
        }
        return total
    }

    /// Calls `body` with the pieces of the most probable way, from the last to the first; false when there is no way.
    @discardableResult
    func forEachBest(_ body: (Int32) -> Void) -> Bool {
        let best = forward.ensure(length + 1)
        let back = back.ensure(length + 1)
        let starts = firsts.pointer
        for place in 0...length { best[place] = -.infinity }
        best[0] = 0
        for place in 0..<length where best[place] > -.infinity {
            for index in Int(starts[place])..<Int(starts[place + 1]) {
                let end = Int(edges.pointer[index].end)
                let score = best[place] + edges.pointer[index].score
                if score > best[end] {
                    best[end] = score
                    back[end] = Int32(truncatingIfNeeded: index)
                }
            }
        }
        guard best[length] > -.infinity else { return false }
        var place = length
        var begin = place
        while place > 0 {
            let index = back[place]
            body(edges.pointer[Int(index)].piece)
            begin = place - 1
            while !(starts[begin] <= index && index < starts[begin + 1]) { begin -= 1 }
            place = begin
        }
        return true
    }
}
