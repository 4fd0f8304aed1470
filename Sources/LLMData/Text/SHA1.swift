/// SHA-1 (FIPS 180-4), for data made by tools that use it as a hash; not for security.
package enum SHA1 {
    /// The 20 bytes of the digest.
    package static func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(20)
        for word in words(bytes) {
            for shift: UInt32 in [24, 16, 8, 0] { result.append(UInt8(truncatingIfNeeded: word >> shift)) }
        }
        return result
    }

    /// The first eight bytes of the digest as a little-endian number.
    package static func hash64(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        let state = words(bytes)
        return UInt64(state[0].byteSwapped) | UInt64(state[1].byteSwapped) << 32
    }

    /// The first four bytes of the digest as a little-endian number.
    package static func hash32(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 { words(bytes)[0].byteSwapped }

    private static func words(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt32] {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        let whole = bytes.count & ~63
        var schedule = [UInt32](repeating: 0, count: 80)
        var index = 0
        while index < whole {
            compress(UnsafeBufferPointer(rebasing: bytes[index..<(index + 64)]), &state, &schedule)
            index += 64
        }
        var tail = [UInt8](bytes[whole...])
        tail.append(0x80)
        while tail.count % 64 != 56 { tail.append(0) }
        let bits = UInt64(bytes.count) &* 8
        for shift: UInt64 in [56, 48, 40, 32, 24, 16, 8, 0] { tail.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        tail.withUnsafeBufferPointer { tail in
            var index = 0
            while index < tail.count {
                compress(UnsafeBufferPointer(rebasing: tail[index..<(index + 64)]), &state, &schedule)
                index += 64
            }
        }
        return state
    }

    private static func compress(
        _ block: UnsafeBufferPointer<UInt8>, _ state: inout [UInt32], _ schedule: inout [UInt32]
    ) {
        func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 &- bits) }
        let raw = UnsafeRawBufferPointer(block)
        for index in 0..<16 {
            schedule[index] = UInt32(bigEndian: raw.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        }
        for index in 16..<80 {
            schedule[index] = rotate(
                schedule[index - 3] ^ schedule[index - 8] ^ schedule[index - 14] ^ schedule[index - 16], 1)
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for index in 0..<80 {
            let mixed: UInt32
            let constant: UInt32
            switch index {
            case ..<20: (mixed, constant) = (b & c | ~b & d, 0x5A82_7999)
            case ..<40: (mixed, constant) = (b ^ c ^ d, 0x6ED9_EBA1)
            case ..<60: (mixed, constant) = (b & c | b & d | c & d, 0x8F1B_BCDC)
            default: (mixed, constant) = (b ^ c ^ d, 0xCA62_C1D6)
            }
            let next = rotate(a, 5) &+ mixed &+ e &+ constant &+ schedule[index]
            (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
    }
}
