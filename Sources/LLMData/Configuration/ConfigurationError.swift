/// What is wrong with a configuration: the place, what was expected there, what was found.
public struct ConfigurationError: Error, Sendable, Hashable {
    /// The kind of problem.
    public enum Kind: Sendable, Hashable {
        /// There is no such file.
        case notFound
        /// The file cannot be read.
        case unreadable
        /// The text is neither YAML nor JSON.
        case syntax
        /// The text is larger, deeper or more entangled than a configuration needs to be.
        case limit
        /// A key that must be there is not.
        case missingKey
        /// A key that means nothing here.
        case unknownKey
        /// A value of another type than asked for.
        case type
        /// A value of the right type that is not allowed.
        case value
    }

    /// The kind of problem.
    public var kind: Kind
    /// The file, or what the caller named the text.
    public var source: String
    /// The place in the text; nil when the problem has none.
    public var position: ConfigurationPosition?
    /// The place in the tree: `stages[2].minimum`; empty at the top.
    public var path: String
    /// What should have been there.
    public var expected: String
    /// What was there.
    public var found: String
    /// The known key that was probably meant.
    public var suggestion: String?
    /// More of the same kind, such as further unknown keys.
    public var related: [ConfigurationError]

    /// Makes an error.
    public init(
        _ kind: Kind, source: String, position: ConfigurationPosition? = nil, path: String = "", expected: String,
        found: String, suggestion: String? = nil, related: [ConfigurationError] = []
    ) {
        self.kind = kind
        self.source = source
        self.position = position
        self.path = path
        self.expected = expected
        self.found = found
        self.suggestion = suggestion
        self.related = related
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// `file:line:column: path: expected this, found that`, one line per problem.
    public var description: String {
        var text = source
        if let position { text += ":\(position)" }
        if !path.isEmpty { text += ": \(path)" }
        text += ": expected \(expected), found \(found)"
        if let suggestion { text += "; did you mean '\(suggestion)'?" }
        for other in related { text += "\n\(other)" }
        return text
    }
}

/// A place in a text.
public struct ConfigurationPosition: Sendable, Hashable, CustomStringConvertible {
    /// Line, from 1.
    public var line: Int
    /// Column in Unicode scalars, from 1.
    public var column: Int

    /// Makes a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// `line:column`.
    public var description: String { "\(line):\(column)" }
}
