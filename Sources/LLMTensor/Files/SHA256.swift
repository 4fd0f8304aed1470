/// SHA-256, for manifests, fingerprints and addresses that carry their digest; modules without swift-crypto use it.
/// Not for secrets: keyed hashing is swift-crypto's. Source: FIPS 180-4.
package struct SHA256: Sendable {
    private var state = SHA256.initialState
    private var pending: [UInt8] = []
    private var byteCount: UInt64 = 0

    package init() { pending.reserveCapacity(64) }

    /// The digest of some bytes.
    package static func digest(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finish()
    }

    /// The digest of some bytes.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { digest($0) } }

    /// The digest of some bytes in hexadecimal.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { hexadecimal(digest: digest($0)) }
    }

    /// A digest in hexadecimal.
    package static func hexadecimal(digest: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// Adds bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let taken = rest.prefix(64 - pending.count)
            pending.append(contentsOf: taken)
            rest = rest.dropFirst(taken.count)
            guard pending.count == 64 else { return }
            pending.withUnsafeBytes { Self.compress($0, &state) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.count / 64 * 64
        Self.compress(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)), &state)
        pending.append(contentsOf: rest.dropFirst(whole))
    }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Adds a text with its length, so that two texts are not the same as one.
    package mutating func update(field text: String) {
        update(number: text.utf8.count)
        update(Array(text.utf8))
    }

    /// Adds a number in eight bytes.
    package mutating func update(number: Int) {
        withUnsafeBytes(of: UInt64(bitPattern: Int64(number)).littleEndian) { update($0) }
    }

    /// The digest of all bytes that were added: 32 bytes.
    package func finish() -> [UInt8] {
        var copy = self
        let bits = byteCount &* 8
        var padding: [UInt8] = [0x80]
        while (pending.count + padding.count) % 64 != 56 { padding.append(0) }
        withUnsafeBytes(of: bits.bigEndian) { padding.append(contentsOf: $0) }
        copy.update(padding)
        return copy.state.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
    }

    private static func compress(_ blocks: UnsafeRawBufferPointer, _ state: inout [UInt32]) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
            constants.withUnsafeBufferPointer { constants in
                for start in stride(from: 0, to: blocks.count, by: 64) {
                    let block = UnsafeRawBufferPointer(rebasing: blocks[start..<(start + 64)])
                    compress(block, schedule, constants, &state)
                }
            }
        }
    }

    @inline(__always)
    private static func compress(
        _ block: UnsafeRawBufferPointer, _ schedule: UnsafeMutableBufferPointer<UInt32>,
        _ constants: UnsafeBufferPointer<UInt32>, _ state: inout [UInt32]
    ) {
        for index in 0..<16 {
            schedule[index] = block.loadUnaligned(fromByteOffset: index &* 4, as: UInt32.self).bigEndian
        }
        for index in 16..<64 {
            let early = schedule[index &- 15]
            let late = schedule[index &- 2]
            let first = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
            let second = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
            schedule[index] = schedule[index &- 16] &+ first &+ schedule[index &- 7] &+ second
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
            let choice = e & f ^ ~e & g
            let first = h &+ sum1 &+ choice &+ constants[index] &+ schedule[index]
            let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
            let second = sum0 &+ (a & b ^ a & c ^ b & c)
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
    }

    @inline(__always)
    private static func rotated(_ value: UInt32, _ count: UInt32) -> UInt32 {
        value &>> count | value &<< (32 &- count)
    }

    private static let initialState: [UInt32] = primes(8).map { fraction(of: Double($0).squareRoot()) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: [UInt32] = primes(64).map { prime in
        // Newton's method from above; the root is below 7, so 48 bits of fraction are exact in a Double.
        var root = Double(prime)
        for _ in 0..<100 { root -= (root * root * root - Double(prime)) / (3 * root * root) }
        return fraction(of: root)
    }

    private static func fraction(of number: Double) -> UInt32 {
        UInt32(truncatingIfNeeded: UInt64((number - number.rounded(.down)) * 0x1p32))
    }

    private static func primes(_ count: Int) -> [Int] {
        var found: [Int] = []
        var candidate = 2
        while found.count < count {
            if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
            candidate += 1
        }
        return found
    }
}
