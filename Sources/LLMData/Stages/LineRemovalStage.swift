internal import LLMTokenizer

/// Removes lines that are no text in any language: rules, tables of numbers, single words, repeated lines. Drops a
/// document of which nothing is left: reason `no_lines`. Pure; may be called from many threads.
public struct LineRemovalStage: DocumentStage {
    /// Which lines go.
    public struct Configuration: Sendable, Hashable {
        /// Smallest fraction of letters and marks among the characters of a line that are no white space.
        public var minimumLetters = 0.0
        /// Largest fraction of digits among these.
        public var maximumDigits = 1.0
        /// Lines without a letter or digit go.
        public var removesSymbolLines = true
        /// Fewest characters of a line.
        public var minimumLength = 0
        /// A line that is the same as the one before it goes.
        public var removesRepeatedLines = false
        /// Lines with one of these go; compared as they are written.
        public var phrases: [String] = []

        /// Lines of symbols only.
        public init() {}
    }

    /// `line_removal`.
    public var name: String { "line_removal" }
    /// Which lines go.
    public let configuration: Configuration
    private let phrases: [[UInt8]]

    /// Makes a stage.
    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        phrases = configuration.phrases.map { Array($0.utf8) }.filter { !$0.isEmpty }
    }

    /// Changes the text. Empty lines stay.
    public func process(_ document: inout Document) -> StageDecision {
        var hadText = false
        var hasText = false
        document.rewrite(by: name) { bytes in
            var output: [UInt8] = []
            output.reserveCapacity(bytes.count)
            var previous: ArraySlice<UInt8>?
            var isFirst = true
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                let isBlank = line.allSatisfy(TextScan.isSpace)
                if !isBlank {
                    hadText = true
                    let isRepeated = configuration.removesRepeatedLines && previous == line
                    previous = line
                    if isRepeated || isRemoved(line) { continue }
                    hasText = true
                }
                if !isFirst { output.append(0x0A) }
                isFirst = false
                output += line
            }
            bytes = output
        }
        return hadText && !hasText ? .drop(reason: "no_lines") : .keep
    }

    private func isRemoved(_ line: ArraySlice<UInt8>) -> Bool {
        var (visible, letters, digits, scalars) = (0, 0, 0, 0)
        line.withUnsafeBufferPointer { text in
            var index = 0
            while index < text.count {
                let (scalar, length) = TextScan.scalar(text, at: index)
                scalars += 1
                if TextScan.spaceLength(text, at: index) == 0 {
                    visible += 1
                    if UnicodeText.isLetter(scalar) || UnicodeText.isMark(scalar) { letters += 1 }
                    if UnicodeText.isDecimalDigit(scalar) { digits += 1 }
                }
                index += length
            }
        }
        if visible == 0 { return false }
        if configuration.removesSymbolLines, letters + digits == 0 { return true }
        if Double(letters) / Double(visible) < configuration.minimumLetters { return true }
        if Double(digits) / Double(visible) > configuration.maximumDigits { return true }
        if scalars < configuration.minimumLength { return true }
        return phrases.contains { phrase in
            phrase.count <= line.count
                && (line.startIndex...(line.endIndex - phrase.count)).contains {
                    line[$0] == phrase[0] && line[$0...].starts(with: phrase)
                }
        }
    }
}
