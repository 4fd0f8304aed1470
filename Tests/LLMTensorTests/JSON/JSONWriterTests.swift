import LLMTensor
import Testing

@Suite("JSON writing")
struct JSONWriterTests {
    static let writers: [(String, JSONWriter)] = [
        ("spaced", JSONWriter(layout: .spaced, escapesNonASCII: true)),
        ("utf8", JSONWriter(layout: .spaced)),
        ("compact", JSONWriter()),
        ("sorted", JSONWriter(layout: .spaced, sortsKeys: true, escapesNonASCII: true)),
        ("indented", JSONWriter(layout: .indented(2))),
    ]

    @Test("Documents are written as Python writes them", arguments: writers)
    func matchesPython(name: String, writer: JSONWriter) throws {
        let expected = try golden("json_\(name).json")
        let value = try JSONValue.parse(expected, source: name)
        #expect(writer.bytes(of: value) == expected)
    }

    @Test("All layouts read back as the same document")
    func roundTrip() throws {
        let value = try JSONValue.parse(golden("json_utf8.json"))
        for (name, writer) in Self.writers {
            #expect(try JSONValue.parse(writer.bytes(of: value)) == value, "\(name)")
        }
    }

    @Test("Numbers that JSON lacks are null unless Python's names are asked for")
    func nonFinite() {
        let value: JSONValue = [.number(.nan), .number(.infinity), .number(-.infinity)]
        #expect(JSONWriter().string(of: value) == "[null,null,null]")
        #expect(
            JSONWriter(layout: .spaced, writesNonFiniteNames: true).string(of: value) == "[NaN, Infinity, -Infinity]")
    }
}
