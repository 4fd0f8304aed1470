/// SHA-256 of short texts, for addresses that carry their own digest. Source: FIPS 180-4.
///
/// Not for secrets: keyed hashing uses swift-crypto.
enum SmallSHA256 {
    static func digest(_ message: [UInt8]) -> [UInt8] {
        var padded = message
        padded.append(0x80)
        while padded.count % 64 != 56 { padded.append(0) }
        let bits = UInt64(message.count) * 8
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
        }
        var state = initial
        for block in stride(from: 0, to: padded.count, by: 64) { compress(padded[block..<(block + 64)], &state) }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(24 - 8 * $0)) } }
    }

    /// The first 32 bits of the fractional parts of roots of primes, computed rather than listed.
    private static func fraction(_ prime: Int, root: Int) -> UInt32 {
        // floor(root(prime) * 2^32) by bisection in 128-bit integers.
        let (target, power) = (UInt128(prime) << UInt128(root == 2 ? 64 : 96), root)
        var low: UInt128 = 0
        var high: UInt128 = 1 << 37
        while high - low > 1 {
            let middle = (low + high) / 2
            let square = middle * middle
            let value =
                power == 2 ? square : square.multipliedReportingOverflow(by: middle).overflow ? .max : square * middle
            if value <= target { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    private static let primes: [Int] = {
        var primes: [Int] = []
        var candidate = 2
        while primes.count < 64 {
            if !primes.contains(where: { candidate % $0 == 0 }) { primes.append(candidate) }
            candidate += 1
        }
        return primes
    }()
    private static let initial = primes.prefix(8).map { fraction($0, root: 2) }
    private static let constants = primes.map { fraction($0, root: 3) }

    private static func compress(_ block: ArraySlice<UInt8>, _ state: inout [UInt32]) {
        func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }
        var schedule = stride(from: block.startIndex, to: block.endIndex, by: 4).map { index in
            (0..<4).reduce(UInt32(0)) { word, offset in word << 8 | UInt32(block[index + offset]) }
        }
        for step in 16..<64 {
            let (old, new) = (schedule[step - 15], schedule[step - 2])
            let first = rotate(old, 7) ^ rotate(old, 18) ^ old >> 3
            let second = rotate(new, 17) ^ rotate(new, 19) ^ new >> 10
            schedule.append(schedule[step - 16] &+ first &+ schedule[step - 7] &+ second)
        }
        var work = state
        for step in 0..<64 {
            let (a, b, c, e, f, g) = (work[0], work[1], work[2], work[4], work[5], work[6])
            let choice = (e & f) ^ (~e & g)
            let sum = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let first: UInt32 = work[7] &+ sum &+ choice &+ constants[step] &+ schedule[step]
            let turned: UInt32 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let majority: UInt32 = (a & b) ^ (a & c) ^ (b & c)
            let second: UInt32 = turned &+ majority
            work = [first &+ second, a, b, c, work[3] &+ first, e, f, g]
        }
        for index in 0..<8 { state[index] = state[index] &+ work[index] }
    }
}
