/// The tables of the IQ formats, unpacked once: one entry holds 8 (or 4) levels in its bytes, the first in the lowest.
enum IQGrid {
    static let iq2XXS = unpack(IQGridData.iq2XXS, levels: [8, 25, 43], count: 8)
    static let iq2XS = unpack(IQGridData.iq2XS, levels: [8, 25, 43], count: 8)
    static let iq2S = unpack(IQGridData.iq2S, levels: [8, 25, 43], count: 8)
    static let iq3XXS = unpack(IQGridData.iq3XXS, levels: [4, 12, 20, 28, 36, 44, 52, 62], count: 4)
    static let iq3S = unpack(IQGridData.iq3S, levels: [1, 3, 5, 7, 9, 11, 13, 15], count: 4)
    /// Used by IQ1_S and IQ1_M.
    static let iq1 = unpack(IQGridData.iq1, levels: [-1, 0, 1], count: 8)

    /// Turns packed level numbers, in hexadecimal, into entries of `count` levels. Level numbers take two bits where
    /// there are three levels and four bits where there are eight, the first in the lowest bits of a byte.
    private static func unpack(_ hexadecimal: StaticString, levels: [Int8], count: Int) -> [UInt64] {
        let bits = levels.count > 4 ? 4 : 2
        let digits = UnsafeBufferPointer(start: hexadecimal.utf8Start, count: hexadecimal.utf8CodeUnitCount)
        var entries: [UInt64] = []
        entries.reserveCapacity(digits.count * 4 / (bits * count))
        var entry: UInt64 = 0
        var filled = 0
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            let byte = value(digits[index]) << 4 | value(digits[index + 1])
            for shift in stride(from: 0, to: 8, by: bits) {
                let number = Int(byte >> UInt8(shift)) & (1 << bits - 1)
                entry |= UInt64(UInt8(bitPattern: levels[number])) << UInt64(filled * 8)
                filled += 1
                if filled == count {
                    entries.append(entry)
                    entry = 0
                    filled = 0
                }
            }
        }
        return entries
    }

    private static func value(_ digit: UInt8) -> UInt8 {
        digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
    }
}
