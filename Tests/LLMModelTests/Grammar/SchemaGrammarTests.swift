import LLMTensor
import Testing

@testable import LLMModel

/// JSON schemas beside the Python package jsonschema (Goldens/make_schema_goldens.py).
@Suite struct SchemaGrammarTests {
    @Test func `a schema's grammar accepts just the texts that jsonschema finds valid`() throws {
        let golden = try TestFiles.json("schemas.json")
        var count = 0
        for entry in try #require(golden["entries"]?.arrayValue) {
            let grammar = try Grammar(jsonSchema: try #require(entry["schema"]))
            for text in try #require(entry["texts"]?.arrayValue) {
                let value = try #require(text[0]?.stringValue)
                let isValid =
                    try #require(text[1])
                    == .bool(true)
                #expect(grammar.matches(value) == isValid, "\(value) for \(JSONWriter().string(of: entry["schema"]!))")
                count += 1
            }
        }
        #expect(count > 1500)
    }

    @Test func `decimal ranges hold exactly their numbers`() throws {
        for (first, last) in [(0, 0), (0, 9), (7, 13), (98, 1204), (100, 999), (355, 357), (10, 10_000)] {
            let grammar = try Grammar(["root": DecimalRange.expression(first, last)], root: "root")
            for number in max(0, first - 120)...(last + 120) {
                #expect(grammar.matches(String(number)) == (first...last).contains(number))
            }
            #expect(!grammar.matches("0\(last)"))
        }
    }

    @Test func `members that are named cannot come again among the others`() throws {
        let schema: JSONValue = [
            "properties": ["id": ["type": "integer"]], "additionalProperties": ["type": "string"],
        ]
        let grammar = try Grammar(jsonSchema: schema)
        #expect(grammar.matches(#"{"id": 1, "idea": "x", "i": "y", "": "z"}"#))
        #expect(!grammar.matches(#"{"id": 1, "id": "x"}"#))
        #expect(!grammar.matches(#"{"\u0069d": "x"}"#))
    }

    @Test(arguments: [
        (#"{"type": "array", "uniqueItems": true}"#, "keyword 'uniqueItems'"),
        (#"{"properties": {"a": {"not": {}}}}"#, "at '/properties/a': not supported: keyword 'not'"),
        (#"{"type": "objekt"}"#, "expected one of object"), (#"{"$ref": "http://x"}"#, "is not in this document"),
        (##"{"$ref": "#/$defs/none"}"##, "names nothing"), (#"{"type": "string", "pattern": "(?=a)"}"#, "look-around"),
        (#"{"type": "integer", "minimum": 5, "maximum": 4}"#, "no number lies within"),
        (#"{"enum": []}"#, "at least one value"), ("false", "false allows no value"), ("[]", "expected a schema"),
        (##"{"a": {"$ref": "#/a"}, "$ref": "#/a"}"##, "keyword 'a'"),
        (##"{"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}"##, "can begin with itself"),
        (
            ##"{"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"type": "string"}]}}, "$ref": "#/$defs/a"}"##,
            "nested schemas"
        ),
        (#"{"type": "number", "maximum": 1.5}"#, "whole and inclusive"), (#"{"minLength": 3}"#, "without 'type'"),
    ])
    func `what cannot be kept is refused by name`(schema: String, message: String) throws {
        let value = try JSONValue.parse(schema)
        let error = #expect(throws: GrammarError.self) { try Grammar(jsonSchema: value) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func `white space is bounded`() throws {
        let grammar = try Grammar.jsonObject()
        #expect(grammar.matches("{\n    \"a\": [1, 2,\n 3]\n}"))
        #expect(!grammar.canBegin(with: "{   "))
        #expect(!grammar.canBegin(with: "{\n\n"))
        #expect(!grammar.matches("[1]"))
    }
}
