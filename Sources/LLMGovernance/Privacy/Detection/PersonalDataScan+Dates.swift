/// Calendar dates; those that a word calls a date of birth are told apart.
extension PersonalDataScan {
    /// `1985-03-12`, `12.03.1985`, `3/12/85`, `12 March 1985`, `12 de marzo de 1985`.
    mutating func dateStartingWithDigits(_ start: Int, _ end: Int) {
        guard end - start <= 4, isLeftBoundary(start) else { return }
        if start >= 2, ByteClass.isDigit(bytes[start - 2]),
            [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: ":")].contains(bytes[start - 1])
        {
            return
        }
        let first = CheckDigits.number(bytes, start..<end)
        guard end < count else { return }
        let separator = bytes[end]
        if separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/") || separator == UInt8(ascii: ".") {
            if let date = numericDate(start, end, first, separator) {
                addDate(start..<date, 0.7, "date-digits")
                return
            }
        }
        guard end - start <= 2, (1...31).contains(first) else { return }
        // 12th, 1er: the word went on; those start with digits and are read as one word, so only "12." and "12 " come here.
        var index = end
        if bytes[index] == UInt8(ascii: ".") { index += 1 }
        guard index < count, bytes[index] == 0x20 else { return }
        index += 1
        if let after = particle(index) { index = after }
        guard let month = monthEnd(index) else { return }
        index = month
        if index < count, bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ",") { index += 1 }
        var last = month
        if index < count, bytes[index] == 0x20 {
            index += 1
            if let after = particle(index) { index = after }
            if let year = yearEnd(index) { last = year }
        }
        addDate(start..<last, 0.7, "date-month")
    }

    /// `March 12, 1985`.
    mutating func dateStartingWithMonth(_ start: Int, _ end: Int) {
        guard end + 1 < count, bytes[end] == 0x20 || bytes[end] == UInt8(ascii: "."), monthEnd(start) == end else {
            return
        }
        var index = end
        while index < count, index - end < 2, bytes[index] == 0x20 || bytes[index] == UInt8(ascii: ".") { index += 1 }
        let day = index
        while index < count, index - day < 3, ByteClass.isDigit(bytes[index]) { index += 1 }
        guard index > day, index - day <= 2, (1...31).contains(CheckDigits.number(bytes, day..<index)) else { return }
        if index + 1 < count, ByteClass.isLower(bytes[index]), ByteClass.isLower(bytes[index + 1]) { index += 2 }
        var last = index
        guard isRightBoundary(index) else { return }
        if index < count, bytes[index] == UInt8(ascii: ",") { index += 1 }
        if index < count, bytes[index] == 0x20, let year = yearEnd(index + 1) { last = year }
        addDate(start..<last, 0.7, "date-month")
    }

    private func numericDate(_ start: Int, _ firstEnd: Int, _ first: Int, _ separator: UInt8) -> Int? {
        var index = firstEnd + 1
        let middle = index
        while index < count, index - middle < 3, ByteClass.isDigit(bytes[index]) { index += 1 }
        guard (1...2).contains(index - middle), index < count, bytes[index] == separator else { return nil }
        let second = CheckDigits.number(bytes, middle..<index)
        index += 1
        let lastStart = index
        while index < count, index - lastStart < 5, ByteClass.isDigit(bytes[index]) { index += 1 }
        let length = index - lastStart
        let third = CheckDigits.number(bytes, lastStart..<index)
        let isTime = index < count && bytes[index] == UInt8(ascii: "T")
        guard isRightBoundary(index) || isTime else { return nil }
        if index + 1 < count, bytes[index] == separator, ByteClass.isWord(bytes[index + 1]) { return nil }
        if firstEnd - start == 4 {
            guard (1...2).contains(length), (1000...2999).contains(first),
                CheckDigits.isDate(year: first, month: second, day: third)
            else { return nil }
            return index
        }
        guard firstEnd - start <= 2,
            length == 4 && (1000...2999).contains(third) || length == 2 && firstEnd - start <= 2
        else {
            return nil
        }
        // Day first or month first.
        let year = length == 2 ? 2000 + third : third
        guard
            CheckDigits.isDate(year: year, month: second, day: first)
                || CheckDigits.isDate(year: year, month: first, day: second)
        else { return nil }
        return index
    }

    private func yearEnd(_ start: Int) -> Int? {
        guard start + 4 <= count, (0..<4).allSatisfy({ ByteClass.isDigit(bytes[start + $0]) }),
            isRightBoundary(start + 4)
        else {
            return nil
        }
        return (1000...2999).contains(CheckDigits.number(bytes, start..<(start + 4))) ? start + 4 : nil
    }

    /// Skips `de ` and `of `.
    private func particle(_ start: Int) -> Int? {
        guard start + 3 <= count, bytes[start + 2] == 0x20 else { return nil }
        let word = (bytes[start] | 0x20, bytes[start + 1] | 0x20)
        guard word == (UInt8(ascii: "d"), UInt8(ascii: "e")) || word == (UInt8(ascii: "o"), UInt8(ascii: "f")) else {
            return nil
        }
        return start + 3
    }

    /// The end of the month's name at `start`.
    private func monthEnd(_ start: Int) -> Int? {
        var index = start
        var hash = ContextLexicon.seed
        while index < count, index - start < 14,
            ByteClass.isLetter(bytes[index]) || bytes[index] >= 0xC3 && bytes[index] <= 0xC5
                || bytes[index] & 0xC0 == 0x80
        {
            hash = ContextLexicon.step(hash, ByteClass.lowercased(bytes[index]))
            index += 1
        }
        return index - start >= 3 && MonthNames.hashes.contains(hash) ? index : nil
    }

    /// Adds a date: of birth when the words around say so.
    private mutating func addDate(_ range: Range<Int>, _ score: Double, _ rule: String) {
        let nearby = topics(around: range)
        if let birth = nearby.distance(to: ContextTopics(.birth).rawValue), birth <= 7, kinds.contains(.dateOfBirth) {
            add(.dateOfBirth, range, 0.95 - Double(max(0, birth - 3)) * 0.05, rule)
        } else {
            add(.dateTime, range, score, rule)
        }
    }
}

/// Months in the languages whose dates are read.
enum MonthNames {
    static let hashes: Set<UInt64> = {
        let names = """
            january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec \
            januar jänner februar märz mai juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre décembre \
            enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio \
            settembre ottobre dicembre janeiro fevereiro março maio junho julho setembro outubro novembro dezembro januari februari maart mei augustus \
            stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia maj augusti desember
            """
        var hashes: Set<UInt64> = []
        for name in names.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            hashes.insert(name.utf8.reduce(ContextLexicon.seed, ContextLexicon.step))
        }
        return hashes
    }()
}
