/// One pass over a text: finds candidates by the classes of bytes and hands each to the recognizer of its shape.
///
/// Every recognizer looks a bounded number of bytes around its trigger, or moves the scan past what it read, so a scan
/// takes linear time on any input.
struct PersonalDataScan {
    let bytes: UnsafePointer<UInt8>
    let count: Int
    let kinds: PersonalDataKinds
    let regions: Set<String>?
    let lexicon = ContextLexicon.standard
    let table = IdentifierTable.standard
    var matches: [PersonalDataMatch] = []
    /// Where the next host name may start: those before were read already.
    var hostsReadTo = 0
    /// The groups of the candidate at hand.
    var groups = CandidateGroups()

    init(_ text: UnsafeBufferPointer<UInt8>, kinds: PersonalDataKinds, regions: Set<String>?) {
        // An empty buffer may have no address.
        bytes = text.baseAddress ?? ByteClass.table
        count = text.count
        self.kinds = kinds
        self.regions = regions
    }

    /// Runs the pass.
    mutating func run() {
        let bytes = bytes
        let count = count
        let classes = ByteClass.table
        var index = 0
        while index < count {
            let byteClass = classes[Int(bytes[index])]
            if byteClass & ByteClass.word == 0 {
                if byteClass & ByteClass.trigger != 0 { trigger(at: index) }
                index += 1
                continue
            }
            let start = index
            var seen: UInt8 = 0
            var common: UInt8 = 0xFF
            repeat {
                let byteClass = classes[Int(bytes[index])]
                if byteClass & ByteClass.word == 0 { break }
                seen |= byteClass
                common &= byteClass
                index += 1
            } while index < count
            let next = index < count ? bytes[index] : 0
            if seen & ByteClass.digit != 0 {
                number(start, index, common)
            } else if next == UInt8(ascii: ":") || next == UInt8(ascii: "-") {
                // fe80::1, ab:cd:ef:..., AB-CD-EF-...
                if common & ByteClass.hexadecimal != 0, index - start <= 4 { networkAddress(start) }
                if index - start <= 6, seen & ByteClass.lower == 0 { identifierOfLetters(start, index) }
            } else if seen & ByteClass.lower == 0, index - start <= 6 {
                identifierOfLetters(start, index)
            }
            if next == UInt8(ascii: "."), start >= hostsReadTo { host(start, index) }
            if kinds.hasDates, index - start >= 3, seen & ByteClass.digit == 0 { dateStartingWithMonth(start, index) }
            if index - start >= 25, seen & ByteClass.digit != 0 { cryptoAddress(start, index) }
        }
    }

    /// Notes a match; the score may depend on the words around.
    mutating func add(_ kind: PersonalDataKind, _ range: Range<Int>, _ score: Double, _ rule: String) {
        guard kinds.contains(kind), score > 0 else { return }
        matches.append(PersonalDataMatch(kind: kind, range: range, score: min(1, score), rule: rule))
    }

    /// A byte that is no word and may start or join one.
    private mutating func trigger(at index: Int) {
        switch bytes[index] {
        case UInt8(ascii: "@"): if kinds.contains(.emailAddress) { email(at: index) }
        case UInt8(ascii: ":"): colon(at: index)
        case UInt8(ascii: "+"):
            if index + 1 < count, ByteClass.isDigit(bytes[index + 1]) || bytes[index + 1] == UInt8(ascii: "(") {
                phone(from: index)
            }
        default:
            if index + 1 < count, ByteClass.isDigit(bytes[index + 1]) || bytes[index + 1] == UInt8(ascii: "+") {
                phone(from: index)
            }
        }
    }

    /// A word with a digit.
    private mutating func number(_ start: Int, _ end: Int, _ common: UInt8) {
        let isNumber = common & ByteClass.digit != 0
        let next = end < count ? bytes[end] : 0
        if isNumber, end - start <= 3, next == UInt8(ascii: ".") { ipv4(start) }
        if common & ByteClass.hexadecimal != 0, end - start <= 4,
            next == UInt8(ascii: ":") || next == UInt8(ascii: "-") || next == UInt8(ascii: ".")
        {
            networkAddress(start)
        }
        if end - start <= 34 {
            identifiers(start)
            if kinds.hasDates, isNumber { dateStartingWithDigits(start, end) }
            if isNumber, end - start <= 15 { phone(from: start) }
        } else if end - start > 40, isNumber {
            return
        }
    }

    /// A short word in capitals, which may begin an identifier of several words.
    private mutating func identifierOfLetters(_ start: Int, _ end: Int) {
        guard end + 1 < count, ByteClass.isDigit(bytes[end + 1]) else { return }
        switch bytes[end] {
        case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."): identifiers(start)
        default: return
        }
    }

    /// Whether a word or number may start at `index`: nothing before it belongs to it.
    func isLeftBoundary(_ index: Int) -> Bool {
        guard index > 0 else { return true }
        let byte = bytes[index - 1]
        if byte < 0x80 { return !ByteClass.isWord(byte) && byte != UInt8(ascii: "_") }
        return !endsWithLetter(index)
    }

    /// Whether a word or number may end before `index`.
    func isRightBoundary(_ index: Int) -> Bool {
        guard index < count else { return true }
        let byte = bytes[index]
        if byte < 0x80 { return !ByteClass.isWord(byte) && byte != UInt8(ascii: "_") }
        // Latin, Greek and Cyrillic letters join a word; ideographs and punctuation do not.
        return byte < 0xC3 || byte > 0xD4
    }

    /// Whether the character before `index` is a letter of two bytes (Latin, Greek, Cyrillic).
    private func endsWithLetter(_ index: Int) -> Bool {
        index >= 2 && bytes[index - 1] & 0xC0 == 0x80 && bytes[index - 2] >= 0xC3 && bytes[index - 2] <= 0xD4
    }

    /// The length of a hyphen or space beyond ASCII at `index`, and what it stands for.
    @inline(__always)
    func wideSeparator(_ index: Int) -> (length: Int, byte: UInt8)? {
        guard index + 1 < count else { return nil }
        if bytes[index] == 0xC2, bytes[index + 1] == 0xA0 { return (2, 0x20) }
        guard bytes[index] == 0xE2, index + 2 < count, bytes[index + 1] == 0x80 else { return nil }
        switch bytes[index + 2] {
        case 0x80...0x8A, 0xAF: return (3, 0x20)
        case 0x90...0x94: return (3, UInt8(ascii: "-"))
        default: return nil
        }
    }

    /// The topics of the words around a range.
    func topics(around range: Range<Int>) -> NearbyTopics {
        NearbyTopics(bytes, count, around: range, lexicon: lexicon)
    }
}

/// Something found before overlaps are settled.
struct PersonalDataMatch {
    var kind: PersonalDataKind
    var range: Range<Int>
    var score: Double
    var rule: String
}

/// A set of kinds that is quick to ask.
struct PersonalDataKinds: Sendable {
    private let bits: [Bool]
    let hasDates: Bool
    let hasURLs: Bool

    init(_ kinds: Set<PersonalDataKind>) {
        bits = PersonalDataKind.allCases.map { kinds.contains($0) }
        hasDates = kinds.contains(.dateTime) || kinds.contains(.dateOfBirth)
        hasURLs = kinds.contains(.url)
    }

    func contains(_ kind: PersonalDataKind) -> Bool { bits[kind.index] }
}

extension PersonalDataKind {
    private static let indices = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
    /// The place among all kinds.
    var index: Int { Self.indices[self] ?? 0 }
}
