import LLMGovernance
import Testing

@Suite struct PersonalDataDetectorTests {
    private let detector = PersonalDataDetector()

    private func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return detector.scan(text).map { "\($0.kind)|\(String(decoding: bytes[$0.range], as: UTF8.self))" }
    }

    @Test(arguments: [
        ("Write to john.o'neil+news@mail.example.co.uk.", "EMAIL_ADDRESS|john.o'neil+news@mail.example.co.uk"),
        ("<a@b.de>", "EMAIL_ADDRESS|a@b.de"),
        ("Call +1 (212) 555-0187 today", "PHONE_NUMBER|+1 (212) 555-0187"),
        ("Tel.: 030/1234567", "PHONE_NUMBER|030/1234567"),
        ("mobile +49 (0) 151 23456789 ok", "PHONE_NUMBER|+49 (0) 151 23456789"),
        ("Tél. 06 12 34 56 78.", "PHONE_NUMBER|06 12 34 56 78"),
        ("llame al 612 345 678", "PHONE_NUMBER|612 345 678"),
        ("ring me on 020 7946 0018", "PHONE_NUMBER|020 7946 0018"),
        ("phone 555-123-4567 x123 please", "PHONE_NUMBER|555-123-4567 x123"),
        ("手机13812345678", "PHONE_NUMBER|13812345678"),
        ("card 4111 1111 1111 1111 exp", "CREDIT_CARD|4111 1111 1111 1111"),
        ("amex 378282246310005", "CREDIT_CARD|378282246310005"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN_CODE|DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "IBAN_CODE|GB82WEST12345698765432"),
        ("My SSN is 123-45-6789.", "US_SSN|123-45-6789"),
        ("social security number: 123456789", "US_SSN|123456789"),
        ("server 192.168.1.10 is up", "IP_ADDRESS|192.168.1.10"),
        ("at fe80::1ff:fe23:4567:890a now", "IP_ADDRESS|fe80::1ff:fe23:4567:890a"),
        ("[2001:db8::1]", "IP_ADDRESS|2001:db8::1"),
        ("from ::ffff:192.0.2.1 port", "IP_ADDRESS|::ffff:192.0.2.1"),
        ("eth0 00:1A:2B:3C:4D:5E", "MAC_ADDRESS|00:1A:2B:3C:4D:5E"),
        ("see https://en.wikipedia.org/wiki/A_(b)?x=1.", "URL|https://en.wikipedia.org/wiki/A_(b)?x=1"),
        ("visit www.example.org, please", "URL|www.example.org"),
        ("NHS number 943 476 5919", "UK_NHS|943 476 5919"),
        ("NINO: AB 12 34 56 C", "UK_NINO|AB 12 34 56 C"),
        ("Steuer-ID 86095742719", "DE_TAX_ID|86095742719"),
        ("DNI 12345678Z", "ES_NIF|12345678Z"),
        ("NIE X-1234567-L", "ES_NIE|X-1234567-L"),
        ("codice fiscale RSSMRA85T10A562S", "IT_FISCAL_CODE|RSSMRA85T10A562S"),
        ("CPF 529.982.247-25", "BR_CPF|529.982.247-25"),
        ("Aadhaar 2341 2341 2346", "IN_AADHAAR|2341 2341 2346"),
        ("PAN: ABCPE1234F", "IN_PAN|ABCPE1234F"),
        ("身份证11010519491231002X。", "CN_RESIDENT_ID|11010519491231002X"),
        ("hetu 131052-308T", "FI_PERSONAL_IDENTITY_CODE|131052-308T"),
        ("BTC 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "CRYPTO|1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("geboren am 12.03.1985 in Ulm", "DATE_OF_BIRTH|12.03.1985"),
        ("date of birth: March 12, 1985", "DATE_OF_BIRTH|March 12, 1985"),
        ("Please ask Dr. Anna van der Berg about it", "PERSON|Anna van der Berg"),
        ("DEA number AB1234563", "MEDICAL_LICENSE|AB1234563"),
    ])
    func `Finds what a sentence holds, and nothing else`(_ text: String, _ expected: String) {
        #expect(found(text) == [expected])
    }

    @Test(arguments: [
        "Version 10.2.3.4 came out", "card 4111 1111 1111 1112", "Order 555-123-4567 shipped", "pi is 3.14159265358979",
        "SSN 666-45-6789, 000-12-3456", "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "The call std::abs(x) at 12:30:45",
        "ISBN 978-3-16-148410-0", "logo@2x.png", "user@", "@user", "1,234,567,890 people", "page 12-34",
        "2024-03-12T10:11:12Z",
        "IBAN DE88 3704 0044 0532 0130 00", "between 1939-1945 and 1914-1918", "build 20240312.1234", "a.b.c.d",
        "0x1F 0b1010 1e-10",
        "see Sources/main.swift and Package.resolved", "Score: 21-17 21-19",
        "uuid 123e4567-e89b-12d3-a456-426614174000",
    ])
    func `Leaves numbers alone that are no personal data`(_ text: String) {
        #expect(found(text) == [])
    }

    @Test(arguments: [
        "He read out 4507529170342 over the line.", "Noted 4799075116372651676 yesterday",
        "She typed 501880729022 twice.", "Then 572791805888 came up.", "Use 630471803340 instead",
        "It was 6759146201684934072.", "Perhaps 5024704558530 works.", "Try 6212690604431982965.",
        "Take 213144516691564 then", "And 180000239042486 too", "Now 36504310399315 it is.",
        "Or 4111-1111-1111-1111.", "Or 3782 822463 10005.",
    ])
    func `Finds cards of every scheme and length without a word that names them`(_ text: String) {
        let numbers = found(text)
        #expect(numbers.count == 1 && numbers[0].hasPrefix("CREDIT_CARD|"), "\(numbers)")
    }

    /// All of these numbers pass Luhn's check.
    @Test(arguments: [
        // An EAN-13 of Germany, a UPC, an ISBN.
        "4069520601957", "The parcel held 4069520601957 and 675071374499.", "978-3-266-84981-1", "9783266849811",
        // Telephones.
        "WhatsApp me: 4915141161302",
        "IMEI 356996475893268", "SIM card lost, IMEI 868172042399806", "ICCID 8949147008945954318",
        // Times since 1970 in milliseconds, microseconds and nanoseconds.
        "at 1719614221665", "at 1789008717345589", "at 1761068038285311747",
        // Orders, posts, videos, records.
        "Order 501852302949 has shipped", "Tracking number 4753613866235", "Payment for order 501852302949",
        "https://example.org/status/1839665799256343909", "https://example.org/video/6718732246518629071",
        #"{"id": 6718732246518629071}"#, "see #501852302949", "0.4507529170342", "4507529170342 4507529170342 1 2",
    ])
    func `Numbers that pass Luhn's check by chance are no cards`(_ text: String) {
        #expect(found(text).filter { $0.hasPrefix("CREDIT_CARD") } == [])
    }

    @Test func `Thresholds, kinds, regions, allowed and denied texts are obeyed`() {
        let text = "Mail help@example.com or eve@example.com; Bluebird knows. SSN 123-45-6789, DNI 12345678Z"
        func kinds(_ configuration: PersonalDataDetector.Configuration) -> [String] {
            PersonalDataDetector(configuration).scan(text).map(\.kind)
        }
        #expect(kinds(.init(kinds: [.emailAddress])) == ["EMAIL_ADDRESS", "EMAIL_ADDRESS"])
        #expect(kinds(.init(kinds: [.emailAddress], allowed: ["HELP@example.com"])) == ["EMAIL_ADDRESS"])
        #expect(kinds(.init(kinds: [.usSocialSecurity, .spainNIF], regions: ["ES"])) == ["ES_NIF"])
        #expect(kinds(.init(kinds: [.usSocialSecurity], threshold: 0.99)) == [])
        #expect(kinds(.init(kinds: [.organization], denied: ["bluebird": .organization])) == ["ORGANIZATION"])
    }

    private struct Towns: PersonalDataRecognizer {
        let name = "towns"
        let kinds: Set<PersonalDataKind> = [.location]
        func recognize(_ text: UnsafeBufferPointer<UInt8>) -> [RecognizedEntity] {
            [.init(kind: .location, range: 0..<3, score: 0.8), .init(kind: .location, range: 0..<99, score: 1)]
        }
    }

    @Test func `A recognizer of the host program adds its findings; ranges out of bounds are dropped`() {
        let detector = PersonalDataDetector(.init(recognizers: [Towns()]))
        #expect(detector.scan("Ulm 1").map(\.rule) == ["towns"])
    }

    @Test func `Hostile texts take linear time`() {
        let size = 1 << 18
        let units = [
            "1", "@", ".", "a.", "a@", "1 ", "4111 ", "1.", "a:", ":", "(", "(1", "+1", "A1-", "http://", "0-", "a@b.",
            "::1 ",
            "4111-1111-", "www.", "x ", "\u{A0}1", "é", "電", "Mr ", "DE89 ",
        ]
        for unit in units {
            func seconds(_ count: Int) -> Double {
                var text: [UInt8] = []
                while text.count < count { text += unit.utf8 }
                let clock = ContinuousClock()
                return (0..<3).map { _ in
                    let time = clock.measure { _ = text.withUnsafeBufferPointer { detector.scan($0, at: .input) } }
                    return Double(time.components.attoseconds) * 1e-18 + Double(time.components.seconds)
                }.min() ?? 0
            }
            // Eight times the text: a quadratic scan would take 64 times as long.
            let small = seconds(size / 8)
            #expect(seconds(size) < 32 * small + 0.02, "\(unit)")
        }
    }

    @Test func `Random bytes give ranges in order, inside the text, the same every time`() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789 -./()+@:ABCDEFabcdefxyz_\u{A0}é電\n,#".utf8)
        for round in 0..<3000 {
            let length = Int.random(in: 0...200, using: &generator)
            let text = (0..<length).map { _ in
                round % 3 == 0
                    ? UInt8.random(in: 0...255, using: &generator) : alphabet.randomElement(using: &generator) ?? 0
            }
            let findings = text.withUnsafeBufferPointer { detector.scan($0, at: .input) }
            var last = 0
            for finding in findings {
                #expect(
                    finding.range.lowerBound >= last && finding.range.upperBound <= length && !finding.range.isEmpty)
                #expect(finding.score >= 0.5 && finding.score <= 1)
                last = finding.range.upperBound
            }
            #expect(text.withUnsafeBufferPointer { detector.scan($0, at: .input) } == findings)
        }
    }
}
