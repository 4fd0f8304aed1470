/// What a template may spend before it is stopped with ``ChatTemplateError/Kind/limitExceeded``.
///
/// Templates come with model files, so they are code from a stranger. The defaults leave room for conversations of
/// several megabytes and end any hostile template within seconds.
public struct ChatTemplateLimits: Sendable, Equatable {
    /// Longest template source, in bytes.
    public var sourceBytes = 4 << 20
    /// Longest rendered text, and longest single string a template may build, in bytes.
    public var outputBytes = 64 << 20
    /// Evaluated expressions, statements, loop turns and list elements.
    public var steps = 30_000_000
    /// Sum of the bytes of all strings built while rendering, whether kept or not.
    public var stringBytes = 1 << 30
    /// Macros, call blocks and recursive loops inside one another.
    public var callDepth = 150
    /// Lists, dictionaries and namespaces inside one another.
    public var valueDepth = 200
    /// Blocks, parentheses, operators and subscripts inside one another in the source.
    public var nestingDepth = 180

    /// The default limits.
    public init() {}
}
