internal import LLMData

/// Which row comes at which place of a run: pass after pass, each in an order that depends on seed and pass alone.
struct RowOrder {
    let rowCount: Int
    let seed: UInt64
    let isShuffled: Bool

    /// Stream of the seed's generators that no other use of the seed takes.
    private static let stream: UInt64 = 0x524F_5753_0000_0000

    /// The row at a place; places count on over all passes.
    func row(at place: Int) -> Int {
        let (pass, rest) = place.quotientAndRemainder(dividingBy: rowCount)
        guard isShuffled else { return rest }
        return SeededPermutation(count: rowCount, seed: seed, stream: Self.stream &+ UInt64(pass))[rest]
    }
}
