/// Reads SentencePiece models (`.model`; sentencepiece_model.proto of google/sentencepiece).
struct SentencePieceFile {
    private typealias Kind = GGUFVocabulary.TokenType

    private let source: String
    private var tokens: [[UInt8]] = []
    private var scores: [Float] = []
    private var types: [Int32] = []
    private var modelType: UInt64 = 1
    private var hasByteFallback = false
    private var spaceIsSuffix = false
    private var ids: [Int: Int32] = [40: 0, 41: 1, 42: 2, 43: -1]
    private var map: PrecompiledCharacterMap?
    private var addsSpace = true
    private var foldsSpaces = true
    private var marksSpaces = true

    static func load(bytes: UnsafeRawBufferPointer, source: String) throws(TokenizerError) -> any Tokenizer {
        var file = SentencePieceFile(source: source)
        try file.read(bytes)
        return try file.tokenizer()
    }

    private init(source: String) { self.source = source }

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(TokenizerError) {
        var reader = ProtobufReader(bytes)
        while let (field, value) = reader.next() {
            guard case .bytes(let message) = value else { continue }
            switch field {
            case 1: try readPiece(message)
            case 2: readTrainer(message)
            case 3: try readNormalizer(message)
            default: break
            }
        }
        guard !reader.isDamaged, !tokens.isEmpty else {
            throw .unreadable(path: source, reason: "not a SentencePiece model")
        }
    }

    private mutating func readPiece(_ message: UnsafeRawBufferPointer) throws(TokenizerError) {
        var reader = ProtobufReader(message)
        var token: [UInt8] = []
        var score: Float = 0
        var type: Int32 = 1
        while let (field, value) = reader.next() {
            switch (field, value) {
            case (1, .bytes(let text)): token = Array(text)
            case (2, .fixed32(let bits)): score = Float(bitPattern: bits)
            case (3, .number(let number)): type = Int32(truncatingIfNeeded: number)
            default: break
            }
        }
        guard !reader.isDamaged, tokens.count < 1 << 24 else {
            throw .invalid(source: source, key: "pieces[\(tokens.count)]", reason: "damaged")
        }
        tokens.append(token)
        scores.append(score)
        types.append(type)
    }

    private mutating func readTrainer(_ message: UnsafeRawBufferPointer) {
        var reader = ProtobufReader(message)
        while let (field, value) = reader.next() {
            guard case .number(let number) = value else { continue }
            switch field {
            case 3: modelType = number
            case 24: spaceIsSuffix = number != 0
            case 35: hasByteFallback = number != 0
            case 40...43: ids[field] = Int32(truncatingIfNeeded: number)
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ message: UnsafeRawBufferPointer) throws(TokenizerError) {
        var reader = ProtobufReader(message)
        while let (field, value) = reader.next() {
            switch (field, value) {
            case (2, .bytes(let blob)) where !blob.isEmpty:
                guard let made = PrecompiledCharacterMap(Array(blob)) else {
                    throw .invalid(
                        source: source, key: "normalizer_spec.precompiled_charsmap", reason: "a damaged map")
                }
                map = made
            case (3, .number(let number)): addsSpace = number != 0
            case (4, .number(let number)): foldsSpaces = number != 0
            case (5, .number(let number)): marksSpaces = number != 0
            default: break
            }
        }
    }

    private func id(_ field: Int) -> TokenID? {
        guard let id = ids[field], id >= 0, Int(id) < tokens.count else { return nil }
        return id
    }

    private func tokenizer() throws(TokenizerError) -> any Tokenizer {
        let vocabulary = Vocabulary(tokens: tokens)
        let types = types
        let isText: (Int) -> Bool = { index in
            types[index] == Kind.normal || types[index] == Kind.userDefined || types[index] == Kind.unused
        }
        let text = Vocabulary(sharing: vocabulary) { isText($0) && !vocabulary.bytes(of: TokenID($0)).isEmpty }
        let unknown = types.firstIndex(of: Kind.unknown).map { TokenID($0) } ?? id(40)
        let byteTokens = hasByteFallback ? BPEModel.fallbackTokens(in: vocabulary) : []
        let literal = types.indices.filter { types[$0] == Kind.userDefined }
        let model: Model
        switch modelType {
        case 1:
            model = .unigram(unigram(vocabulary, unknown, byteTokens, isText))
        case 2:
            model = .scoredBPE(
                ScoredBPEModel(
                    vocabulary: text, scores: scores,
                    byteTokens: byteTokens.isEmpty ? Array(repeating: -1, count: 256) : byteTokens, unknown: unknown,
                    fusesUnknown: true))
        default: throw .unsupported(source: source, key: "trainer_spec.model_type", value: "\(modelType)")
        }
        var normalizer = SentencePieceNormalizer()
        normalizer.map = map
        normalizer.addsSpace = addsSpace
        normalizer.addsSpaceBehind = spaceIsSuffix
        normalizer.foldsSpaces = foldsSpaces
        normalizer.marksSpaces = marksSpaces
        normalizer.dropsMarksAtEnd = true
        normalizer.literals =
            literal.isEmpty ? nil : ByteTrie(literal.map { (vocabulary.bytes(of: TokenID($0)), Int32($0)) })
        var parts = PipelineTokenizer.Parts(vocabulary: vocabulary, model: model)
        parts.normalizer = .sentencePiece(normalizer)
        if modelType == 2 {
            parts.addedTokens = literal.map {
                AddedToken(id: TokenID($0), content: tokens[$0], isNormalized: true)
            }
        }
        let steps: [Decoder] = [
            .rawByteFallback,
            .replace(Replacement(pattern: .literal(GGUFTokenizer.spaceMark), content: [0x20])), .fuse,
        ]
        let dropsMarks = addsSpace || foldsSpaces
        let marks = Decoder.leadingMarks(GGUFTokenizer.spaceMark, ofEveryToken: foldsSpaces)
        parts.decoder = .sequence(dropsMarks ? [marks] + steps : steps)
        if let unknown { parts.tokenTexts[unknown] = Array(" ⁇ ".utf8) }
        var special = SpecialTokens(bos: id(41), eos: id(42), unk: unknown, pad: id(43))
        special.all = Set(
            types.indices.filter { types[$0] == Kind.control || types[$0] == Kind.unknown }.map { TokenID($0) })
        if let eos = special.eos { special.endOfGeneration = [eos] }
        parts.specialTokens = special
        return PipelineTokenizer(parts)
    }

    private func unigram(
        _ vocabulary: Vocabulary, _ unknown: TokenID?, _ byteTokens: [TokenID], _ isText: (Int) -> Bool
    ) -> UnigramModel {
        var weights = scores.map(Double.init)
        let normal = types.indices.filter { types[$0] == Kind.normal }
        let lowest = normal.map { scores[$0] }.min() ?? 0
        let highest = normal.map { scores[$0] }.max() ?? 0
        for index in types.indices where types[index] == Kind.userDefined {
            weights[index] = Double(Float(tokens[index].count) * highest) - 0.1
        }
        return UnigramModel(
            vocabulary: vocabulary, scores: weights, unknown: unknown, byteTokens: byteTokens,
            minimumScore: Double(lowest), roundsToSingle: true
        ) { isText(Int($0)) && types[Int($0)] != Kind.unused }
    }
}
