internal import LLMTensor

/// Which row comes at which place of a run: pass after pass, each in an order that depends on seed and pass alone.
struct RowOrder {
    private let rowCount: Int
    private let seed: UInt64
    private let isShuffled: Bool
    private var pass = -1
    private var order: [Int32] = []

    /// Stream of ``CounterGenerator`` that no other use of the seed takes.
    private static let stream: UInt64 = 0x524F_5753_0000_0000

    init(rowCount: Int, seed: UInt64, isShuffled: Bool) {
        self.rowCount = rowCount
        self.seed = seed
        self.isShuffled = isShuffled
    }

    /// The row at a place; places count on over all passes.
    mutating func row(at place: Int) -> Int {
        guard isShuffled else { return place % rowCount }
        if place / rowCount != pass { shuffle(pass: place / rowCount) }
        return Int(order[place % rowCount])
    }

    /// Fisher and Yates, from the last place down.
    private mutating func shuffle(pass: Int) {
        self.pass = pass
        order = (0..<rowCount).map { Int32(truncatingIfNeeded: $0) }
        var generator = CounterGenerator(seed: seed, stream: Self.stream &+ UInt64(pass))
        for last in stride(from: rowCount - 1, to: 0, by: -1) {
            // 64 random bits times at most 2^31: the bias is below 2^-33.
            let other = Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high)
            order.swapAt(last, other)
        }
    }
}
