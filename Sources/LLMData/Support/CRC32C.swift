/// CRC-32C (Castagnoli): what the sections of our binary files are checked with. Source: RFC 3720, appendix B.4.
package enum CRC32C {
    /// The checksum of some bytes; give an earlier result to go on.
    package static func checksum(_ bytes: UnsafeRawBufferPointer, continuing earlier: UInt32 = 0) -> UInt32 {
        var crc = ~earlier
        tables.withUnsafeBufferPointer { tables in
            var index = 0
            // Eight bytes a step, each through its own table ("slicing by 8", Kounavis and Berry, 2005).
            while index &+ 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian ^ UInt64(crc)
                crc =
                    tables[1792 &+ Int(word & 255)] ^ tables[1536 &+ Int(word >> 8 & 255)]
                    ^ tables[1280 &+ Int(word >> 16 & 255)] ^ tables[1024 &+ Int(word >> 24 & 255)]
                crc ^=
                    tables[768 &+ Int(word >> 32 & 255)] ^ tables[512 &+ Int(word >> 40 & 255)]
                    ^ tables[256 &+ Int(word >> 48 & 255)] ^ tables[Int(word >> 56)]
                index &+= 8
            }
            while index < bytes.count {
                crc = crc >> 8 ^ tables[Int((crc ^ UInt32(bytes[index])) & 255)]
                index &+= 1
            }
        }
        return ~crc
    }

    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 1 ? 0x82F6_3B78 : 0) }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 255)]
        }
        return tables
    }()
}
