/// Repeated word n-grams of a text.
///
/// Two n-grams are the same when their words joined are the same bytes: joined by spaces for ``topGramScalars(_:)``,
/// joined by nothing for ``repeatedScalars(_:)``, as in datatrove. Both are found by polynomial hashes modulo 2^64 of
/// the joined words, of which those of all n-grams follow from sums up to each word; bytes are compared before two
/// n-grams count as the same.
final class RepeatedNGrams {
    /// Words so far; sums and offsets have one more entry.
    private var count = 0
    private var letters: [UInt8] = []
    private var offsets: [Int32] = []
    private var scalars: [Int32] = []
    /// Of the words joined by nothing: the sum of hash times power up to each word, and the inverse of its power.
    private var sums: [UInt64] = []
    private var inverses: [UInt64] = []
    /// Of the words with a space after each.
    private var spacedSums: [UInt64] = []
    private var spacedInverses: [UInt64] = []

    private var slots: [UInt64] = []
    private var counts: [Int32] = []
    private var base: UInt64 = 1

    private static let multiplier: UInt64 = 0x5851_F42D_4C95_7F2D
    private static let inverse: UInt64 = {
        var result: UInt64 = multiplier
        for _ in 0..<6 { result = result &* (2 &- multiplier &* result) }
        return result
    }()
    private static let tableSize = 64
    private static let powers = table(multiplier)
    private static let inversePowers = table(inverse)

    private static func table(_ factor: UInt64) -> [UInt64] {
        var result: [UInt64] = [1]
        while result.count < tableSize { result.append(result[result.count - 1] &* factor) }
        return result
    }

