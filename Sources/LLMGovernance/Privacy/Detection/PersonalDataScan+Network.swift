/// Addresses of machines.
extension PersonalDataScan {
    /// Four numbers up to 255, with a prefix length behind a slash if there is one.
    mutating func ipv4(_ start: Int) {
        guard kinds.contains(.ipAddress), isLeftBoundary(start) else { return }
        if start > 0, bytes[start - 1] == UInt8(ascii: "."), start < 2 || ByteClass.isWord(bytes[start - 2]) { return }
        if start > 1, bytes[start - 1] == UInt8(ascii: "-"), ByteClass.isDigit(bytes[start - 2]) { return }
        guard var end = ipv4End(start) else { return }
        guard isRightBoundary(end) else { return }
        if end + 1 < count, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: "-"),
            ByteClass.isDigit(bytes[end + 1])
        {
            return
        }
        if end + 1 < count, bytes[end] == UInt8(ascii: "/"), ByteClass.isDigit(bytes[end + 1]) {
            var index = end + 1
            while index < count, ByteClass.isDigit(bytes[index]), index - end < 4 { index += 1 }
            if index - end <= 3, CheckDigits.number(bytes, (end + 1)..<index) <= 32, isRightBoundary(index) {
                end = index
            }
        }
        var score = 0.8
        let topics = topics(around: start..<end)
        let network = topics.distance(to: ContextTopics(.network).rawValue)
        let other = topics.distance(to: ContextTopics(.other).rawValue)
        if let network, network <= (other ?? .max) {
            score = 0.95
        } else if let other, other <= 3 {
            score = 0.3
        }
        add(.ipAddress, start..<end, score, "ipv4")
    }

    private func ipv4End(_ start: Int) -> Int? {
        var index = start
        for part in 0..<4 {
            let first = index
            while index < count, index - first < 4, ByteClass.isDigit(bytes[index]) { index += 1 }
            guard index > first, index - first <= 3, CheckDigits.number(bytes, first..<index) <= 255 else { return nil }
            if index - first > 1, bytes[first] == UInt8(ascii: "0") { return nil }
            if part == 3 { return index }
            guard index < count, bytes[index] == UInt8(ascii: ".") else { return nil }
            index += 1
        }
        return nil
    }

    /// A MAC or IPv6 address that starts with a hexadecimal group or two colons.
    mutating func networkAddress(_ start: Int) {
        guard isLeftBoundary(start) else { return }
        if start >= 2,
            bytes[start - 1] == UInt8(ascii: ":") || bytes[start - 1] == UInt8(ascii: "-")
                || bytes[start - 1] == UInt8(ascii: "."),
            ByteClass.isWord(bytes[start - 2])
                && !(bytes[start - 1] == UInt8(ascii: ":") && !ByteClass.isHexadecimal(bytes[start - 2]))
        {
            return
        }
        if kinds.contains(.macAddress), let end = macEnd(start) {
            add(.macAddress, start..<end, 0.9, "mac")
        } else if kinds.contains(.ipAddress) {
            ipv6(start)
        }
    }

    private func macEnd(_ start: Int) -> Int? {
        guard start + 14 <= count else { return nil }
        let isDotted = start + 4 < count && bytes[start + 4] == UInt8(ascii: ".")
        let (groups, size) = isDotted ? (3, 4) : (6, 2)
        let length = groups * size + groups - 1
        guard start + length <= count else { return nil }
        let separator = bytes[start + size]
        guard isDotted || separator == UInt8(ascii: ":") || separator == UInt8(ascii: "-") else { return nil }
        for offset in 0..<length {
            let byte = bytes[start + offset]
            if offset % (size + 1) == size {
                guard byte == separator else { return nil }
            } else if !ByteClass.isHexadecimal(byte) {
                return nil
            }
        }
        let end = start + length
        guard isRightBoundary(end) else { return nil }
        if end + 1 < count, bytes[end] == separator, ByteClass.isWord(bytes[end + 1]) { return nil }
        return end
    }

    /// Source: RFC 4291, section 2.2.
    private mutating func ipv6(_ start: Int) {
        var index = start
        var groups = 0
        var gap = false
        var digits = 0
        if index + 1 < count, bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: ":") {
            gap = true
            index += 2
        }
        while index < count, groups < 8 {
            let first = index
            while index < count, index - first < 5, ByteClass.isHexadecimal(bytes[index]) {
                if ByteClass.isDigit(bytes[index]) { digits += 1 }
                index += 1
            }
            if index == first { break }
            guard index - first <= 4 else { return }
            if index < count, bytes[index] == UInt8(ascii: "."), groups > 0 || gap, let end = ipv4End(first) {
                index = end
                groups += 2
                break
            }
            groups += 1
            guard index + 1 < count, bytes[index] == UInt8(ascii: ":") else { break }
            if bytes[index + 1] == UInt8(ascii: ":") {
                if gap { break }
                gap = true
                index += 2
            } else if ByteClass.isHexadecimal(bytes[index + 1]), groups < 8 {
                index += 1
            } else {
                break
            }
        }
        guard gap ? (1...7).contains(groups) : groups == 8 else { return }
        var end = index
        guard isRightBoundary(end) else { return }
        if end + 1 < count, bytes[end] == UInt8(ascii: ":"), ByteClass.isWord(bytes[end + 1]) { return }
        if end + 1 < count, bytes[end] == UInt8(ascii: "/"), ByteClass.isDigit(bytes[end + 1]) {
            var last = end + 1
            while last < count, ByteClass.isDigit(bytes[last]), last - end < 5 { last += 1 }
            if last - end <= 4, isRightBoundary(last) { end = last }
        }
        // `Ada::add` is a name in a program.
        let score = digits > 0 && (groups >= 2 || end - start >= 5) ? 0.9 : groups >= 3 ? 0.8 : 0.3
        add(.ipAddress, start..<end, score, "ipv6")
    }
}
