extension ChrF {
    /// Buffers for one segment.
    public struct Workspace: Sendable {
        var text = TextBuffer()
        var lowercase = Lowercase()
        var words = WordTable()
        var matcher = NGramMatcher()
        var hypothesis = Units()
        var reference = Units()
        var matches: [Int] = []
        var wordMatches: [Int] = []
        var candidate: [Double] = []

        /// One text as the two sequences that n-grams are made of.
        struct Units: Sendable {
            var characters: [Int32] = []
            var words: [Int32] = []
            var scalars: [UInt32] = []
        }
    }

    /// New, empty buffers.
    public func makeWorkspace() -> Workspace { Workspace() }

    /// Appends the counts against the reference with the best F; the first of equally good ones.
    public func appendStatistics(
        hypothesis: String, references: [String], workspace: inout Workspace, to statistics: inout [Double]
    ) {
        workspace.words.removeAll()
        workspace.matches = Array(repeating: 0, count: characterOrder)
        workspace.wordMatches = Array(repeating: 0, count: wordOrder)
        read(hypothesis, into: \.hypothesis, workspace: &workspace)
        let start = statistics.count
        var best = -1.0
        for reference in references {
            read(reference, into: \.reference, workspace: &workspace)
            compare(&workspace)
            let score = references.count == 1 ? 0 : fScore(workspace.candidate[...])
            if score > best {
                best = score
                statistics.removeLast(statistics.count - start)
                statistics.append(contentsOf: workspace.candidate)
            }
        }
    }

    /// Fills `workspace.candidate` with hypothesis count, reference count and matches per order.
    private func compare(_ workspace: inout Workspace) {
        let (hypothesis, reference) = (workspace.hypothesis, workspace.reference)
        workspace.matcher.countMatches(
            hypothesis: hypothesis.characters, references: reference.characters,
            ends: [reference.characters.count], into: &workspace.matches)
        if wordOrder > 0 {
            workspace.matcher.countMatches(
                hypothesis: hypothesis.words, references: reference.words, ends: [reference.words.count],
                into: &workspace.wordMatches)
        }
        workspace.candidate.removeAll(keepingCapacity: true)
        func append(_ matches: [Int], _ hypothesisLength: Int, _ referenceLength: Int) {
            for (order, matches) in matches.enumerated() {
                let referenceCount = max(0, referenceLength - order)
                // Nothing is counted of an order that the reference is too short for.
                workspace.candidate.append(referenceCount > 0 ? Double(max(0, hypothesisLength - order)) : 0)
                workspace.candidate.append(Double(referenceCount))
                workspace.candidate.append(Double(matches))
            }
        }
        append(workspace.matches, hypothesis.characters.count, reference.characters.count)
        append(workspace.wordMatches, hypothesis.words.count, reference.words.count)
    }

    private func read(
        _ text: String, into path: WritableKeyPath<Workspace, Workspace.Units>, workspace: inout Workspace
    ) {
        // Taken out so that the loops below touch no key path.
        var units = Workspace.Units()
        swap(&units, &workspace[keyPath: path])
        units.characters.removeAll(keepingCapacity: true)
        units.words.removeAll(keepingCapacity: true)
        workspace.text.load(text)
        if lowercases { workspace.lowercase.apply(to: &workspace.text) }
        workspace.text.withBytes { bytes in
            units.scalars.removeAll(keepingCapacity: true)
            UTF8Decoding.append(bytes, to: &units.scalars)
            for scalar in units.scalars where includesWhitespace || !Whitespace.contains(scalar) {
                units.characters.append(Int32(bitPattern: scalar))
            }
            guard wordOrder > 0 else { return }
            Whitespace.forEachWord(in: bytes) { start, end in
                Self.separateMark(bytes, start, end) { start, end in
                    units.words.append(
                        workspace.words.insert(UnsafeBufferPointer(rebasing: bytes[start..<end])))
                }
            }
        }
        swap(&units, &workspace[keyPath: path])
    }

    /// Splits one ASCII punctuation mark off a word: the last character if it is one, else the first.
    @inline(__always) private static func separateMark(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ body: (Int, Int) -> Void
    ) {
        // A single byte is a single character; a longer single character is not ASCII at either end.
        if end - start > 1, isMark(bytes[end - 1]) {
            body(start, end - 1)
            body(end - 1, end)
        } else if end - start > 1, isMark(bytes[start]) {
            body(start, start + 1)
            body(start + 1, end)
        } else {
            body(start, end)
        }
    }

    private static func isMark(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }
}
