/// Looks words up in the terms of the rules.
struct InjectionLexicon: Sendable {
    struct Term {
        /// The words after the first.
        var rest: [UInt64]
        var classes: TermClasses
    }

    static let standard = InjectionLexicon(InjectionTerms.table)

    private var slots: [UInt64]
    private var terms: [[Term]]
    /// One bit per hash: most words are in no term.
    private var filter: [UInt64] = Array(repeating: 0, count: 1 << 11)

    init(_ table: [(classes: TermClasses, terms: String)]) {
        var collected: [UInt64: [Term]] = [:]
        func add(_ words: [UInt64], _ classes: TermClasses) {
            guard let first = words.first else { return }
            let rest = Array(words.dropFirst())
            if let place = collected[first, default: []].firstIndex(where: { $0.rest == rest }) {
                collected[first]?[place].classes.formUnion(classes)
            } else {
                collected[first, default: []].append(Term(rest: rest, classes: classes))
            }
        }
        for (classes, text) in table {
            for term in text.utf8.split(separator: UInt8(ascii: "|")) {
                Array(term).withUnsafeBufferPointer { bytes in
                    add(FoldedWords(bytes).words.map(\.hash), classes)
                }
                if classes.isSubset(of: [.override, .prior, .instruction, .reveal, .prompt, .jailbreak]) {
                    let rotated = term.map(Self.rotated)
                    if term.count > 4, term.allSatisfy({ $0 < 0x80 }) {
                        rotated.withUnsafeBufferPointer { bytes in
                            add(FoldedWords(bytes).words.map(\.hash), [classes, .rotated])
                        }
                    }
                }
            }
        }
        var size = 64
        while size < collected.count * 4 { size *= 2 }
        slots = Array(repeating: 0, count: size)
        terms = Array(repeating: [], count: size)
        for (hash, list) in collected {
            filter[Int(truncatingIfNeeded: hash >> 6) & 0x7FF] |= 1 << (hash & 63)
            var slot = Int(truncatingIfNeeded: hash >> 17) & (size - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = hash
            // The longest term counts.
            terms[slot] = list.sorted { $0.rest.count > $1.rest.count }
        }
    }

    private static func rotated(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x61...0x7A: (byte - 0x61 + 13) % 26 + 0x61
        case 0x41...0x5A: (byte - 0x41 + 13) % 26 + 0x41
        default: byte
        }
    }

    @inline(__always)
    func mayHave(_ hash: UInt64) -> Bool {
        filter[Int(truncatingIfNeeded: hash >> 6) & 0x7FF] & (1 << (hash & 63)) != 0
    }

    /// The terms that begin with a word.
    func terms(_ hash: UInt64) -> [Term]? {
        var slot = Int(truncatingIfNeeded: hash >> 17) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] == hash { return terms[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}
