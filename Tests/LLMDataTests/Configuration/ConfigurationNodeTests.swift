import LLMTensor
import Testing

@testable import LLMData

@Suite struct ConfigurationNodeTests {
    enum Pace: String, CaseIterable { case slow, fast }

    private static let json = """
        {
          "name": "caf\\u00e9 \\ud83d\\ude00",
        \t"steps": 1e3, "rate": 3.5, "pace": "fast",
          "nested": {"list": [1, 2, 3], "flag": true, "none": null}
        }
        """

    @Test func `JSON gives a tree with lines, columns and paths`() throws {
        let node = try ConfigurationNode.parse(Self.json, source: "c.json")
        #expect(try node.string("name") == "café 😀")
        #expect(try node.integer("steps", in: 1...1000) == 1000)
        #expect(try node.double("rate") == 3.5)
        #expect(try node.choice("pace", as: Pace.self) == .fast)
        let nested = try #require(try node.section("nested"))
        #expect(nested.position == ConfigurationPosition(line: 4, column: 13))
        #expect(try nested.optionalIntegers("list") == [1, 2, 3])
        #expect(try nested.boolean("flag"))
        #expect(try nested.optionalString("none") == nil)
        #expect(try nested.list("list")[1].path == "nested.list[1]")
        let steps = try #require(try node.members().first { $0.key == "steps" })
        #expect(steps.position == ConfigurationPosition(line: 3, column: 2))
    }

    @Test func `an error says file, line, column, path, expected and found`() throws {
        let node = try ConfigurationNode.parse(Self.json, source: "c.json")
        let nested = try #require(try node.section("nested"))
        #expect(
            message { try nested.list("list")[2].integer(in: 5...9) } == """
                c.json:4:29: nested.list[2]: expected a whole number from 5 to 9, found '3'
                """)
        #expect(
            message { try nested.string("title") } == """
                c.json:4:13: nested: expected key 'title' with a text, found no such key
                """)
        #expect(message { try node.boolean("pace") } == "c.json:3:37: pace: expected true or false, found 'fast'")
        #expect(message { try node.string("nested") } == "c.json:4:13: nested: expected a text, found a mapping")
        #expect(
            message { try ConfigurationNode.parse("{\"a\": 1,\n \"a\": 2}", source: "d.json") } == """
                d.json:2:2: expected each key once, found 'a' again
                """)
        #expect(
            message { try ConfigurationNode.parse("{\"a\" 1}", source: "d.json") } == """
                d.json:1:6: expected ':', found '1'
                """)
    }

    @Test func `all unknown keys are reported with the name that was meant`() throws {
        let node = try ConfigurationNode.parse(
            "{\"learning_rate\": 1,\n\"stpes\": 2, \"zzz\": 3, \"name\": 4}", source: "c")
        #expect(
            message { try node.checkKeys(["learningRate", "steps", "name"]) } == """
                c:1:2: learning_rate: expected one of the keys learningRate, name, steps, found 'learning_rate'; \
                did you mean 'learningRate'?
                c:2:1: stpes: expected one of the keys learningRate, name, steps, found 'stpes'; did you mean 'steps'?
                c:2:13: zzz: expected one of the keys learningRate, name, steps, found 'zzz'
                """)
        try node.checkKeys(["learning_rate", "stpes", "zzz", "name"])
    }

    @Test(
        arguments: [
            ("12", 12), ("-0x1F", -31), ("0o17", 15), ("0b101", 5), ("1_000_000", 1_000_000), ("1e6", 1_000_000),
            ("2.0", 2),
        ] as [(String, Int)])
    func `whole numbers are read in every notation`(text: String, value: Int) {
        #expect(ConfigurationNode.integer(text) == value)
    }

    @Test(arguments: ["", "x", "1.5", "--1", "0x", "0x-1", "_1", "1e400", "99999999999999999999", "1:30", "+-1", "nan"])
    func `what is no whole number is not read as one`(text: String) {
        #expect(ConfigurationNode.integer(text) == nil)
    }

    @Test(arguments: ["", ".", "e", "1e", "inf", "nan", "0x1p3", "1__e_", "1,5"])
    func `what is no number is not read as one`(text: String) {
        #expect(ConfigurationNode.double(text) == nil)
    }

    @Test func `a missing file, a large one and one that is not UTF-8 are refused`() {
        #expect(kind { try ConfigurationNode.read(path: "/no/such.yaml") } == .notFound)
        let large = [UInt8](repeating: 32, count: ConfigurationNode.maximumByteCount + 1)
        #expect(kind { try ConfigurationNode.parse(bytes: large, source: "c") } == .limit)
        #expect(
            message { try ConfigurationNode.parse(bytes: [0x61, 0x0A, 0x62, 0xFF], source: "c") } == """
                c:2:2: expected UTF-8, found bytes that are not
                """)
        let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(kind { try ConfigurationNode.parse(deep) } == .limit)
    }
}

/// The message of the error that `body` throws.
func message(_ body: () throws -> Any) -> String {
    do { return "no error: \(try body())" } catch { return "\(error)" }
}

func kind(_ body: () throws -> Any) -> ConfigurationError.Kind? {
    do { _ = try body() } catch { return (error as? ConfigurationError)?.kind }
    return nil
}
