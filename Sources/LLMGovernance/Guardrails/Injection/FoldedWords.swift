/// The words of a text, folded, as hashes with their places.
struct FoldedWords {
    struct Word {
        /// Of the letters as written, lower case.
        var hash: UInt64
        /// With look-alikes and digits read as Latin letters; 0 when that changes nothing.
        var alternative: UInt64
        var start: Int32
        var end: Int32
        var sentence: Int32
        /// The letter, if the word is only one of a to z.
        var single: UInt8
    }

    private(set) var words: [Word] = []
    static let emptyHash: UInt64 = 0xCBF2_9CE4_8422_2325

    @inline(__always)
    static func add(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// The hash of a folded word, for tables.
    static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(emptyHash) { add($1, to: $0) } }

    private var hash = Self.emptyHash
    private var latin = Self.emptyHash
    private var length = 0
    private var start = 0
    private var sentence: Int32 = 0
    private var differs = false
    private var last: UInt8 = 0
    private var newlines = 0
    private var mayEndSentence = false

    /// By ASCII byte: 0 separates, else the lower-case letter or digit.
    private static let classes: [UInt8] = (0..<128).map { byte in
        switch UInt8(byte) {
        case 0x30...0x39, 0x61...0x7A: UInt8(byte)
        case 0x41...0x5A: UInt8(byte) + 32
        default: 0
        }
    }
    /// By ASCII byte: the letter that a digit or sign stands for in "1337" spelling.
    private static let spelled: [UInt8] = {
        var table = [UInt8](repeating: 0, count: 128)
        for (sign, letter) in zip("01345789@$!".utf8, "oieastbgasi".utf8) { table[Int(sign)] = letter }
        return table
    }()

    init(_ text: UnsafeBufferPointer<UInt8>) {
        words.reserveCapacity(text.count / 5)
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            if byte < 0x80 {
                ascii(byte, at: offset, next: offset + 1 < text.count ? text[offset + 1] : 0x20)
                offset += 1
                continue
            }
            guard let (scalar, count) = ScalarDecoding.scalar(text, at: offset) else {
                finish(at: offset)
                offset += 1
                continue
            }
            switch TextFolding.fold(scalar) {
            case .invisible: if length > 0 { differs = true }
            case .ascii(let folded):
                ascii(folded, at: offset, next: offset + count < text.count ? text[offset + count] : 0x20)
            case .letter(let letter, let look):
                open(at: offset)
                for unit in String(letter).utf8 { hash = Self.add(unit, to: hash) }
                latin = Self.add(look == 0 ? 1 : look, to: latin)
                differs = true
                length += 1
                last = 0
            case .ideograph(let letter):
                finish(at: offset)
                open(at: offset)
                for unit in String(letter).utf8 { hash = Self.add(unit, to: hash) }
                length = 1
                finish(at: offset + count)
            case .other: finish(at: offset)
            }
            offset += count
        }
        finish(at: text.count)
    }

    @inline(__always)
    private mutating func open(at offset: Int) {
        if length > 0 { return }
        start = offset
        if mayEndSentence {
            sentence += 1
            mayEndSentence = false
        }
    }

    @inline(__always)
    private mutating func ascii(_ byte: UInt8, at offset: Int, next: UInt8) {
        let letter = byte < 0x80 ? Self.classes[Int(byte)] : 0
        if letter != 0 {
            open(at: offset)
            hash = Self.add(letter, to: hash)
            let look = Self.spelled[Int(letter)]
            if look != 0 { differs = true }
            latin = Self.add(look == 0 ? letter : look, to: latin)
            length += 1
            last = letter
            newlines = 0
            return
        }
        switch byte {
        case UInt8(ascii: "'"): if length > 0 { return }
        case UInt8(ascii: "@"), UInt8(ascii: "$"), UInt8(ascii: "!"):
            // Inside a word: a letter in disguise.
            if length > 0, next < 0x80, Self.classes[Int(next)] > 0x39 {
                latin = Self.add(Self.spelled[Int(byte)], to: latin)
                hash = Self.add(byte, to: hash)
                differs = true
                length += 1
                last = 0
                return
            }
            if byte == UInt8(ascii: "!") { mayEndSentence = true }
        case UInt8(ascii: "."), UInt8(ascii: "?"), UInt8(ascii: ";"):
            if next <= 0x20 || next >= 0x80 { mayEndSentence = true }
        case UInt8(ascii: "\n"):
            newlines += 1
            if newlines > 1 { mayEndSentence = true }
        default: break
        }
        finish(at: offset)
    }

    @inline(__always)
    private mutating func finish(at offset: Int) {
        guard length > 0 else { return }
        words.append(
            Word(
                hash: hash, alternative: differs ? latin : 0, start: Int32(truncatingIfNeeded: start),
                end: Int32(truncatingIfNeeded: offset), sentence: sentence,
                single: length == 1 && last >= 0x61 ? last : 0))
        (hash, latin, length, differs) = (Self.emptyHash, Self.emptyHash, 0, false)
    }
}
