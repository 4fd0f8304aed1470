/// A parsed pattern.
indirect enum RegexNode: Sendable, Equatable {
    case empty
    case set(ScalarSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    case repeated(RegexNode, minimum: Int, maximum: Int, kind: Quantifier)
    case look(RegexNode, ahead: Bool, negated: Bool)
    case atomic(RegexNode)
    case assertion(Assertion)

    enum Quantifier: Sendable { case greedy, lazy, possessive }

    enum Assertion: Int32, Sendable {
        case textStart, textEnd, textEndBeforeNewline, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    /// How many scalars it matches, if that is always the same.
    var fixedLength: Int? {
        switch self {
        case .empty, .look, .assertion: return 0
        case .set: return 1
        case .atomic(let node): return node.fixedLength
        case .sequence(let nodes):
            var total = 0
            for node in nodes {
                guard let length = node.fixedLength else { return nil }
                total += length
            }
            return total
        case .alternatives(let nodes):
            let lengths = nodes.map(\.fixedLength)
            guard let first = lengths.first, let length = first, lengths.allSatisfy({ $0 == length }) else {
                return nil
            }
            return length
        case .repeated(let node, let minimum, let maximum, _):
            guard minimum == maximum, let length = node.fixedLength else { return nil }
            return length * minimum
        }
    }
}

/// Which engine's reading of a pattern to follow, where they differ.
enum RegexDialect: Sendable {
    /// Ruby syntax, as the `tokenizers` library: `^` and `$` are for lines, `{n,m}+` repeats the repetition.
    case oniguruma
    /// As tiktoken: `^` and `$` are for the text, `{n,m}+` is possessive.
    case fancy
}
