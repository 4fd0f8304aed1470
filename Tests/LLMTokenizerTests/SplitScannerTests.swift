import CLLMKernels
import Testing

@testable import LLMTokenizer

/// Scanners written by hand, and their twin in C, against the general regular expression engine.
@Suite("Split scanners") struct SplitScannerTests {
    private static let cl100k =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let qwen2 =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let qwen35 =
        #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let deepSeek = [
        #"\p{N}{1,3}"#, "[一-龥぀-ゟ゠-ヿ]+",
        ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
    ]
    static let kinds = [[KnownPatterns.gpt2], [cl100k], [qwen2], [qwen35], deepSeek]

    private struct Random {
        var state: UInt64
        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    private static let pieces: [[UInt8]] = {
        let texts = [
            "a", "Z", "the", "Hello", " ", "  ", "    ", "\t", "\n", "\r\n", "\n\n", "'s", "'S", "'ll", "'re", "'",
            "'ſ", "'t",
            "1", "23", "4567", "٣", "½", "Ⅷ", "!", "?!", "(", "#", "_", "$", "+", "é", "ß", "и", "привет", "日", "漢字",
            "かな",
            "ー", "・", "゛", "\u{30A0}", "\u{3040}", "\u{3097}", "\u{3099}", "龦", "한", "ไทย", "कि", "्", "\u{301}",
            "\u{200B}", "\u{200D}", "\u{FEFF}", "\u{7}", "\u{0}", "\u{A0}",
            "\u{3000}",
            "\u{2028}", "\u{85}", "。", "…", "€", "😀", "𝒜", "𠀀", "\u{E0001}", "\u{10FFFF}", "word ", " x", "/", "\u{1F}",
        ]
        return texts.map { Array($0.utf8) } + [[0xFF], [0xE6, 0x97], [0xC3], [0xF0, 0x9F]]
    }()

    private static func text(_ random: inout Random) -> [UInt8] {
        var text: [UInt8] = []
        // Few kinds of pieces in a text make long runs and rare neighbours.
        let few = (0..<(1 + random.next(6))).map { _ in pieces[random.next(pieces.count)] }
        for _ in 0..<(1 + random.next(120)) {
            text += random.next(4) == 0 ? pieces[random.next(pieces.count)] : few[random.next(few.count)]
        }
        return text.withUnsafeBytes(UTF8Text.repaired)
    }

    @Test("Scanners cut 20,000 random texts where the regular expression engine does", arguments: kinds)
    func random(patterns: [String]) throws {
        let general = PreTokenizer(
            steps: try patterns.map { pattern in
                .pattern(.regex(try RegexProgram(pattern, dialect: .oniguruma)), .isolated, inverted: false)
            })
        let made = PreTokenizer(steps: try patterns.map { try KnownPatterns.step($0) }).withScanners
        let scanner = try #require(made.onlyScanner)
        // The instructions this processor has, from the least on.
        let fast = [Int32(1), 2].compactMap { FastSplit(scanner, level: $0) }
        let scratch = EncodeScratch()
        var random = Random(state: 11)
        for _ in 0..<20_000 {
            let text = Self.text(&random)
            text.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                let span = Span(start: 0, end: buffer.count)
                general.split(base, span, scratch)
                let expected = scratch.spans.map(\.end)
                made.split(base, span, scratch)
                #expect(scratch.spans.map(\.end) == expected, "\(text)")
                for split in fast { #expect(Self.ends(base, buffer.count, scanner, split) == expected, "\(text)") }
            }
        }
    }

    @Test("Keys of words are what the word cache makes of them, up to the last byte that may be read")
    func keys() throws {
        let store = WordStore(bits: 10)
        var random = Random(state: 7)
        for level in 0...llmk_split_level() {
            for _ in 0..<500 {
                var starts: [UInt32] = []
                var ends: [UInt32] = []
                while ends.count < 40 {
                    starts.append((ends.last ?? 0) + UInt32(random.next(2)))
                    ends.append(starts[starts.count - 1] + UInt32(1 + random.next(18)))
                }
                // Memory of exactly this size: reading beyond it is what the address sanitizer finds.
                let text = (0..<Int(ends[39])).map { _ in UInt8(random.next(256)) }
                let batch = WordBatch()
                let keys = batch.keys.pointer
                llmk_word_keys(
                    level, text, Int64(text.count), starts, ends, Int64(ends.count), store.table.entries,
                    store.table.bits, keys)
                for (index, end) in ends.enumerated() {
                    let start = Int(starts[index])
                    let length = Int(end) - start
                    text.withUnsafeBufferPointer { buffer in
                        guard let base = buffer.baseAddress, length <= WordKey.longestWord else { return }
                        let known = WordKey.key(base + start, length)
                        #expect(keys[index].low == known.low && keys[index].high == known.high)
                        #expect(Int(keys[index].slot) == store.table.bucket(known.low, known.high))
                    }
                    #expect(Int(keys[index].start) == start && (length <= 15) == (keys[index].high != 0))
                }
                withExtendedLifetime(batch) {}
            }
        }
    }

    private static func ends(_ text: Bytes, _ count: Int, _ scanner: SplitScanner, _ fast: FastSplit) -> [Int] {
        var ends: [Int] = []
        var position = 0
        var found = [UInt32](repeating: 0, count: 72)
        while position < count {
            let number = found.withUnsafeMutableBufferPointer {
                fast.words(text, base: 0, from: position, to: count, $0.baseAddress!, capacity: 64)
            }
            if number > 0 {
                ends += found[0..<number].map { Int($0) }
            } else {
                ends.append(scanner.next(text, position, count, UnicodeData.shared, ScanFlags.ascii.pointer))
            }
            position = ends[ends.count - 1]
        }
        return ends
    }
}
