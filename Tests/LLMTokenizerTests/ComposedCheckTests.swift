import Foundation
import Testing

@testable import LLMTokenizer

@Suite("Quick check for composed text") struct ComposedCheckTests {
    /// The composed form by way of everything taken apart, and where its bytes come from.
    private static func composedWhole(_ text: TextBuffer) -> TextBuffer {
        var out = TextBuffer()
        out.reset(tracksOrigins: text.tracksOrigins)
        text.bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            var pass = NormalizationPass(form: .nfc, position: 0)
            pass.run(text, base, 0..<text.count, &out)
        }
        return out
    }

    @Test("What it lets through, composing does not change; what it marks is all that composing changes")
    func agrees() {
        var random = SeededNumbers(state: 5)
        let ranges: [ClosedRange<UInt32>] = [
            0x20...0x7E, 0xC0...0x24F, 0x300...0x36F, 0x590...0x6FF, 0x900...0xDFF, 0xF00...0xFFF, 0x1100...0x11FF,
            0x1E00...0x1FFF, 0x3040...0x30FF, 0x4E00...0x4E80, 0xAC00...0xAD00, 0xF900...0xFA20, 0x1D150...0x1D1C0,
            0x2F800...0x2F820,
        ]
        var passed = 0
        for _ in 0..<40_000 {
            let few = [ranges[random.next(ranges.count)], ranges[random.next(ranges.count)]]
            var text = TextBuffer()
            for _ in 0..<(1 + random.next(8)) {
                let range = few[random.next(2)]
                UTF8Text.append(range.lowerBound + UInt32(random.next(range.count)), to: &text.bytes)
            }
            let before = text.bytes
            let isComposed = before.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { ComposedCheck.shared.isComposed($0, Span(start: 0, end: bytes.count)) } ?? true
            }
            before.withUnsafeBufferPointer { bytes in
                guard let base = bytes.baseAddress else { return }
                text.assign(base, Span(start: 0, end: bytes.count), tracksOrigins: true)
            }
            let whole = Self.composedWhole(text)
            var spare = TextBuffer()
            NormalizationForm.nfc.apply(&text, spare: &spare)
            #expect(text.bytes == whole.bytes, "\(before)")
            #expect(text.bytes.indices.allSatisfy { text.origin($0) == whole.origin($0) }, "\(before)")
            if isComposed {
                passed += 1
                #expect(text.bytes == before)
            }
        }
        #expect(passed > 5_000)
    }

    @Test("Plain and composed text it lets through") func plain() {
        for plain in ["plain", "Ångström déjà", "Привет", "漢字かな", "한국어", "हिन्दी भाषा", "العربية"] {
            let bytes = Array(plain.utf8)
            #expect(
                bytes.withUnsafeBufferPointer {
                    ComposedCheck.shared.isComposed($0.baseAddress!, Span(start: 0, end: bytes.count))
                }, "\(plain)")
        }
    }

    @Test("Every form equals that of tokenizers", arguments: ["nfc", "nfd", "nfkc", "nfkd"]) func golden(_ name: String)
        throws
    {
        let forms: [String: NormalizationForm] = ["nfc": .nfc, "nfd": .nfd, "nfkc": .nfkc, "nfkd": .nfkd]
        let form = try #require(forms[name])
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")
        let cases = try JSONDecoder().decode(
            [[String: String]].self, from: Data(contentsOf: folder.appending(path: "normalization.json")))
        #expect(cases.count == 500)
        for item in cases {
            var text = TextBuffer()
            text.bytes = Array(try #require(item["text"]).utf8)
            var spare = TextBuffer()
            form.apply(&text, spare: &spare)
            #expect(text.bytes == Array(try #require(item[name]).utf8), "\(item)")
        }
    }

    @Test("A hundred thousand marks behind a letter are put in order in n log n steps") func manyMarks() {
        // Descending and alternating classes: what insertion one by one takes a quadratic time for.
        let marks: [UInt32] = [0x0301, 0x0323, 0x0345, 0x0315, 0x0334]
        var text = TextBuffer()
        var scalars: [UInt32] = []
        for index in 0..<100_000 { scalars.append(marks[index % marks.count]) }
        for scalar in [0x61] + scalars { UTF8Text.append(scalar, to: &text.bytes) }
        var spare = TextBuffer()
        NormalizationForm.nfd.apply(&text, spare: &spare)
        var expected: [UInt8] = [0x61]
        let order: [UInt32] = [0x0334, 0x0323, 0x0301, 0x0315, 0x0345]
        // 1, 220, 230, 232, 240
        for mark in order { for _ in 0..<20_000 { UTF8Text.append(mark, to: &expected) } }
        #expect(text.bytes == expected)
    }
}

/// A generator that gives the same numbers every time.
private struct SeededNumbers {
    var state: UInt64
    mutating func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
