import Testing

@testable import LLMGovernance

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Check digits beside python-stdnum's verdicts (Goldens/Privacy/make-identifiers.py).
@Suite struct IdentifierCheckTests {
    private struct Verdict: Sendable {
        var kind: PersonalDataKind
        var isValid: Bool
        var text: String
    }

    private static func goldens() throws -> [Verdict] {
        let path = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        let stream = try #require(fopen("/\(path)/Goldens/Privacy/identifiers.txt", "rb"))
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return try String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            let kind = try #require(PersonalDataKind(rawValue: String(parts[0])))
            return Verdict(kind: kind, isValid: parts[1] == "+", text: String(parts[2]))
        }
    }

    @Test func `Check digits agree with python-stdnum`() throws {
        let goldens = try Self.goldens()
        #expect(goldens.count > 3000)
        for golden in goldens {
            let accepted = IdentifierFormat.accepts(golden.text, as: golden.kind)
            #expect(accepted == golden.isValid, "\(golden.kind.rawValue) \(golden.text)")
        }
    }

    @Test func `Addresses of wallets carry their check sum`() {
        func check(_ text: String, _ test: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
            var text = text
            return text.withUTF8(test)
        }
        #expect(check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", CryptoAddress.isBase58Check))
        #expect(!check("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", CryptoAddress.isBase58Check))
        #expect(check("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", CryptoAddress.isBech32))
        #expect(!check("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", CryptoAddress.isBech32))
        #expect(check("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", CryptoAddress.isBech32))
    }
}
