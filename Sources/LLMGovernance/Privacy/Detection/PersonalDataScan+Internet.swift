/// Mail addresses, addresses of the web, hosts.
extension PersonalDataScan {
    private static let longestLocalPart = 64

    /// A mail address around an at sign.
    mutating func email(at sign: Int) {
        var start = sign
        let floor = max(0, sign - Self.longestLocalPart)
        while start > floor, isLocal(bytes[start - 1]) { start -= 1 }
        if start > 0, start == floor, isLocal(bytes[start - 1]) { return }
        // Half a character, or punctuation, does not begin an address.
        while start < sign, !ByteClass.isWord(bytes[start]), bytes[start] != UInt8(ascii: "_"), bytes[start] < 0xC2 {
            start += 1
        }
        guard start < sign, bytes[sign - 1] != UInt8(ascii: ".") else { return }
        guard !isPartOfURL(start) else { return }
        guard let end = domainEnd(sign + 1) else { return }
        var score = 1.0
        if end < count, bytes[end] == UInt8(ascii: ":"), end + 1 < count,
            ByteClass.isWord(bytes[end + 1]) || bytes[end + 1] == UInt8(ascii: "/")
        {
            // git@host:path
            if sign - start == 3, bytes[start] == UInt8(ascii: "g") { score = 0.3 }
        }
        add(.emailAddress, start..<end, score, "email")
    }

    @inline(__always)
    private func isLocal(_ byte: UInt8) -> Bool {
        if ByteClass.isWord(byte) { return true }
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "%"),
            UInt8(ascii: "~"), UInt8(ascii: "'"),
            UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "*"):
            return true
        // Letters of two bytes: Latin, Greek, Cyrillic.
        default: return byte >= 0x80 && byte <= 0xD4
        }
    }

    /// Whether what starts here is the user of an address with a scheme: `https://user:word@host`.
    private func isPartOfURL(_ start: Int) -> Bool {
        guard start > 0, bytes[start - 1] == UInt8(ascii: ":") || bytes[start - 1] == UInt8(ascii: "/") else {
            return false
        }
        var index = start - 1
        let floor = max(1, start - 80)
        while index > floor {
            if bytes[index] == UInt8(ascii: "/"), bytes[index - 1] == UInt8(ascii: "/") { return true }
            if bytes[index] <= 0x20 { return false }
            index -= 1
        }
        return false
    }

    /// The end of a host name with a top level of letters, at most 253 bytes; nil when there is none.
    private func domainEnd(_ start: Int) -> Int? {
        var index = start
        if index < count, bytes[index] == UInt8(ascii: "[") { return literalEnd(index) }
        var lastGood: Int?
        while index < count, index - start < 253 {
            let label = index
            while index < count, index - label < 64, isHostByte(bytes[index]) { index += 1 }
            var labelEnd = index
            while labelEnd > label, bytes[labelEnd - 1] == UInt8(ascii: "-") { labelEnd -= 1 }
            guard labelEnd > label, bytes[label] != UInt8(ascii: "-") else { break }
            if label > start, isTopLevel(label, labelEnd) { lastGood = labelEnd }
            guard labelEnd == index, index + 1 < count, bytes[index] == UInt8(ascii: "."), isHostByte(bytes[index + 1])
            else {
                break
            }
            index += 1
        }
        return lastGood
    }

    private func literalEnd(_ start: Int) -> Int? {
        var index = start + 1
        while index < count, index - start < 48, bytes[index] != UInt8(ascii: "]") {
            let byte = bytes[index]
            guard ByteClass.isWord(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") else { return nil }
            index += 1
        }
        return index < count && bytes[index] == UInt8(ascii: "]") && index > start + 6 ? index + 1 : nil
    }

    @inline(__always)
    private func isHostByte(_ byte: UInt8) -> Bool {
        ByteClass.isWord(byte) || byte == UInt8(ascii: "-") || byte >= 0x80 && byte <= 0xD4
    }

    /// Whether a label can be a top level domain: letters, and no usual file ending.
    private func isTopLevel(_ start: Int, _ end: Int) -> Bool {
        guard end - start >= 2, end - start <= 24 else { return false }
        if end - start > 4, bytes[start] | 0x20 == UInt8(ascii: "x"), bytes[start + 1] | 0x20 == UInt8(ascii: "n"),
            bytes[start + 2] == UInt8(ascii: "-")
        {
            return true
        }
        for index in start..<end where !ByteClass.isLetter(bytes[index]) && bytes[index] < 0x80 { return false }
        return !DomainNames.isFileEnding(UnsafeBufferPointer(start: bytes + start, count: end - start))
    }

    /// A colon: `://`, or `::` with nothing before it.
    mutating func colon(at index: Int) {
        guard index + 2 < count else { return }
        if bytes[index + 1] == UInt8(ascii: "/"), bytes[index + 2] == UInt8(ascii: "/") {
            if kinds.hasURLs, index >= hostsReadTo { url(colon: index) }
        } else if bytes[index + 1] == UInt8(ascii: ":"), ByteClass.isHexadecimal(bytes[index + 2]),
            isLeftBoundary(index)
        {
            if index == 0 || bytes[index - 1] != UInt8(ascii: ":") { networkAddress(index) }
        }
    }

    /// An address with a scheme.
    private mutating func url(colon: Int) {
        var start = colon
        while start > 0, colon - start <= 12,
            ByteClass.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "+")
                || bytes[start - 1] == UInt8(ascii: "-")
        {
            start -= 1
        }
        while start < colon, !ByteClass.isLetter(bytes[start]) { start += 1 }
        guard colon - start >= 2, colon - start <= 12,
            DomainNames.isScheme(UnsafeBufferPointer(start: bytes + start, count: colon - start))
        else { return }
        let end = urlEnd(colon + 3)
        guard end > colon + 4 else { return }
        hostsReadTo = max(hostsReadTo, end)
        add(.url, start..<end, 0.95, "url-scheme")
    }

    /// The end of an address: at white space, quotes or brackets, without the punctuation of the sentence.
    private func urlEnd(_ start: Int) -> Int {
        let limit = min(count, start + 2048)
        var end = start
        var open = 0
        scan: while end < limit {
            let byte = bytes[end]
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "`"),
                UInt8(ascii: "{"),
                UInt8(ascii: "}"), UInt8(ascii: "|"), UInt8(ascii: "\\"), UInt8(ascii: "^"):
                break scan
            case UInt8(ascii: "("): open += 1
            case UInt8(ascii: ")"):
                if open == 0 { break scan }
                open -= 1
            case UInt8(ascii: "]"): break scan
            // Ideographic punctuation and scripts without spaces end an address too.
            case 0xE3...0xEF: break scan
            default: break
            }
            end += 1
        }
        while end > start {
            switch bytes[end - 1] {
            case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
                UInt8(ascii: "?"),
                UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "("):
                end -= 1
            default: return end
            }
        }
        return end
    }

    /// A host without a scheme: `www.example.org/path`, `example.com`.
    mutating func host(_ start: Int, _ wordEnd: Int) {
        guard kinds.hasURLs, wordEnd + 1 < count, isHostByte(bytes[wordEnd + 1]) else { return }
        var first = start
        while first > 0, start - first < 64, bytes[first - 1] == UInt8(ascii: "-") || ByteClass.isWord(bytes[first - 1])
        {
            first -= 1
        }
        var index = start
        // The reading goes to the end of the dotted run, so that it is read once.
        while index < count, index - start < 253, isHostByte(bytes[index]) || bytes[index] == UInt8(ascii: ".") {
            index += 1
        }
        hostsReadTo = index
        if first > 0 {
            switch bytes[first - 1] {
            case UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "\\"): return
            default: break
            }
        }
        guard isLeftBoundary(first), let end = domainEnd(first), isRightBoundary(end) else { return }
        if end < count, bytes[end] == UInt8(ascii: "@") || bytes[end] == UInt8(ascii: "(") { return }
        if end + 1 < count, bytes[end] == UInt8(ascii: "."), ByteClass.isWord(bytes[end + 1]) { return }
        var topStart = end
        while topStart > first, bytes[topStart - 1] != UInt8(ascii: ".") { topStart -= 1 }
        let isWWW =
            wordEnd - start == 3 && bytes[start] | 0x20 == UInt8(ascii: "w")
            && bytes[start + 1] | 0x20 == UInt8(ascii: "w")
            && bytes[start + 2] | 0x20 == UInt8(ascii: "w")
        let isKnown = DomainNames.isCommonTopLevel(UnsafeBufferPointer(start: bytes + topStart, count: end - topStart))
        guard isWWW || isKnown else { return }
        var whole = end
        if end < count {
            switch bytes[end] {
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"): whole = urlEnd(end)
            case UInt8(ascii: ":"):
                if end + 1 < count, ByteClass.isDigit(bytes[end + 1]) { whole = urlEnd(end) }
            default: break
            }
        }
        hostsReadTo = max(hostsReadTo, whole)
        let isWord = bytes[topStart..<end].contains(where: ByteClass.isUpper)
        add(.url, first..<whole, isWWW ? 0.9 : isWord ? 0.4 : 0.6, isWWW ? "url-www" : "url-host")
    }
}

