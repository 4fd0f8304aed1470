extension BLEU {
    /// Buffers for one segment.
    public struct Workspace: Sendable {
        var text = TextBuffer()
        var lowercase = Lowercase()
        var scalars = ScalarRewriter()
        var words = WordTable()
        var matcher = NGramMatcher()
        var hypothesis: [Int32] = []
        var references: [Int32] = []
        var ends: [Int] = []
        var matches: [Int] = []
    }

    /// New, empty buffers.
    public func makeWorkspace() -> Workspace { Workspace() }

    /// Appends lengths, matches and totals of one segment.
    public func appendStatistics(
        hypothesis: String, references: [String], workspace: inout Workspace, to statistics: inout [Double]
    ) {
        workspace.words.removeAll()
        workspace.hypothesis.removeAll(keepingCapacity: true)
        workspace.references.removeAll(keepingCapacity: true)
        workspace.ends.removeAll(keepingCapacity: true)
        workspace.matches = Array(repeating: 0, count: maximumOrder)
        workspace.appendWords(of: hypothesis, metric: self, to: \.hypothesis)
        let length = workspace.hypothesis.count
        var closest: (Int, Int)?
        for reference in references {
            let start = workspace.references.count
            workspace.appendWords(of: reference, metric: self, to: \.references)
            workspace.ends.append(workspace.references.count)
            // The reference closest in length counts, the shorter of two equally close ones.
            let referenceLength = workspace.references.count - start
            let candidate = (abs(length - referenceLength), referenceLength)
            closest = closest.map { $0 <= candidate ? $0 : candidate } ?? candidate
        }
        workspace.matcher.countMatches(
            hypothesis: workspace.hypothesis, references: workspace.references, ends: workspace.ends,
            into: &workspace.matches)
        statistics.append(Double(length))
        statistics.append(Double(closest?.1 ?? 0))
        for matches in workspace.matches { statistics.append(Double(matches)) }
        for order in 0..<maximumOrder { statistics.append(Double(max(0, length - order))) }
    }
}

extension BLEU.Workspace {
    fileprivate mutating func appendWords(
        of segment: String, metric: BLEU, to list: WritableKeyPath<Self, [Int32]>
    ) {
        text.load(segment)
        if metric.lowercases { lowercase.apply(to: &text) }
        text.trimEnd()
        metric.tokenization.rewrite(&text, scalars: &scalars)
        // Taken out so that the loop below touches no key path.
        var numbers: [Int32] = []
        swap(&numbers, &self[keyPath: list])
        text.withBytes { bytes in
            Whitespace.forEachWord(in: bytes) { start, end in
                numbers.append(words.insert(UnsafeBufferPointer(rebasing: bytes[start..<end])))
            }
        }
        swap(&numbers, &self[keyPath: list])
    }
}
