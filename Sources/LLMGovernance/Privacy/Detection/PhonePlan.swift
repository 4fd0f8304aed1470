/// Numbering facts. Source: ITU-T E.164 country codes; national plans as published.
enum PhonePlan {
    /// The shortest and longest national number of a country code; nil for a code that is not assigned.
    static func nationalLength(_ code: Int) -> ClosedRange<Int>? {
        switch code {
        case 1: 10...10
        case 7: 10...10
        case 20: 8...10
        case 27: 9...9
        case 30: 10...10
        case 31: 9...9
        case 32: 8...9
        case 33: 9...9
        case 34: 9...9
        case 36: 8...9
        case 39: 6...11
        case 40: 9...9
        case 41: 9...9
        case 43: 4...13
        case 44: 7...10
        case 45: 8...8
        case 46: 7...10
        case 47: 8...8
        case 48: 9...9
        case 49: 5...12
        case 51...58: 7...11
        case 60, 62, 63: 7...12
        case 61: 8...9
        case 64: 7...10
        case 65: 8...8
        case 66: 8...9
        case 81: 9...10
        case 82: 8...11
        case 84: 8...10
        case 86: 9...11
        case 90: 10...10
        case 91: 10...10
        case 92...95, 98: 7...11
        case 211...299, 350...389, 420...429, 500...509, 590...599, 670...699, 850...899, 960...999: 6...12
        default: nil
        }
    }

    /// How many digits the country code at the start of `text` has; nil when it is none that exists.
    static func countryCodeLength(_ text: UnsafePointer<UInt8>, _ count: Int) -> Int? {
        guard count >= 7, text[0] != UInt8(ascii: "0") else { return nil }
        for length in 1...3 where nationalLength(CheckDigits.number(text, 0..<length)) != nil { return length }
        return nil
    }
}
