import LLMTensor
import Testing

@Suite("Counter-based random numbers")
struct CounterGeneratorTests {
    @Test("Philox4x32-10 gives the published known answers")
    func knownAnswers() {
        // The kat_vectors of Random123, the authors' library.
        let answers: [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)] = [
            (SIMD4(repeating: 0), SIMD2(repeating: 0), SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
            (
                SIMD4(repeating: .max), SIMD2(repeating: .max),
                SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
            ),
            (
                SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
                SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
            ),
        ]
        for (counter, key, expected) in answers {
            #expect(CounterGenerator.block(counter: counter, key: key) == expected)
        }
    }

    @Test("A generator goes on from any position, and streams differ")
    func positions() {
        var first = CounterGenerator(seed: 7, stream: 1)
        let numbers = (0..<9).map { _ in first.next() }
        #expect(numbers[0] == CounterGenerator(seed: 7, stream: 1).peek)
        for position in 0..<9 {
            var other = CounterGenerator(seed: 7, stream: 1, position: UInt64(position))
            #expect(other.next() == numbers[position])
        }
        var second = CounterGenerator(seed: 7, stream: 2)
        #expect(second.next() != numbers[0])
        #expect(Set(numbers).count == 9)
    }

    @Test("Uniform numbers lie in 0..<1 with mean one half")
    func uniform() {
        var generator = CounterGenerator(seed: 1)
        var sum = 0.0
        for _ in 0..<10_000 {
            let value = generator.nextDouble()
            #expect((0..<1).contains(value))
            sum += value + Double(generator.nextFloat())
        }
        // Twenty thousand uniform numbers: the mean's standard error is 0.002.
        #expect(abs(sum / 20_000 - 0.5) < 0.01)
    }
}

extension CounterGenerator {
    fileprivate var peek: UInt64 {
        var copy = self
        return copy.next()
    }
}
