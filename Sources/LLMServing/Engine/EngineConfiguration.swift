/// How an engine shares out the machine.
public struct EngineConfiguration: Sendable, Hashable {
    /// Most sequences computed together; a request of `n` choices takes `n`.
    public var maximumSequences = 32
    /// Most tokens of a prompt and its continuation; the model's own limit when nil.
    public var contextLength: Int?
    /// Most tokens of a step.
    public var stepTokens = 512
    /// Most prompt tokens of a step in which other sequences are continued: what a stream can be held up by.
    public var promptTokensBesideStreams = 128
    /// Most requests waiting.
    public var queueLimit = 256
    /// Waiting this long counts as much as one level of priority.
    public var ageing = Duration.seconds(10)
    /// Bytes of key/value memory, kept prefixes included.
    public var keyValueByteLimit = 2 << 30
    /// The share of it that kept prefixes may take, 0 to 1.
    public var prefixShare = 0.5
    /// Events a stream holds for its reader; a full one pauses its sequence.
    public var streamCapacity = 64
    /// A reader that takes nothing from a full stream for this long loses its request.
    public var slowReaderLimit = Duration.seconds(30)
    /// What estimates of a request's time are multiplied by before they are held against its deadline.
    public var forecastMargin = 1.5

    /// The defaults.
    public init() {}

    /// Checks every value.
    ///
    /// - Throws: ``ServingError/invalidRequest(_:)`` for the first one outside its range.
    public func validate() throws(ServingError) {
        func require(_ condition: Bool, _ name: String, _ expected: String) throws(ServingError) {
            guard condition else { throw .invalidRequest("engine configuration \(name): expected \(expected)") }
        }
        try require(maximumSequences > 0, "maximumSequences", "1 or more")
        try require(stepTokens >= maximumSequences, "stepTokens", "at least maximumSequences")
        try require(promptTokensBesideStreams > 0, "promptTokensBesideStreams", "1 or more")
        try require(queueLimit > 0, "queueLimit", "1 or more")
        try require(ageing > .zero, "ageing", "more than no time")
        try require(keyValueByteLimit > 0, "keyValueByteLimit", "1 or more")
        try require((0...1).contains(prefixShare), "prefixShare", "0 to 1")
        try require(streamCapacity > 1, "streamCapacity", "2 or more")
        try require(forecastMargin.isFinite && forecastMargin >= 1, "forecastMargin", "1 or more")
        if let contextLength { try require(contextLength > 0, "contextLength", "1 or more") }
    }
}
