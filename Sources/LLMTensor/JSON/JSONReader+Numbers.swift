/// A number of a JSON document.
public enum JSONNumber: Sendable, Hashable {
    /// Written without fraction and exponent, and within the range of `Int64`.
    case integer(Int64)
    /// Any other number, correctly rounded.
    case double(Double)

    /// The number as `Double`; the nearest one for a large integer.
    public var double: Double {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        }
    }
}

extension JSONReader {
    /// Powers of ten that are exact in `Double`.
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Reads a number.
    ///
    /// - Throws: ``JSONError`` for anything else, and of kind `range` for a magnitude that `Double` cannot hold.
    public mutating func readNumber() throws(JSONError) -> JSONNumber {
        let number = try readLiteral()
        if number.isInteger, number.digits.isExact,
            let value = number.digits.integer(isNegative: number.isNegative)
        {
            return .integer(value)
        }
        return .double(try double(number.digits, isNegative: number.isNegative, start: number.start))
    }

    /// A number as it is written; `digits.mantissa` misses some when it could not hold all.
    private struct Literal {
        var digits = DecimalDigits()
        var isNegative: Bool
        var isInteger = true
        var start: Int
    }

    private mutating func readLiteral() throws(JSONError) -> Literal {
        _ = try peek("a number")
        let start = offset
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        var number = Literal(isNegative: isNegative, start: start)
        let firstDigit = offset
        guard readDigits(&number.digits) > 0 else { throw unexpected(isNegative ? "a digit" : "a number") }
        if bytes[firstDigit] == UInt8(ascii: "0"), offset - firstDigit > 1 {
            offset = firstDigit + 1
            throw unexpected("no digit after a leading zero")
        }
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            number.isInteger = false
            offset += 1
            let fraction = readDigits(&number.digits)
            guard fraction > 0 else { throw unexpected("a digit after the decimal point") }
            number.digits.exponent -= fraction
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            number.isInteger = false
            number.digits.exponent += try readExponent()
        }
        return number
    }

    /// Reads a number that is an integer.
    ///
    /// - Throws: ``JSONError`` of kind `type` for another number, including an integer written as `1.0`.
    public mutating func readInteger() throws(JSONError) -> Int64 {
        _ = try peek("an integer")
        let start = offset
        guard case .integer(let value) = try readNumber() else {
            throw error(.type, at: start, expected: "an integer of 64 bits", found: "another number")
        }
        return value
    }

    /// Reads a number as `Double`, correctly rounded.
    public mutating func readDouble() throws(JSONError) -> Double { try readNumber().double }

    /// Reads a number as the Rust library serde_json does unless told otherwise: the digits become a `Double`, which is
    /// then multiplied or divided by a power of ten. That rounds twice, so that from 16 digits on the last bit can differ.
    ///
    /// What was made from such numbers elsewhere comes out the same only with the same ones.
    package mutating func readDoubleRoundedTwice() throws(JSONError) -> Double {
        let number = try readLiteral()
        var (mantissa, exponent) = (number.digits.mantissa, number.digits.exponent)
        if !number.digits.isExact { (mantissa, exponent) = cut(number) }
        var value = Double(mantissa)
        while exponent < -308, value > 0 {
            value /= 1e308
            exponent += 308
        }
        if (-308...308).contains(exponent) {
            let power = Self.powers[Int(exponent.magnitude)]
            value = exponent < 0 ? value / power : value * power
            if value.isFinite { return number.isNegative ? -value : value }
        }
        return try double(number.digits, isNegative: number.isNegative, start: number.start)
    }

    /// The digits of a number up to the one that 64 bits do not hold any more.
    private func cut(_ number: Literal) -> (mantissa: UInt64, exponent: Int) {
        var mantissa: UInt64 = 0
        var exponent = 0
        var isFraction = false
        var isFull = false
        var fraction = 0
        for byte in bytes[number.start..<offset] {
            if byte | 0x20 == UInt8(ascii: "e") { break }
            if byte == UInt8(ascii: ".") {
                isFraction = true
                isFull = false
                continue
            }
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { continue }
            fraction += isFraction ? 1 : 0
            let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            if isFull || overflow || carry {
                isFull = true
                exponent += isFraction ? 0 : 1
            } else {
                mantissa = sum
                exponent -= isFraction ? 1 : 0
            }
        }
        // What the exponent of the literal adds to its digits.
        return (mantissa, exponent + number.digits.exponent + fraction)
    }

    private static let powers: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }

    /// The significant digits of a number as an integer, and the power of ten to multiply it by.
    private struct DecimalDigits {
        /// Below this there is room for eight digits more.
        static let eightMore: UInt64 = 184_467_440_737

        var mantissa: UInt64 = 0
        /// Whether all digits fit in `mantissa`.
        var isExact = true
        var exponent = 0

        mutating func append(_ digit: UInt8) {
            let (tens, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
            if overflow || carry { isExact = false } else { mantissa = sum }
        }

        func integer(isNegative: Bool) -> Int64? {
            if isNegative {
                return mantissa == 1 << 63 ? Int64.min : Int64(exactly: mantissa).map { -$0 }
            }
            return Int64(exactly: mantissa)
        }
    }

    /// The number that eight digits write, or nil where other bytes are among them (Lemire 2021).
    private static func eightDigits(_ text: UInt64) -> UInt64? {
        let text = UInt64(littleEndian: text)
        guard (text & (text &+ 0x0606_0606_0606_0606)) & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030 else {
            return nil
        }
        let digits = text & 0x0F0F_0F0F_0F0F_0F0F
        let pairs = (digits &* 2561) >> 8 & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* 6_553_601) >> 16 & 0x0000_FFFF_0000_FFFF
        return (fours &* 42_949_672_960_001) >> 32
    }

    private mutating func readDigits(_ digits: inout DecimalDigits) -> Int {
        let start = offset
        while bytes.count - offset >= 8, digits.mantissa < DecimalDigits.eightMore,
            let eight = Self.eightDigits(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        {
            digits.mantissa = digits.mantissa * 100_000_000 + eight
            offset += 8
        }
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            digits.append(digit)
            offset += 1
        }
        return offset - start
    }

    private mutating func readExponent() throws(JSONError) -> Int {
        offset += 1
        var isNegative = false
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
            isNegative = bytes[offset] == UInt8(ascii: "-")
            offset += 1
        }
        var digits = DecimalDigits()
        guard readDigits(&digits) > 0 else { throw unexpected("a digit in the exponent") }
        let magnitude = digits.isExact ? Int(min(digits.mantissa, 1_000_000)) : 1_000_000
        return isNegative ? -magnitude : magnitude
    }

    /// A quotient of two integers, rounded once: 63 digits and more by an integer division, and what it leaves as a last one.
    private static func quotient(_ numerator: UInt64, _ divisor: UInt64) -> Double {
        let (up, down) = (numerator.leadingZeroBitCount, divisor.leadingZeroBitCount)
        let high = numerator << UInt64(up)
        let (digits, rest) = (divisor << UInt64(down)).dividingFullWidth((high >> 1, high << 63))
        // Far below the 53 digits that stay, it only says on which side of the middle the rest is.
        let sticky = digits | (rest == 0 ? 0 : 1)
        return Double(sign: .plus, exponent: down - up - 63, significand: Double(sticky))
    }

    private func double(_ digits: DecimalDigits, isNegative: Bool, start: Int) throws(JSONError) -> Double {
        if digits.isExact, digits.mantissa <= 1 << 53, digits.exponent.magnitude <= 22 {
            // Both numbers are exact, so one operation rounds once (Clinger 1990).
            let power = Self.exactPowers[Int(digits.exponent.magnitude)]
            let value = digits.exponent < 0 ? Double(digits.mantissa) / power : Double(digits.mantissa) * power
            return isNegative ? -value : value
        }
        if digits.isExact, (-19...0).contains(digits.exponent), digits.mantissa > 0 {
            let value = Self.quotient(digits.mantissa, UInt64(Self.exactPowers[-digits.exponent]))
            return isNegative ? -value : value
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw error(.range, at: start, expected: "a number within the range of Double", found: text)
        }
        return value
    }
}