extension UnsafePointer<UInt8> {
    fileprivate subscript(range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: self + range.lowerBound, count: range.count)
    }
}

/// Facts about the ends of host names.
enum DomainNames {
    private static func code(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        guard text.count <= 8 else { return .max }
        return text.reduce(0) { $0 << 8 | UInt64(ByteClass.lowercased($1)) }
    }

    private static func codes(_ list: StaticString) -> Set<UInt64> {
        list.withUTF8Buffer { bytes in
            Set(bytes.split(separator: UInt8(ascii: " ")).map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } })
        }
    }

    private static let fileEndings = codes(
        "png jpg jpeg gif svg webp css json html htm pdf txt csv xml yaml yml exe dll docx xlsx pptx gguf bin swift java cpp tar gz bak log php jsx tsx"
    )
    private static let common = codes(
        """
        com org net edu gov mil int info biz io ai app dev co us uk de fr es it pt nl be ch at pl se no dk fi ie cz sk hu ro bg gr tr ru ua jp cn kr in \
        au nz ca br mx ar cl za sg hk tw th my id ph vn il ae sa eg ng ke eu me tv cc xyz online site shop store tech cloud blog name mobi travel
        """)
    private static let schemes = codes("http https ftp ftps sftp ssh ws wss git rtsp ldap smb")

    static func isFileEnding(_ text: UnsafeBufferPointer<UInt8>) -> Bool { fileEndings.contains(code(text)) }
    static func isCommonTopLevel(_ text: UnsafeBufferPointer<UInt8>) -> Bool { common.contains(code(text)) }
    static func isScheme(_ text: UnsafeBufferPointer<UInt8>) -> Bool { schemes.contains(code(text)) }
}
