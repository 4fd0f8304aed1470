/// Turns counted words into symbols: the alphabet first, and affixed forms of its scalars where the model has affixes.
struct BytePairCorpus {
    struct Options {
        var initialAlphabet: [Unicode.Scalar]
        var alphabetLimit: Int?
        var continuingPrefix: [UInt8]
        var endSuffix: [UInt8]
    }

    private(set) var corpus = SymbolCorpus()
    private(set) var vocabulary: TrainingVocabulary
    /// The symbols of each scalar: plain, behind another, at the end, and both; -1 where there is none.
    private var forms: [UInt32: SIMD4<Int32>] = [:]

    /// - Parameters:
    ///   - words: the words of the corpus.
    ///   - isByteLevel: whether words are written in the byte alphabet.
    ///   - vocabulary: tokens that come before all others.
    init(_ words: WordTable, isByteLevel: Bool, options: Options, vocabulary: TrainingVocabulary) {
        self.vocabulary = vocabulary
        let reader = UnitReader(isByteLevel: isByteLevel)
        var counts = ScalarCounts()
        words.forEach { word, count in
            reader.forEach(word) { scalar, _, _ in counts.add(scalar, count) }
        }
        let alphabet = TrainingAlphabet(
            counts: counts.dictionary, required: options.initialAlphabet.map(\.value), limit: options.alphabetLimit)
        for scalar in alphabet.scalars {
            let id = self.vocabulary.add(Self.bytes(scalar))
            forms[scalar] = SIMD4(id, -1, -1, -1)
        }
        addForms(words, reader, options)
        makeSymbols(words, reader, options)
    }

    private static func bytes(_ scalar: UInt32) -> [UInt8] {
        var result: [UInt8] = []
        UTF8Text.append(scalar, to: &result)
        return result
    }

    /// Which form a scalar takes at its place.
    @inline(__always)
    private static func form(_ isFirst: Bool, _ isLast: Bool, _ options: Options) -> Int {
        (!isFirst && !options.continuingPrefix.isEmpty ? 1 : 0) + (isLast && !options.endSuffix.isEmpty ? 2 : 0)
    }

    /// Gives ids to the affixed forms that occur, in the order of scalars and forms.
    private mutating func addForms(_ words: WordTable, _ reader: UnitReader, _ options: Options) {
        guard !options.continuingPrefix.isEmpty || !options.endSuffix.isEmpty else { return }
        var used: Set<UInt64> = []
        words.forEach { word, _ in
            reader.forEach(word) { scalar, isFirst, isLast in
                let form = Self.form(isFirst, isLast, options)
                if form > 0 { used.insert(UInt64(scalar) << 2 | UInt64(form)) }
            }
        }
        for item in used.sorted() {
            let scalar = UInt32(item >> 2)
            let form = Int(item & 3)
            guard var known = forms[scalar] else { continue }
            let prefix = form & 1 != 0 ? options.continuingPrefix : []
            let suffix = form & 2 != 0 ? options.endSuffix : []
            known[form] = vocabulary.add(prefix + Self.bytes(scalar) + suffix)
            forms[scalar] = known
        }
    }

    private mutating func makeSymbols(_ words: WordTable, _ reader: UnitReader, _ options: Options) {
        // Most scalars are found here without hashing.
        let direct = (0..<UInt32(0x400)).map { forms[$0] ?? SIMD4(repeating: -1) }
        let known = forms
        var corpus = SymbolCorpus()
        corpus.counts.reserveCapacity(words.count)
        corpus.starts.reserveCapacity(words.count + 1)
        words.forEach { word, count in
            reader.forEach(word) { scalar, isFirst, isLast in
                let choices = scalar < 0x400 ? direct[Int(scalar)] : known[scalar] ?? SIMD4(repeating: -1)
                let symbol = choices[Self.form(isFirst, isLast, options)]
                if symbol >= 0 { corpus.symbols.append(symbol) }
            }
            corpus.closeWord(count: count)
        }
        self.corpus = corpus
    }
}

/// Reads words scalar by scalar, or byte by byte in the byte alphabet.
struct UnitReader {
    let isByteLevel: Bool

    @inline(__always)
    func forEach(
        _ word: UnsafeBufferPointer<UInt8>, _ body: (_ scalar: UInt32, _ isFirst: Bool, _ isLast: Bool) -> Void
    ) {
        guard let base = word.baseAddress else { return }
        if isByteLevel {
            ByteAlphabet.scalars.withUnsafeBufferPointer { alphabet in
                for index in 0..<word.count {
                    body(alphabet[Int(base[index])], index == 0, index == word.count - 1)
                }
            }
            return
        }
        var position = 0
        while position < word.count {
            let (scalar, length) = UTF8Text.scalar(base, at: position)
            body(scalar, position == 0, position + length == word.count)
            position += length
        }
    }
}

/// How often each scalar came.
struct ScalarCounts {
    private var low = [Int64](repeating: 0, count: 0x400)
    private var high: [UInt32: Int64] = [:]

    @inline(__always)
    mutating func add(_ scalar: UInt32, _ count: Int64) {
        if scalar < 0x400 { low[Int(scalar)] += count } else { high[scalar, default: 0] += count }
    }

    var dictionary: [UInt32: Int64] {
        var result = high
        for (scalar, count) in low.enumerated() where count > 0 { result[UInt32(scalar)] = count }
        return result
    }
}
