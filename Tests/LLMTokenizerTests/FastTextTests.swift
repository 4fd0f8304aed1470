import LLMTensor
import Testing

@testable import LLMTokenizer

/// What is done by the register next to its plain twin.
@Suite("Fast ways with text") struct FastTextTests {
    private struct Random {
        var state: UInt64
        mutating func next(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

    private static let pieces: [[UInt8]] = {
        let texts = [
            "a", "word ", " ", "\n", "12", "é", "ß", "привет", "שלום", "ع", "\u{301}", "\u{345}", "日本", "かな", "ガ", "한",
            "ไทย",
            "कि", "क़", "…", "Å", "😀", "𝒜", "\u{1D15E}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}",
            "\u{10000}", "\u{10FFFF}",
        ]
        return texts.map { Array($0.utf8) }
    }()
    /// What no well-formed text holds: truncated, overlong, surrogates, beyond U+10FFFF, lone continuation bytes.
    private static let wrong: [[UInt8]] = [
        [0x80], [0xBF, 0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x9F, 0xBF], [0xE6, 0x97], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE, 0x80],
    ]

    private static func text(_ random: inout Random, errors: Int) -> [UInt8] {
        var text = [UInt8](repeating: 0x61, count: random.next(70))
        let few = (0..<(1 + random.next(4))).map { _ in pieces[random.next(pieces.count)] }
        for _ in 0..<random.next(60) { text += few[random.next(few.count)] }
        for _ in 0..<errors {
            text.insert(contentsOf: wrong[random.next(wrong.count)], at: random.next(text.count + 1))
        }
        return text
    }

    @Test("Well-formed prefixes end where the plain check ends them") func wellFormed() {
        var random = Random(state: 1)
        for round in 0..<40_000 {
            let text = Self.text(&random, errors: round % 3)
            let start = text.isEmpty ? 0 : random.next(min(text.count, 40))
            text.withUnsafeBytes { bytes in
                let plain = UTF8Text.wellFormedPrefix(plainly: bytes, from: start)
                #expect(UTF8Text.wellFormedPrefix(bytes, from: start) == plain, "\(text) from \(start)")
            }
        }
    }

    @Test("Every pair and triple of bytes is judged like the plain check does, across the edge of a register")
    func wellFormedPairs() {
        let leads: [UInt8] = [0x00, 0x7F, 0x80, 0xBF, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xFF]
        var text = [UInt8](repeating: 0x61, count: 96)
        for first in 0...255 {
            for second in 0...255 {
                for third in leads {
                    let place = 29 + (first + second) % 4
                    text[place] = UInt8(first)
                    text[place + 1] = UInt8(second)
                    text[place + 2] = third
                    let isSame = text.withUnsafeBytes {
                        UTF8Text.wellFormedPrefix($0) == UTF8Text.wellFormedPrefix(plainly: $0)
                    }
                    if !isSame { Issue.record("\(first) \(second) \(third)") }
                    for index in place...(place + 2) { text[index] = 0x61 }
                }
            }
        }
    }

    @Test("Composed text passes and other text stops as in the plain check") func composed() {
        var random = Random(state: 2)
        var passed = 0
        for _ in 0..<20_000 {
            let text = Self.text(&random, errors: 0)
            text.withUnsafeBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                var position = 0
                let check = ComposedCheck.shared
                let plain = check.isComposed(plainly: base, &position, buffer.count, buffer.count)
                passed += plain ? 1 : 0
                #expect(check.isComposed(base, Span(start: 0, end: buffer.count)) == plain, "\(text)")
            }
        }
        #expect(passed > 5_000 && passed < 19_000)
    }

    @Test("Words merge in C as they do in Swift, for random merges") func merges() {
        var random = Random(state: 3)
        let letters: [UInt8] = [0x61, 0x62, 0x63, 0x20, 0xD0, 0xB0, 0xB1]
        for _ in 0..<20 {
            var tokens = (0..<256).map { [UInt8($0)] }
            var merges: [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)] = []
            let usual = letters.map { Int($0) }
            for rank in 0..<300 {
                let known = usual + Array(256..<tokens.count)
                let (left, right) = (known[random.next(known.count)], known[random.next(known.count)])
                guard tokens[left].count + tokens[right].count <= 12 else { continue }
                merges.append((TokenID(left), TokenID(right), TokenID(tokens.count), Int32(rank)))
                tokens.append(tokens[left] + tokens[right])
            }
            let model = BPEModel(
                vocabulary: Vocabulary(tokens: tokens), merges: MergeTable(merges), options: BPEModel.Options(),
                findsSeams: false)
            let scratch = EncodeScratch()
            for _ in 0..<2_000 {
                let word = (0..<(1 + random.next(48))).map { _ in letters[random.next(letters.count)] }
                scratch.reset(tracksLengths: false)
                model.encodePlain(word, word.count, scratch)
                let fast = scratch.takeIDs()
                scratch.reset(tracksLengths: false)
                model.encodePlainly(word, word.count, scratch)
                #expect(fast == scratch.takeIDs(), "\(word)")
            }
        }
    }

    @Test("Four threads that fill one table of words read no ids but the right ones") func table() {
        let store = WordStore(bits: 10)
        // More words than there is room for, of all kinds: few ids, many ids, long.
        let words = (0..<3_000).map { number in
            Array("\(number)\(String(repeating: "x", count: number % 3 == 0 ? 20 + number % 20 : number % 10))".utf8)
        }
        let found = (0..<4).map { _ in UnsafeMutablePointer<Int>.allocate(capacity: 1) }
        defer { for counter in found { counter.deallocate() } }
        nonisolated(unsafe) let counters = found
        ComputePool(threadCount: 4).forEachUnit(of: 4) { unit, _ in
            var writer = KnownWords.Writer()
            let table = store.table
            let out = GrowingBuffer<TokenID>(capacity: 64)
            var hits = 0
            for index in 0..<12_000 {
                let number = (index * (unit + 1) * 7) % words.count
                let word = words[number]
                let ids = (0..<min(1 + number % 15, word.count)).map { TokenID(number * 16 + $0) }
                if word.count <= WordKey.longestWord {
                    let (low, high) = WordKey.key(word, word.count)
                    let bucket = table.bucket(low, high)
                    if let entry = table.find(low, high, in: bucket) {
                        hits += Self.holds(out, table.copy(entry, to: out.pointer), ids) ? 1 : -1_000_000
                    } else {
                        table.insert(low, high, in: bucket, ids, ids.count, &writer)
                    }
                } else {
                    let hash = KnownWords.hash(word, word.count)
                    if let end = table.copyLong(word, word.count, hash, to: out.pointer) {
                        hits += Self.holds(out, end, ids) ? 1 : -1_000_000
                    } else {
                        table.insertLong(word, word.count, hash, ids, ids.count, &writer)
                    }
                }
            }
            counters[unit].initialize(to: hits)
        }
        for counter in found { #expect(counter.pointee > 2_000) }
    }

    private static func holds(_ out: GrowingBuffer<TokenID>, _ end: UnsafeMutablePointer<TokenID>, _ ids: [TokenID])
        -> Bool
    {
        UnsafeBufferPointer(start: out.pointer, count: end - out.pointer).elementsEqual(ids)
    }
}
