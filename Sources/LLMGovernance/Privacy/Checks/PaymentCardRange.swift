/// Numbers that a card scheme gives out: beginnings of six digits, and lengths.
///
/// Source: ISO/IEC 7812, and the ranges the schemes and their acquirers publish. Mastercard names 50, 56 to 58 and 6 for Maestro, at
/// 12 to 19 digits; of the 6, which it shares with other schemes, only what issuers are known to use is here.
struct PaymentCardRange: Sendable {
    /// The first and last beginning, as six digits.
    var beginnings: ClosedRange<Int>
    /// Bit `n` is set where numbers of `n` digits are given out.
    var lengths: UInt32

    private init(_ first: Int, _ last: Int, _ lengths: ClosedRange<Int>...) {
        func filled(_ value: Int, with digit: Int) -> Int {
            var value = value
            while value < 100_000 { value = value * 10 + digit }
            return value
        }
        beginnings = filled(first, with: 0)...filled(last, with: 9)
        self.lengths = lengths.joined().reduce(0) { $0 | 1 << UInt32($1) }
    }

    /// Whether a scheme gives out numbers of this beginning and length; at least six digits.
    static func contain(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let beginning = CheckDigits.number(text, 0..<6)
        let length: UInt32 = 1 << UInt32(count)
        for range in byFirstDigit[CheckDigits.value(text[0])]
        where range.lengths & length != 0 && range.beginnings.contains(beginning) {
            return true
        }
        return false
    }

    private static let byFirstDigit: [[PaymentCardRange]] = (0...9).map { digit in
        all.filter { $0.beginnings.lowerBound / 100_000 == digit }
    }

    private static let all: [PaymentCardRange] = [
        // Visa: 13 digits of old, 19 for some issuers.
        .init(4, 4, 13...13, 16...16, 19...19),
        // Mastercard.
        .init(51, 55, 16...16), .init(222_100, 272_099, 16...16),
        // Maestro.
        .init(50, 50, 12...19), .init(56, 58, 12...19), .init(6304, 6304, 12...19), .init(6390, 6390, 12...19),
        .init(67, 67, 12...19),
        // American Express; JCB of old.
        .init(34, 34, 15...15), .init(37, 37, 15...15), .init(2131, 2131, 15...15), .init(1800, 1800, 15...15),
        // Diners Club.
        .init(300, 305, 14...14, 16...19), .init(3095, 3095, 14...14, 16...19), .init(36, 36, 14...19),
        .init(38, 39, 14...14, 16...19),
        // JCB gives out 3528 to 3589; nobody else has what lies around them.
        .init(35, 35, 16...19),
        // Discover, UnionPay, RuPay, Elo, Hipercard, Troy, UzCard and HUMO.
        .init(6011, 6011, 16...19), .init(644, 659, 16...19), .init(62, 62, 16...19), .init(81, 81, 16...19),
        .init(60, 60, 16...16), .init(636, 637, 16...16), .init(9792, 9792, 16...16), .init(8600, 8600, 16...16),
        .init(9860, 9860, 16...16),
        // Mir.
        .init(2200, 2204, 16...19),
    ]
}
