internal import LLMTensor

/// Puts what is known about short documents into their text, by a template: `{title} ({language}): {text}`.
///
/// `{text}` is the text, `{id}` the id, any other name in braces an attribute; `{{` and `}}` are braces. Pure; may be
/// called from many threads.
public struct ContextStage: DocumentStage {
    /// The template, and for which documents.
    public struct Configuration: Sendable, Hashable {
        /// What the new text is made of.
        public var template = "{text}"
        /// Most characters of a document that is changed; nil for all.
        public var maximumCharacters: Int?
        /// What stands for attributes that a document lacks; nil leaves the document as it is.
        public var missing: String?

        /// A template for all documents that have its attributes.
        public init(template: String = "{text}") { self.template = template }
    }

    /// `context`.
    public var name: String { "context" }
    /// The template.
    public let configuration: Configuration
    private let parts: [Part]

    private enum Part: Sendable {
        case literal(String)
        case field(String)
    }

    /// Makes a stage.
    ///
    /// - Throws: ``DataError/invalidConfiguration(setting:reason:)`` for a brace without its other.
    public init(_ configuration: Configuration = Configuration()) throws {
        self.configuration = configuration
        parts = try Self.parse(configuration.template)
    }

    private static func parse(_ template: String) throws -> [Part] {
        var parts: [Part] = []
        var literal = String.UnicodeScalarView()
        var field: String.UnicodeScalarView?
        let scalars = Array(template.unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let isDoubled = index + 1 < scalars.count && scalars[index + 1] == scalar
            switch (scalar, field) {
            case ("{", nil) where isDoubled, ("}", nil) where isDoubled:
                literal.append(scalar)
                index += 1
            case ("{", nil):
                if !literal.isEmpty { parts.append(.literal(String(literal))) }
                (literal, field) = (.init(), .init())
            case ("}", let name?) where !name.isEmpty:
                parts.append(.field(String(name)))
                field = nil
            case ("{", _), ("}", _):
                throw DataError.invalidConfiguration(
                    setting: "template", reason: "unexpected \(scalar) at character \(index)")
            case (_, nil): literal.append(scalar)
            default: field?.append(scalar)
            }
            index += 1
        }
        if field != nil {
            throw DataError.invalidConfiguration(setting: "template", reason: "a { is not closed")
        }
        if !literal.isEmpty { parts.append(.literal(String(literal))) }
        return parts
    }

    /// Changes the text; keeps every document.
    public func process(_ document: inout Document) -> StageDecision {
        if let limit = configuration.maximumCharacters, document.text.unicodeScalars.count > limit { return .keep }
        var text = ""
        for part in parts {
            switch part {
            case .literal(let literal): text += literal
            case .field("text"): text += document.text
            case .field("id"): text += document.id
            case .field(let key):
                guard let value = Self.string(document.attributes[key]) ?? configuration.missing else { return .keep }
                text += value
            }
        }
        guard !text.utf8.elementsEqual(document.text.utf8) else { return .keep }
        document.text = text
        document.history.append(name)
        return .keep
    }

    private static func string(_ value: JSONValue?) -> String? {
        switch value {
        case nil, .null: nil
        case .string(let text): text
        case let value?: JSONWriter().string(of: value)
        }
    }
}
