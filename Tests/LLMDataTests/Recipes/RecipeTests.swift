import LLMTensor
import Testing

@testable import LLMData

@Suite struct RecipeTests {
    private func recipe(_ text: String) throws -> Recipe {
        try Recipe(ConfigurationNode.parse(text, source: "r.json"), registry: .standIns)
    }

    @Test func `a recipe names stages with and without configuration`() throws {
        let recipe = try recipe(
            """
            {"stages": ["short", {"short": {"minimum": 9}}], "deduplicate": ["equal"],
             "split": {"seed": 3, "group": "g", "parts": {"train": 9, "test": 1}}, "chunk": {"records": 7}}
            """)
        #expect(recipe.stages.compactMap { ($0 as? ShortTextStage)?.minimum } == [5, 9])
        #expect(recipe.corpusStages.count == 1)
        #expect(recipe.split.parts.map(\.name) == ["train", "test"] && recipe.split.groupAttribute == "g")
        #expect(recipe.chunk.records == 7)
        #expect(try self.recipe("{}").split == .trainingOnly)
    }

    @Test(arguments: [
        ("[]", "r.json:1:1: expected a recipe"),
        ("{\"stage\": []}", "r.json:1:2: stage: expected one of the keys"),
        (
            "{\"stages\": [\n\"shrt\"]}",
            "r.json:2:1: stages[0]: expected the name of a stage: short, found 'shrt'; did you mean 'short'?"
        ),
        ("{\"stages\": [\n{\"short\": {\"minimun\": 4}}]}", "r.json:2:12: stages[0].short.minimun"),
        (
            "{\"stages\": [{\"short\": {\"minimum\": 4000}}]}",
            "r.json:1:35: stages[0].short.minimum: expected a whole number from 0 to 1000"
        ),
        ("{\"stages\": [{\"short\": 4}]}", "r.json:1:23: stages[0].short: expected a mapping"),
        ("{\"stages\": [{\"short\": {}, \"equal\": {}}]}", "r.json:1:13: stages[0]: expected one stage"),
        ("{\"stages\": \"short\"}", "r.json:1:12: stages: expected a list"),
        ("{\"deduplicate\": [\"short\"]}", "r.json:1:18: deduplicate[0]"),
        ("{\"split\": {\"parts\": {}}}", "r.json:1:21: split.parts: expected a part with a share above 0"),
        ("{\"split\": {\"parts\": {\"a/b\": 1}}}", "r.json:1:29: split.parts.a/b: expected a name"),
        (
            "{\"split\": {\"parts\": {\"Malformed\": 1}}}",
            "r.json:1:35: split.parts.Malformed: expected a name that is not"
        ),
        ("{\"split\": {\"parts\": {\"a\": -1}}}", "r.json:1:27: split.parts.a: expected a number from 0"),
        ("{\"split\": {}}", "r.json:1:11: split: expected key 'parts'"),
        ("{\"tokenizer\": {\"path\": \"/no/such\"}}", "r.json:1:24: tokenizer.path: expected a tokenizer file"),
        ("{\"output\": {\"tokenStore\": true}}", "r.json:1:27: output.tokenStore: expected a tokenizer"),
        ("{\"chunk\": {\"records\": 0}}", "r.json:1:23: chunk.records: expected a whole number from 1"),
    ])
    func `a mistake is found before anything runs and has its place`(text: String, expected: String) {
        let found = message { try recipe(text) }
        #expect(found.hasPrefix(expected), "\(found)")
    }

    @Test func `every standard stage can be named, alone and with its limits`() throws {
        let recipe = try Recipe(
            ConfigurationNode.parse(
                """
                {"stages": ["length", "gopher_quality", "gopher_repetition", "c4_quality", "c4_paragraph",
                            "fineweb_quality", "fineweb",
                            {"gopher_quality": {"minimumWords": 3, "maximumWords": null, "stopWords": ["a"]}},
                            {"gopher_repetition": {"topGrams": {"2": 0.5}}}],
                 "deduplicate": ["exact", {"exact": {"simplify": true}}, {"minhash": {"bucketCount": 4}}]}
                """))
        #expect(recipe.stages.count == 9 && recipe.corpusStages.count == 3)
        let quality = try #require(recipe.stages[7] as? GopherQualityFilter)
        #expect(quality.configuration.minimumWords == 3 && quality.configuration.maximumWords == nil)
        #expect(quality.configuration.minimumStopWords == 2 && quality.configuration.stopWords == ["a"])
    }

    @Test func `sources are named with their settings and found beside the recipe`() async throws {
        let folder = TemporaryFolder()
        _ = try folder.file("a.log", "INFO hello\n")
        _ = try folder.file("a.xml", "<p><body>world</body></p>")
        let path = try folder.file(
            "recipe.json",
            """
            {"sources": [{"log": {"path": "a.log", "pattern": "(?<level>[A-Z]+) (?<text>.*)"}},
                         {"xml": {"path": "a.xml", "record": "p", "text": "body"}}]}
            """)
        let recipe = try Recipe.read(path: path, registry: .standIns)
        var texts: [String] = []
        for source in recipe.sources {
            guard let records = source.records() as? SourceRecords else { continue }
            for try await record in records { texts.append(record.summary) }
        }
        #expect(texts == ["hello", "world"])
        #expect(recipe.sources.map(\.name) == [folder.path + "/a.log", folder.path + "/a.xml"])
    }

    @Test(arguments: [
        ("{\"sources\": [{\"sql\": {}}]}", "r.json:1:14: sources[0]: expected one of sqlite, xml, log, found 'sql'"),
        ("{\"sources\": [\"xml\"]}", "r.json:1:14: sources[0]: expected one of sqlite, xml, log with its settings"),
        ("{\"sources\": [{\"xml\": {\"path\": \"/no\"}}]}", "r.json:1:22: sources[0].xml: expected key 'record'"),
        (
            "{\"sources\": [{\"xml\": {\"path\": \"/no\", \"record\": \"p\"}}]}",
            "r.json:1:22: sources[0].xml: expected a source that can be read, found /no: no such file"
        ),
        (
            "{\"sources\": [{\"log\": {\"path\": \"/no\", \"pattern\": \"(?<text>\"}}]}",
            "r.json:1:49: sources[0].log.pattern: expected a regular expression"
        ),
        (
            "{\"sources\": [{\"sqlite\": {\"path\": \"/no\", \"query\": \"SELECT 1\", \"colum\": \"x\"}}]}",
            "r.json:1:62: sources[0].sqlite.colum: expected one of the keys"
        ),
    ])
    func `a mistake in a source has its place`(text: String, expected: String) {
        let found = message { try recipe(text) }
        #expect(found.hasPrefix(expected), "\(found)")
    }
}
