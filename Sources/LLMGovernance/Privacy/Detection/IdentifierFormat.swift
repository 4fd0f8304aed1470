/// How an identifier is written, and how sure a match is.
///
/// A template spells it: `d` a digit, `A` a letter, `X` either; a space, `-`, `.`, `/` and `+` stand for themselves (a
/// space for every kind of space, `-` for every kind of hyphen), `~` for one of space, hyphen or full stop, the same throughout.
struct IdentifierFormat: Sendable {
    var kind: PersonalDataKind
    var rule: String
    /// The class wanted at each place of the text without separators.
    var classes: [UInt8]
    /// The lengths of the groups.
    var layout: UInt64
    /// The separator wanted between groups, as bits of ``Separator``.
    var separators: [UInt8]
    var check: IdentifierCheck?
    /// The score of a match with no helpful word near it.
    var alone: Double
    /// The score of a match near a word that speaks of it.
    var inContext: Double
    var topics: UInt64

    enum Separator {
        static let space: UInt8 = 1
        static let hyphen: UInt8 = 2
        static let stop: UInt8 = 4
        static let slash: UInt8 = 8
        static let plus: UInt8 = 16
    }

    /// The code of some group lengths: six bits each.
    @inline(__always) static func layout(_ code: UInt64, adding length: Int) -> UInt64 {
        code << 6 | UInt64(truncatingIfNeeded: length)
    }

    /// The formats of a template: one, or three for `~`.
    static func expand(
        _ template: String, kind: PersonalDataKind, rule: String, check: IdentifierCheck?, alone: Double,
        inContext: Double, topics: ContextTopics
    ) -> [IdentifierFormat] {
        let variants = template.utf8.contains(UInt8(ascii: "~")) ? Array(" -.".utf8) : [0]
        return variants.map { variant in
            var format = IdentifierFormat(
                kind: kind, rule: rule, classes: [], layout: 0, separators: [], check: check, alone: alone,
                inContext: inContext, topics: topics.rawValue)
            var length = 0
            for byte in template.utf8 {
                let byte = byte == UInt8(ascii: "~") ? variant : byte
                switch byte {
                case UInt8(ascii: "d"): format.classes.append(ByteClass.digit)
                case UInt8(ascii: "A"): format.classes.append(ByteClass.letter)
                case UInt8(ascii: "X"): format.classes.append(ByteClass.word)
                default:
                    format.separators.append(separator(byte))
                    format.layout = layout(format.layout, adding: length)
                    length = 0
                    continue
                }
                length += 1
            }
            format.layout = layout(format.layout, adding: length)
            return format
        }
    }

    private static func separator(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "-"): Separator.hyphen
        case UInt8(ascii: "."): Separator.stop
        case UInt8(ascii: "/"): Separator.slash
        case UInt8(ascii: "+"): Separator.plus
        default: Separator.space
        }
    }
}

/// The formats by their group lengths: an open hash table.
struct IdentifierTable: Sendable {
    private var keys: [UInt64] = []
    private var lists: [[IdentifierFormat]] = []
    private var mask = 0

    static let standard = IdentifierTable(IdentifierFormat.all)

    init(_ formats: [IdentifierFormat]) {
        var groups: [UInt64: [IdentifierFormat]] = [:]
        for format in formats { groups[format.layout, default: []].append(format) }
        var size = 16
        while size < groups.count * 4 { size *= 2 }
        mask = size - 1
        keys = [UInt64](repeating: 0, count: size)
        lists = [[IdentifierFormat]](repeating: [], count: size)
        for (layout, list) in groups.sorted(by: { $0.key < $1.key }) {
            var index = Self.slot(layout) & mask
            while keys[index] != 0 { index = (index + 1) & mask }
            keys[index] = layout
            lists[index] = list
        }
    }

    @inline(__always) private static func slot(_ layout: UInt64) -> Int {
        Int(truncatingIfNeeded: (layout &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }

    /// The formats of some group lengths; empty for most.
    func formats(_ layout: UInt64) -> [IdentifierFormat] {
        var index = Self.slot(layout) & mask
        while keys[index] != 0 {
            if keys[index] == layout { return lists[index] }
            index = (index + 1) & mask
        }
        return []
    }
}

extension IdentifierFormat {
    /// Whether a text without separators is a valid identifier of a kind.
    package static func accepts(_ text: String, as kind: PersonalDataKind) -> Bool {
        let bytes = text.utf8.filter { ByteClass.isWord($0) }.map(ByteClass.uppercased)
        return bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return false }
            switch kind {
            case .creditCard:
                return buffer.allSatisfy(ByteClass.isDigit) && buffer.count >= 12
                    && CheckDigits.creditCard(base, buffer.count)
            case .ibanCode: return CheckDigits.iban(base, buffer.count)
            default: break
            }
            return all.contains { format in
                guard format.kind == kind, format.rule != "kr-rrn-2020", format.classes.count == buffer.count else {
                    return false
                }
                for (index, wanted) in format.classes.enumerated() where ByteClass.of(buffer[index]) & wanted == 0 {
                    return false
                }
                return format.check?(base, buffer.count) ?? true
            }
        }
    }
}
