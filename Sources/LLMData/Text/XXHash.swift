/// The hash functions XXH32 and XXH64 (Yann Collet's specification, seed 0): fast, not cryptographic.
package enum XXHash {
    /// XXH64 of some bytes.
    package static func hash64(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        hash64(UnsafeRawBufferPointer(bytes))
    }

    /// XXH64 of some bytes.
    package static func hash64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count
        var index = 0
        var hash: UInt64
        if count >= 32 {
            var v1 = prime1 &+ prime2
            var v2 = prime2
            var v3: UInt64 = 0
            var v4 = 0 &- prime1
            while index &+ 32 <= count {
                v1 = round(v1, load(bytes, index))
                v2 = round(v2, load(bytes, index &+ 8))
                v3 = round(v3, load(bytes, index &+ 16))
                v4 = round(v4, load(bytes, index &+ 24))
                index &+= 32
            }
            hash = rotate(v1, 1) &+ rotate(v2, 7) &+ rotate(v3, 12) &+ rotate(v4, 18)
            for value in [v1, v2, v3, v4] { hash = (hash ^ round(0, value)) &* prime1 &+ prime4 }
        } else {
            hash = prime5
        }
        hash &+= UInt64(truncatingIfNeeded: count)
        while index &+ 8 <= count {
            hash = rotate(hash ^ round(0, load(bytes, index)), 27) &* prime1 &+ prime4
            index &+= 8
        }
        if index &+ 4 <= count {
            let word = UInt64(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
            hash = rotate(hash ^ word &* prime1, 23) &* prime2 &+ prime3
            index &+= 4
        }
        while index < count {
            hash = rotate(hash ^ UInt64(bytes[index]) &* prime5, 11) &* prime1
            index &+= 1
        }
        hash = (hash ^ hash >> 33) &* prime2
        hash = (hash ^ hash >> 29) &* prime3
        return hash ^ hash >> 32
    }

    /// XXH32 of some bytes.
    package static func hash32(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let raw = UnsafeRawBufferPointer(bytes)
        let (p1, p2, p3): (UInt32, UInt32, UInt32) = (0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D)
        let (p4, p5): (UInt32, UInt32) = (0x27D4_EB2F, 0x1656_67B1)
        func word(_ index: Int) -> UInt32 {
            UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: index, as: UInt32.self))
        }
        func turn(_ value: UInt32, _ bits: UInt32) -> UInt32 { value << bits | value >> (32 &- bits) }
        func step(_ state: UInt32, _ input: UInt32) -> UInt32 { turn(state &+ input &* p2, 13) &* p1 }
        let count = raw.count
        var index = 0
        var hash: UInt32
        if count >= 16 {
            var (v1, v2, v3, v4): (UInt32, UInt32, UInt32, UInt32) = (p1 &+ p2, p2, 0, 0 &- p1)
            while index &+ 16 <= count {
                v1 = step(v1, word(index))
                v2 = step(v2, word(index &+ 4))
                v3 = step(v3, word(index &+ 8))
                v4 = step(v4, word(index &+ 12))
                index &+= 16
            }
            hash = turn(v1, 1) &+ turn(v2, 7) &+ turn(v3, 12) &+ turn(v4, 18)
        } else {
            hash = p5
        }
        hash &+= UInt32(truncatingIfNeeded: count)
        while index &+ 4 <= count {
            hash = turn(hash &+ word(index) &* p3, 17) &* p4
            index &+= 4
        }
        while index < count {
            hash = turn(hash &+ UInt32(raw[index]) &* p5, 11) &* p1
            index &+= 1
        }
        hash = (hash ^ hash >> 15) &* p2
        hash = (hash ^ hash >> 13) &* p3
        return hash ^ hash >> 16
    }

    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    @inline(__always) private static func load(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    @inline(__always) private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
        value << bits | value >> (64 &- bits)
    }

    @inline(__always) private static func round(_ state: UInt64, _ input: UInt64) -> UInt64 {
        rotate(state &+ input &* prime2, 31) &* prime1
    }
}
