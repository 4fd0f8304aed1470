/// `strftime` in the C locale for a time without zone, flags `-`, `_`, `0` and `^` of the GNU library included.
enum TimeFormatter {
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    static func format(_ date: ChatTemplateDate, _ format: JinjaText) -> JinjaText {
        var result = JinjaText("")
        let bytes = format.bytes
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x25, index + 1 < bytes.count else {
                result.bytes.append(bytes[index])
                index += 1
                continue
            }
            let start = index
            index += 1
            var flag: UInt8?
            while index < bytes.count, [0x2D, 0x5F, 0x30, 0x5E, 0x23].contains(bytes[index]) {
                flag = bytes[index]
                index += 1
            }
            guard index < bytes.count, let text = text(date, bytes[index], flag) else {
                result.bytes += bytes[start..<min(index + 1, bytes.count)]
                index += 1
                continue
            }
            result.append(text)
            index += 1
        }
        return result
    }

    private static func text(_ date: ChatTemplateDate, _ code: UInt8, _ flag: UInt8?) -> String? {
        let weekday = weekday(date)
        let yearDay = dayOfYear(date)
        func number(_ value: Int, _ width: Int, _ fill: Character = "0") -> String {
            let digits = String(value)
            if flag == 0x2D { return digits }
            let shown: Character = flag == 0x5F ? " " : flag == 0x30 ? "0" : fill
            return String(repeating: shown, count: max(0, width - digits.utf8.count)) + digits
        }
        func name(_ text: String) -> String { flag == 0x5E || flag == 0x23 ? text.uppercased() : text }
        func composed(_ format: JinjaText) -> String { self.format(date, format).string }
        let hour12 = date.hour % 12 == 0 ? 12 : date.hour % 12
        switch Unicode.Scalar(code) {
        case "Y": return number(date.year, 1)
        case "y": return number(date.year % 100, 2)
        case "C": return number(date.year / 100, 2)
        case "m": return number(date.month, 2)
        case "d": return number(date.day, 2)
        case "e": return number(date.day, 2, " ")
        case "H": return number(date.hour, 2)
        case "k": return number(date.hour, 2, " ")
        case "I": return number(hour12, 2)
        case "l": return number(hour12, 2, " ")
        case "M": return number(date.minute, 2)
        case "S": return number(date.second, 2)
        case "f": return String(String(1_000_000 + date.microsecond).dropFirst())
        case "j": return number(yearDay, 3)
        case "p": return flag == 0x23 ? (date.hour < 12 ? "am" : "pm") : date.hour < 12 ? "AM" : "PM"
        case "P": return date.hour < 12 ? "am" : "pm"
        case "a": return name(String(days[weekday].prefix(3)))
        case "A": return name(days[weekday])
        case "b", "h": return name(String(months[max(0, min(11, date.month - 1))].prefix(3)))
        case "B": return name(months[max(0, min(11, date.month - 1))])
        case "w": return String(weekday)
        case "u": return String(weekday == 0 ? 7 : weekday)
        case "U": return number((yearDay + 6 - weekday) / 7, 2)
        case "W": return number((yearDay + 6 - (weekday + 6) % 7) / 7, 2)
        case "G": return number(isoWeek(date).year, 1)
        case "g": return number(isoWeek(date).year % 100, 2)
        case "V": return number(isoWeek(date).week, 2)
        case "D", "x": return composed("%m/%d/%y")
        case "F": return composed("%Y-%m-%d")
        case "T", "X": return composed("%H:%M:%S")
        case "R": return composed("%H:%M")
        case "r": return composed("%I:%M:%S %p")
        case "c": return composed("%a %b %e %H:%M:%S %Y")
        case "n": return "\n"
        case "t": return "\t"
        case "z", "Z": return ""
        case "%": return "%"
        default: return nil
        }
    }

    private static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    private static func dayOfYear(_ date: ChatTemplateDate) -> Int {
        let starts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]
        let month = max(0, min(11, date.month - 1))
        return starts[month] + date.day + (month > 1 && isLeap(date.year) ? 1 : 0)
    }

    /// Days since Sunday.
    private static func weekday(_ date: ChatTemplateDate) -> Int {
        let years = date.year - 1
        let days = years * 365 + years / 4 - years / 100 + years / 400 + dayOfYear(date)
        return ((days % 7) + 7) % 7
    }

    private static func isoWeek(_ date: ChatTemplateDate) -> (year: Int, week: Int) {
        let weekday = (weekday(date) + 6) % 7
        let week = (dayOfYear(date) - weekday + 9) / 7
        func weeks(in year: Int) -> Int {
            let first = (self.weekday(ChatTemplateDate(year: year, month: 1, day: 1)) + 6) % 7
            return first == 3 || (first == 2 && isLeap(year)) ? 53 : 52
        }
        if week < 1 { return (date.year - 1, weeks(in: date.year - 1)) }
        return week > weeks(in: date.year) ? (date.year + 1, 1) : (date.year, week)
    }
}
