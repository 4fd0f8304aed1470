internal import LLMTensor

/// Checks the addresses of crypto-currencies.
enum CryptoAddress {
    /// Bitcoin of the first kind: base 58 with four bytes of a double SHA-256 at the end.
    static func isBase58Check(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (26...35).contains(text.count) else { return false }
        var number = [UInt8](repeating: 0, count: 25)
        for byte in text {
            guard var carry = alphabet.firstIndex(of: byte) else { return false }
            for index in stride(from: 24, through: 0, by: -1) {
                carry += Int(number[index]) * 58
                number[index] = UInt8(carry & 0xFF)
                carry >>= 8
            }
            guard carry == 0 else { return false }
        }
        let digest = SHA256.digest(SHA256.digest(Array(number[..<21])))
        return digest[..<4].elementsEqual(number[21...])
    }

    private static let alphabet = [UInt8]("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    /// Bitcoin's segregated witness addresses. Sources: BIP 173 (bech32), BIP 350 (bech32m).
    static func isBech32(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (14...90).contains(text.count), text[2] == UInt8(ascii: "1") else { return false }
        let isUpper = ByteClass.isUpper(text[0])
        var check: UInt32 = 1
        func mix(_ value: UInt8) {
            let top = check >> 25
            check = (check & 0x1FF_FFFF) << 5 ^ UInt32(value)
            for (bit, generator) in generators.enumerated() where top >> UInt32(bit) & 1 == 1 { check ^= generator }
        }
        let prefix = [ByteClass.lowercased(text[0]), ByteClass.lowercased(text[1])]
        for byte in prefix { mix(byte >> 5) }
        mix(0)
        for byte in prefix { mix(byte & 31) }
        for byte in text.dropFirst(3) {
            if ByteClass.isLetter(byte), ByteClass.isUpper(byte) != isUpper { return false }
            guard let value = symbols.firstIndex(of: ByteClass.lowercased(byte)) else { return false }
            mix(UInt8(value))
        }
        return check == 1 || check == 0x2BC8_30A3
    }

    private static let symbols = [UInt8]("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
    private static let generators: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
}

extension PersonalDataScan {
    /// A word that may be the address of a wallet.
    mutating func cryptoAddress(_ start: Int, _ end: Int) {
        guard kinds.contains(.crypto), end - start <= 90, isLeftBoundary(start), isRightBoundary(end) else { return }
        let text = UnsafeBufferPointer(start: bytes + start, count: end - start)
        switch text[0] {
        case UInt8(ascii: "1"), UInt8(ascii: "3"):
            if CryptoAddress.isBase58Check(text) { add(.crypto, start..<end, 1, "bitcoin-base58") }
        case UInt8(ascii: "b"), UInt8(ascii: "B"):
            if text[1] | 0x20 == UInt8(ascii: "c"), CryptoAddress.isBech32(text) {
                add(.crypto, start..<end, 1, "bitcoin-bech32")
            }
        case UInt8(ascii: "0"):
            guard text.count == 42, text[1] | 0x20 == UInt8(ascii: "x"),
                text.dropFirst(2).allSatisfy(ByteClass.isHexadecimal)
            else { return }
            let isNamed = topics(around: start..<end).distance(to: ContextTopics(.crypto).rawValue) != nil
            add(.crypto, start..<end, isNamed ? 0.95 : 0.7, "ethereum")
        default: break
        }
    }
}
