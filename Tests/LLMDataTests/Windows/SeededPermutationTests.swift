import Testing

@testable import LLMData

@Suite struct SeededPermutationTests {
    @Test(arguments: [0, 1, 2, 3, 4, 5, 16, 17, 1000, 4097])
    func `every number comes once, and its place is found`(count: Int) {
        let order = SeededPermutation(count: count, seed: 42, stream: 7)
        #expect(Set(order).count == count)
        for place in 0..<count { #expect(order.place(of: order[place]) == place) }
    }

    @Test func `seeds and streams give different orders, the same ones the same`() {
        let first = Array(SeededPermutation(count: 500, seed: 1))
        #expect(first == Array(SeededPermutation(count: 500, seed: 1)))
        #expect(first != Array(SeededPermutation(count: 500, seed: 2)))
        #expect(first != Array(SeededPermutation(count: 500, seed: 1, stream: 1)))
        #expect(first != Array(0..<500))
    }

    /// Recorded once: what was shuffled on one machine has to be shuffled the same on every other.
    @Test func `the order is the same on every machine`() {
        #expect(Array(SeededPermutation(count: 10, seed: 1)) == [3, 5, 6, 0, 7, 2, 9, 1, 4, 8])
        let large = SeededPermutation(count: 1 << 40, seed: 9)
        #expect(large.place(of: large[123_456_789_012]) == 123_456_789_012)
    }

    /// Each of the 24 orders of four numbers, over many seeds, within five standard deviations of its share.
    @Test func `orders are even`() {
        var counts: [[Int]: Int] = [:]
        for seed in 0..<4800 { counts[Array(SeededPermutation(count: 4, seed: UInt64(seed))), default: 0] += 1 }
        #expect(counts.count == 24)
        for (_, count) in counts { #expect(abs(count - 200) < 70) }
    }
}
