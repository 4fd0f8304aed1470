/// Finds a given secret prompt in what a model says (OWASP LLM07:2025), whatever its case and punctuation.
public struct PromptLeakageScanner: Scanner {
    /// The scanner's name.
    public let name = "prompt-leakage"
    /// Output, and arguments of tools.
    public let hookPoints: Set<HookPoint> = [.output, .execution]
    private let vocabulary: UnitVocabulary
    private let items: UnitItems
    private let index: NGramIndex
    private let threshold: Double

    /// A scanner for one prompt.
    ///
    /// - Parameters:
    ///   - length: Words in a row that count as copied; fewer when the prompt is shorter.
    ///   - threshold: The share of the prompt's words from which on it counts as leaked.
    public init(prompt: String, length: Int = 6, threshold: Double = 0.15) {
        var vocabulary = UnitVocabulary()
        var units: [UInt32] = []
        var prompt = prompt
        prompt.withUTF8 { WordUnits.forEach($0) { units.append(vocabulary.insert($0)) } }
        var items = UnitItems()
        items.append(units)
        self.vocabulary = vocabulary
        self.items = items
        self.threshold = threshold
        index = NGramIndex(items: items, length: max(1, min(length, units.count)), skips: 0)
    }

    /// One finding over the text when it gives the prompt away; its score is the share of the prompt.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        guard !items.units.isEmpty else { return [] }
        var units: [UInt32] = []
        WordUnits.forEach(text) { units.append(vocabulary.find($0)) }
        var index = index
        units.withUnsafeBufferPointer { index.add($0, items: items) }
        var covered = 0
        var end = 0
        for place in items.units.indices {
            if index.wasSeen(at: place) { end = place + index.length }
            if place < end { covered += 1 }
        }
        let share = Double(covered) / Double(items.units.count)
        guard covered > 0, share >= threshold else { return [] }
        return [
            Finding(
                kind: "PROMPT_LEAKAGE", range: 0..<text.count, score: min(1, 0.5 + share / 2), rule: "prompt-overlap")
        ]
    }
}
