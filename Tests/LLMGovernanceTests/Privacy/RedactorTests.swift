import LLMGovernance
import Testing

@Suite struct RedactorTests {
    private let text = "Mail ann@example.com or ANN@example.com, then ann@example.com; card 4111 1111 1111 1111"

    @Test func `Operators put their text in the place of a finding`() {
        let redactor = Redactor(operators: ["CREDIT_CARD": .mask(count: 4)])
        let result = redactor.redact("Mail ann@example.com, card 4111 1111 1111 1111.")
        #expect(result.text == "Mail <EMAIL_ADDRESS>, card 4111 1111 1111 ****.")
        #expect(result.items.map(\.operation) == ["replace", "mask"])
        let bytes = Array(result.text.utf8)
        #expect(
            result.items.map { String(decoding: bytes[$0.replacement], as: UTF8.self) } == [
                "<EMAIL_ADDRESS>", "4111 1111 1111 ****",
            ])
        #expect(Redactor(defaultOperator: .redact).redact("to ann@example.com!").text == "to !")
        #expect(Redactor(defaultOperator: .keep).redact("to ann@example.com!").text == "to ann@example.com!")
        #expect(Redactor(defaultOperator: .replace(with: "X")).redact("to ann@example.com!").text == "to X!")
        #expect(Redactor(defaultOperator: .mask(with: "#", fromEnd: false)).redact("to a@b.de!").text == "to ######!")
        let custom = RedactionOperator.custom(name: "count") { kind, text in "[\(kind) \(text.utf8.count)]" }
        #expect(Redactor(defaultOperator: custom).redact("to a@b.de!").text == "to [EMAIL_ADDRESS 6]!")
    }

    @Test func `One value has one pseudonym in a session, and the map turns them back`() throws {
        var map = PseudonymMap()
        let redactor = Redactor(defaultOperator: .pseudonymize)
        let first = redactor.redact(text, pseudonyms: &map)
        #expect(
            first.text == "Mail <EMAIL_ADDRESS_1> or <EMAIL_ADDRESS_2>, then <EMAIL_ADDRESS_1>; card <CREDIT_CARD_1>")
        let second = redactor.redact("bob@example.com and ann@example.com", pseudonyms: &map)
        #expect(second.text == "<EMAIL_ADDRESS_3> and <EMAIL_ADDRESS_1>")
        #expect(map.restore(first.text) == text)
        let copy = try PseudonymMap(json: map.json)
        #expect(copy == map)
        #expect(copy.restore("a < b > <NO_1> <EMAIL_ADDRESS_3>") == "a < b > <NO_1> bob@example.com")
        #expect(throws: RedactionError.self) { try PseudonymMap(json: "[{\"kind\":1}]") }
        #expect(throws: RedactionError.self) { try PseudonymMap(json: "[") }
    }

    @Test func `Text that is not UTF-8 keeps its bytes`() {
        let bytes: [UInt8] = [0xFF, 0x20] + Array("a@b.de".utf8) + [0x20, 0xC3]
        var map = PseudonymMap()
        let result = bytes.withUnsafeBufferPointer { Redactor().redact($0, pseudonyms: &map) }
        #expect(result.bytes == [0xFF, 0x20] + Array("<EMAIL_ADDRESS>".utf8) + [0x20, 0xC3])
    }

    @Test func `Lines do not speak for each other under a line scanner`() {
        let text = "Your order number\n555-123-4567\nis here"
        #expect(PersonalDataDetector().scan(text).isEmpty)
        let findings = LinewiseScanner(PersonalDataDetector()).scan(text)
        #expect(findings.map(\.range) == [18..<30])
    }

    @Test func `Safe Harbor names all eighteen identifiers and keeps years only`() {
        let profile = RedactionProfile.hipaaSafeHarbor
        #expect(profile.identifiers.count == 18)
        let text = "Seen on 12 March 2019, born 03/12/1985, SSN 123-45-6789."
        #expect(profile.redactor().redact(text).text == "Seen on 2019, born 1985, SSN <US_SSN>.")
    }

    @Test func `Personal data and secrets go together`() {
        let redactor = Redactor(scanners: [PersonalDataDetector(), SecretScanner()])
        let result = redactor.redact("ann@example.com has password: hunter22")
        #expect(result.text == "<EMAIL_ADDRESS> has password: <PASSWORD>")
    }

    #if Governance
        private let key: [UInt8] = Array(0..<32)

        @Test func `A digest depends on the key and the value only`() throws {
            let redactor = Redactor(defaultOperator: try .hash(key: key))
            let first = redactor.redact("a@b.de").text
            #expect(first.utf8.count == 64)
            #expect(redactor.redact("a@b.de").text == first)
            #expect(Redactor(defaultOperator: try .hash(key: Array(1..<33))).redact("a@b.de").text != first)
            #expect(throws: RedactionError.self) { try RedactionOperator.hash(key: [1, 2]) }
            // hmac.new(bytes(range(32)), b"a@b.de", "sha256").hexdigest()
            #expect(first == "a5bc0efd7f2f0c3adb60ecb61924df049b5e3cddc57ce0174707b67dbb414d93")
        }

        @Test func `Encrypted values open with their key and no other, and not after a change`() throws {
            let redactor = Redactor(defaultOperator: try .encrypt(key: key))
            let hidden = redactor.redact(text).text
            #expect(!hidden.utf8.contains(UInt8(ascii: "@")))
            #expect(try RedactionOperator.decrypt(hidden, key: key) == text)
            #expect(throws: RedactionError.self) { try RedactionOperator.decrypt(hidden, key: Array(1..<33)) }
            let other = hidden.replacing("EMAIL_ADDRESS", with: "PHONE_NUMBER")
            #expect(throws: RedactionError.self) { try RedactionOperator.decrypt(other, key: key) }
            #expect(throws: RedactionError.self) { try RedactionOperator.encrypt(key: [1]) }
        }
    #endif
}
