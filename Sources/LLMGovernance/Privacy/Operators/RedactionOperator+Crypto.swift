#if Governance
    internal import Crypto
    internal import Foundation

    extension RedactionOperator {
        /// Puts the keyed digest of the text in its place: HMAC-SHA256 in 64 hexadecimal digits. Without the key nobody can try values out;
        /// with the same key the same value gives the same digest.
        ///
        /// - Throws: ``RedactionError/keySize(_:expected:)`` for a key shorter than 16 bytes.
        public static func hash(key: [UInt8]) throws -> RedactionOperator {
            guard key.count >= 16 else { throw RedactionError.keySize(key.count, expected: "at least 16") }
            let key = SymmetricKey(data: key)
            return RedactionOperator(
                name: "hash",
                action: .write { _, text in
                    let digits = Array("0123456789abcdef".utf8)
                    return HMAC<SHA256>.authenticationCode(for: Array(text), using: key)
                        .flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
                })
        }

        /// Encrypts the text with AES-GCM; ``decrypt(_:key:)`` turns it back. It becomes `<EMAIL_ADDRESS:aes-gcm:...>` with nonce, text and tag in
        /// base 64, the kind authenticated with it.
        ///
        /// - Throws: ``RedactionError/keySize(_:expected:)`` for a key that is not 16, 24 or 32 bytes.
        public static func encrypt(key: [UInt8]) throws -> RedactionOperator {
            let key = try encryptionKey(key)
            return RedactionOperator(
                name: "encrypt",
                action: .write { kind, text in
                    guard
                        let box = try? AES.GCM.seal(Array(text), using: key, authenticating: Array(kind.utf8)),
                        let sealed = box.combined
                    else { return Array("<\(kind)>".utf8) }
                    return Array("<\(kind)\(marker)\(sealed.base64EncodedString())>".utf8)
                })
        }

        /// A text with its encrypted values opened.
        ///
        /// - Throws: ``RedactionError`` when the key has a wrong size or does not open a value.
        public static func decrypt(_ text: String, key: [UInt8]) throws -> String {
            let key = try encryptionKey(key)
            return try AngleTokens.replace(Array(text.utf8)) { token in
                let inner = String(decoding: token.dropFirst().dropLast(), as: UTF8.self)
                guard let range = inner.range(of: marker) else { return nil }
                let kind = String(inner[..<range.lowerBound])
                guard let sealed = Data(base64Encoded: String(inner[range.upperBound...])) else { return nil }
                do {
                    let box = try AES.GCM.SealedBox(combined: sealed)
                    return Array(try AES.GCM.open(box, using: key, authenticating: Array(kind.utf8)))
                } catch {
                    throw RedactionError.cannotDecrypt(kind: kind)
                }
            }
        }

        private static let marker = ":aes-gcm:"

        private static func encryptionKey(_ key: [UInt8]) throws -> SymmetricKey {
            guard [16, 24, 32].contains(key.count) else {
                throw RedactionError.keySize(key.count, expected: "16, 24 or 32")
            }
            return SymmetricKey(data: key)
        }
    }
#endif
