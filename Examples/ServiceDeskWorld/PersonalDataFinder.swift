/// Finds the personal data that the generator itself wrote: it knows the shapes it uses, so this is the truth and not a
/// detector.
enum PersonalDataFinder {
    static func truth(of record: ServiceDeskRecord) -> [ServiceDeskRecord.PersonalDatum] {
        let text = Array(record.text.utf8)
        var found: [ServiceDeskRecord.PersonalDatum] = []
        if let reporter = record.attribute("reporter") {
            found += ranges(of: Array(reporter.utf8), in: text).map {
                .init(kind: "PERSON", start: $0.lowerBound, end: $0.upperBound)
            }
        }
        found += matches(
            in: text, kind: "EMAIL_ADDRESS", start: { isLetter($0) }, body: { isLetter($0) || $0 == 46 || $0 == 64 }
        ) {
            $0.contains(64) && String(decoding: $0, as: UTF8.self).hasSuffix("@example.com")
        }
        found += matches(
            in: text, kind: "PHONE_NUMBER", start: { $0 == 43 }, body: { isDigit($0) || $0 == 32 || $0 == 45 }
        ) {
            $0.count == 15
        }
        found += matches(in: text, kind: "IBAN_CODE", start: { $0 == 68 }, body: { isDigit($0) || $0 == 69 }) {
            $0.count == 22
        }
        found += matches(in: text, kind: "CREDIT_CARD", start: { isDigit($0) }, body: { isDigit($0) }) {
            $0.count == 16
        }
        found += matches(in: text, kind: "IP_ADDRESS", start: { isDigit($0) }, body: { isDigit($0) || $0 == 46 }) {
            $0.split(separator: 46).count == 4
        }
        return found.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) }

    private static func ranges(of needle: [UInt8], in text: [UInt8]) -> [Range<Int>] {
        guard !needle.isEmpty, text.count >= needle.count else { return [] }
        return (0...text.count - needle.count).filter { text[$0..<$0 + needle.count].elementsEqual(needle) }.map {
            $0..<$0 + needle.count
        }
    }

    /// Maximal runs that begin with `start` behind a byte that cannot belong to them, and satisfy `accepts`; full stops
    /// and blanks at their end are left out.
    private static func matches(
        in text: [UInt8], kind: String, start: (UInt8) -> Bool, body: (UInt8) -> Bool, accepts: ([UInt8]) -> Bool
    ) -> [ServiceDeskRecord.PersonalDatum] {
        var found: [ServiceDeskRecord.PersonalDatum] = []
        var place = 0
        while place < text.count {
            guard start(text[place]), place == 0 || !(isDigit(text[place - 1]) || isLetter(text[place - 1])) else {
                place += 1
                continue
            }
            var end = place + 1
            while end < text.count, body(text[end]) { end += 1 }
            let next = end
            while end > place, text[end - 1] == 46 || text[end - 1] == 32 { end -= 1 }
            if accepts(Array(text[place..<end])) { found.append(.init(kind: kind, start: place, end: end)) }
            place = max(next, place + 1)
        }
        return found
    }
}
