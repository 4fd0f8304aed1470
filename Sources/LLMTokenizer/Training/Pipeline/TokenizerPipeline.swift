/// What a tokenizer does around its model: how text becomes words before it, and how tokens become text after it.
///
/// A value in the terms of `tokenizer.json`; trainers take one, and the tokenizer they give has the same stages.
public struct TokenizerPipeline: Sendable, Equatable {
    /// Changes the text before it is cut.
    public var normalizer: NormalizerStep?
    /// Cuts the text into words; no token reaches over a cut.
    public var preTokenizer: PreTokenizerStep?
    /// Puts special tokens around a text.
    public var postProcessor: PostProcessorStep?
    /// Makes text of tokens.
    public var decoder: DecoderStep?

    /// A pipeline of the given stages.
    public init(
        normalizer: NormalizerStep? = nil, preTokenizer: PreTokenizerStep? = nil,
        postProcessor: PostProcessorStep? = nil, decoder: DecoderStep? = nil
    ) {
        self.normalizer = normalizer
        self.preTokenizer = preTokenizer
        self.postProcessor = postProcessor
        self.decoder = decoder
    }

    /// As GPT-2: words by its pattern, tokens over bytes, nothing unknown.
    public static let byteLevel = TokenizerPipeline(
        preTokenizer: .byteLevel(), postProcessor: .byteLevel, decoder: .byteLevel)

    /// Byte-level with another split pattern (cl100k, o200k ...).
    ///
    /// - Parameter pattern: a regular expression; each of its matches is a word, and so is what lies between.
    public static func byteLevel(pattern: String) -> TokenizerPipeline {
        TokenizerPipeline(
            preTokenizer: .sequence([.pattern(pattern), .byteLevel(usesPattern: false)]),
            postProcessor: .byteLevel, decoder: .byteLevel)
    }

    /// As SentencePiece: NFKC, spaces become `▁`, one is put in front.
    public static let sentencePiece = TokenizerPipeline(
        normalizer: .sequence([.nfkc, .collapseSpaces]), preTokenizer: .metaspace(.always), decoder: .metaspace(.always)
    )

    /// As BERT: cleaned text, lower case unless asked otherwise, words at white space and punctuation.
    public static func bert(lowercases: Bool = true) -> TokenizerPipeline {
        TokenizerPipeline(
            normalizer: .bert(lowercases: lowercases), preTokenizer: .bert,
            postProcessor: .template(
                single: [.special("[CLS]"), .first(), .special("[SEP]")],
                pair: [
                    .special("[CLS]"), .first(), .special("[SEP]"), .second(type: 1), .special("[SEP]", type: 1),
                ]),
            decoder: .wordPiece())
    }

    /// Words and runs of symbols, what is between them dropped.
    public static let whitespace = TokenizerPipeline(preTokenizer: .whitespace)
}

extension TokenizerPipeline {
    /// A change of the text.
    public indirect enum NormalizerStep: Sendable, Equatable {
        case nfc, nfd, nfkc, nfkd, lowercase, stripAccents
        /// Takes white space off the ends.
        case strip(left: Bool, right: Bool)
        /// Makes one space of every run of two and more.
        case collapseSpaces
        /// Puts one text in the place of another.
        case replace(String, with: String)
        /// Puts text in front.
        case prepend(String)
        /// Cleans text, puts spaces around ideographs; lower case also takes accents away.
        case bert(lowercases: Bool)
        case sequence([NormalizerStep])
    }

    /// A way to cut text into words.
    public indirect enum PreTokenizerStep: Sendable, Equatable {
        /// Words of GPT-2's pattern (unless another step has cut already), as bytes in its alphabet.
        case byteLevel(addsPrefixSpace: Bool = false, usesPattern: Bool = true)
        /// Every match of a regular expression is a word, and so is what lies between.
        case pattern(String)
        /// Spaces become `▁`, and words begin with it.
        case metaspace(SpacePrefix)
        /// `\w+|[^\w\s]+`.
        case whitespace
        /// At white space alone.
        case whitespaceSplit
        /// At white space, and every punctuation mark is a word.
        case bert
        /// Every punctuation mark is a word.
        case punctuation
        /// Every digit is a word, or every run of digits.
        case digits(individual: Bool)
        case sequence([PreTokenizerStep])
    }

    /// When a space is put in front of a text.
    public enum SpacePrefix: String, Sendable, Equatable {
        case always, first, never
    }

    /// What is put around texts.
    public enum PostProcessorStep: Sendable, Equatable {
        /// Nothing; offsets leave white space out.
        case byteLevel
        /// Special tokens, which have to be among those of the trainer.
        case template(single: [TemplatePiece], pair: [TemplatePiece])
    }

    /// A part of a template, with the type id its tokens get.
    public enum TemplatePiece: Sendable, Equatable {
        case special(String, type: Int = 0)
        case first(type: Int = 0)
        case second(type: Int = 0)
    }

    /// A way to make text of tokens.
    public indirect enum DecoderStep: Sendable, Equatable {
        case byteLevel, byteFallback, fuse
        case metaspace(SpacePrefix)
        case wordPiece(prefix: String = "##", cleansUp: Bool = true)
        /// The suffix marks the end of a word.
        case wordSuffix(String)
        case replace(String, with: String)
        case strip(String, start: Int, stop: Int)
        case sequence([DecoderStep])
    }
}
