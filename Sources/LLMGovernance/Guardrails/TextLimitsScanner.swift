/// Finds texts that only cost: too long, the same piece over and over, one endless word (OWASP LLM10:2025, LLM04:2023).
public struct TextLimitsScanner: Scanner {
    /// The scanner's name.
    public let name = "limits"
    /// Everywhere.
    public let hookPoints = Set(HookPoint.allCases)
    /// The most bytes a text may have.
    public var largestByteCount: Int
    /// The most bytes of one word.
    public var longestWord: Int
    /// How often a piece of up to 32 bytes may follow itself, if together it fills 256 bytes or more.
    public var mostRepetitions: Int

    /// A scanner.
    public init(largestByteCount: Int = 1 << 20, longestWord: Int = 4096, mostRepetitions: Int = 32) {
        self.largestByteCount = largestByteCount
        self.longestWord = longestWord
        self.mostRepetitions = mostRepetitions
    }

    /// The findings in a text; after a text that is too long nothing else is looked for.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        if text.count > largestByteCount {
            return [Finding(kind: "TOO_LONG", range: 0..<text.count, score: 1, rule: "size")]
        }
        var findings: [Finding] = []
        var start = 0
        for offset in 0...text.count where offset == text.count || text[offset] <= 0x20 {
            if offset - start > longestWord {
                findings.append(Finding(kind: "REPETITION", range: start..<offset, score: 0.8, rule: "endless-word"))
            }
            start = offset + 1
        }
        findings += repetitions(text)
        return findings.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// Rows of one piece: for each period the longest stretch that equals itself shifted by it.
    private func repetitions(_ text: UnsafeBufferPointer<UInt8>) -> [Finding] {
        var found: Range<Int>?
        for period in 1...32 {
            var length = 0
            var offset = period
            while offset < text.count {
                length = text[offset] == text[offset - period] ? length + 1 : 0
                let stretch = length + period
                if stretch >= 256, stretch >= period * (mostRepetitions + 1), stretch > (found?.count ?? 0) {
                    found = offset + 1 - stretch..<offset + 1
                }
                offset += 1
            }
        }
        return found.map { [Finding(kind: "REPETITION", range: $0, score: 0.8, rule: "repeated-piece")] } ?? []
    }
}
