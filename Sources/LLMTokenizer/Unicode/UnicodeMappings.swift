/// Case mappings and decompositions, unpacked once from ``UnicodeTables``.
final class UnicodeMappings: Sendable {
    static let shared = UnicodeMappings()

    /// Full lower-case mappings of the scalars that have one.
    let lowercase: [UInt32: [UInt32]]

    private init() {
        lowercase = Self.unpack(UnicodeTables.lowercase)
    }

    /// Reads `delta>a+b,delta>a,...`, everything in hexadecimal.
    static func unpack(_ text: StaticString) -> [UInt32: [UInt32]] {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var result: [UInt32: [UInt32]] = [:]
        var key: UInt32 = 0
        var values: [UInt32] = []
        var number: UInt32 = 0
        func digit(_ byte: UInt8) -> UInt32 { UInt32(byte >= 97 ? byte - 87 : byte - 48) }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: ">"):
                key += number
                number = 0
            case UInt8(ascii: "+"):
                values.append(number)
                number = 0
            case UInt8(ascii: ","):
                result[key] = values + [number]
                values = []
                number = 0
            default: number = number << 4 | digit(byte)
            }
        }
        if !bytes.isEmpty { result[key] = values + [number] }
        return result
    }
}
