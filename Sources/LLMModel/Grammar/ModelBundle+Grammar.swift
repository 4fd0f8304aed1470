internal import LLMTokenizer
internal import Synchronization

extension ModelBundle {
    /// What holds a generation of this model to a grammar; for one generation.
    ///
    /// The first call sorts the vocabulary (tens of milliseconds), later ones share it.
    /// - Throws: ``GrammarError/noEndToken`` when the tokenizer names no token that ends a text.
    public func processor(for grammar: Grammar) throws(GrammarError) -> GrammarProcessor {
        try GrammarProcessor(
            grammar, vocabulary: grammarVocabulary.value(of: tokenizer, size: configuration.vocabularySize),
            tokenizer: tokenizer)
    }
}

/// A vocabulary that is sorted once, by whoever needs it first.
final class SharedGrammarVocabulary: Sendable {
    private let made = Mutex<GrammarVocabulary?>(nil)

    func value(of tokenizer: any Tokenizer, size: Int) -> GrammarVocabulary {
        made.withLock { made in
            if let made { return made }
            let vocabulary = GrammarVocabulary(tokenizer: tokenizer, vocabularySize: size)
            made = vocabulary
            return vocabulary
        }
    }
}
