/// Drops texts that are shorter or longer than allowed. Reasons: `too_short`, `too_long`. Pure.
public struct TextLength: DocumentStage {
    /// What is counted.
    public enum Unit: String, Sendable, CaseIterable {
        /// Bytes in UTF-8.
        case bytes
        /// Unicode scalars.
        case characters
    }

    /// Fewest.
    public var minimum: Int
    /// Most.
    public var maximum: Int
    /// What is counted.
    public var unit: Unit

    /// Makes a stage.
    public init(minimum: Int = 0, maximum: Int = .max, unit: Unit = .characters) {
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
    }

    /// `length`.
    public var name: String { "length" }

    /// Keeps or drops a document; never changes it.
    public func process(_ document: inout Document) -> StageDecision {
        let count =
            switch unit {
            case .bytes: document.text.utf8.count
            case .characters: document.text.unicodeScalars.count
            }
        if count < minimum { return .drop(reason: "too_short") }
        return count > maximum ? .drop(reason: "too_long") : .keep
    }

    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        try node.checkKeys(["minimum", "maximum", "unit"])
        minimum = try node.integer("minimum", in: 0 ... .max, default: 0)
        maximum = try node.integer("maximum", in: 0 ... .max, default: .max)
        unit = try node.choice("unit", as: Unit.self, default: .characters)
        if maximum < minimum {
            throw try node.required("maximum").error(expected: "at least the minimum of \(minimum)")
        }
    }
}
