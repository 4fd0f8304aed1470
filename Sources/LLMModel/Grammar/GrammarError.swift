/// Why a grammar could not be made or followed.
public enum GrammarError: Error, Equatable, Sendable {
    /// The text of a grammar is not GBNF.
    case syntax(line: Int, column: Int, expected: String)
    /// A rule that is used and nowhere defined.
    case undefinedRule(String)
    /// A rule that can begin with itself: it would never read a byte.
    case leftRecursion(String)
    /// A grammar, or the part a repetition unfolds to, is larger than ``Grammar/largestSize`` elements.
    case tooLarge(elements: Int)
    /// A JSON schema asks for something that cannot be kept while a text is written; nothing is ignored silently.
    case unsupportedSchema(pointer: String, reason: String)
    /// A JSON schema that no value satisfies, or that is no schema.
    case invalidSchema(pointer: String, reason: String)
    /// The vocabulary names no token that ends a generation: a text that is complete could not be ended.
    case noEndToken
    /// A token that the grammar does not allow where it came.
    case rejected(token: Int)
}

extension GrammarError: CustomStringConvertible {
    /// A message a user can act on.
    public var description: String {
        switch self {
        case .syntax(let line, let column, let expected):
            "grammar, line \(line), column \(column): expected \(expected)"
        case .undefinedRule(let name): "grammar: rule '\(name)' is used but not defined"
        case .leftRecursion(let name):
            "grammar: rule '\(name)' can begin with itself; write the repetition with * or +, or behind another symbol"
        case .tooLarge(let elements):
            "grammar: \(elements) elements; at most \(Grammar.largestSize) are taken (look for large repetition counts)"
        case .unsupportedSchema(let pointer, let reason):
            "JSON schema, \(Self.place(pointer)): not supported: \(reason)"
        case .invalidSchema(let pointer, let reason): "JSON schema, \(Self.place(pointer)): \(reason)"
        case .noEndToken: "the tokenizer names no end-of-generation token, which a grammar needs to end a text"
        case .rejected(let token): "token \(token) is not allowed by the grammar here"
        }
    }

    private static func place(_ pointer: String) -> String { pointer.isEmpty ? "top" : "at '\(pointer)'" }
}