    private static func power(_ factor: UInt64, _ exponent: Int) -> UInt64 {
        var (result, square, rest): (UInt64, UInt64, Int) = (1, factor, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result = result &* square }
            square = square &* square
            rest >>= 1
        }
        return result
    }

    /// Takes the words of a text.
    func load(_ text: TextBytes, _ words: WordSpans) {
        count = words.count
        resize(text.count)
        guard let source = text.baseAddress else { return }
        letters.withUnsafeMutableBufferPointer { letters in
            words.starts.withUnsafeBufferPointer { starts in
                words.ends.withUnsafeBufferPointer { ends in
                    fill(source, starts, ends, letters)
                }
            }
        }
    }

    private func resize(_ bytes: Int) {
        if letters.count < bytes + 8 { letters = [UInt8](repeating: 0, count: bytes * 3 / 2 + 64) }
        if offsets.count < count + 1 {
            let size = count * 3 / 2 + 64
            offsets = [Int32](repeating: 0, count: size)
            scalars = [Int32](repeating: 0, count: size)
            sums = [UInt64](repeating: 0, count: size)
            inverses = [UInt64](repeating: 0, count: size)
            spacedSums = [UInt64](repeating: 0, count: size)
            spacedInverses = [UInt64](repeating: 0, count: size)
            counts = [Int32](repeating: 0, count: size)
        }
        let size = SlotCount.of(count)
        if slots.count < size {
            slots = [UInt64](repeating: 0, count: size)
            base = 1
        }
    }

    private func fill(
        _ source: UnsafePointer<UInt8>, _ starts: UnsafeBufferPointer<Int32>, _ ends: UnsafeBufferPointer<Int32>,
        _ letters: UnsafeMutableBufferPointer<UInt8>
    ) {
        var place = 0
        var scalar: Int32 = 0
        var (sum, spacedSum): (UInt64, UInt64) = (0, 0)
        var (power, inverse): (UInt64, UInt64) = (1, 1)
        var (spacedPower, spacedInverse): (UInt64, UInt64) = (1, 1)
        let multiplier = Self.multiplier
        offsets.withUnsafeMutableBufferPointer { offsets in
            scalars.withUnsafeMutableBufferPointer { scalars in
                sums.withUnsafeMutableBufferPointer { sums in
                    inverses.withUnsafeMutableBufferPointer { inverses in
                        spacedSums.withUnsafeMutableBufferPointer { spacedSums in
                            spacedInverses.withUnsafeMutableBufferPointer { spacedInverses in
                                Self.powers.withUnsafeBufferPointer { powers in
                                    Self.inversePowers.withUnsafeBufferPointer { inversePowers in
                                        for index in 0..<starts.count {
                                            offsets[index] = Int32(truncatingIfNeeded: place)
                                            scalars[index] = scalar
                                            sums[index] = sum
                                            inverses[index] = inverse
                                            spacedSums[index] = spacedSum
                                            spacedInverses[index] = spacedInverse
                                            let start = Int(starts[index])
                                            let length = Int(ends[index]) &- start
                                            var hash: UInt64 = 0
                                            var position = length
                                            var continuations: Int32 = 0
                                            while position > 0 {
                                                position &-= 1
                                                let byte = source[start &+ position]
                                                hash = hash &* multiplier &+ UInt64(byte)
                                                continuations &+= byte & 0xC0 == 0x80 ? 1 : 0
                                                letters[place &+ position] = byte
                                            }
                                            place &+= length
                                            scalar &+= Int32(truncatingIfNeeded: length) &- continuations
                                            sum = sum &+ hash &* power
                                            let isShort = length < Self.tableSize
                                            let step = isShort ? powers[length] : Self.power(multiplier, length)
                                            let back =
                                                isShort ? inversePowers[length] : Self.power(Self.inverse, length)
                                            power = power &* step
                                            inverse = inverse &* back
                                            let spaced = hash &+ step &* 0x20
                                            spacedSum = spacedSum &+ spaced &* spacedPower
                                            spacedPower = spacedPower &* (step &* multiplier)
                                            spacedInverse = spacedInverse &* (back &* Self.inverse)
                                        }
                                        offsets[starts.count] = Int32(truncatingIfNeeded: place)
                                        scalars[starts.count] = scalar
                                        sums[starts.count] = sum
                                        spacedSums[starts.count] = spacedSum
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func advanceBase() -> UInt64 {
        if base + UInt64(count) * 2 + 2 > 0xFFFF_FFFF {
            for index in slots.indices { slots[index] = 0 }
            base = 1
        }
        defer { base += UInt64(count) + 1 }
        return base
    }

    @inline(__always) private static func tag(_ sum: UInt64, _ inverse: UInt64) -> UInt64 {
        (sum &* inverse &* 0x9E37_79B9_7F4A_7C15) ^ (sum &* inverse) >> 29
    }

    /// Scalars of the n-gram that comes most often (the first of several), joined by spaces, times how often; nil when
    /// the text has fewer words than `n`.
    func topGramScalars(_ n: Int) -> Int? {
        guard n > 0, count >= n else { return nil }
        let base = advanceBase()
        let mask = SlotCount.of(count) - 1
        var best = 0
        var bestCount: Int32 = 1
        slots.withUnsafeMutableBufferPointer { slots in
            spacedSums.withUnsafeBufferPointer { sums in
                spacedInverses.withUnsafeBufferPointer { inverses in
                    counts.withUnsafeMutableBufferPointer { counts in
                        for index in 0...(count &- n) {
                            let tag = Self.tag(sums[index &+ n] &- sums[index], inverses[index])
                            var slot = Int(truncatingIfNeeded: tag >> 20) & mask
                            while true {
                                let entry = slots[slot]
                                let number = entry & 0xFFFF_FFFF
                                if number < base {
                                    slots[slot] = (tag & 0xFFFF_FFFF_0000_0000) | (base &+ UInt64(index))
                                    counts[index] = 1
                                    break
                                }
                                let other = Int(number &- base)
                                if entry >> 32 == tag >> 32, isSameGram(index, other, n) {
                                    counts[other] &+= 1
                                    if counts[other] > bestCount || (counts[other] == bestCount && other < best) {
                                        bestCount = counts[other]
                                        best = other
                                    }
                                    break
                                }
                                slot = (slot &+ 1) & mask
                            }
                        }
                    }
                }
            }
        }
        return (Int(scalars[best + n] - scalars[best]) + n - 1) * Int(bestCount)
    }

    /// Scalars of n-grams, joined by nothing, that came before; after one of these the search goes on behind it.
    func repeatedScalars(_ n: Int) -> Int {
        guard n > 0, count >= n else { return 0 }
        let base = advanceBase()
        let mask = SlotCount.of(count) - 1
        var result = 0
        slots.withUnsafeMutableBufferPointer { slots in
            sums.withUnsafeBufferPointer { sums in
                inverses.withUnsafeBufferPointer { inverses in
                    var index = 0
                    search: while index &+ n <= count {
                        let tag = Self.tag(sums[index &+ n] &- sums[index], inverses[index])
                        var slot = Int(truncatingIfNeeded: tag >> 20) & mask
                        while true {
                            let entry = slots[slot]
                            let number = entry & 0xFFFF_FFFF
                            if number < base {
                                slots[slot] = (tag & 0xFFFF_FFFF_0000_0000) | (base &+ UInt64(index))
                                break
                            }
                            if entry >> 32 == tag >> 32, isSameText(index, Int(number &- base), n) {
                                result &+= Int(scalars[index &+ n] &- scalars[index])
                                index &+= n
                                continue search
                            }
                            slot = (slot &+ 1) & mask
                        }
                        index &+= 1
                    }
                }
            }
        }
        return result
    }

    /// Whether two n-grams, joined by nothing, are the same bytes.
    private func isSameText(_ first: Int, _ second: Int, _ n: Int) -> Bool {
        let start = Int(offsets[first])
        let other = Int(offsets[second])
        let length = Int(offsets[first + n]) - start
        guard Int(offsets[second + n]) - other == length else { return false }
        return letters.withUnsafeBufferPointer { letters in
            guard let base = letters.baseAddress else { return true }
            return TextScan.isEqual(base + start, base + other, length)
        }
    }

    /// Whether two n-grams have the same words.
    private func isSameGram(_ first: Int, _ second: Int, _ n: Int) -> Bool {
        for word in 0..<n
        where offsets[first + word + 1] - offsets[first] != offsets[second + word + 1] - offsets[second] {
            return false
        }
        return isSameText(first, second, n)
    }
}
