/// Telephone numbers, international and in the national ways of writing.
extension PersonalDataScan {
    /// The digits of a number and how they stand.
    private struct Reading {
        var count = 0
        /// Lengths of the groups, the last in the lowest four bits.
        var layout: UInt64 = 0
        var groups = 0
        var hasPlus = false
        /// The first group stood in brackets.
        var hasBrackets = false
        /// `(0)` stood behind the country code.
        var hasTrunkZero = false
        /// Separators between groups, as bits of ``IdentifierFormat/Separator``.
        var separators: UInt8 = 0

        static let capacity = 17
    }

    /// A number that starts at `start`: a digit, a plus sign or an opening bracket.
    mutating func phone(from start: Int) {
        guard kinds.contains(.phoneNumber), isLeftBoundary(start) else { return }
        var penalty = 0.0
        if start >= 1 {
            switch bytes[start - 1] {
            case UInt8(ascii: "+"), UInt8(ascii: "$"): return
            case UInt8(ascii: "("):
                // Read from the bracket already.
                if start >= 2, bytes[start - 2] == UInt8(ascii: "+") { return }
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ","):
                if start >= 2, ByteClass.isDigit(bytes[start - 2]) || bytes[start - 2] == UInt8(ascii: ")") { return }
            case UInt8(ascii: " "):
                if start >= 2, ByteClass.isDigit(bytes[start - 2]) || bytes[start - 2] == UInt8(ascii: ")") {
                    penalty = 0.5
                }
            default: break
            }
        }
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Reading.capacity + 1) { digits in
            guard let digits = digits.baseAddress else { return }
            readPhone(start, digits, penalty)
        }
    }

    private mutating func readPhone(_ start: Int, _ digits: UnsafeMutablePointer<UInt8>, _ penalty: Double) {
        var reading = Reading()
        var index = start
        if bytes[index] == UInt8(ascii: "+") {
            reading.hasPlus = true
            index += 1
        }
        var best: (range: Range<Int>, score: Double, inContext: Double)?
        var openBracket = false
        while index < count {
            if bytes[index] == UInt8(ascii: "(") {
                guard !openBracket, index + 1 < count,
                    ByteClass.isDigit(bytes[index + 1]) || bytes[index + 1] == UInt8(ascii: "+")
                else { break }
                openBracket = true
                if reading.groups <= 1 { reading.hasBrackets = true }
                index += 1
                if bytes[index] == UInt8(ascii: "+") {
                    guard reading.groups == 0, !reading.hasPlus else { break }
                    reading.hasPlus = true
                    index += 1
                }
            }
            let first = index
            while index < count, ByteClass.isDigit(bytes[index]), reading.count < Reading.capacity {
                digits[reading.count] = bytes[index]
                reading.count += 1
                index += 1
            }
            let length = index - first
            guard length > 0, reading.count < Reading.capacity else { break }
            reading.layout = reading.layout << 4 | UInt64(length)
            reading.groups += 1
            var closed = false
            if openBracket, index < count, bytes[index] == UInt8(ascii: ")") {
                if length == 1, digits[reading.count - 1] == UInt8(ascii: "0"), reading.groups > 1 || reading.hasPlus {
                    // +49 (0) 30: the zero is not dialled from abroad.
                    reading.hasTrunkZero = true
                    reading.count -= 1
                    reading.groups -= 1
                    reading.layout >>= 4
                }
                openBracket = false
                closed = true
                index += 1
            }
            if !openBracket, reading.count >= 6, !closed || reading.groups > 1, isPhoneEnd(index) {
                let scores = phoneScores(reading, digits)
                if scores.inContext > 0,
                    scores.alone >= (best?.score ?? 0) || scores.inContext >= (best?.inContext ?? 0)
                {
                    best = (start..<index, scores.alone, scores.inContext)
                }
            }
            guard let next = phoneSeparator(index, &reading), reading.groups < 8 else { break }
            index = next
        }
        guard let best else { return }
        addPhone(best.range, best.score, best.inContext, penalty)
    }

    /// Skips what may stand between two groups: one separator, or a few around brackets and hyphens; nil when the number ends.
    private func phoneSeparator(_ start: Int, _ reading: inout Reading) -> Int? {
        var index = start
        var spaces = 0
        var others = 0
        while index < count {
            switch bytes[index] {
            case UInt8(ascii: " "):
                spaces += 1
                reading.separators |= IdentifierFormat.Separator.space
            case UInt8(ascii: "-"):
                others += 1
                reading.separators |= IdentifierFormat.Separator.hyphen
            case UInt8(ascii: "."):
                others += 1
                reading.separators |= IdentifierFormat.Separator.stop
            case UInt8(ascii: "/"):
                others += 1
                reading.separators |= IdentifierFormat.Separator.slash
            case UInt8(ascii: "("): return spaces <= 1 && others <= 1 ? index : nil
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let isBracket = index > 0 && bytes[index - 1] == UInt8(ascii: ")")
                return index > start && spaces <= 2 && others <= 1 || isBracket
                    || index == start && start > 0 && bytes[start - 1] == UInt8(ascii: ")") ? index : nil
            default:
                guard let wide = wideSeparator(index) else { return nil }
                if wide.byte == 0x20 {
                    spaces += 1
                    reading.separators |= IdentifierFormat.Separator.space
                } else {
                    others += 1
                    reading.separators |= IdentifierFormat.Separator.hyphen
                }
                index += wide.length - 1
            }
            guard spaces <= 2, others <= 1 else { return nil }
            index += 1
        }
        return nil
    }

    /// Whether a number may end before `index`.
    private func isPhoneEnd(_ index: Int) -> Bool {
        if index < count, bytes[index] | 0x20 == UInt8(ascii: "x") || bytes[index] | 0x20 == UInt8(ascii: "e") {
            return extensionEnd(index) != nil
        }
        guard isRightBoundary(index) else { return false }
        guard index + 1 < count else { return true }
        let next = bytes[index + 1]
        switch bytes[index] {
        case UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ":"): return !ByteClass.isWord(next)
        case UInt8(ascii: "."), UInt8(ascii: ","): return !ByteClass.isDigit(next)
        case UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "="), UInt8(ascii: "*"): return false
        default: return true
        }
    }

    /// The end of an extension: ` ext. 12`, `x123`.
    private func extensionEnd(_ start: Int) -> Int? {
        var index = start
        if index < count, bytes[index] == UInt8(ascii: ",") { index += 1 }
        if index < count, bytes[index] == UInt8(ascii: " ") { index += 1 }
        let word = index
        while index < count, index - word < 10, ByteClass.isLetter(bytes[index]) { index += 1 }
        let isHash = index == word && index < count && bytes[index] == UInt8(ascii: "#")
        if isHash { index += 1 }
        guard isHash || isExtensionWord(word, index) else { return nil }
        if index < count, bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ":") { index += 1 }
        if index < count, bytes[index] == UInt8(ascii: " ") { index += 1 }
        let first = index
        while index < count, index - first < 6, ByteClass.isDigit(bytes[index]) { index += 1 }
        return index > first && isRightBoundary(index) ? index : nil
    }

    private func isExtensionWord(_ start: Int, _ end: Int) -> Bool {
        for word in ["x", "ext", "extn", "extension"] where word.utf8.count == end - start {
            if word.utf8.enumerated().allSatisfy({ ByteClass.lowercased(bytes[start + $0]) == $1 }) { return true }
        }
        return false
    }

    /// How sure a reading is a telephone number, alone and near a word that says so; zero for none.
    private func phoneScores(_ reading: Reading, _ text: UnsafePointer<UInt8>) -> (alone: Double, inContext: Double) {
        let count = reading.count
        if reading.hasPlus {
            guard let code = PhonePlan.countryCodeLength(text, count),
                let lengths = PhonePlan.nationalLength(CheckDigits.number(text, 0..<code))
            else { return (0, 0) }
            let national = count - code
            if lengths.contains(national) { return (0.9, 1) }
            // A trunk digit that people leave in.
            if text[code] == UInt8(ascii: "0"), lengths.contains(national - 1) { return (0.85, 1) }
            return (6...13).contains(national) ? (0.5, 0.75) : (0, 0)
        }
        if looksLikeDate(reading, text) { return (0, 0) }
        if text[0] == UInt8(ascii: "0"), text[1] == UInt8(ascii: "0"), count >= 9 {
            guard let code = PhonePlan.countryCodeLength(text + 2, count - 2),
                let lengths = PhonePlan.nationalLength(CheckDigits.number(text + 2, 0..<code)),
                lengths.contains(count - 2 - code)
            else { return reading.groups > 2 && count <= 15 ? (0.4, 0.75) : (0, 0.4) }
            return (reading.groups > 1 ? 0.8 : 0.5, 0.95)
        }
        return nationalScores(reading, text)
    }

    private func nationalScores(_ reading: Reading, _ text: UnsafePointer<UInt8>) -> (alone: Double, inContext: Double)
    {
        let count = reading.count
        let isUniform = reading.separators.nonzeroBitCount <= 1
        let isMixed = reading.separators.nonzeroBitCount > 2
        let isNANP =
            text[0] >= UInt8(ascii: "2") && text[3] >= UInt8(ascii: "2")
            && !(text[1] == UInt8(ascii: "1") && text[2] == UInt8(ascii: "1"))
        switch reading.layout {
        case 0x334 where reading.hasBrackets: return (isNANP ? 0.8 : 0.6, 0.95)
        case 0x334:
            if !isUniform { return (isNANP ? 0.5 : 0.3, 0.85) }
            if text[0] == UInt8(ascii: "0") { return (0.5, 0.85) }
            return reading.separators == IdentifierFormat.Separator.space
                ? (isNANP ? 0.5 : 0.3, 0.85) : (isNANP ? 0.65 : 0.5, 0.95)
        case 0x1334 where text[0] == UInt8(ascii: "1"): return (0.75, 0.95)
        case 0x1334 where text[0] == UInt8(ascii: "8") || text[0] == UInt8(ascii: "7"): return (0.6, 0.9)
        case 0x13322 where text[0] == UInt8(ascii: "8") || text[0] == UInt8(ascii: "7"): return (0.75, 0.95)
        case 0x22222 where text[0] == UInt8(ascii: "0"): return (0.8, 0.98)
        case 0x254, 0x244, 0x344, 0x354:
            // Brazil, Japan, Korea, China.
            if reading.hasBrackets { return (0.75, 0.95) }
            if text[0] == UInt8(ascii: "0") || text[0] == UInt8(ascii: "1") { return (0.65, 0.95) }
            return (reading.layout == 0x254 ? 0.55 : 0.2, 0.85)
        case 0x55 where text[0] >= UInt8(ascii: "6") && reading.separators & ~(1 | 2) == 0: return (0.5, 0.9)
        case 0xA where text[0] >= UInt8(ascii: "6"): return (0.3, 0.8)
        case 0xA: return (isNANP ? 0.2 : 0.15, isNANP ? 0.75 : 0.65)
        case 0xB where text[0] == UInt8(ascii: "1") && text[1] >= UInt8(ascii: "3"): return (0.45, 0.85)
        case 0x333, 0x3222:
            let isMobile = text[0] >= UInt8(ascii: "5")
            if reading.separators == IdentifierFormat.Separator.stop { return (0.1, 0.75) }
            return (isMobile ? (reading.layout == 0x333 ? 0.4 : 0.55) : 0.15, 0.85)
        case 0x34, 0x43, 0x44, 0x2222, 0x322, 0x232, 0x233: return (0.1, isUniform ? 0.7 : 0.55)
        case 0x9: return (text[0] == UInt8(ascii: "6") || text[0] == UInt8(ascii: "7") ? 0.2 : 0.1, 0.7)
        default: break
        }
        if text[0] == UInt8(ascii: "0"), text[1] != UInt8(ascii: "0"), (8...12).contains(count) {
            if reading.hasBrackets { return (0.7, 0.95) }
            if reading.groups == 1 { return (count >= 10 ? 0.4 : 0.2, count >= 9 ? 0.85 : 0.6) }
            // 030/123456, 0151-23456789, 020 7946 0018.
            if isMixed { return (0.35, 0.8) }
            return reading.groups <= 5 ? (0.6, 0.9) : (0.3, 0.75)
        }
        if reading.hasBrackets, (8...13).contains(count), reading.groups > 1 { return (0.5, 0.85) }
        if (7...15).contains(count) { return (0.05, reading.groups > 1 && reading.groups <= 6 ? 0.6 : 0.5) }
        return (0, count == 6 && reading.groups > 1 ? 0.5 : 0)
    }

    /// Whether groups are year, month, day, or a version, rather than a number to dial.
    private func looksLikeDate(_ reading: Reading, _ text: UnsafePointer<UInt8>) -> Bool {
        guard reading.groups >= 3, reading.separators & IdentifierFormat.Separator.space == 0 || reading.layout == 0x422
        else {
            return false
        }
        func isDate(_ year: Range<Int>, _ first: Range<Int>, _ second: Range<Int>) -> Bool {
            let year = CheckDigits.number(text, year)
            let first = CheckDigits.number(text, first)
            let second = CheckDigits.number(text, second)
            return (1800...2200).contains(year) && (1...31).contains(first) && (1...31).contains(second)
                && min(first, second) <= 12
        }
        switch reading.layout {
        case 0x422: return isDate(0..<4, 4..<6, 6..<8)
        case 0x224: return isDate(4..<8, 0..<2, 2..<4)
        case 0x412, 0x421, 0x124, 0x214, 0x114, 0x411: return true
        default: return false
        }
    }

    /// Adds a number after asking the words around it.
    private mutating func addPhone(_ range: Range<Int>, _ alone: Double, _ inContext: Double, _ penalty: Double) {
        let nearby = topics(around: range)
        let other = nearby.distance(to: ContextTopics(.other).rawValue)
        var score = alone
        var penalty = penalty
        if let phone = nearby.distance(to: ContextTopics(.phone).rawValue), phone <= 9 {
            let far = Double(max(0, phone - 3)) * 0.03
            penalty *= 0.5
            score = max(alone, inContext - far)
            if let other, other < phone { score = max(alone * 0.7, inContext - 0.35 - far) }
        } else if let other, other <= 4, alone < 0.85 {
            score *= 0.5
        }
        var end = range.upperBound
        if let longer = extensionEnd(end), longer <= count { end = longer }
        add(.phoneNumber, range.lowerBound..<end, score - penalty, "phone")
    }
}
