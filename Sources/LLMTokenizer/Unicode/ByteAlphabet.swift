/// The alphabet of GPT-2 by which byte-level vocabularies write bytes as printable scalars.
///
/// The 188 printable bytes of Latin-1 stand for themselves, the others for U+0100 and following.
enum ByteAlphabet {
    /// The scalar for each byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (0..<256).map { (byte: UInt32) in
            if (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte) { return byte }
            defer { next += 1 }
            return next
        }
    }()

    /// The byte for each scalar below U+0144, or -1.
    static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar)] = Int16(byte) }
        return table
    }()

    /// The bytes that a token in this alphabet stands for, nil when it has a scalar from outside.
    static func decode(_ token: UnsafeRawBufferPointer) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(token.count)
        return decode(token, into: &result) ? result : nil
    }

    /// Adds the bytes that a token stands for; returns false, and adds nothing, when it has a scalar from outside.
    static func decode(_ token: UnsafeRawBufferPointer, into result: inout [UInt8]) -> Bool {
        let before = result.count
        func refuse() -> Bool {
            result.removeLast(result.count - before)
            return false
        }
        var position = 0
        while position < token.count {
            let lead = token[position]
            if lead < 0x80 {
                let byte = bytes[Int(lead)]
                guard byte >= 0 else { return refuse() }
                result.append(UInt8(byte))
                position += 1
                continue
            }
            guard lead >= 0xC2, lead <= 0xC5, position + 1 < token.count else { return refuse() }
            let scalar = Int(lead & 0x1F) << 6 | Int(token[position + 1] & 0x3F)
            guard scalar < bytes.count, bytes[scalar] >= 0 else { return refuse() }
            result.append(UInt8(bytes[scalar]))
            position += 2
        }
        return true
    }

    /// The bytes written in the alphabet.
    static func encode(_ text: some Sequence<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text { UTF8Text.append(scalars[Int(byte)], to: &result) }
        return result
    }
}
