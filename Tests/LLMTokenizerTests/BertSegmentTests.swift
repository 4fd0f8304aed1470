import CLLMKernels
import Testing

@testable import LLMTokenizer

/// The fast way of WordPiece vocabularies: segments found by masks, words in codes.
@Suite("BERT segments") struct BertSegmentTests {
    private struct Random {
        var state: UInt64
        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    /// Instructions from the plainest to the best that this processor has.
    private static var levels: [Int32] { Array(0...llmk_split_level()) }

    private static let pieces: [[UInt8]] = {
        let texts = [
            "a", "word", "Hello", "  ", " ", "\t", "\n", "\r", "\u{B}", "\u{C}", "\0", "\u{1F}", "\u{7F}", "!", "/",
            ":",
            "@", "[", "`", "{", "~", "9", "?!", "é", "ß", "и", "ب", "क", "ไ", "한", "か", "。", "，", "（", "\u{3000}",
            "\u{33FF}", "\u{3400}", "\u{4DBF}", "\u{4DC0}", "\u{4DFF}", "\u{4E00}", "\u{5000}", "\u{9FFF}", "\u{A000}",
            "\u{D7FF}", "\u{E000}", "\u{F8FF}", "\u{F900}", "\u{FAFF}", "\u{FB00}", "\u{FFFF}", "\u{10000}", "😀",
            "\u{1FFFF}", "\u{20000}", "\u{2A6DF}", "\u{2A6E0}", "\u{2A700}", "\u{2B73F}", "\u{2B740}", "\u{2B81F}",
            "\u{2B820}", "\u{2B91F}", "\u{2B920}", "\u{2CEAF}", "\u{2CEB0}", "\u{2F7FF}", "\u{2F800}", "\u{2FA1F}",
            "\u{2FA20}", "\u{E0001}", "\u{10FFFF}",
        ]
        return texts.map { Array($0.utf8) }
    }()

    private static func text(_ random: inout Random, _ most: Int) -> [UInt8] {
        // Few kinds of pieces in a text make long runs and rare neighbours.
        let few = (0..<(1 + random.next(6))).map { _ in pieces[random.next(pieces.count)] }
        return (0..<random.next(most)).flatMap { _ in
            random.next(4) == 0 ? pieces[random.next(pieces.count)] : few[random.next(few.count)]
        }
    }

    private static func parts(_ vocabulary: String, lowercases: Bool = true) throws -> PipelineTokenizer.Parts {
        var text = vocabulary
        return try text.withUTF8 { bytes in
            let tokenizer = try VocabularyFiles.bert(
                bytes: UnsafeRawBufferPointer(bytes), source: "test", lowercases: lowercases)
            return try #require(tokenizer as? PipelineTokenizer).parts
        }
    }

    @Test("Segments found 64 bytes at a time are those of the plain scanner", arguments: [true, false])
    func found(padsIdeographs: Bool) throws {
        var parts = try Self.parts("[UNK]\na")
        var normalizer = BertNormalizer()
        normalizer.padsIdeographs = padsIdeographs
        parts.normalizer = .bert(normalizer)
        let scans = try Self.levels.map { try #require(BertSegments(parts, level: $0)) }
        var random = Random(state: 3)
        var starts = [UInt32](repeating: 0, count: 256)
        var ends = starts
        for round in 0..<20_000 {
            // Memory of exactly this size: reading beyond it is what the address sanitizer finds.
            let text = Self.text(&random, round % 50 == 0 ? 2000 : 90)
            text.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                var expected: [Span] = []
                var position = 0
                while position < text.count {
                    let segment = scans[0].next(base, position, text.count)
                    if segment.start < segment.end { expected.append(segment) }
                    position = segment.end
                }
                for scan in scans {
                    var segments: [Span] = []
                    position = 0
                    while position < text.count {
                        let (count, bytes) = scan.segments(
                            base + position, text.count - position, &starts, &ends, capacity: 128 + round % 129)
                        guard bytes > 0 else { break }
                        for index in 0..<count {
                            segments.append(
                                Span(start: position + Int(starts[index]), end: position + Int(ends[index])))
                        }
                        position += bytes
                    }
                    #expect(segments == expected, "\(scan.level) \(text)")
                }
            }
        }
    }

