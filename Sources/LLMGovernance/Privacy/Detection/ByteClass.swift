/// What a byte is to the scanners, as bits.
enum ByteClass {
    static let digit: UInt8 = 1
    static let upper: UInt8 = 2
    static let lower: UInt8 = 4
    /// May stand in a hexadecimal number; never set alone.
    static let hexadecimal: UInt8 = 8
    /// A byte the scan stops at although no word starts there: `@ : + (`.
    static let trigger: UInt8 = 16
    /// Any byte of a character beyond ASCII.
    static let high: UInt8 = 32

    static let letter = upper | lower
    static let word = upper | lower | digit

    /// The class of every byte; lives as long as the program.
    nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
        let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
        for byte in 0..<256 {
            table[byte] =
                switch UInt8(byte) {
                case UInt8(ascii: "0")...UInt8(ascii: "9"): digit | hexadecimal
                case UInt8(ascii: "A")...UInt8(ascii: "F"): upper | hexadecimal
                case UInt8(ascii: "G")...UInt8(ascii: "Z"): upper
                case UInt8(ascii: "a")...UInt8(ascii: "f"): lower | hexadecimal
                case UInt8(ascii: "g")...UInt8(ascii: "z"): lower
                case UInt8(ascii: "@"), UInt8(ascii: ":"), UInt8(ascii: "+"), UInt8(ascii: "("): trigger
                case 0x80...0xFF: high
                default: 0
                }
        }
        return UnsafePointer(table)
    }()

    @inline(__always) static func of(_ byte: UInt8) -> UInt8 { table[Int(byte)] }
    @inline(__always) static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    @inline(__always) static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    @inline(__always) static func isLower(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
    @inline(__always) static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
    @inline(__always) static func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    @inline(__always) static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- 0x61 < 6
    }
    @inline(__always) static func uppercased(_ byte: UInt8) -> UInt8 { isLower(byte) ? byte & 0xDF : byte }
    @inline(__always) static func lowercased(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }
}
