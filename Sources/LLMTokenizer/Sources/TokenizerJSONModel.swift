import LLMTensor

/// The `model` of a tokenizer.json as it stands in the file: big lists in flat memory, switches as values.
struct TokenizerJSONModel {
    private let source: String
    private let fileSize: Int
    private let tokens: FlatStrings
    /// The id of each token in the file's order; empty while they count up from 0.
    private var ids: [Int32] = []
    private var scores: [Double] = []
    private(set) var vocabulary: Vocabulary?
    /// Merges by ids; where they stand before the vocabulary in the file, their halves by turns until it is known.
    private var merges: TokenizerJSONMerges?
    private var halves: FlatStrings?
    private var isUnigramVocabulary = false
    private var options: [String: JSONValue] = [:]

    init(_ reader: inout JSONReader, source: String, fileSize: Int) throws {
        self.source = source
        self.fileSize = fileSize
        tokens = FlatStrings(fileSize: fileSize)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "vocab":
                guard vocabulary == nil else {
                    throw TokenizerError.invalid(source: source, key: "model.vocab", reason: "given twice")
                }
                try readVocabulary(&reader)
                vocabulary = try makeVocabulary()
            case "merges": try readMerges(&reader)
            default:
                let name = key.string
                options[name] = try reader.readValue()
            }
        }
        guard let vocabulary else { throw TokenizerError.missing(source: source, key: "model.vocab") }
        if let halves {
            var merges = newMerges(vocabulary)
            for index in stride(from: 0, to: halves.count - 1, by: 2) {
                try merges.append(halves[index], halves[index + 1])
            }
            try merges.flush()
            self.merges = merges
            self.halves = nil
        }
    }

    private mutating func readVocabulary(_ reader: inout JSONReader) throws {
        if try reader.peekKind() == .array {
            isUnigramVocabulary = true
            try reader.beginArray()
            while try reader.nextElement() {
                try reader.beginArray()
                guard try reader.nextElement() else { throw JSONShape.tooShort }
                tokens.append(try reader.readString())
                guard try reader.nextElement() else { throw JSONShape.tooShort }
                // The last bit decides between segmentations of the same pieces in another order.
                scores.append(try reader.readDoubleRoundedTwice())
                while try reader.nextElement() { try reader.skipValue() }
            }
        } else {
            try reader.beginObject()
            while let token = try reader.nextKey() {
                let id = try reader.readInteger()
                guard id >= 0, id < 1 << 24 else {
                    throw TokenizerError.invalid(
                        source: source, key: "model.vocab", reason: "ids are expected from 0 to 16777215")
                }
                if ids.isEmpty, id != tokens.count { ids = Array(0..<Int32(tokens.count)) }
                let isOrdered = ids.isEmpty && id == tokens.count
                tokens.append(token)
                if !isOrdered { ids.append(Int32(id)) }
            }
        }
    }

    private func newMerges(_ vocabulary: Vocabulary) -> TokenizerJSONMerges {
        TokenizerJSONMerges(
            capacity: fileSize / 4 + 1, vocabulary: vocabulary,
            prefix: Array((string("continuing_subword_prefix") ?? "").utf8), source: source)
    }

    private mutating func readMerges(_ reader: inout JSONReader) throws {
        // The prefix may stand behind the merges in the file, but vocabularies that have one are small.
        var direct: TokenizerJSONMerges?
        if let vocabulary, options["continuing_subword_prefix"] != nil { direct = newMerges(vocabulary) }
        let stored = FlatStrings(fileSize: direct == nil ? fileSize : 0)
        var sink = MergeSink(direct: direct, stored: stored)
        direct = nil
        var left: [UInt8] = []
        try reader.beginArray()
        while try reader.nextElement() {
            if try reader.peekKind() == .array {
                try reader.beginArray()
                guard try reader.nextElement() else { throw JSONShape.tooShort }
                left.removeAll(keepingCapacity: true)
                try reader.readString().append(to: &left)
                guard try reader.nextElement() else { throw JSONShape.tooShort }
                let right = try reader.readString()
                try left.withUnsafeBytes { left in
                    if right.isEscaped {
                        try right.bytes.withUnsafeBytes { try sink.take(left, $0) }
                    } else {
                        try sink.take(left, right.raw)
                    }
                }
                while try reader.nextElement() { try reader.skipValue() }
            } else {
                let text = try reader.readString()
                if text.isEscaped {
                    try text.bytes.withUnsafeBytes { try sink.split($0) }
                } else {
                    try sink.split(text.raw)
                }
            }
        }
        try sink.direct?.flush()
        if sink.direct != nil { merges = sink.direct } else { halves = stored }
    }

    /// Where the halves of merges go.
    private struct MergeSink {
        var direct: TokenizerJSONMerges?
        let stored: FlatStrings

        mutating func take(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) throws {
            if direct != nil {
                try direct?.append(left, right)
            } else {
                stored.append(left)
                stored.append(right)
            }
        }

        mutating func split(_ both: UnsafeRawBufferPointer) throws {
            var space = 0
            while space < both.count, both[space] != 0x20 { space += 1 }
            guard space < both.count else { throw JSONShape.noSpace }
            try take(
                UnsafeRawBufferPointer(rebasing: both[..<space]), UnsafeRawBufferPointer(rebasing: both[(space + 1)...])
            )
        }
    }

    private enum JSONShape: Error, CustomStringConvertible {
        case tooShort, noSpace

        var description: String {
            switch self {
            case .tooShort: "expected an array of two elements in the model's vocabulary or merges"
            case .noSpace: "expected two tokens with a space between in the model's merges"
            }
        }
    }

    private func string(_ key: String) -> String? { options[key]?.stringValue }
    private func flag(_ key: String) -> Bool { options[key]?.boolValue ?? false }

    /// The tokens by id.
    private func makeVocabulary() throws(TokenizerError) -> Vocabulary {
        guard let largest = ids.max() else {
            let all = tokens.take()
            return Vocabulary(all.blob, all.offsets) { _ in true }
        }
        var index = [Int32](repeating: -1, count: Int(largest) + 1)
        for (place, id) in ids.enumerated() { index[Int(id)] = Int32(truncatingIfNeeded: place) }
        var blob: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(index.count + 1)
        for place in index {
            if place >= 0 { blob.append(contentsOf: tokens[Int(place)]) }
            offsets.append(UInt32(truncatingIfNeeded: blob.count))
        }
        return Vocabulary(blob: blob, offsets: offsets) { index[$0] >= 0 }
    }

    /// What the file calls the model, or what it must be when it does not say.
    private var kind: String {
        if let kind = string("type") { return kind }
        if isUnigramVocabulary { return "Unigram" }
        if merges != nil { return "BPE" }
        return options["max_input_chars_per_word"] != nil ? "WordPiece" : "WordLevel"
    }

    /// Whether a vocabulary in the byte alphabet gives the same tokens when it is read as bytes.
    func canReadBytes(_ vocabulary: Vocabulary) -> Bool {
        guard kind == "BPE" else { return false }
        guard flag("byte_fallback") else { return true }
        let hasAffixes = string("continuing_subword_prefix") != nil || string("end_of_word_suffix") != nil
        return !hasAffixes
            && (UInt8.min...UInt8.max).allSatisfy { vocabulary.id(of: ByteAlphabet.encode([$0])) != nil }
    }

    func unknown(in vocabulary: Vocabulary) -> TokenID? {
        if isUnigramVocabulary {
            guard let id = options["unk_id"]?.integerValue, id >= 0, id < vocabulary.count else { return nil }
            return TokenID(id)
        }
        return string("unk_token").flatMap { vocabulary.id(of: Array($0.utf8)) }
    }

    func model(
        _ vocabulary: Vocabulary, source: String, isByteLevel: Bool, findsSeams: Bool
    ) throws(TokenizerError) -> Model {
        let unknown = unknown(in: vocabulary)
        switch kind {
        case "BPE":
            return .bpe(try bytePairs(vocabulary, source, unknown, isByteLevel: isByteLevel, findsSeams: findsSeams))
        case "WordPiece": return .wordPiece(wordPieces(vocabulary, unknown))
        case "WordLevel": return .wordLevel(WordLevelModel(vocabulary: vocabulary, unknown: unknown))
        case "Unigram":
            let bytes = flag("byte_fallback") ? BPEModel.fallbackTokens(in: vocabulary) : []
            return .unigram(
                UnigramModel(vocabulary: vocabulary, scores: scores, unknown: unknown, byteTokens: bytes))
        default: throw .unsupported(source: source, key: "model.type", value: kind)
        }
    }

    private func wordPieces(_ vocabulary: Vocabulary, _ unknown: TokenID?) -> WordPieceModel {
        let prefix = Array((string("continuing_subword_prefix") ?? "##").utf8)
        return WordPieceModel(
            vocabulary: vocabulary, unknown: unknown,
            longestWord: options["max_input_chars_per_word"]?.integerValue ?? 100,
            isFirst: { $0 },
            isFollowing: { token in
                token.starts(with: prefix) ? UnsafeBufferPointer(rebasing: token.dropFirst(prefix.count)) : nil
            })
    }

    private func bytePairs(
        _ vocabulary: Vocabulary, _ source: String, _ unknown: TokenID?, isByteLevel: Bool, findsSeams: Bool
    ) throws(TokenizerError) -> BPEModel {
        var model = BPEModel.Options()
        model.bytes = isByteLevel
        model.unknown = unknown
        model.fusesUnknown = flag("fuse_unk")
        model.byteFallback = flag("byte_fallback")
        model.ignoresMerges = flag("ignore_merges")
        let dropout = options["dropout"]?.doubleValue ?? 0
        guard dropout >= 0, dropout <= 1 else {
            throw .invalid(source: source, key: "model.dropout", reason: "\(dropout) is not between 0 and 1")
        }
        model.dropout = Float(dropout)
        model.continuingPrefix = Array((string("continuing_subword_prefix") ?? "").utf8)
        model.endSuffix = Array((string("end_of_word_suffix") ?? "").utf8)
        let words = isByteLevel ? vocabulary.decodedFromByteAlphabet() : vocabulary
        // Where unknown characters are dropped, tokens may reach over the place.
        let keepsAll = unknown != nil || model.byteFallback
        return BPEModel(
            vocabulary: words, merges: MergeTable(merges?.list ?? MergeList(capacity: 0)), options: model,
            findsSeams: findsSeams && !isByteLevel && keepsAll)
    }
}
