internal import LLMTensor

extension NGramModel {
    /// ln 10.
    private static let ln10 = 2.302585092994046

    /// Writes the ARPA format: text with logarithms to base 10, which SRILM, KenLM and others read.
    ///
    /// - Throws: `TensorFileError` when the file cannot be written.
    public func writeARPA(to path: String) throws {
        let writer = try AtomicFileWriter(path: path)
        let hasUnknown = tables[0].find(NGramTable.key(parent: 0, word: NGramVocabulary.unknown)) >= 0
        try writer.write("\\data\\\n")
        for level in 0..<order {
            try writer.write("ngram \(level + 1)=\(tables[level].count + (level == 0 && !hasUnknown ? 1 : 0))\n")
        }
        for level in 0..<order {
            try writer.write("\n\\\(level + 1)-grams:\n")
            if level == 0, !hasUnknown {
                try writer.write("\(Float(Double(unseenLogProbability) / Self.ln10))\t<unk>\t0\n")
            }
            for number in 0..<tables[level].count {
                let words = words(level: level, number: number).map { vocabulary.text(of: $0) }
                let probability = Float(Double(logProbabilities[level][number]) / Self.ln10)
                let isStart = level == 0 && words[0] == "<s>"
                var line = "\(isStart ? -99 : probability)\t\(words.joined(separator: " "))"
                if level + 1 < order { line += "\t\(Float(Double(logBackoffs[level][number]) / Self.ln10))" }
                try writer.write(line + "\n")
            }
        }
        try writer.write("\n\\end\\\n")
        try writer.commit()
    }

    /// The words of an n-gram, in order.
    func words(level: Int, number: Int) -> [UInt32] {
        var words: [UInt32] = []
        var (level, number) = (level, number)
        while level >= 0 {
            let key = tables[level].keys[number]
            words.append(key.nGramWord)
            number = key.nGramParent
            level -= 1
        }
        return words
    }

    /// Reads the ARPA format.
    ///
    /// - Throws: ``NGramError/malformed(path:line:expected:found:)``; `TensorFileError` when the file cannot be read.
    public init(arpaAt path: String) throws {
        let bytes = try MappedFile(path: path).withUnsafeBytes { [UInt8]($0) }
        var reader = ARPAReader(path: path)
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            try reader.read(line)
        }
        self = try reader.model()
    }
}

/// Reads an ARPA file line by line.
private struct ARPAReader {
    let path: String
    private var line = 0
    private var vocabulary = NGramVocabulary()
    private var tables: [NGramTable] = []
    private var probabilities: [[Float]] = []
    private var backoffs: [[Float]] = []
    private var expected: [Int] = []
    private var order = 0
    private var isEnded = false
    private var unknown: Float?

    init(path: String) { self.path = path }

    private func malformed(_ expected: String, _ found: String) -> NGramError {
        .malformed(path: path, line: line, expected: expected, found: String(found.prefix(80)))
    }

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(NGramError) {
        line += 1
        var fields: [[UInt8]] = []
        NGramVocabulary.split(bytes) { fields.append($0) }
        guard let first = fields.first, !isEnded else { return }
        let head = String(decoding: first, as: UTF8.self)
        if head == "\\end\\" {
            isEnded = true
        } else if head == "ngram", order == 0 {
            let size = fields.count > 1 ? String(decoding: fields[1], as: UTF8.self).split(separator: "=") : []
            guard size.count == 2, Int(size[0]) == expected.count + 1, let count = Int(size[1]), count >= 0,
                expected.count < 10
            else { throw malformed("\"ngram \(expected.count + 1)=COUNT\", up to order 10", head) }
            expected.append(count)
        } else if head.hasSuffix("-grams:") {
            guard head == "\\\(order + 1)-grams:", order < expected.count else {
                throw malformed("\\\(order + 1)-grams:", head)
            }
            order += 1
            tables.append(NGramTable())
            probabilities.append([])
            backoffs.append([])
        } else if order > 0 {
            try readEntry(fields, head)
        }
    }

    private mutating func readEntry(_ fields: [[UInt8]], _ head: String) throws(NGramError) {
        let ln10: Float = 2.302585
        guard fields.count == order + 1 || fields.count == order + 2, let probability = Float(head),
            probability <= 0
        else { throw malformed("a logarithm, \(order) words and perhaps a back-off weight", head) }
        var backoff: Float = 0
        if fields.count == order + 2 {
            let text = String(decoding: fields[order + 1], as: UTF8.self)
            guard let value = Float(text), value.isFinite else { throw malformed("a back-off weight", text) }
            backoff = value
        }
        var parent = 0
        for length in 1...order {
            let text = fields[order + 1 - length]
            let word = order == 1 ? vocabulary.insert(text) : vocabulary.number(of: text)
            let key = NGramTable.key(parent: parent, word: word)
            if length == order {
                let number = tables[order - 1].insert(key)
                guard number == probabilities[order - 1].count else { throw malformed("every n-gram once", head) }
                probabilities[order - 1].append(max(probability, -99) * ln10)
                backoffs[order - 1].append(backoff * ln10)
                if order == 1, word == NGramVocabulary.unknown { unknown = max(probability, -99) * ln10 }
            } else {
                parent = tables[length - 1].find(key)
                guard parent >= 0 else {
                    throw malformed("an n-gram whose last \(length) words were listed before", head)
                }
            }
        }
    }

    func model() throws(NGramError) -> NGramModel {
        guard isEnded, order > 0, order == expected.count else { throw malformed("\\end\\", "the end of the file") }
        guard tables.map(\.count) == expected else {
            throw malformed("\(expected) n-grams", "\(tables.map(\.count))")
        }
        return NGramModel(
            order: order, vocabulary: vocabulary, tables: tables, logProbabilities: probabilities,
            logBackoffs: backoffs, unseenLogProbability: unknown ?? -99 * 2.302585)
    }
}
