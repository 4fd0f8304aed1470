/// Names of Unicode properties in patterns.
enum UnicodeProperty {
    /// A general category, a group of them, a binary property or a script we have.
    static func named(_ name: String) -> ScalarSet? {
        let key = String(name.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" })
        if let set = classes[key] { return ScalarSet(set) }
        for prefix in ["script=", "sc=", "generalcategory=", "gc=", "is"] where key.hasPrefix(prefix) {
            if let set = classes[String(key.dropFirst(prefix.count))] { return ScalarSet(set) }
        }
        if let set = posix(key) { return set }
        return scripts[String(key.split(separator: "=").last ?? "")].map { ranges in
            var set = ScalarSet()
            set.ranges = ranges
            return set
        }
    }

    /// The names in `[:name:]`, over all of Unicode.
    static func posix(_ name: String) -> ScalarSet? {
        var set: ScalarSet
        switch name {
        case "alpha": set = ScalarSet([.letter, .mark])
        case "digit": set = ScalarSet(ScalarClass(.decimalNumber))
        case "alnum": set = ScalarSet([.letter, .mark, ScalarClass(.decimalNumber)])
        case "upper": set = ScalarSet(ScalarClass(.uppercaseLetter))
        case "lower": set = ScalarSet(ScalarClass(.lowercaseLetter))
        case "space": set = ScalarSet(.whiteSpace)
        case "punct": set = ScalarSet([.punctuation, .symbol])
        case "cntrl": set = ScalarSet(ScalarClass(.control))
        case "word": set = .wordInClass
        case "blank":
            set = ScalarSet(ScalarClass(.spaceSeparator))
            set.ranges = [9...9]
        case "xdigit":
            set = ScalarSet()
            set.ranges = [0x30...0x39, 0x41...0x46, 0x61...0x66]
        case "ascii":
            set = ScalarSet()
            set.ranges = [0...0x7F]
        default: return nil
        }
        return set
    }

    private static let classes: [String: ScalarClass] = {
        let short = [
            "cn", "lu", "ll", "lt", "lm", "lo", "mn", "mc", "me", "nd", "nl", "no", "pc", "pd", "ps", "pe", "pi", "pf",
            "po", "sm", "sc", "sk", "so", "zs", "zl", "zp", "cc", "cf", "cs", "co",
        ]
        var names: [String: ScalarClass] = [
            "l": .letter, "letter": .letter, "m": .mark, "mark": .mark, "n": .number, "number": .number,
            "p": .punctuation, "punctuation": .punctuation, "s": .symbol, "symbol": .symbol, "z": .separator,
            "separator": .separator, "c": .other, "other": .other, "any": .allCategories,
            "whitespace": .whiteSpace, "han": .han, "hani": .han,
            "l&": [
                ScalarClass(.uppercaseLetter), ScalarClass(.lowercaseLetter), ScalarClass(.titlecaseLetter),
            ],
        ]
        for (index, name) in short.enumerated() { names[name] = ScalarClass(rawValue: 1 << UInt64(index)) }
        return names
    }()

    /// Scripts that split patterns name, besides Han.
    private static let scripts: [String: [ClosedRange<UInt32>]] = [
        "hiragana": [
            0x3041...0x3096, 0x309D...0x309F, 0x1B001...0x1B11F, 0x1B132...0x1B132, 0x1B150...0x1B152,
            0x1F200...0x1F200,
        ],
        "katakana": [
            0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF, 0x32D0...0x32FE, 0x3300...0x3357, 0xFF66...0xFF6F,
            0xFF71...0xFF9D, 0x1AFF0...0x1AFF3, 0x1AFF5...0x1AFFB, 0x1AFFD...0x1AFFE, 0x1B000...0x1B000,
            0x1B120...0x1B122, 0x1B155...0x1B155, 0x1B164...0x1B167,
        ],
        "hangul": [
            0x1100...0x11FF, 0x302E...0x302F, 0x3131...0x318E, 0x3200...0x321E, 0x3260...0x327E, 0xA960...0xA97C,
            0xAC00...0xD7A3, 0xD7B0...0xD7C6, 0xD7CB...0xD7FB, 0xFFA0...0xFFBE, 0xFFC2...0xFFC7, 0xFFCA...0xFFCF,
            0xFFD2...0xFFD7, 0xFFDA...0xFFDC,
        ],
        "thai": [0xE01...0xE3A, 0xE40...0xE5B],
        "arabic": [
            0x600...0x604, 0x606...0x60B, 0x60D...0x61A, 0x61C...0x61E, 0x620...0x63F, 0x641...0x64A, 0x656...0x66F,
            0x671...0x6DC, 0x6DE...0x6FF, 0x750...0x77F, 0x8A0...0x8E1, 0x8E3...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFC,
        ],
    ]
}
