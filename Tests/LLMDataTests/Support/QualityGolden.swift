import LLMTensor

@testable import LLMData

/// What datatrove decided about a corpus, with the words of spaCy; see Goldens/make_quality.py.
struct QualityGolden {
    struct Row {
        let text: String
        let digest: String
        /// Variant to reason.
        let reasons: [String: String]
        /// Variant to digest of the text that was left.
        let texts: [String: String]
        let words: GivenWords
        let sentences: GoldenSentences
    }

    let rows: [Row]
    let variants: [String]

    init(documents: String, golden: String) throws {
        let documents = try linesOfFile(documents)
        let lines = try Goldens.text(golden + ".txt").split(separator: "\n").map(String.init)
        let header = lines[0].split(separator: "|").map { $0.split(separator: ":") }
        var reader = VarintReader(bytes: try Goldens.bytes(golden + ".words"))
        variants = header.map { String($0[0]) }
        rows = try zip(documents, lines.dropFirst()).map { document, line in
            let text = try JSONValue.parse(document)["text"]?.stringValue ?? ""
            let fields = line.split(separator: " ").map(String.init)
            var reasons: [String: String] = [:]
            var texts: [String: String] = [:]
            var next = 2
            for (letter, variant) in zip(fields[1].utf8, header) {
                let name = String(variant[0])
                let reason = String(variant[1].split(separator: ",")[Int(letter) - 97])
                reasons[name] = reason
                if reason == "kept", name.hasPrefix("c4"), name != "c4_paragraph" {
                    texts[name] = fields[next]
                    next += 1
                }
            }
            let words = GivenWords([(text, reader.words(of: text))])
            return Row(
                text: text, digest: fields[0], reasons: reasons, texts: texts, words: words,
                sentences: GoldenSentences(counts: reader.counts(), rules: SentenceRules(words: words)))
        }
        precondition(documents.count == lines.count - 1 && reader.isAtEnd, "the golden is of other documents")
    }
}

/// Numbers of sentences as spaCy's sentencizer finds them in single lines.
struct GoldenSentences: SentenceSplitter {
    let name = "golden"
    let counts: [UInt32: Int]
    let rules: SentenceRules

    func split(_ text: UnsafeBufferPointer<UInt8>, into sentences: inout WordSpans) throws {
        try rules.split(text, into: &sentences)
    }

    func count(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        if let count = counts[SHA1.hash32(text)] { return count }
        func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
        var end = text.count
        while end > 0, isSpace(text[end - 1]) { end -= 1 }
        var count = 1
        for index in 0..<max(end - 1, 0) where [0x2E, 0x3F, 0x21].contains(text[index]) && isSpace(text[index + 1]) {
            count += 1
        }
        return count
    }
}

private struct VarintReader {
    let bytes: [UInt8]
    var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func next() -> Int {
        var (value, shift) = (0, 0)
        while true {
            let byte = bytes[place]
            place += 1
            value |= Int(byte & 127) << shift
            if byte < 128 { return value }
            shift += 7
        }
    }

    /// Where a plain rule cuts the text, corrected by what the golden says.
    mutating func words(of text: String) -> WordSpans {
        let data = [UInt8](text.utf8)
        var isCut = [Bool](repeating: false, count: data.count + 1)
        func kind(_ byte: UInt8) -> Int {
            if TextScan.isSpace(byte) { return 0 }
            let isPlain = byte >= 128 || (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122)
            return isPlain ? 1 : Int(byte) + 2
        }
        if !data.isEmpty { (isCut[0], isCut[data.count]) = (true, true) }
        for index in 1..<max(data.count, 1) where kind(data[index]) != kind(data[index - 1]) { isCut[index] = true }
        var position = 0
        for _ in 0..<next() {
            position += next()
            isCut[position].toggle()
        }
        var spans = WordSpans()
        var start = 0
        data.withUnsafeBufferPointer { data in
            for end in 1..<max(data.count + 1, 1) where isCut[end] {
                if TextScan.skipSpaces(data, from: start, to: end) < end { spans.append(start: start, end: end) }
                start = end
            }
        }
        return spans
    }

    mutating func counts() -> [UInt32: Int] {
        var counts: [UInt32: Int] = [:]
        for _ in 0..<next() {
            var key: UInt32 = 0
            for shift: UInt32 in [0, 8, 16, 24] {
                key |= UInt32(bytes[place]) << shift
                place += 1
            }
            counts[key] = next()
        }
        return counts
    }
}
