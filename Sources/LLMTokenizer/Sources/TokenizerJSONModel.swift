import LLMTensor

/// The `model` of a tokenizer.json as it stands in the file: big lists in flat memory, switches as values.
struct TokenizerJSONModel {
    private var tokens = FlatStrings()
    private var ids: [Int64] = []
    private var scores: [Double] = []
    private var merges = FlatStrings()
    /// Where the right half of each merge begins, in bytes from the merge's start.
    private var mergeSplits: [Int32] = []
    private var isUnigramVocabulary = false
    private var hasMerges = false
    private var options: [String: JSONValue] = [:]

    init(_ reader: inout JSONReader) throws {
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "vocab": try readVocabulary(&reader)
            case "merges": try readMerges(&reader)
            default:
                let name = key.string
                options[name] = try reader.readValue()
            }
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
                scores.append(try reader.readDouble())
                while try reader.nextElement() { try reader.skipValue() }
                ids.append(Int64(ids.count))
            }
        } else {
            try reader.beginObject()
            while let token = try reader.nextKey() {
                tokens.append(token)
                ids.append(try reader.readInteger())
            }
        }
    }

    private mutating func readMerges(_ reader: inout JSONReader) throws {
        hasMerges = true
        try reader.beginArray()
        while try reader.nextElement() {
            if try reader.peekKind() == .array {
                try reader.beginArray()
                guard try reader.nextElement() else { throw JSONShape.tooShort }
                let before = merges.bytes.count
                try reader.readString().append(to: &merges.bytes)
                mergeSplits.append(Int32(truncatingIfNeeded: merges.bytes.count - before))
                guard try reader.nextElement() else { throw JSONShape.tooShort }
                try reader.readString().append(to: &merges.bytes)
                merges.close()
                while try reader.nextElement() { try reader.skipValue() }
            } else {
                let before = merges.bytes.count
                try reader.readString().append(to: &merges.bytes)
                guard let space = merges.bytes[before...].firstIndex(of: 0x20) else { throw JSONShape.noSpace }
                merges.bytes.remove(at: space)
                mergeSplits.append(Int32(truncatingIfNeeded: space - before))
                merges.close()
            }
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
    func vocabulary(_ source: String) throws(TokenizerError) -> Vocabulary {
        guard let largest = ids.max() else { return Vocabulary(tokens: []) }
        guard let smallest = ids.min(), smallest >= 0, largest < 1 << 24 else {
            throw .invalid(source: source, key: "model.vocab", reason: "ids are expected from 0 to 16777215")
        }
        var index = [Int32](repeating: -1, count: Int(largest) + 1)
        for (place, id) in ids.enumerated() { index[Int(id)] = Int32(truncatingIfNeeded: place) }
        var blob: [UInt8] = []
        blob.reserveCapacity(tokens.bytes.count)
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(index.count + 1)
        for place in index {
            if place >= 0 { blob += tokens[Int(place)] }
            offsets.append(UInt32(truncatingIfNeeded: blob.count))
        }
        return Vocabulary(blob: blob, offsets: offsets) { index[$0] >= 0 }
    }

    /// What the file calls the model, or what it must be when it does not say.
    private var kind: String {
        if let kind = string("type") { return kind }
        if isUnigramVocabulary { return "Unigram" }
        if hasMerges { return "BPE" }
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
        var list: [(left: TokenID, right: TokenID, id: TokenID, rank: Int32)] = []
        list.reserveCapacity(merges.count)
        let prefixLength = model.continuingPrefix.count
        for index in 0..<merges.count {
            let both = merges[index]
            let split = Int(mergeSplits[index])
            var joined = Array(both[..<(both.startIndex + split)])
            joined += both[(both.startIndex + split)...].dropFirst(prefixLength)
            guard let left = vocabulary.id(of: Array(both.prefix(split))),
                let right = vocabulary.id(of: Array(both.dropFirst(split))), let id = vocabulary.id(of: joined)
            else {
                throw .invalid(
                    source: source, key: "model.merges[\(index)]",
                    reason: "one of the tokens or what they merge to is not in the vocabulary")
            }
            list.append((left, right, id, Int32(truncatingIfNeeded: index)))
        }
        let words = isByteLevel ? vocabulary.decodedFromByteAlphabet() : vocabulary
        // Where unknown characters are dropped, tokens may reach over the place.
        let keepsAll = unknown != nil || model.byteFallback
        return BPEModel(
            vocabulary: words, merges: list, options: model, findsSeams: findsSeams && !isByteLevel && keepsAll)
    }
}

/// Many byte strings one behind the other.
struct FlatStrings {
    var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }

    /// Ends the string whose bytes were appended last.
    mutating func close() { ends.append(bytes.count) }

    mutating func append(_ text: JSONText) {
        text.append(to: &bytes)
        close()
    }

    subscript(index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }
}
