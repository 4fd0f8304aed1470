/// European identifiers. Sources: the issuing authorities' descriptions; tests compare with python-stdnum.
extension CheckDigits {
    /// United Kingdom, NHS number: modulo 11.
    static func ukNHS(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let check = (11 - weighted(text, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11
        return check == value(text[9]) && !isRepeated(text, count)
    }

    /// United Kingdom, National Insurance number: the letters that are not given out.
    static func ukNINO(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let first = text[0]
        let second = text[1]
        for byte in "DFIQUV".utf8 where first == byte || second == byte { return false }
        if second == UInt8(ascii: "O") || text[8] < UInt8(ascii: "A") || text[8] > UInt8(ascii: "D") { return false }
        for pair in ["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"] where pair.utf8.elementsEqual([first, second]) {
            return false
        }
        return true
    }

    /// Ireland, PPS number: modulo 23; seven digits, the check letter, and since 2013 one more letter.
    static func irelandPPS(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var sum = weighted(text, [8, 7, 6, 5, 4, 3, 2])
        if count == 9 {
            guard let extra = [UInt8]("WABCDEFGHI".utf8).firstIndex(of: text[8]) else {
                return "TX".utf8.contains(text[8])
            }
            sum += 9 * extra
        }
        return [UInt8]("WABCDEFGHIJKLMNOPQRSTUV".utf8)[sum % 23] == text[7]
    }

    /// Germany, tax identification number: modulo 11, 10; one digit twice or thrice among the first ten, at least one missing.
    static func germanyTaxID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] != UInt8(ascii: "0") else { return false }
        var counts = [Int](repeating: 0, count: 10)
        for index in 0..<10 { counts[value(text[index])] += 1 }
        let repeated = counts.filter { $0 > 1 }
        guard repeated.count == 1, repeated[0] <= 3 else { return false }
        return modulo11And10(text, count)
    }

    /// Germany, pension insurance number: area, birth date, letter, serial, check digit.
    static func germanySocialSecurity(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let month = number(text, 4..<6)
        guard (1...12).contains(month), (1...31).contains(number(text, 2..<4) % 50) || number(text, 2..<4) > 50 else {
            return false
        }
        let letter = Int(text[8]) - 0x40
        let digits = (0..<8).map { value(text[$0]) } + [letter / 10, letter % 10] + (9..<11).map { value(text[$0]) }
        let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
        var sum = 0
        for (digit, weight) in zip(digits, weights) {
            let product = digit * weight
            sum += product / 10 + product % 10
        }
        return sum % 10 == value(text[11])
    }

    /// Germany, identity card serial with its check digit. Source: ICAO 9303.
    static func germanyIDCard(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var sum = 0
        for index in 0..<9 {
            let byte = text[index]
            sum += (ByteClass.isDigit(byte) ? value(byte) : Int(byte) - 0x41 + 10) * [7, 3, 1][index % 3]
        }
        return sum % 10 == value(text[9])
    }

    private static let spanishLetters = [UInt8]("TRWAGMYFPDXBNJZSQVHLCKE".utf8)

    /// Spain, DNI/NIF: the letter is the number modulo 23.
    static func spainNIF(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        spanishLetters[number(text, 0..<(count - 1)) % 23] == text[count - 1]
    }

    /// Spain, NIE: as the NIF, with X, Y, Z for 0, 1, 2.
    static func spainNIE(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard (UInt8(ascii: "X")...UInt8(ascii: "Z")).contains(text[0]) else { return false }
        let lead = (Int(text[0]) - 0x58) * 10_000_000
        return spanishLetters[(lead + number(text, 1..<(count - 1))) % 23] == text[count - 1]
    }

    private static let oddValues = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
    ]

    /// Italy, codice fiscale: month letter, day, and the check letter; digits may be replaced by letters (omocodia).
    static func italyFiscalCode(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 0..<6 where !ByteClass.isLetter(text[index]) { return false }
        for index in [6, 7, 9, 10, 12, 13, 14]
        where !ByteClass.isDigit(text[index]) && !"LMNPQRSTUV".utf8.contains(text[index]) { return false }
        guard "ABCDEHLMPRST".utf8.contains(text[8]), ByteClass.isLetter(text[11]), ByteClass.isLetter(text[15]) else {
            return false
        }
        var sum = 0
        for index in 0..<15 {
            let byte = text[index]
            let number = ByteClass.isDigit(byte) ? value(byte) : Int(byte) - 0x41
            sum += index & 1 == 0 ? oddValues[number] : number
        }
        return sum % 26 == Int(text[15]) - 0x41
    }

    /// Italy, partita IVA: Luhn, and not all zeros.
    static func italyVAT(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        number(text, 0..<7) != 0 && luhn(text, count)
    }

    /// Poland, PESEL: birth date with the century in the month, weights.
    static func polandPESEL(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let month = number(text, 2..<4)
        let year = [1900, 2000, 2100, 2200, 1800][month / 20] + number(text, 0..<2)
        guard isDate(year: year, month: month % 20, day: number(text, 4..<6)) else { return false }
        return (10 - weighted(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10) % 10 == value(text[10])
    }

    /// France, NIR: the key is 97 less the number modulo 97; Corsica's departments count as 19 and 18.
    static func franceNIR(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard "123478".utf8.contains(text[0]) else { return false }
        let month = number(text, 3..<5)
        guard (1...12).contains(month) || (20...42).contains(month) || month >= 50 else { return false }
        var number = 0
        for index in 0..<13 {
            var byte = text[index]
            if !ByteClass.isDigit(byte) {
                guard index == 6, text[5] == UInt8(ascii: "2"), byte == UInt8(ascii: "A") || byte == UInt8(ascii: "B")
                else { return false }
                // 2A counts as 19, 2B as 18.
                number -= 1
                byte = byte == UInt8(ascii: "A") ? UInt8(ascii: "9") : UInt8(ascii: "8")
            }
            number = number * 10 + value(byte)
        }
        guard ByteClass.isDigit(text[13]), ByteClass.isDigit(text[14]) else { return false }
        return 97 - number % 97 == self.number(text, 13..<15)
    }

    /// Netherlands, BSN: the eleven test.
    static func netherlandsBSN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let sum = weighted(text, [9, 8, 7, 6, 5, 4, 3, 2]) - value(text[8])
        return sum % 11 == 0 && !isRepeated(text, count)
    }

    /// Belgium, national number: 97 less the number modulo 97, with a 2 in front for births from 2000.
    static func belgiumNationalNumber(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let head = number(text, 0..<9)
        let check = number(text, 9..<11)
        guard (0...12).contains(number(text, 2..<4) % 20), number(text, 4..<6) <= 31 else { return false }
        return 97 - head % 97 == check || number(text, 0..<2) <= 30 && 97 - (2_000_000_000 + head) % 97 == check
    }

    /// Portugal, NIF: modulo 11.
    static func portugalNIF(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] != UInt8(ascii: "0") else { return false }
        let rest = weighted(text, [9, 8, 7, 6, 5, 4, 3, 2]) % 11
        return (rest < 2 ? 0 : 11 - rest) == value(text[8])
    }

    /// Switzerland, AHV number: 756 and an EAN-13 check digit.
    static func switzerlandAHV(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard number(text, 0..<3) == 756 else { return false }
        return weighted(text, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0
    }
}
