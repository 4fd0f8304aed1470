/// Identifiers of the Nordic countries, central and eastern Europe and Turkey. Tests compare with python-stdnum.
extension CheckDigits {
    /// Finland: birth date, century sign left out by the caller, serial and check character, number modulo 31.
    static func finlandPersonalCode(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard isDate(year: number(text, 4..<6), month: number(text, 2..<4), day: number(text, 0..<2)) else {
            return false
        }
        // Ten characters: the sign was a separator; eleven: it was a letter.
        let serial = count == 11 ? 7 : 6
        if count == 11, !"YXWVUABCDEF".utf8.contains(text[6]) { return false }
        for index in serial..<(serial + 3) where !ByteClass.isDigit(text[index]) { return false }
        guard number(text, serial..<(serial + 3)) >= 2 else { return false }
        let value = number(text, 0..<6) * 1000 + number(text, serial..<(serial + 3))
        return [UInt8]("0123456789ABCDEFHJKLMNPRSTUVWXY".utf8)[value % 31] == text[count - 1]
    }

    /// Sweden, personnummer and samordningsnummer: date and Luhn over the last ten digits.
    static func swedenPersonnummer(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let text = text + (count - 10)
        var day = number(text, 4..<6)
        if day > 60 { day -= 60 }
        guard isDate(year: number(text, 0..<2), month: number(text, 2..<4), day: day) else { return false }
        if count == 12, ![18, 19, 20].contains(number(text - 2, 0..<2)) { return false }
        return luhn(text, 10)
    }

    /// Norway, fødselsnummer: two modulo 11 digits.
    static func norwayNationalID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var day = number(text, 0..<2)
        var month = number(text, 2..<4)
        if day > 40 { day -= 40 }
        if month > 80 { month -= 80 } else if month > 40 { month -= 40 }
        guard isDate(year: number(text, 4..<6), month: month, day: day) else { return false }
        let first = (11 - weighted(text, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11
        let second = (11 - weighted(text, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
        return first == value(text[9]) && second == value(text[10])
    }

    /// Denmark, CPR number: a date; the check digit is no longer kept, so it is not asked for.
    static func denmarkCPR(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        isDate(year: number(text, 4..<6), month: number(text, 2..<4), day: number(text, 0..<2))
    }

    /// Czechia and Slovakia, rodné číslo: a date, women's months raised by 50, divisible by 11.
    static func czechBirthNumber(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let month = number(text, 2..<4) % 50
        guard isDate(year: number(text, 0..<2), month: month > 20 ? month - 20 : month, day: number(text, 4..<6)) else {
            return false
        }
        let rest = number(text, 0..<9) % 11
        return rest % 10 == value(text[9])
    }

    /// Romania, CNP.
    static func romaniaCNP(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] != UInt8(ascii: "0"),
            isDate(year: number(text, 1..<3), month: number(text, 3..<5), day: number(text, 5..<7))
        else { return false }
        let rest = weighted(text, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
        return (rest == 10 ? 1 : rest) == value(text[12])
    }

    /// Bulgaria, EGN.
    static func bulgariaEGN(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var month = number(text, 2..<4)
        if month > 40 { month -= 40 } else if month > 20 { month -= 20 }
        guard isDate(year: number(text, 0..<2), month: month, day: number(text, 4..<6)) else { return false }
        return weighted(text, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == value(text[9])
    }

    /// Croatia, OIB.
    static func croatiaOIB(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool { modulo11And10(text, count) }

    /// Estonia and Lithuania, personal code.
    static func estoniaIsikukood(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard (1...8).contains(value(text[0])),
            isDate(year: number(text, 1..<3), month: number(text, 3..<5), day: number(text, 5..<7))
        else { return false }
        var rest = weighted(text, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
        if rest == 10 { rest = weighted(text, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10 }
        return rest == value(text[10])
    }

    /// Turkey, T.C. kimlik numarası: two check digits.
    static func turkeyNationalID(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        guard text[0] != UInt8(ascii: "0") else { return false }
        let odd = weighted(text, [1, 0, 1, 0, 1, 0, 1, 0, 1])
        let even = weighted(text, [0, 1, 0, 1, 0, 1, 0, 1, 0])
        let tenth = ((odd * 7 - even) % 10 + 10) % 10
        return tenth == value(text[9]) && (odd + even + tenth) % 10 == value(text[10])
    }
}
