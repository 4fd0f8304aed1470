/// Why a chat template was refused, or why it stopped, and where.
///
/// `line` and `column` count from 1 in the template source as given (columns in Unicode scalars); both are 0 when
/// the error has no place in the template, for example a message that cannot be expressed.
public struct ChatTemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The family of the error.
    public enum Kind: String, Sendable {
        /// The source is not a valid template.
        case syntax
        /// A value that does not exist was used where one is needed.
        case undefinedValue
        /// An operation was applied to a value of the wrong type.
        case type
        /// An operation got an argument outside of what it accepts.
        case value
        /// The template itself refused the conversation (`raise_exception`).
        case raisedByTemplate
        /// The template reached for something that templates may not touch.
        case security
        /// One of ``ChatTemplateLimits`` was exceeded.
        case limitExceeded
        /// The template uses a part of the language that has no meaning here (for example `include`).
        case unsupported
    }

    /// The family of the error.
    public let kind: Kind
    /// What happened, in words.
    public let message: String
    /// Line in the template, from 1; 0 when unknown.
    public internal(set) var line: Int
    /// Column in the template, from 1; 0 when unknown.
    public internal(set) var column: Int

    /// Creates an error.
    public init(_ kind: Kind, _ message: String, line: Int = 0, column: Int = 0) {
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
    }

    /// The error with its place, for people.
    public var description: String {
        line > 0
            ? "chat template, line \(line), column \(column): \(message) (\(kind.rawValue))"
            : "chat template: \(message) (\(kind.rawValue))"
    }

    init(_ kind: Kind, _ message: String, at position: JinjaPosition) {
        self.init(kind, message, line: position.line, column: position.column)
    }
}

/// A place in a template source.
struct JinjaPosition: Sendable, Equatable {
    var line: Int
    var column: Int
}
