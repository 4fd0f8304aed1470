/// Puts words together that a WordPiece vocabulary took apart.
enum WordPieceDecoder {
    static func apply(_ tokens: inout [[UInt8]], prefix: [UInt8], cleansUp: Bool) {
        for index in tokens.indices {
            if index > 0 {
                if tokens[index].starts(with: prefix) {
                    tokens[index].removeFirst(prefix.count)
                } else {
                    tokens[index].insert(0x20, at: 0)
                }
            }
            if cleansUp { cleanUp(&tokens[index]) }
        }
    }

    private static let changes: [([UInt8], [UInt8])] = [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

    /// Takes away the spaces that English does not have.
    static func cleanUp(_ text: inout [UInt8]) {
        guard text.contains(0x20) else { return }
        for (old, new) in changes { replace(old, by: new, in: &text) }
    }

    static func replace(_ old: [UInt8], by new: [UInt8], in text: inout [UInt8]) {
        guard !old.isEmpty else { return insert(new, into: &text) }
        guard text.count >= old.count else { return }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == old[0], text[index...].starts(with: old) {
                result += new
                index += old.count
            } else {
                result.append(text[index])
                index += 1
            }
        }
        text = result
    }
}

extension WordPieceDecoder {
    /// Puts `new` before, between and behind the scalars: where nothing is, as the reference finds it.
    private static func insert(_ new: [UInt8], into text: inout [UInt8]) {
        var result: [UInt8] = new
        var position = 0
        while position < text.count {
            let end = min(position + UTF8Text.length(text[position]), text.count)
            result += text[position..<end] + new
            position = end
        }
        text = result
    }
}

/// Other ways of putting tokens together.
enum TokenJoiner {
    /// The mark is a space; in the first token it is nothing, if one was put in front of the text.
    static func metaspace(_ tokens: inout [[UInt8]], mark: [UInt8], dropsFirst: Bool) {
        for index in tokens.indices {
            WordPieceDecoder.replace(mark, by: index == 0 && dropsFirst ? [] : [0x20], in: &tokens[index])
        }
    }

    /// The suffix is a space, and nothing in the last token.
    static func suffixes(_ tokens: inout [[UInt8]], suffix: [UInt8]) {
        for index in tokens.indices {
            WordPieceDecoder.replace(suffix, by: index + 1 == tokens.count ? [] : [0x20], in: &tokens[index])
        }
    }

    /// Connectionist temporal classification: repeated tokens are one, padding is nothing.
    static func ctc(_ tokens: inout [[UInt8]], pad: [UInt8], delimiter: [UInt8], cleansUp: Bool) {
        var result: [[UInt8]] = []
        var previous: [UInt8]?
        for token in tokens {
            defer { previous = token }
            if token == previous { continue }
            var text = token
            WordPieceDecoder.replace(pad, by: [], in: &text)
            if cleansUp {
                WordPieceDecoder.cleanUp(&text)
                WordPieceDecoder.replace(delimiter, by: [0x20], in: &text)
            }
            if !text.isEmpty { result.append(text) }
        }
        tokens = result
    }
}
