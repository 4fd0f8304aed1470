import LLMGovernance
import Testing

@Suite struct ScannerTests {
    private struct Digits: Scanner {
        let name = "digits"
        let hookPoints: Set<HookPoint> = [.input]
        func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
            text.indices.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[$0]) }
                .map { Finding(kind: "DIGIT", range: $0..<$0 + 1, score: 1, rule: "digit") }
        }
    }

    @Test func `Offsets of findings count UTF-8 bytes`() {
        #expect(Digits().scan("é1").map(\.range) == [2..<3])
    }
}
