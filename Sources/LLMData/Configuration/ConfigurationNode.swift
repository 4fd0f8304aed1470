/// A configuration as a tree that knows where in its text each key and value stands.
///
/// Read from YAML or JSON by ``parse(_:source:)`` or ``read(path:)``, then taken apart by typed accessors that say file,
/// line, column, key path, what was expected and what was found:
///
/// ```swift
/// let node = try ConfigurationNode.read(path: "train.yaml")
/// try node.checkKeys(["learningRate", "steps", "optimizer"])
/// let rate = try node.double("learningRate", in: 0...1, default: 3e-4)
/// let steps = try node.integer("steps", in: 1...1_000_000)
/// let optimizer = try node.choice("optimizer", as: OptimizerName.self, default: .adamW)
/// ```
///
/// Scalars are kept as text: what is asked for decides how a plain `no` or `12` is read. A value type.
public struct ConfigurationNode: Sendable, Hashable {
    /// What stands at a node.
    public indirect enum Content: Sendable, Hashable {
        /// Nothing, `null` or `~`.
        case null
        /// A scalar; quoted ones are strings whatever they look like.
        case scalar(String, isQuoted: Bool)
        /// A list.
        case list([ConfigurationNode])
        /// A mapping, in the order of the text, each key once.
        case mapping([Member])
    }

    /// A key and its value.
    public struct Member: Sendable, Hashable {
        /// The key.
        public var key: String
        /// Where the key stands.
        public var position: ConfigurationPosition
        /// The value.
        public var value: ConfigurationNode

        /// Makes a member.
        public init(key: String, position: ConfigurationPosition, value: ConfigurationNode) {
            self.key = key
            self.position = position
            self.value = value
        }
    }

    /// What stands here.
    public var content: Content
    /// The file, or what the caller named the text.
    public var source: String
    /// Where the value begins.
    public var position: ConfigurationPosition
    /// The place in the tree: `stages[2].minimum`; empty at the top.
    public var path: String

    /// Makes a node.
    public init(content: Content, source: String, position: ConfigurationPosition, path: String = "") {
        self.content = content
        self.source = source
        self.position = position
        self.path = path
    }

    /// The path of a member of this node.
    public func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// The path of an element of this node.
    public func path(of index: Int) -> String { "\(path)[\(index)]" }

    /// What kind of value this is, in words, scalars with their text.
    public var kindDescription: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text, _): "'\(Self.shortened(text))'"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    private static func shortened(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > 60 else { return text }
        return String(String.UnicodeScalarView(scalars.prefix(60))) + "…"
    }

    /// An error about this node.
    public func error(_ kind: ConfigurationError.Kind = .value, expected: String, found: String? = nil)
        -> ConfigurationError
    {
        ConfigurationError(
            kind, source: source, position: position, path: path, expected: expected,
            found: found ?? kindDescription)
    }
}

extension ConfigurationNode {
    /// Most bytes of a configuration.
    public static let maximumByteCount = 1 << 18
    /// Deepest nesting of lists and mappings.
    public static let maximumDepth = 64
    /// Most nodes after aliases are put in their places.
    static let maximumNodeCount = 1 << 17
}
