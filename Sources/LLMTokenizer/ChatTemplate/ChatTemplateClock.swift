#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A date and time of day as a template's `strftime_now` prints it.
public struct ChatTemplateDate: Sendable, Equatable {
    /// Year, month and day in the Gregorian calendar; `month` and `day` count from 1.
    public var year, month, day: Int
    /// Time of day.
    public var hour, minute, second: Int
    /// Millionths of a second.
    public var microsecond: Int

    /// Creates a date.
    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
    ) {
        (self.year, self.month, self.day) = (year, month, day)
        (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, microsecond)
    }
}

/// Where a template gets the current time from. Inject one to make rendering repeatable.
public struct ChatTemplateClock: Sendable {
    /// Returns the time to print.
    public var now: @Sendable () -> ChatTemplateDate

    /// Creates a clock.
    public init(now: @escaping @Sendable () -> ChatTemplateDate) { self.now = now }

    /// A clock that always shows the same time.
    public static func fixed(_ date: ChatTemplateDate) -> ChatTemplateClock { ChatTemplateClock { date } }

    /// The system's clock in local time, as Python's `datetime.now()`.
    public static let system = ChatTemplateClock {
        var instant = timespec()
        clock_gettime(CLOCK_REALTIME, &instant)
        var seconds = instant.tv_sec
        var parts = tm()
        localtime_r(&seconds, &parts)
        return ChatTemplateDate(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            microsecond: Int(instant.tv_nsec) / 1000)
    }
}
