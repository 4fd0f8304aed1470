/// Identifiers of the Americas, Asia, Africa and Oceania. Tests compare with python-stdnum.
extension CheckDigits {
    /// United States, Social Security number: areas, groups and serials that are never given out, and the famous examples.
    static func usSocialSecurity(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let area = number(text, 0..<3)
        let number = number(text, 0..<9)
        guard area != 0, area != 666, area < 900, number / 10_000 % 100 != 0, number % 10_000 != 0 else { return false }
        return number != 78_051_120 && number != 219_099_999 && !isRepeated(text, count)
    }

    /// United States, individual taxpayer number: 9xx and the groups in use.
    static func usTaxpayer(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] == UInt8(ascii: "9") else { return false }
        switch number(text, 3..<5) {
        case 50...65, 70...88, 90...92, 94...99: return true
        default: return false
        }
    }

    /// United States, bank routing number: weights 3, 7, 1 and the districts in use.
    static func usRoutingNumber(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        switch number(text, 0..<2) {
        case 1...12, 21...32, 61...72, 80: weighted(text, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0
        default: false
        }
    }

    /// United States, DEA registration of a prescriber: two letters, seven digits.
    static func usPrescriber(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard "ABCDEFGHJKLMPRSTUX".utf8.contains(text[0]) else { return false }
        let text = text + 2
        return weighted(text, [1, 2, 1, 2, 1, 2]) % 10 == value(text[6])
    }

    /// United States, national provider identifier: Luhn after the prefix 80840, which adds 24.
    static func usProvider(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] == UInt8(ascii: "1") || text[0] == UInt8(ascii: "2") else { return false }
        var sum = 24
        for index in 0..<10 {
            var digit = value(text[9 - index])
            if index & 1 == 1 {
                digit *= 2
                if digit > 9 { digit -= 9 }
            }
            sum += digit
        }
        return sum % 10 == 0
    }

    /// United States, Medicare beneficiary: letters never S, L, O, I, B, Z.
    static func usMedicareBeneficiary(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] != UInt8(ascii: "0") else { return false }
        for index in 0..<count where "SLOIBZ".utf8.contains(text[index]) { return false }
        return true
    }

    /// Canada, social insurance number: Luhn; no number starts with 0 or 8.
    static func canadaSocialInsurance(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        text[0] != UInt8(ascii: "0") && text[0] != UInt8(ascii: "8") && luhn(text, count)
    }

    /// Brazil, CPF: two modulo 11 digits.
    static func brazilCPF(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard !isRepeated(text, count) else { return false }
        let first = weighted(text, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        let second = weighted(text, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        return first == value(text[9]) && second == value(text[10])
    }

    /// Brazil, CNPJ: two modulo 11 digits; since 2026 the first twelve may be letters, which count as their code less 48.
    static func brazilCNPJ(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard !isRepeated(text, count) else { return false }
        let weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]
        let first = weighted(text, Array(weights[1...])) % 11
        let second = weighted(text, weights) % 11
        return (first < 2 ? 0 : 11 - first) == value(text[12]) && (second < 2 ? 0 : 11 - second) == value(text[13])
    }

    /// Mexico, CURP: date, sex, and a check digit over an alphabet with Ñ.
    static func mexicoCURP(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard isDate(year: number(text, 4..<6), month: number(text, 6..<8), day: number(text, 8..<10)),
            "HMX".utf8.contains(text[10]), ByteClass.isDigit(text[17])
        else { return false }
        var sum = 0
        for index in 0..<17 {
            let byte = text[index]
            var number = ByteClass.isDigit(byte) ? value(byte) : Int(byte) - 0x41 + 10
            if byte >= UInt8(ascii: "O") { number += 1 }
            sum += number * (18 - index)
        }
        return (10 - sum % 10) % 10 == value(text[17])
    }

    /// Argentina, CUIT.
    static func argentinaCUIT(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard [20, 23, 24, 27, 30, 33, 34, 50, 51, 55].contains(number(text, 0..<2)) else { return false }
        let rest = weighted(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
        let check = rest == 0 ? 0 : rest == 1 ? 9 : 11 - rest
        return check == value(text[10])
    }

    /// Chile, RUT: modulo 11 with K for ten.
    static func chileRUT(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var sum = 0
        for index in 0..<(count - 1) {
            guard ByteClass.isDigit(text[index]) else { return false }
            sum += value(text[count - 2 - index]) * (2 + index % 6)
        }
        return [UInt8]("0123456789K".utf8)[(11 - sum % 11) % 11] == text[count - 1]
    }

    /// India, Aadhaar: Verhoeff; never starts with 0 or 1.
    static func indiaAadhaar(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] > UInt8(ascii: "1"), verhoeff(text, count) else { return false }
        for index in 0..<6 where text[index] != text[11 - index] { return true }
        return false
    }

    /// India, permanent account number: the fourth letter is the holder's kind.
    static func indiaPAN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        "ABCFGHJKLPT".utf8.contains(text[3]) && number(text, 5..<9) != 0
    }

    /// Singapore, NRIC and FIN.
    static func singaporeNRIC(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var sum = weighted(text + 1, [2, 7, 6, 5, 4, 3, 2])
        let letters: StaticString
        switch text[0] {
        case UInt8(ascii: "S"): letters = "JZIHGFEDCBA"
        case UInt8(ascii: "T"): (sum, letters) = (sum + 4, "JZIHGFEDCBA")
        case UInt8(ascii: "F"): letters = "XWUTRQPNMLK"
        case UInt8(ascii: "G"): (sum, letters) = (sum + 4, "XWUTRQPNMLK")
        case UInt8(ascii: "M"): (sum, letters) = (sum + 3, "KLJNPQRTUWX")
        default: return false
        }
        if text[0] == UInt8(ascii: "M") { return letters.utf8Start[10 - sum % 11] == text[8] }
        return letters.utf8Start[sum % 11] == text[8]
    }

    /// Australia, tax file number.
    static func australiaTFN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        weighted(text, Array([1, 4, 3, 7, 5, 8, 6, 9, 10][..<count])) % 11 == 0 && !isRepeated(text, count)
    }

    /// Australia, business number: modulo 89.
    static func australiaABN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        (weighted(text, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 == 0
    }

    /// Australia, company number.
    static func australiaACN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        (10 - weighted(text, [8, 7, 6, 5, 4, 3, 2, 1]) % 10) % 10 == value(text[8])
    }

    /// Australia, Medicare card: ten digits, the ninth a check digit, first 2 to 6; an eleventh names the person.
    static func australiaMedicare(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        (2...6).contains(value(text[0])) && weighted(text, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 == value(text[8])
    }

    /// Korea, resident registration number: date and, until 2020, a check digit.
    static func koreaRRN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard isDate(year: number(text, 0..<2), month: number(text, 2..<4), day: number(text, 4..<6)) else {
            return false
        }
        return (11 - weighted(text, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10 == value(text[12])
    }

    /// Korea, resident registration number of births registered since October 2020: a date only.
    static func koreaRRNWithoutCheck(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        isDate(year: number(text, 0..<2), month: number(text, 2..<4), day: number(text, 4..<6))
            && (1...8).contains(value(text[6]))
    }

    /// Thailand, national id.
    static func thailandTNIN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard (1...8).contains(value(text[0])) else { return false }
        return (11 - weighted(text, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 10 == value(text[12])
    }

    /// China, resident identity card: date and modulo 11, 2 with X for ten.
    static func chinaResidentID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let year = number(text, 6..<10)
        guard text[0] != UInt8(ascii: "0"), (1850...2100).contains(year),
            isDate(year: year, month: number(text, 10..<12), day: number(text, 12..<14))
        else { return false }
        let sum = weighted(text, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
        return [UInt8]("10X98765432".utf8)[sum % 11] == text[17]
    }

    /// Taiwan, national id: the letter counts as its number of two digits.
    static func taiwanID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard let order = [UInt8]("ABCDEFGHJKLMNPQRSTUVXYWZIO".utf8).firstIndex(of: text[0]) else { return false }
        let lead = order + 10
        let sum = lead / 10 + lead % 10 * 9 + weighted(text + 1, [8, 7, 6, 5, 4, 3, 2, 1, 1])
        return sum % 10 == 0 && "1289".utf8.contains(text[1])
    }

    /// Israel, identity number: Luhn.
    static func israelID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        luhn(text, count) && number(text, 0..<9) != 0
    }

    /// South Africa, identity number: date, citizenship, Luhn.
    static func southAfricaID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        isDate(year: number(text, 0..<2), month: number(text, 2..<4), day: number(text, 4..<6))
            && value(text[10]) <= 2 && luhn(text, count)
    }
}
