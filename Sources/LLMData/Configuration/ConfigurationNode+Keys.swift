/// The accessors by key: `x("key")` has to be there, `x("key", default:)` may be left out, `optionalX("key")` gives nil.
extension ConfigurationNode {
    /// A text.
    public func string(_ key: String) throws(ConfigurationError) -> String {
        try required(key, expected: "a text").string()
    }

    /// A text, or `default` when the key is not there.
    public func string(_ key: String, default value: String) throws(ConfigurationError) -> String {
        try optional(key)?.string() ?? value
    }

    /// A text, or nil when the key is not there.
    public func optionalString(_ key: String) throws(ConfigurationError) -> String? { try optional(key)?.string() }

    /// A whole number.
    public func integer(_ key: String, in range: ClosedRange<Int> = .min ... .max) throws(ConfigurationError) -> Int {
        try required(key, expected: "a whole number").integer(in: range)
    }

    /// A whole number, or `default` when the key is not there.
    public func integer(_ key: String, in range: ClosedRange<Int> = .min ... .max, default value: Int)
        throws(ConfigurationError) -> Int
    {
        try optional(key)?.integer(in: range) ?? value
    }

    /// A whole number, or nil when the key is not there.
    public func optionalInteger(_ key: String, in range: ClosedRange<Int> = .min ... .max)
        throws(ConfigurationError) -> Int?
    { try optional(key)?.integer(in: range) }

    /// A number.
    public func double(_ key: String, in range: ClosedRange<Double>? = nil) throws(ConfigurationError) -> Double {
        try required(key, expected: "a number").double(in: range)
    }

    /// A number, or `default` when the key is not there.
    public func double(_ key: String, in range: ClosedRange<Double>? = nil, default value: Double)
        throws(ConfigurationError) -> Double
    {
        try optional(key)?.double(in: range) ?? value
    }

    /// A number, or nil when the key is not there.
    public func optionalDouble(_ key: String, in range: ClosedRange<Double>? = nil)
        throws(ConfigurationError) -> Double?
    { try optional(key)?.double(in: range) }

    /// A Boolean.
    public func boolean(_ key: String) throws(ConfigurationError) -> Bool {
        try required(key, expected: "true or false").boolean()
    }

    /// A Boolean, or `default` when the key is not there.
    public func boolean(_ key: String, default value: Bool) throws(ConfigurationError) -> Bool {
        try optional(key)?.boolean() ?? value
    }

    /// A Boolean, or nil when the key is not there.
    public func optionalBoolean(_ key: String) throws(ConfigurationError) -> Bool? { try optional(key)?.boolean() }

    /// One case of an enumeration, by raw value.
    public func choice<Choice>(_ key: String, as type: Choice.Type) throws(ConfigurationError) -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        return try required(key, expected: "one of \(names)").choice(as: type)
    }

    /// One case of an enumeration, or `default` when the key is not there.
    public func choice<Choice>(_ key: String, as type: Choice.Type, default value: Choice)
        throws(ConfigurationError) -> Choice
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        try optional(key)?.choice(as: type) ?? value
    }

    /// One case of an enumeration, or nil when the key is not there.
    public func optionalChoice<Choice>(_ key: String, as type: Choice.Type) throws(ConfigurationError) -> Choice?
    where Choice: RawRepresentable & CaseIterable, Choice.RawValue == String {
        try optional(key)?.choice(as: type)
    }

    /// Texts, from a list or a single text; nil when the key is not there.
    public func optionalStrings(_ key: String) throws(ConfigurationError) -> [String]? {
        try optional(key)?.strings()
    }

    /// Texts, from a list or a single text.
    public func strings(_ key: String) throws(ConfigurationError) -> [String] {
        try required(key, expected: "a list of texts").strings()
    }

    /// Whole numbers; nil when the key is not there.
    public func optionalIntegers(_ key: String, in range: ClosedRange<Int> = .min ... .max)
        throws(ConfigurationError) -> [Int]?
    { try optional(key)?.integers(in: range) }

    /// Numbers; nil when the key is not there.
    public func optionalDoubles(_ key: String, in range: ClosedRange<Double>? = nil)
        throws(ConfigurationError) -> [Double]?
    { try optional(key)?.doubles(in: range) }
}