    @Test("A segment longer than a batch is found, and one behind much white space")
    func long() throws {
        let parts = try Self.parts("[UNK]\na")
        var starts = [UInt32](repeating: 0, count: 256)
        var ends = starts
        for level in Self.levels {
            let scan = try #require(BertSegments(parts, level: level))
            let texts: [[UInt8]] = [
                Array("b ".utf8) + [UInt8](repeating: 0x61, count: 3_000_001) + Array(" c".utf8),
                [UInt8](repeating: 0x20, count: 3_000_001) + Array("c".utf8),
            ]
            for text in texts {
                var lengths: [Int] = []
                text.withUnsafeBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    var position = 0
                    while position < text.count {
                        let (count, bytes) = scan.segments(
                            base + position, text.count - position, &starts, &ends, capacity: 256)
                        guard bytes > 0 else { break }
                        for index in 0..<count { lengths.append(Int(ends[index] - starts[index])) }
                        position += bytes
                    }
                }
                #expect(lengths == (text[0] == 0x20 ? [1] : [1, 3_000_001, 1]))
            }
        }
    }

    @Test("Codes of characters are told apart from the left, few bytes for frequent ones")
    func codes() {
        // More than codes of one and of two bytes are for.
        let scalars = (0x21..<0x6000 as Range<UInt32>).compactMap { Unicode.Scalar($0) }
        let tokens = (["zzzz"] + scalars.map { String($0) }).map { Array($0.utf8) }
        let flat = tokens.flatMap { $0 }
        flat.withUnsafeBufferPointer { all in
            var start = 0
            let alphabet = PieceAlphabet(
                tokens.map { token in
                    defer { start += token.count }
                    return UnsafeBufferPointer(rebasing: all[start..<(start + token.count)])
                })
            #expect(alphabet.code(0x7A).bytes == 1 && alphabet.code(0x7A).count == 1)
            #expect(alphabet.code(0x20).count == 0 && alphabet.code(0x1_0000).count == 0)
            var counts = [0, 0, 0, 0, 0]
            var codes: Set<[UInt8]> = []
            for scalar in scalars {
                let code = alphabet.code(scalar.value)
                counts[code.count] += 1
                codes.insert((0..<code.count).map { UInt8(truncatingIfNeeded: code.bytes >> UInt32(8 * $0)) })
            }
            #expect(codes.count == scalars.count)
            #expect(counts == [0, 191, 15_104, scalars.count - 191 - 15_104, 0])
            for code in codes { for length in 1..<code.count { #expect(!codes.contains(Array(code[..<length]))) } }
        }
    }

    /// The longest token from the left, character by character.
    private static func pieces(of word: [Unicode.Scalar], in tokens: [[Unicode.Scalar]: TokenID]) -> [(TokenID, Int)]? {
        var pieces: [(TokenID, Int)] = []
        var start = 0
        while start < word.count {
            let head: [Unicode.Scalar] = start == 0 ? [] : ["#", "#"]
            guard
                let end = (start + 1...word.count).last(where: { tokens[head + word[start..<$0]] != nil }),
                let id = tokens[head + word[start..<end]]
            else { return nil }
            pieces.append((id, String(String.UnicodeScalarView(word[start..<end])).utf8.count))
            start = end
        }
        return pieces
    }

    @Test("Words in codes become the pieces that characters become, with their lengths in bytes")
    func words() throws {
        let letters: [Unicode.Scalar] = ["a", "b", "é", "и", "क", "한", "字", "😀", "𝒜"]
        var random = Random(state: 9)
        var list = ["[UNK]"]
        for _ in 0..<300 {
            let scalars = (0..<(1 + random.next(4))).map { _ in letters[random.next(letters.count - 1)] }
            let token = (random.next(2) == 0 ? "##" : "") + String(String.UnicodeScalarView(scalars))
            if !list.contains(token) { list.append(token) }
        }
        var tokens: [[Unicode.Scalar]: TokenID] = [:]
        for (id, token) in list.enumerated() { tokens[Array(token.unicodeScalars)] = TokenID(id) }
        guard case .wordPiece(let model) = try Self.parts(list.joined(separator: "\n")).model else { return }
        let scratch = EncodeScratch()
        scratch.reset(tracksLengths: true)
        for _ in 0..<20_000 {
            let word = (0..<(1 + random.next(12))).map { _ in letters[random.next(letters.count)] }
            let bytes = Array(String(String.UnicodeScalarView(word)).utf8)
            scratch.reset(tracksLengths: true)
            bytes.withUnsafeBufferPointer { model.encode($0.baseAddress!, $0.count, scratch) }
            let expected = Self.pieces(of: word, in: tokens) ?? [(0, bytes.count)]
            #expect((0..<scratch.count).map { scratch.ids[$0] } == expected.map(\.0))
            #expect((0..<scratch.count).map { Int(scratch.lengths[$0]) } == expected.map(\.1))
        }
    }

    @Test(
        "Ids are those of all stages, with every kind of instructions",
        arguments: [(true, nil), (false, nil), (true, false), (false, true)] as [(Bool, Bool?)])
    func ids(lowercases: Bool, stripsAccents: Bool?) throws {
        var list = [
            "[UNK]", "word", "hello", "Hello", "##!", "!", "。", "か", "##か", "한", "##한", "😀", "##😀", "字", "e\u{301}",
        ]
        for letter in "abcdefhlorw".unicodeScalars { list += [String(letter), "##\(letter)"] }
        list += [
            "é", "##é", "и", "##и", "ب", "क", "\u{1112}", "##\u{1161}", "##\u{11AB}", "\u{4E00}", "ß", "9", "[", "~",
        ]
        var parts = try Self.parts(list.joined(separator: "\n"), lowercases: lowercases)
        var normalizer = BertNormalizer()
        (normalizer.lowercases, normalizer.stripsAccents) = (lowercases, stripsAccents)
        parts.normalizer = .bert(normalizer)
        let tokenizer = PipelineTokenizer(parts)
        let scans = try Self.levels.map { try #require(BertSegments(parts, level: $0)) }
        let scratches = scans.map { _ in EncodeScratch() }
        let plain = EncodeScratch()
        var random = Random(state: 21)
        for _ in 0..<4000 {
            let text = Self.text(&random, 200)
            text.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let span = Span(start: 0, end: buffer.count)
                plain.reset(tracksLengths: false)
                tokenizer.encodePlainly(base, span, false, plain)
                let expected = Array(UnsafeBufferPointer(start: plain.ids, count: plain.count))
                for (scan, scratch) in zip(scans, scratches) {
                    scratch.reset(tracksLengths: false)
                    tokenizer.encodeSegments(base, span, .bert(scan), scratch)
                    let ids = Array(UnsafeBufferPointer(start: scratch.ids, count: scratch.count))
                    #expect(ids == expected, "\(scan.level) \(text)")
                }
            }
        }
    }

    @Test("A byte is found where it comes first")
    func byte() {
        let text = [UInt8](repeating: 1, count: 100) + [2, 1, 2]
        #expect(llmk_find_byte(text, 103, 2) == 100)
        #expect(llmk_find_byte(text, 103, 3) == 103)
        #expect(llmk_find_byte(text, 100, 2) == 100)
        #expect(llmk_find_byte(text, 0, 1) == 0)
    }

    @Test("Tokens of parts of characters, as RWKV's, are looked up by bytes")
    func partsOfCharacters() throws {
        let file = try #require(HostileInputTests.files.first { $0.name == "RWKV" })
        let tokenizer = try file.bytes.withUnsafeBytes { try TokenizerLoader.load(bytes: $0, source: file.name) }
        let text = "heh\u{E9}\u{D6}he\u{65E5}"
        let expected: [TokenID] = [256, 0x68, 0xC3, 0xA9, 257, 256, 0xE6, 0x97, 0xA5]
        #expect(tokenizer.encode(text) == expected)
        let rows = tokenizer.encodeBatch([text, text], addSpecialTokens: false)
        #expect(Array(rows.ids) == expected + expected)
    }
}
