/// Says whether an identifier's check digits fit; the identifier comes as upper-case letters and digits without
/// separators, its length and classes already right.
typealias IdentifierCheck = @Sendable (_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool

/// The arithmetic that check digits share.
enum CheckDigits {
    @inline(__always) static func value(_ byte: UInt8) -> Int { Int(byte) - 0x30 }

    /// The number that digits write.
    static func number(_ text: UnsafePointer<UInt8>, _ range: Range<Int>) -> Int {
        var number = 0
        for index in range { number = number * 10 + value(text[index]) }
        return number
    }

    /// Luhn's sum. Source: ISO/IEC 7812-1, annex B.
    static func luhn(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var sum = 0
        for index in 0..<count {
            var digit = value(text[count - 1 - index])
            if index & 1 == 1 {
                digit *= 2
                if digit > 9 { digit -= 9 }
            }
            sum += digit
        }
        return sum % 10 == 0
    }

    /// The remainder modulo 97 of a text whose letters count 10 to 35, read from `start` round the end. Source: ISO 7064.
    static func modulo97(_ text: UnsafePointer<UInt8>, _ count: Int, from start: Int = 0) -> Int {
        var rest = 0
        for step in 0..<count {
            let byte = text[(start + step) % count]
            rest =
                ByteClass.isDigit(byte)
                ? (rest * 10 + value(byte)) % 97 : (rest * 100 + Int(byte) - 0x41 + 10) % 97
        }
        return rest
    }

    /// The sum of digits times weights.
    static func weighted(_ text: UnsafePointer<UInt8>, _ weights: [Int]) -> Int {
        var sum = 0
        for (index, weight) in weights.enumerated() { sum += value(text[index]) * weight }
        return sum
    }

    /// Verhoeff's sum over the dihedral group. Source: J. Verhoeff, Error Detecting Decimal Codes, 1969.
    static func verhoeff(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var check = 0
        for index in 0..<count {
            var digit = value(text[count - 1 - index])
            for _ in 0..<(index % 8) { digit = permutation[digit] }
            check = product(check, digit)
        }
        return check == 0
    }

    private static let permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]

    /// The product in the dihedral group of ten elements.
    private static func product(_ left: Int, _ right: Int) -> Int {
        switch (left < 5, right < 5) {
        case (true, true): (left + right) % 5
        case (true, false): (left + right - 5) % 5 + 5
        case (false, true): (left - 5 - right + 5) % 5 + 5
        case (false, false): (left - right + 5) % 5
        }
    }

    /// ISO 7064 modulo 11, 10.
    static func modulo11And10(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        var product = 10
        for index in 0..<(count - 1) {
            var sum = (value(text[index]) + product) % 10
            if sum == 0 { sum = 10 }
            product = sum * 2 % 11
        }
        return (11 - product) % 10 == value(text[count - 1])
    }

    /// Whether there is such a day; a year of two digits is given as it is and counts as a leap year when divisible by 4.
    static func isDate(year: Int, month: Int, day: Int) -> Bool {
        guard (1...12).contains(month), day >= 1 else { return false }
        switch month {
        case 2:
            let isLeap = year % 4 == 0 && (year < 100 || year % 100 != 0 || year % 400 == 0)
            return day <= (isLeap ? 29 : 28)
        case 4, 6, 9, 11: return day <= 30
        default: return day <= 31
        }
    }

    /// Whether every digit is the same.
    static func isRepeated(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 1..<max(1, count) where text[index] != text[0] { return false }
        return true
    }
}
