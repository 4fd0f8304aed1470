import LLMTensor
import Testing

@testable import LLMData

@Suite struct ChecksumTests {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 gives the digests of FIPS 180`(text: String, digest: String) {
        #expect(SHA256.hexadecimal(Array(text.utf8)) == digest)
    }

    @Test func `SHA-256 of a million letters, in parts of every size`() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var hash = SHA256()
        var place = 0
        var size = 0
        while place < letters.count {
            let end = min(letters.count, place + size)
            hash.update(Array(letters[place..<end]))
            place = end
            size = (size + 1) % 200
        }
        #expect(
            SHA256.hexadecimal(digest: hash.finish())
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// RFC 3720, appendix B.4, and the check value of the catalogue of CRC algorithms.
    @Test func `CRC-32C gives the published values`() {
        func checksum(_ bytes: [UInt8]) -> UInt32 { bytes.withUnsafeBytes { CRC32C.checksum($0) } }
        #expect(checksum(Array("123456789".utf8)) == 0xE306_9283)
        #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(checksum([UInt8](repeating: 255, count: 32)) == 0x62A8_AB43)
        #expect(checksum(Array(0..<32)) == 0x46DD_794E)
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let first = Array(bytes[..<333]).withUnsafeBytes { CRC32C.checksum($0) }
        let both = Array(bytes[333...]).withUnsafeBytes { CRC32C.checksum($0, continuing: first) }
        #expect(both == checksum(bytes))
    }
}
