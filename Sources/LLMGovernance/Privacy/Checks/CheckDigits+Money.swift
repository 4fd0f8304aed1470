/// Payment cards and bank accounts.
extension CheckDigits {
    /// A payment card: a range that is given out at this length, and Luhn.
    static func creditCard(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        PaymentCardRange.contain(text, count) && luhn(text, count) && !isRepeated(text, count)
    }

    /// What any payment card's number is: it begins with 3 to 6 (travel, banks, merchandising) and ends with Luhn's check digit.
    static func cardNumber(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        (UInt8(ascii: "3")...UInt8(ascii: "6")).contains(text[0]) && luhn(text, count) && !isRepeated(text, count)
            || creditCard(text, count)
    }

    /// A trade item number of GS1 (GTIN-12 to GTIN-14, EAN-13 and ISBN-13 among them): weights 3 and 1 from the right.
    /// Source: GS1 General Specifications, 7.9.
    static func tradeItem(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var sum = 0
        for index in 0..<count { sum += value(text[count - 1 - index]) * (index & 1 == 1 ? 3 : 1) }
        return sum % 10 == 0
    }

    /// The length of a country's IBAN; nil for a country that has none. Source: SWIFT IBAN registry.
    static func ibanLength(_ first: UInt8, _ second: UInt8) -> Int? {
        let key = Int(first) << 8 | Int(second)
        return ibanLengths[key]
    }

    private static let ibanLengths: [Int: Int] = {
        let registry = """
            AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 \
            ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 \
            LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 \
            PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
            """
        var lengths: [Int: Int] = [:]
        for entry in registry.utf8.split(separator: UInt8(ascii: " ")) {
            let entry = [UInt8](entry)
            guard entry.count == 4 else { continue }
            lengths[Int(entry[0]) << 8 | Int(entry[1])] = Int(entry[2] - 0x30) * 10 + Int(entry[3] - 0x30)
        }
        return lengths
    }()

    /// An IBAN: its country's length, and 1 modulo 97 with the first four characters moved to the end.
    static func iban(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard count >= 15, ibanLength(text[0], text[1]) == count else { return false }
        return modulo97(text, count, from: 4) == 1
    }
}
