/// The candidates of a training, their scores, and which of them are left.
final class UnigramPieces {
    /// All candidates in UTF-8.
    private let text: ConstantBuffer<UInt8>
    private let starts: ConstantBuffer<Int>
    /// Logarithms of probabilities by candidate; only those of `alive` mean something.
    private(set) var scores: [Double]
    /// The candidates that are left, in the order in which they would be kept.
    private(set) var alive: [Int32]
    private(set) var trie: ByteTrie
    private(set) var lowestScore = 0.0
    private(set) var isAlive: [Bool]

    var count: Int { starts.count - 1 }

    init(_ seeds: [UnigramSeeds.Seed]) {
        var text: [UInt8] = []
        var starts = [0]
        for seed in seeds {
            text += seed.piece
            starts.append(text.count)
        }
        self.text = ConstantBuffer(text)
        self.starts = ConstantBuffer(starts)
        let logarithm = Logarithm.natural(seeds.reduce(0) { $0 + $1.weight })
        scores = seeds.map { Logarithm.natural($0.weight) - logarithm }
        alive = (0..<Int32(truncatingIfNeeded: seeds.count)).map { $0 }
        isAlive = Array(repeating: true, count: seeds.count)
        trie = ByteTrie([])
        rebuild()
    }

    func bytes(_ piece: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = starts[Int(piece)]
        return UnsafeBufferPointer(start: text.pointer + start, count: starts[Int(piece) + 1] - start)
    }

    /// Keeps only these, in this order.
    func keep(_ pieces: [Int32]) {
        for piece in alive { isAlive[Int(piece)] = false }
        for piece in pieces { isAlive[Int(piece)] = true }
        alive = pieces
        rebuild()
    }

    /// Keeps only these, with new scores, and leaves the trie as it is.
    func update(_ pieces: [(piece: Int32, score: Double)]) {
        for piece in alive { isAlive[Int(piece)] = false }
        alive = pieces.map(\.piece)
        for item in pieces {
            isAlive[Int(item.piece)] = true
            scores[Int(item.piece)] = item.score
        }
        lowestScore = pieces.map(\.score).min() ?? 0
    }

    private func rebuild() {
        trie = ByteTrie(alive.map { (bytes($0), $0) })
        lowestScore = alive.map { scores[Int($0)] }.min() ?? 0
    }
}
