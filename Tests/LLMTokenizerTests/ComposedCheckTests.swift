import Testing

@testable import LLMTokenizer

@Suite("Quick check for composed text") struct ComposedCheckTests {
    @Test("What it lets through, composing does not change; plain and composed text it lets through")
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
            var spare = TextBuffer()
            NormalizationForm.nfc.apply(&text, spare: &spare)
            if isComposed {
                passed += 1
                #expect(text.bytes == before)
            }
        }
        #expect(passed > 5_000)
        for plain in ["plain", "Ångström déjà", "Привет", "漢字かな", "한국어", "हिन्दी भाषा", "العربية"] {
            let bytes = Array(plain.utf8)
            #expect(
                bytes.withUnsafeBufferPointer {
                    ComposedCheck.shared.isComposed($0.baseAddress!, Span(start: 0, end: bytes.count))
                }, "\(plain)")
        }
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
