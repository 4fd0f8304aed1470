/// The features of one request and its response.
///
/// Features are numbers, categories with counts, and vectors, each under a name; the texts themselves are not kept.
public struct TrafficObservation: Sendable, Hashable {
    /// Numbers by feature.
    public var numbers: [String: Double]
    /// Categories and how often each came, by feature.
    public var categories: [String: [String: Int]]
    /// Vectors by feature.
    public var vectors: [String: [Float]]

    /// An observation of the host program's own features.
    public init(
        numbers: [String: Double] = [:], categories: [String: [String: Int]] = [:], vectors: [String: [Float]] = [:]
    ) {
        self.numbers = numbers
        self.categories = categories
        self.vectors = vectors
    }

    /// The usual features of a text exchange.
    ///
    /// Numbers: `prompt_characters`, `output_characters`, `prompt_tokens`, `output_tokens`, `mean_logprob`. Categories:
    /// `script` (scalars of the prompt by writing system), `refusal` (`yes`, `no`), `finish_reason`.
    public init(
        prompt: String, output: String, promptTokens: Int? = nil, outputTokens: Int? = nil,
        meanLogProbability: Double? = nil,
        finishReason: String? = nil, promptEmbedding: [Float]? = nil
    ) {
        self.init()
        numbers["prompt_characters"] = Double(prompt.unicodeScalars.count)
        numbers["output_characters"] = Double(output.unicodeScalars.count)
        numbers["prompt_tokens"] = promptTokens.map(Double.init)
        numbers["output_tokens"] = outputTokens.map(Double.init)
        numbers["mean_logprob"] = meanLogProbability
        categories["script"] = WritingSystem.counts(in: prompt)
        categories["refusal"] = [RefusalPhrases.opens(output) ? "yes" : "no": 1]
        if let finishReason { categories["finish_reason"] = [finishReason: 1] }
        if let promptEmbedding { vectors["prompt_embedding"] = promptEmbedding }
    }

    /// Adds a text's tokens as the categories of a feature, hashed into 256 groups so that the vocabulary stays small.
    public mutating func addTokens(_ tokens: [Int32], feature: String = "token") {
        for token in tokens {
            let group = UInt32(bitPattern: token) &* 2_654_435_761 >> 24
            categories[feature, default: [:]]["\(group)", default: 0] += 1
        }
    }
}

/// Phrases that answers open with when a model declines.
enum RefusalPhrases {
    private static let openings = [
        "i'm sorry, but", "i am sorry, but", "i cannot", "i can't", "i can not", "i'm unable", "i am unable", "i won't",
        "i will not", "as an ai", "i'm not able", "i am not able", "sorry, i can", "sorry, but i can",
        "unfortunately, i can",
    ]

    static func opens(_ text: String) -> Bool {
        let start = text.prefix(80).lowercased().drop(while: \.isWhitespace)
        let plain = String(start.map { $0 == "\u{2019}" ? "'" : $0 })
        return openings.contains { plain.hasPrefix($0) }
    }
}

/// Writing systems by ranges of code points, coarse and stable.
enum WritingSystem {
    private static let ranges: [(ClosedRange<UInt32>, String)] = [
        (0x0041...0x005A, "Latin"), (0x0061...0x007A, "Latin"), (0x00C0...0x024F, "Latin"), (0x0370...0x03FF, "Greek"),
        (0x0400...0x052F, "Cyrillic"), (0x0530...0x058F, "Armenian"), (0x0590...0x05FF, "Hebrew"),
        (0x0600...0x077F, "Arabic"), (0x0900...0x097F, "Devanagari"), (0x0980...0x09FF, "Bengali"),
        (0x0B80...0x0BFF, "Tamil"), (0x0E00...0x0E7F, "Thai"), (0x10A0...0x10FF, "Georgian"),
        (0x1100...0x11FF, "Hangul"), (0x1E00...0x1EFF, "Latin"), (0x3040...0x309F, "Kana"), (0x30A0...0x30FF, "Kana"),
        (0x3400...0x4DBF, "Han"), (0x4E00...0x9FFF, "Han"), (0xAC00...0xD7AF, "Hangul"), (0x1F300...0x1FAFF, "Emoji"),
        (0x20000...0x323AF, "Han"),
    ]

    /// Scalars by writing system; digits, marks and spaces do not count.
    static func counts(in text: String) -> [String: Int] {
        var counts: [String: Int] = [:]
        for scalar in text.unicodeScalars {
            if let name = ranges.first(where: { $0.0.contains(scalar.value) })?.1 { counts[name, default: 0] += 1 }
        }
        return counts
    }
}
