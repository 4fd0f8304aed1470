/// Translation edit rate (Snover et al., 2006): edits and shifts of word sequences per reference word, digit for digit
/// as sacrebleu 2.6 computes it after Tercom, limits and quirks included. Lower is better.
public struct TER: CorpusMetric, Equatable {
    /// Whether entities are resolved and punctuation is separated before words are compared.
    public var normalizes: Bool
    /// Whether punctuation is removed.
    public var removesPunctuation: Bool
    /// Whether the two options above know Chinese and Japanese characters and punctuation.
    public var supportsAsian: Bool
    /// Whether case counts; Tercom lower-cases.
    public var isCaseSensitive: Bool

    /// The metric with sacrebleu's defaults.
    public init(
        normalizes: Bool = false, removesPunctuation: Bool = false, supportsAsian: Bool = false,
        isCaseSensitive: Bool = false
    ) {
        self.normalizes = normalizes
        self.removesPunctuation = removesPunctuation
        self.supportsAsian = supportsAsian
        self.isCaseSensitive = isCaseSensitive
    }

    /// Fewest edits, mean reference length.
    public var statisticsCount: Int { 2 }

    /// `case`, `tok`, `norm`, `punct` and `asian`.
    public var signatureParts: [(key: String, value: String)] {
        [
            ("case", isCaseSensitive ? "mixed" : "lc"),
            ("tok", "tercom"),
            ("norm", normalizes ? "yes" : "no"),
            ("punct", removesPunctuation ? "no" : "yes"),
            ("asian", supportsAsian ? "yes" : "no"),
        ]
    }

    /// The score for summed statistics.
    public func score(statistics: [Double], signature: String) -> TERScore {
        TERScore(
            score: rate(statistics[0], statistics[1]), edits: Int(statistics[0]), referenceLength: statistics[1],
            signature: signature)
    }

    /// The score in single precision.
    public func resampledScore(statistics: [Float]) -> Double { Double(rate(statistics[0], statistics[1])) }

    /// True.
    public var resampledScoreIsSinglePrecision: Bool { true }

    private func rate<Value: BinaryFloatingPoint>(_ edits: Value, _ referenceLength: Value) -> Value {
        if referenceLength > 0 { return 100 * (edits / referenceLength) }
        return edits > 0 ? 100 : 0
    }
}

/// A translation edit rate.
public struct TERScore: CorpusScore, Equatable {
    /// Edits per 100 reference words; may exceed 100.
    public let score: Double
    /// Insertions, deletions, substitutions and shifts.
    public let edits: Int
    /// Words of the references, the mean over a segment's references.
    public let referenceLength: Double
    /// Options and version.
    public let signature: String
}

extension TER {
    /// Buffers for one segment.
    public struct Workspace: Sendable {
        var text = TextBuffer()
        var lowercase = Lowercase()
        var scalars = ScalarRewriter()
        var words = WordTable()
        var distance = ShiftedEditDistance()
    }

    /// New, empty buffers.
    public func makeWorkspace() -> Workspace { Workspace() }

    /// Appends the fewest edits to any reference and the mean length of the references.
    public func appendStatistics(
        hypothesis: String, references: [String], workspace: inout Workspace, to statistics: inout [Double]
    ) {
        workspace.words.removeAll()
        let hypothesis = words(of: hypothesis, passes: 1, &workspace)
        var fewest = Int.max
        var lengths = 0
        for reference in references {
            // sacrebleu rewrites references twice, which shows where rewriting makes new things to rewrite.
            let reference = words(of: reference, passes: 2, &workspace)
            fewest = min(fewest, workspace.distance.edits(hypothesis: hypothesis, reference: reference))
            lengths += reference.count
        }
        statistics.append(Double(fewest))
        statistics.append(Double(lengths) / Double(references.count))
    }

    private func words(of segment: String, passes: Int, _ workspace: inout Workspace) -> [Int32] {
        workspace.text.load(segment)
        for _ in 0..<passes { rewrite(&workspace) }
        var words: [Int32] = []
        workspace.text.withBytes { bytes in
            Whitespace.forEachWord(in: bytes) { start, end in
                words.append(workspace.words.insert(UnsafeBufferPointer(rebasing: bytes[start..<end])))
            }
        }
        return words
    }

    private func rewrite(_ workspace: inout Workspace) {
        workspace.text.trimEnd()
        guard workspace.text.count > 0 else { return }
        if !isCaseSensitive { workspace.lowercase.apply(to: &workspace.text) }
        if normalizes { TercomRules.normalize(&workspace.text) }
        if normalizes, supportsAsian {
            // Tercom's rules for Japanese syllables are anchored to the start of the text, where normalization has
            // put a space: they never apply, and are left out.
            workspace.scalars.spaceOut(&workspace.text, where: TercomRules.isAsian)
        }
        if removesPunctuation {
            TercomRules.removePunctuation(&workspace.text)
            if supportsAsian {
                workspace.scalars.remove(from: &workspace.text, where: TercomRules.isAsianPunctuation)
            }
        }
        workspace.text.collapseWhitespace()
    }
}

/// The rewriting of Tercom's Normalizer.java, as sacrebleu has it.
enum TercomRules {
    static func normalize(_ text: inout TextBuffer) {
        MTEvalRules.replace("\n-", by: "", in: &text)
        MTEvalRules.replace("\n", by: " ", in: &text)
        MTEvalRules.replaceEntities(in: &text)
        MTEvalRules.pad(&text)
        MTEvalRules.spaceOutMarks(&text)
        separatePossessive(&text)
        MTEvalRules.splitPeriodsAndCommas(&text)
        MTEvalRules.splitHyphens(&text)
    }

    /// `'s ` to ` 's `. At the end of the text there is always a space, so the rule for the end is the same one.
    private static func separatePossessive(_ text: inout TextBuffer) {
        text.rewrite(limit: text.count * 2) { source, target in
            var length = 0
            for index in 0..<source.count {
                if source[index] == UInt8(ascii: "'"), index + 2 < source.count,
                    source[index + 1] == UInt8(ascii: "s"), source[index + 2] == UInt8(ascii: " ")
                {
                    target[length] = UInt8(ascii: " ")
                    length += 1
                }
                target[length] = source[index]
                length += 1
            }
            return length
        }
    }

    static func removePunctuation(_ text: inout TextBuffer) {
        text.rewrite(limit: text.count) { source, target in
            var length = 0
            for byte in source {
                switch byte {
                case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ";"),
                    UInt8(ascii: "!"), UInt8(ascii: "\""), UInt8(ascii: "("), UInt8(ascii: ")"):
                    break
                default:
                    target[length] = byte
                    length += 1
                }
            }
            return length
        }
    }

    static func isAsian(_ scalar: UInt32) -> Bool {
        switch scalar {
        // The range to 3F22 is a slip for 32FF that is kept.
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x31C0...0x31EF, 0x2E80...0x2EFF, 0x3300...0x33FF, 0xF900...0xFAFF,
            0xFE30...0xFE4F, 0x3200...0x3F22:
            true
        default: isAsianPunctuation(scalar)
        }
    }

    static func isAsianPunctuation(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x3001, 0x3002, 0x3008...0x3011, 0x3014...0x301F, 0xFF61...0xFF65, 0x30FB, 0xFF0E, 0xFF0C, 0xFF1F,
            0xFF1A, 0xFF1B, 0xFF01, 0xFF02, 0xFF08, 0xFF09:
            true
        default: false
        }
    }
}
