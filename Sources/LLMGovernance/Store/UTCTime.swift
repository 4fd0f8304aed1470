#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A moment in UTC with a resolution of one microsecond, written as RFC 3339 says: `2026-11-23T21:04:05.000120Z`.
public struct UTCTime: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    public var microseconds: Int64

    /// A moment.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// A moment in whole seconds since 1970.
    public init(secondsSince1970 seconds: Int64) { microseconds = seconds &* 1_000_000 }

    /// The system's clock.
    public static func now() -> UTCTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UTCTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }

    /// Order in time.
    public static func < (left: UTCTime, right: UTCTime) -> Bool { left.microseconds < right.microseconds }

    /// A moment later (or earlier, for a negative number).
    public func adding(seconds: Double) -> UTCTime {
        UTCTime(microseconds: Int64((Double(microseconds) + seconds * 1e6).rounded()))
    }

    /// Seconds from another moment to this one.
    public func seconds(since other: UTCTime) -> Double { Double(microseconds - other.microseconds) / 1e6 }
}

extension UTCTime: CustomStringConvertible {
    /// RFC 3339 in UTC, always with six decimals.
    public var description: String {
        let days = Self.floorDivide(microseconds, 86_400_000_000)
        let rest = microseconds - days * 86_400_000_000
        let (year, month, day) = Self.civil(days: days)
        let seconds = rest / 1_000_000
        return "\(Self.pad(year, 4))-\(Self.pad(month, 2))-\(Self.pad(day, 2))T\(Self.pad(seconds / 3600, 2)):"
            + "\(Self.pad(seconds / 60 % 60, 2)):\(Self.pad(seconds % 60, 2)).\(Self.pad(rest % 1_000_000, 6))Z"
    }

    /// Reads RFC 3339 in UTC (`Z`), with up to six decimals, or a date alone (its first moment); nil for all else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 || bytes.count >= 20 else { return nil }
        func number(_ range: Range<Int>) -> Int64? {
            var value: Int64 = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 0x30)
            }
            return value
        }
        guard let year = number(0..<4), bytes[4] == 0x2D, let month = number(5..<7), bytes[7] == 0x2D,
            let day = number(8..<10), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        guard Self.civil(days: days) == (year, month, day) else { return nil }
        microseconds = days * 86_400_000_000
        if bytes.count == 10 { return }
        guard bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A, bytes.last == 0x5A,
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            hour < 24, minute < 60, second < 60
        else { return nil }
        microseconds += ((hour * 60 + minute) * 60 + second) * 1_000_000
        if bytes.count == 20 { return }
        let decimals = bytes.count - 21
        guard bytes[19] == 0x2E, (1...6).contains(decimals), var fraction = number(20..<(20 + decimals)) else {
            return nil
        }
        for _ in decimals..<6 { fraction *= 10 }
        microseconds += fraction
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }

    // The proleptic Gregorian calendar in years that start in March, so that the leap day comes last.
    private static func civil(days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
