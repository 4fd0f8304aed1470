/// How tokens become text again: one step or several over the tokens' bytes.
enum Decoder: Sendable {
    case sequence([Decoder])
    /// Every token is in the byte alphabet, or, with a scalar from outside, itself.
    case byteLevel
    /// `<0x0A>` is a byte; runs of bytes that are not UTF-8 become U+FFFD each (as the `tokenizers` library).
    case byteFallback
    /// The same, but the bytes are left as they are (as llama.cpp).
    case rawByteFallback
    case replace(Replacement)
    /// All tokens become one.
    case fuse
    case strip(scalar: [UInt8], start: Int, stop: Int)
    /// The mark that the text begins with goes, or one of each token until there is text (SentencePiece).
    case leadingMarks([UInt8], ofEveryToken: Bool)
    case wordPiece(prefix: [UInt8], cleansUp: Bool)
    /// Spaces that English does not have go, token by token.
    case cleanUp
    case metaspace(mark: [UInt8], dropsFirst: Bool)
    case bpeSuffix([UInt8])
    case ctc(pad: [UInt8], delimiter: [UInt8], cleansUp: Bool)

    func apply(_ tokens: inout [[UInt8]]) {
        switch self {
        case .sequence(let steps):
            for (index, step) in steps.enumerated() {
                step.apply(&tokens)
                // Steps behind read text.
                if case .byteLevel = step, index + 1 < steps.count {
                    tokens = tokens.map { $0.withUnsafeBytes(UTF8Text.repaired) }
                }
            }
        case .byteLevel:
            tokens = [tokens.flatMap { token in token.withUnsafeBytes(ByteAlphabet.decode) ?? token }]
        case .byteFallback: ByteFallbackDecoder.apply(&tokens, repairs: true)
        case .rawByteFallback: ByteFallbackDecoder.apply(&tokens, repairs: false)
        case .replace(let replacement):
            var matcher = RegexMatcher()
            var spare = TextBuffer()
            for index in tokens.indices {
                var text = TextBuffer()
                text.bytes = tokens[index]
                replacement.apply(&text, spare: &spare, matcher: &matcher)
                tokens[index] = text.bytes
            }
        case .fuse: tokens = [tokens.flatMap { $0 }]
        case .strip(let scalar, let start, let stop):
            for index in tokens.indices { Self.strip(&tokens[index], scalar, start, stop) }
        case .leadingMarks(let mark, let ofEveryToken):
            for index in tokens.indices where !tokens[index].isEmpty {
                guard tokens[index].starts(with: mark) else { break }
                tokens[index].removeFirst(mark.count)
                if !ofEveryToken || !tokens[index].isEmpty { break }
            }
        case .wordPiece(let prefix, let cleansUp):
            WordPieceDecoder.apply(&tokens, prefix: prefix, cleansUp: cleansUp)
        case .cleanUp:
            for index in tokens.indices { WordPieceDecoder.cleanUp(&tokens[index]) }
        case .metaspace(let mark, let dropsFirst):
            TokenJoiner.metaspace(&tokens, mark: mark, dropsFirst: dropsFirst)
        case .bpeSuffix(let suffix): TokenJoiner.suffixes(&tokens, suffix: suffix)
        case .ctc(let pad, let delimiter, let cleansUp):
            TokenJoiner.ctc(&tokens, pad: pad, delimiter: delimiter, cleansUp: cleansUp)
        }
    }

    private static func strip(_ token: inout [UInt8], _ scalar: [UInt8], _ start: Int, _ stop: Int) {
        guard !scalar.isEmpty else { return }
        var from = 0
        for _ in 0..<start where token[from...].starts(with: scalar) { from += scalar.count }
        var to = token.count
        for _ in 0..<stop where to - from >= scalar.count && token[from..<to].suffix(scalar.count).elementsEqual(scalar)
        {
            to -= scalar.count
        }
        token = Array(token[from..<to])
    }
}

/// Byte tokens of SentencePiece vocabularies.
enum ByteFallbackDecoder {
    /// The byte that `<0x0A>` stands for.
    static func byte(_ token: [UInt8]) -> UInt8? { token.withUnsafeBufferPointer { byte($0) } }

    /// The same for a view of a token.
    static func byte(_ token: UnsafeBufferPointer<UInt8>) -> UInt8? {
        guard token.count == 6, token[0] == 0x3C, token[1] == 0x30, token[2] == 0x78, token[5] == 0x3E,
            let high = hexadecimal(token[3]), let low = hexadecimal(token[4])
        else { return nil }
        return high << 4 | low
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    static func apply(_ tokens: inout [[UInt8]], repairs: Bool) {
        var result: [[UInt8]] = []
        var run: [UInt8] = []
        func flush() {
            guard !run.isEmpty else { return }
            let isText = run.withUnsafeBytes { UTF8Text.wellFormedPrefix($0) } == run.count
            if isText || !repairs {
                result.append(run)
            } else {
                for _ in run { result.append([0xEF, 0xBF, 0xBD]) }
            }
            run.removeAll()
        }
        for token in tokens {
            if let byte = byte(token) {
                run.append(byte)
            } else {
                flush()
                result.append(token)
            }
        }
        flush()
        tokens = result
    }
}
