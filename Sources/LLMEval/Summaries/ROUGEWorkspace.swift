/// Buffers of ROUGE, and the numbers of all words met so far: a word is stemmed once.
struct ROUGEWorkspace: Sendable {
    /// A text as numbers of words, once as a whole and once line by line.
    private struct Sentences {
        var words: [Int32] = []
        /// Where each line with any character ends in `words`.
        var ends: [Int] = []

        func sentence(_ index: Int) -> ArraySlice<Int32> { words[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
    }

    private static let maximumWords = 1 << 20

    private var spellings = WordTable()
    /// Number of the stem of each spelling, −1 before it is known, −2 for a spelling that stems to nothing.
    private var stems: [Int32] = []
    private var stemmer = PorterStemmer()
    private var text = TextBuffer()
    private var matcher = NGramMatcher()
    private var subsequence = LongestCommonSubsequence()
    private var prediction = Sentences()
    private var reference = Sentences()
    private var marks: [Bool] = []
    private var predictionCounts: [Int32: Int] = [:]
    private var referenceCounts: [Int32: Int] = [:]

    init() {}

    mutating func readPrediction(_ string: String, stems: Bool) {
        if spellings.count > Self.maximumWords {
            spellings.removeAll()
            self.stems.removeAll()
        }
        prediction = read(string, stems: stems)
    }

    mutating func score(reference string: String, stems: Bool) -> ROUGEScores {
        reference = read(string, stems: stems)
        var matches = [0, 0]
        matcher.countMatches(
            hypothesis: prediction.words, references: reference.words, ends: [reference.words.count], into: &matches)
        let (predicted, expected) = (prediction.words.count, reference.words.count)
        let common = subsequence.length(reference.words[...], prediction.words[...])
        return ROUGEScores(
            rouge1: PrecisionRecallF(matches: matches[0], predicted: predicted, expected: expected),
            rouge2: PrecisionRecallF(
                matches: matches[1], predicted: max(0, predicted - 1), expected: max(0, expected - 1)),
            rougeL: PrecisionRecallF(matches: common, predicted: predicted, expected: expected),
            rougeLsum: PrecisionRecallF(
                matches: summaryMatches(), predicted: predicted, expected: expected))
    }

    /// Words of the reference that are in the union of its sentences' longest common subsequences with every sentence
    /// of the prediction, none counted more often than it occurs on either side.
    private mutating func summaryMatches() -> Int {
        guard !prediction.words.isEmpty, !reference.words.isEmpty else { return 0 }
        predictionCounts.removeAll(keepingCapacity: true)
        referenceCounts.removeAll(keepingCapacity: true)
        for word in prediction.words { predictionCounts[word, default: 0] += 1 }
        for word in reference.words { referenceCounts[word, default: 0] += 1 }
        var hits = 0
        for index in reference.ends.indices {
            let sentence = reference.sentence(index)
            marks.removeAll(keepingCapacity: true)
            marks.append(contentsOf: repeatElement(false, count: sentence.count))
            for other in prediction.ends.indices {
                subsequence.markPositions(of: sentence, prediction.sentence(other), in: &marks)
            }
            for (position, word) in sentence.enumerated() where marks[position] {
                guard let left = predictionCounts[word], left > 0, let right = referenceCounts[word], right > 0 else {
                    continue
                }
                predictionCounts[word] = left - 1
                referenceCounts[word] = right - 1
                hits += 1
            }
        }
        return hits
    }

    /// Lower case, then runs of a-z and 0-9 are words; lines end at "\n".
    ///
    /// Of all characters beyond ASCII only the Kelvin sign and İ have a lower case with an ASCII letter in it.
    private mutating func read(_ string: String, stems: Bool) -> Sentences {
        text.load(string)
        let limit = text.count
        text.rewrite(limit: limit) { source, target in
            var length = 0
            var index = 0
            while index < source.count {
                let byte = source[index]
                index += 1
                switch byte {
                case 0x61...0x7A, 0x30...0x39, 0x0A: target[length] = byte
                case 0x41...0x5A: target[length] = byte | 0x20
                case 0xC4 where index < source.count && source[index] == 0xB0:
                    target[length] = UInt8(ascii: "i")
                case 0xE2 where index + 1 < source.count && source[index] == 0x84 && source[index + 1] == 0xAA:
                    target[length] = UInt8(ascii: "k")
                    index += 2
                default: target[length] = UInt8(ascii: " ")
                }
                length += 1
            }
            return length
        }
        var result = Sentences()
        text.withBytes { bytes in
            var lineStart = 0
            for index in 0...bytes.count where index == bytes.count || bytes[index] == 0x0A {
                let line = UnsafeBufferPointer(rebasing: bytes[lineStart..<index])
                Whitespace.forEachWord(in: line) { start, end in
                    let word = number(of: UnsafeBufferPointer(rebasing: line[start..<end]), stems: stems)
                    if word >= 0 { result.words.append(word) }
                }
                if !line.isEmpty { result.ends.append(result.words.count) }
                lineStart = index + 1
            }
        }
        return result
    }

    private mutating func number(of word: UnsafeBufferPointer<UInt8>, stems useStems: Bool) -> Int32 {
        let number = spellings.insert(word)
        guard useStems, word.count > 3 else { return number }
        while stems.count <= Int(number) { stems.append(-1) }
        if stems[Int(number)] == -1 {
            let stem = stemmer.stem(word)
            stems[Int(number)] = stem.isEmpty ? -2 : stem.withUnsafeBufferPointer { spellings.insert($0) }
        }
        return stems[Int(number)]
    }
}
