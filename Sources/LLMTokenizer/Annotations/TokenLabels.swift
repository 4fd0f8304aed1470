/// A labelled part of a text, in bytes of UTF-8.
public struct LabelledSpan: Sendable, Equatable, Hashable {
    /// Where it is.
    public var range: Range<Int>
    /// What it is.
    public var label: String

    /// A labelled part of a text.
    public init(_ range: Range<Int>, _ label: String) {
        self.range = range
        self.label = label
    }
}

/// How labels of spans are written on tokens.
public enum TaggingScheme: Sendable {
    /// Beginning, inside, outside (Ramshaw, Marcus 1995).
    case bio
    /// Beginning, inside, last, outside, unit (Ratinov, Roth 2009).
    case bilou
}

/// Which tokens of a word carry its tag.
public enum TaggedSubwords: Sendable {
    /// The first; the others get no tag, and no loss when training.
    case first
    case all
}

extension Encoding {
    /// A tag for each token: `B-PER`, `I-PER`, `O` ...; nil for tokens of no text and, with `.first`, for the tokens
    /// that continue a word.
    ///
    /// A token belongs to a span when it shares a byte with it. Of spans that overlap the first one given keeps a token.
    ///
    /// - Parameters:
    ///   - spans: what is labelled, in bytes of the text.
    ///   - sequence: which text of a pair they are in.
    public func tags(
        for spans: [LabelledSpan], scheme: TaggingScheme = .bio, subwords: TaggedSubwords = .first, sequence: Int = 0
    ) -> [String?] {
        var owner = [Int](repeating: -1, count: count)
        let carries = carriers(subwords, sequence)
        for (index, span) in spans.enumerated() {
            for token in 0..<count where Int(sequences[token]) == sequence && owner[token] < 0 {
                if Int(starts[token]) < span.range.upperBound, Int(ends[token]) > span.range.lowerBound {
                    owner[token] = index
                }
            }
        }
        // A word that a span covers from its second subword on is in the span, too.
        if subwords == .first { spreadToCarriers(&owner, carries, sequence) }
        let places = (0..<count).filter { carries[$0] }
        var result = [String?](repeating: nil, count: count)
        for (index, token) in places.enumerated() {
            let span = owner[token]
            guard span >= 0 else {
                result[token] = "O"
                continue
            }
            let begins = index == 0 || owner[places[index - 1]] != span
            let ends = index + 1 == places.count || owner[places[index + 1]] != span
            let letter: String
            switch scheme {
            case .bio: letter = begins ? "B" : "I"
            case .bilou: letter = begins ? (ends ? "U" : "B") : (ends ? "L" : "I")
            }
            result[token] = "\(letter)-\(spans[span].label)"
        }
        return result
    }

    /// The spans that tags say, in order; what ``tags(for:scheme:subwords:sequence:)`` wrote, and what a model predicts.
    ///
    /// A token without a tag goes with the one before it when it is of the same word. A tag that goes on with what has
    /// not begun begins it, as taggers are usually scored.
    public func spans(of tags: [String?], sequence: Int = 0) -> [LabelledSpan] {
        var result: [LabelledSpan] = []
        var open: LabelledSpan?
        var isOver = false
        var previousWord: Int32 = -1
        func close() {
            if let span = open { result.append(span) }
            open = nil
        }
        for token in 0..<min(count, tags.count) where Int(sequences[token]) == sequence && specialTokensMask[token] == 0
        {
            let range = Int(starts[token])..<max(Int(ends[token]), Int(starts[token]))
            guard let tag = tags[token] else {
                if words[token] == previousWord, let span = open {
                    open?.range = span.range.lowerBound..<max(span.range.upperBound, range.upperBound)
                }
                continue
            }
            previousWord = words[token]
            let parts = tag.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                close()
                continue
            }
            let label = String(parts[1])
            let goesOn = (parts[0] == "I" || parts[0] == "L") && open?.label == label && !isOver
            if goesOn, let span = open {
                open?.range = span.range.lowerBound..<max(span.range.upperBound, range.upperBound)
            } else {
                close()
                open = LabelledSpan(range, label)
            }
            // Subwords without a tag may follow, but no tag goes on with this span.
            isOver = parts[0] == "L" || parts[0] == "U"
        }
        close()
        return result
    }

    private func carriers(_ subwords: TaggedSubwords, _ sequence: Int) -> [Bool] {
        (0..<count).map { token in
            guard Int(sequences[token]) == sequence, specialTokensMask[token] == 0 else { return false }
            guard subwords == .first, token > 0, words[token] >= 0 else { return true }
            return words[token - 1] != words[token] || sequences[token - 1] != sequences[token]
        }
    }

    private func spreadToCarriers(_ owner: inout [Int], _ carries: [Bool], _ sequence: Int) {
        var carrier = -1
        for token in 0..<count where Int(sequences[token]) == sequence {
            if carries[token] { carrier = token }
            if owner[token] >= 0, carrier >= 0, owner[carrier] < 0 { owner[carrier] = owner[token] }
        }
    }
}
