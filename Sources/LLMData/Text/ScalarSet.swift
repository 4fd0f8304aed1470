/// A fixed set of scalars below U+20000, as a bitmap.
struct ScalarSet: Sendable {
    private let low: UInt64
    private let high: UInt64
    private let bits: [UInt64]

    /// Reads ranges in hexadecimal: `21 2e 37-3f`.
    init(_ ranges: StaticString) {
        var bits = [UInt64](repeating: 0, count: 0x20000 / 64)
        func add(_ first: Int, _ last: Int) {
            guard first <= last else { return }
            for scalar in first...last where scalar < 0x20000 { bits[scalar >> 6] |= 1 << UInt64(scalar & 63) }
        }
        var first: Int?
        var number = 0
        let text = UnsafeBufferPointer(start: ranges.utf8Start, count: ranges.utf8CodeUnitCount)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"):
                first = number
                number = 0
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                add(first ?? number, number)
                first = nil
                number = 0
            default: number = number << 4 | Int(byte >= 97 ? byte - 87 : byte - 48)
            }
        }
        add(first ?? number, number)
        (low, high, self.bits) = (bits[0], bits[1], bits)
    }

    /// Makes a set of these scalars.
    init(_ scalars: some Sequence<Unicode.Scalar>) {
        var bits = [UInt64](repeating: 0, count: 0x20000 / 64)
        for scalar in scalars where scalar.value < 0x20000 {
            bits[Int(scalar.value) >> 6] |= 1 << UInt64(scalar.value & 63)
        }
        (low, high, self.bits) = (bits[0], bits[1], bits)
    }

    @inline(__always) func contains(_ scalar: UInt32) -> Bool {
        if scalar < 64 { return low >> UInt64(scalar) & 1 != 0 }
        if scalar < 128 { return high >> UInt64(scalar - 64) & 1 != 0 }
        return scalar < 0x20000 && bits[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 != 0
    }
}

extension ScalarSet {
    /// Marks that end sentences in the scripts of the world: `TERMINAL_PUNCTUATION` of datatrove 0.10, the property
    /// Sentence_Terminal of Unicode and some more.
    static let terminalPunctuation = ScalarSet(
        """
        21 2e 3f 589 61d-61f 6d4 700-702 7f9 837 839 83d-83e 964-965 104a-104b 1362 1367-1368 166e 1735-1736 17d4-17d6 \
        17d9-17da 1803 1809 1944-1945 1aa8-1aab 1b5a-1b5b 1b5e-1b5f 1b7d-1b7e 1c3b-1c3c 1c7e-1c7f 203c-203d 2047-2049 \
        2e2e 2e3c 2e53-2e54 3002 a4ff a60e-a60f a6f3 a6f7 a876-a877 a8ce-a8cf a92f a9c8-a9c9 aa5d-aa5f aaf0-aaf1 abeb \
        fe52 fe56-fe57 ff01 ff0e ff1f ff61 10a56-10a57 10f55-10f59 10f86-10f89 11047-11048 110be-110c1 11141-11143 \
        111c5-111c6 111cd 111de-111df 11238-11239 1123b-1123c 112a9 1144b-1144c 115c2-115c3 115c9-115d7 11641-11642 \
        1173c-1173e 11944 11946 11a42-11a43 11a9b-11a9c 11c41-11c42 11ef7-11ef8 11f43-11f44 16a6e-16a6f 16af5 \
        16b37-16b38 16b44 16e98 1bc9f 1da88
        """)

    /// What counts as a symbol and not as part of a word: `PUNCTUATION_SET` of datatrove 0.10 without the above.
    private static let symbolRanges: StaticString = """
        0-8 b-1f 21-2f 3a-40 5b-60 7b-9f ab b4 bb 2013-2014 2019 201c-201e 2026 2236 2501 25ba 3001-3002 3008-300d \
        3010-3011 ff01 ff05 ff08-ff09 ff0c ff0e ff11 ff1a-ff1b ff1f ff5e
        """

    /// What text simplification turns into spaces: `PUNCTUATION` of datatrove 0.10.
    static let symbols = ScalarSet(symbolRanges)

    /// Marks after which spaCy's sentencizer ends a sentence.
    static let sentenceMarks = ScalarSet(
        """
        21 2e 3f 589 61f 6d4 700-702 7f9 964-965 104a-104b 1362 1367-1368 166e 1735-1736 1803 1809 1944-1945 1aa8-1aab \
        1b5a-1b5b 1b5e-1b5f 1c3b-1c3c 1c7e-1c7f 203c-203d 2047-2049 2e2e 2e3c 3002 a4ff a60e-a60f a6f3 a6f7 a876-a877 \
        a8ce-a8cf a92f a9c8-a9c9 aa5d-aa5f aaf0-aaf1 abeb fe52 fe56-fe57 ff01 ff0e ff1f ff61 10a56-10a57 11047-11048 \
        110be-110c1 11141-11143 111c5-111c6 111cd 111de-111df 11238-11239 1123b-1123c 112a9 1144b-1144c 115c2-115c3 \
        115c9-115d7 11641-11642 1173c-1173e 11a42-11a43 11a9b-11a9c 11c41-11c42 16a6e-16a6f 16af5 16b37-16b38 16b44 \
        1bc9f 1da88
        """)
}
