/// The stages that recipes can name, each with what makes it from its configuration.
///
/// A program adds its own: `var registry = StageRegistry.standard; registry.documentStages["mine"] = { node in ... }`.
public struct StageRegistry: Sendable {
    /// Makes a stage from its node in the recipe; an empty one when the recipe gives only the name.
    public typealias Maker<Stage> = @Sendable (ConfigurationNode) throws -> Stage

    /// Stages that look at one document at a time, by name.
    public var documentStages: [String: Maker<any DocumentStage>]
    /// Stages that look at all documents together, by name.
    public var corpusStages: [String: Maker<any CorpusStage>]

    /// Makes a registry.
    public init(
        documentStages: [String: Maker<any DocumentStage>] = [:], corpusStages: [String: Maker<any CorpusStage>] = [:]
    ) {
        self.documentStages = documentStages
        self.corpusStages = corpusStages
    }

    func documentStage(_ entry: ConfigurationNode) throws -> any DocumentStage {
        let (maker, node) = try Self.maker(entry, in: documentStages)
        return try maker(node)
    }

    func corpusStage(_ entry: ConfigurationNode) throws -> any CorpusStage {
        let (maker, node) = try Self.maker(entry, in: corpusStages)
        return try maker(node)
    }

    /// An entry of a list of stages is a name, or a mapping from one name to its configuration.
    private static func maker<Stage>(_ entry: ConfigurationNode, in makers: [String: Maker<Stage>])
        throws(ConfigurationError) -> (Maker<Stage>, ConfigurationNode)
    {
        let known = makers.keys.sorted()
        let expected = "the name of a stage: \(known.joined(separator: ", "))"
        var named = entry
        var configuration = entry
        configuration.content = .null
        if case .mapping(let members) = entry.content {
            guard let member = members.first, members.count == 1 else {
                throw entry.error(.type, expected: "one stage with its configuration", found: "\(members.count) keys")
            }
            named.content = .scalar(member.key, isQuoted: true)
            named.position = member.position
            configuration = member.value
            _ = try configuration.members()
        }
        guard case .scalar(let name, _) = named.content else { throw entry.error(.type, expected: expected) }
        guard let maker = makers[name] else {
            var error = named.error(.unknownKey, expected: expected)
            error.suggestion = NearestName.nearest(to: name, among: known)
            throw error
        }
        return (maker, configuration)
    }
}
