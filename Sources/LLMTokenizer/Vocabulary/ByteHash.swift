/// A fast hash of short byte strings (multiply and fold, after wyhash), not meant to resist an adversary:
/// tables built on it compare the bytes.
enum ByteHash {
    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    @inline(__always)
    static func hash(_ text: Bytes, _ count: Int) -> UInt64 {
        let raw = UnsafeRawPointer(text)
        let key0: UInt64 = 0xA076_1D64_78BD_642F
        let key1: UInt64 = 0xE703_7ED1_A0B4_28DB
        if count <= 16 {
            var low: UInt64 = 0
            var high: UInt64 = 0
            if count >= 8 {
                low = raw.loadUnaligned(as: UInt64.self)
                high = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            } else if count >= 4 {
                low = UInt64(raw.loadUnaligned(as: UInt32.self))
                high = UInt64(raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            } else if count > 0 {
                low = UInt64(text[0]) << 16 | UInt64(text[count >> 1]) << 8 | UInt64(text[count - 1])
            }
            return mix(low ^ key0, high ^ key1 ^ UInt64(count))
        }
        var state = key0 ^ UInt64(count)
        var position = 0
        while position + 16 < count {
            state = mix(
                raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) ^ key1,
                raw.loadUnaligned(fromByteOffset: position + 8, as: UInt64.self) ^ state)
            position += 16
        }
        return mix(
            raw.loadUnaligned(fromByteOffset: count - 16, as: UInt64.self) ^ key1,
            raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) ^ state)
    }

    @inline(__always)
    static func equal(_ left: Bytes, _ right: Bytes, _ count: Int) -> Bool {
        let a = UnsafeRawPointer(left)
        let b = UnsafeRawPointer(right)
        if count >= 8 {
            var position = 0
            while position + 8 < count {
                if a.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                    != b.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                {
                    return false
                }
                position += 8
            }
            return a.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
                == b.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        }
        for index in 0..<count where left[index] != right[index] { return false }
        return true
    }
}
