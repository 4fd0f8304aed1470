/// What words near a candidate speak of, as bits of a ``ContextTopics``.
enum ContextTopic: UInt8, CaseIterable {
    case phone, email, card, iban, bank, routing, ssn, itin, passport, driverLicense, medicalLicense, provider
    case medicareUS, birth, date, address, network, crypto, tax, nationalID
    case sin, cpf, cnpj, curp, cuit, rut
    case nhs, nino, pps, steuerID, socialInsurance, idCard, dni, nie, codiceFiscale, vat, pesel, nir, bsn
    case rijksregister, nif, ahv, hetu, personnummer, fodselsnummer, cpr, rodneCislo, cnp, egn, oib, isikukood, kimlik
    case aadhaar, pan, nric, tfn, abn, acn, medicareAU, rrn
    case thaiID, chinaID
    /// Words that say a number is no personal data: order, version, part, ...
    case other
}

/// A set of topics.
struct ContextTopics: OptionSet, Sendable {
    let rawValue: UInt64
    init(rawValue: UInt64) { self.rawValue = rawValue }
    init(_ topics: ContextTopic...) { rawValue = topics.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }
}

/// The words that tell topics: a hash table over folded UTF-8.
///
/// Words are folded to lower case (ASCII, Latin-1, Greek and Cyrillic capitals) and hashed byte by byte, so that one pass
/// over a text looks up words, pairs of words and beginnings of words.
struct ContextLexicon: Sendable {
    struct Entry: Sendable {
        var hash: UInt64
        var word: UInt64
        /// Topics of words that begin so.
        var prefix: UInt64
    }

    private let slots: [Entry]
    private let mask: Int

    static let seed: UInt64 = 0xCBF2_9CE4_8422_2325
    @inline(__always) static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }

    static let standard = ContextLexicon(words: ContextWords.all)

    /// - Parameter words: per topic, words separated by commas; `*` at the end of a word stands for any ending.
    init(words: [(topic: ContextTopic, words: String)]) {
        var entries: [UInt64: Entry] = [:]
        for (topic, list) in words {
            for word in list.utf8.split(separator: UInt8(ascii: ",")) {
                var bytes = [UInt8](word)
                while bytes.first == 0x20 || bytes.first == 0x0A { bytes.removeFirst() }
                while bytes.last == 0x20 || bytes.last == 0x0A { bytes.removeLast() }
                let isPrefix = bytes.last == UInt8(ascii: "*")
                if isPrefix { bytes.removeLast() }
                guard !bytes.isEmpty else { continue }
                let hash = bytes.reduce(Self.seed, Self.step)
                var entry = entries[hash] ?? Entry(hash: hash, word: 0, prefix: 0)
                if isPrefix { entry.prefix |= 1 << UInt64(topic.rawValue) }
                entry.word |= 1 << UInt64(topic.rawValue)
                entries[hash] = entry
            }
        }
        var size = 16
        while size < entries.count * 4 { size *= 2 }
        var slots = [Entry](repeating: Entry(hash: 0, word: 0, prefix: 0), count: size)
        for entry in entries.values.sorted(by: { $0.hash < $1.hash }) {
            var index = Int(truncatingIfNeeded: entry.hash >> 20) & (size - 1)
            while slots[index].hash != 0 { index = (index + 1) & (size - 1) }
            slots[index] = entry
        }
        self.slots = slots
        mask = size - 1
    }

    /// The topics of a hash, of a whole word and of a beginning.
    @inline(__always) func topics(_ hash: UInt64) -> (word: UInt64, prefix: UInt64) {
        var index = Int(truncatingIfNeeded: hash >> 20) & mask
        while true {
            let entry = slots[index]
            if entry.hash == hash { return (entry.word, entry.prefix) }
            if entry.hash == 0 { return (0, 0) }
            index = (index + 1) & mask
        }
    }
}
