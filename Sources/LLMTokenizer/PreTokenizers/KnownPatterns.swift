/// Split patterns that have a scanner, as tokenizer files write them.
enum KnownPatterns {
    private static let gpt2Tail = #" ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"#
    private static let contractionsAnyCase = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#

    /// The pattern of GPT-2.
    static let gpt2 = "'s|'t|'re|'ve|'m|'ll|'d|" + gpt2Tail + #"|\s+"#

    private static let scanners: [String: SplitScanner] = {
        var known: [String: SplitScanner] = [:]
        let plain = SplitScanner(family: .gpt2, contractions: .lowercase, digits: .max)
        known[gpt2] = plain
        known["'s|'t|'re|'ve|'m|'ll|'d|" + gpt2Tail] = plain
        known["'(?:[sdmt]|ll|ve|re)|" + gpt2Tail + #"|\s+"#] = plain
        known[#"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s"#] = plain

        for (number, digits) in [(#"\p{N}"#, 1), (#"\p{N}{1}"#, 1), (#"\p{N}{1,3}"#, 3), (#"\p{N}+"#, Int.max)] {
            for contractions in [contractionsAnyCase, "(?i:[sdmt]|ll|ve|re)", ""] {
                var scanner = SplitScanner(
                    family: .cl100k, contractions: contractions.isEmpty ? .none : .anyCase, digits: digits)
                let head =
                    contractions.isEmpty
                    ? "" : contractions.hasPrefix("(?i:'") ? contractions + "|" : "'" + contractions + "|"
                let words = #"[^\r\n\p{L}\p{N}]?\p{L}+|"#
                known[head + words + number + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces] = scanner
                known[head + #"[^\r\n\p{L}\p{N}]?+\p{L}+|"# + number + #"| ?[^\s\p{L}\p{N}]++[\r\n]*|"# + spaces] =
                    scanner
                known[
                    head + #"[^\r\n\p{L}\p{N}]?+\p{L}+|"# + number
                        + #"| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"#] = scanner
                scanner.marksAreLetters = true
                known[
                    head + #"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|"# + number + #"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|"# + spaces
                ] =
                    scanner
            }
        }
        var tiktoken = SplitScanner(family: .cl100k, contractions: .anyCase, digits: 3)
        known[
            #"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"#
        ] = {
            tiktoken.trailingSpaceIsOne = true
            return tiktoken
        }()

        let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
        let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
        for (number, digits) in [(#"\p{N}"#, 1), (#"\p{N}{1,3}"#, 3)] {
            for suffix in ["", contractionsAnyCase + "?"] {
                var scanner = SplitScanner(
                    family: .o200k, contractions: suffix.isEmpty ? .none : .anyCase, digits: digits)
                scanner.slashFollowsSymbols = true
                let lead = #"[^\r\n\p{L}\p{N}]?"#
                let first = lead + upper + "*" + lower + "+" + suffix
                let second = lead + upper + "+" + lower + "*" + suffix
                known[first + "|" + second + "|" + number + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces] = scanner
            }
        }
        return known
    }()

    /// The scanner that gives the matches of a pattern, if we have one.
    static func scanner(for pattern: String) -> SplitScanner? { scanners[pattern] }

    /// A step that makes every match of a pattern a word.
    static func step(
        _ pattern: String, dialect: RegexDialect = .oniguruma, behavior: SplitBehavior = .isolated,
        inverted: Bool = false
    ) throws(TokenizerError) -> PreTokenizer.Step {
        if behavior == .isolated || (behavior == .removed && inverted), let scanner = scanner(for: pattern) {
            return .scanner(scanner)
        }
        return .pattern(.regex(try RegexProgram(pattern, dialect: dialect)), behavior, inverted: inverted)
    }
}
