import LLMTensor
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test(
        "Documents are accepted",
        arguments: [
            "null", " true ", "[]", "{}", "[1,2 , 3]", #"{"a":{"b":[{}]}}"#, "0", "-0", "1e5", "1E+5", "0.5e-3",
            #""\u00e9\ud83d\ude00\/""#, "\"é\u{7F}\"", "\u{FEFF}[1]", "\t\n\r 1",
        ])
    func accepts(text: String) throws {
        _ = try JSONValue.parse(text)
    }

    @Test(
        "Text outside the grammar is rejected",
        arguments: [
            "", " ", "nul", "tru", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{,}", "01",
            "-", "1.", ".5", "1e", "1e+", "+1", "0x1", "NaN", "Infinity", "\"", "\"\\\"", "\"\\x\"", "\"\\u12g4\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\t\"", "\"\n\"", "[1]]", "1 2", "}", "]", "[", "{",
            "[1}", "{\"a\":1]", "[\"a\":1]", "'a'", "//", "[1]x", "1e999", "--1",
        ])
    func rejects(text: String) {
        #expect(throws: JSONError.self) { try JSONValue.parse(text) }
    }

    @Test(
        "Bytes that are not UTF-8 are rejected",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
            [0xF0, 0x80, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func rejectsBadEncoding(bytes: [UInt8]) {
        do throws(JSONError) {
            _ = try JSONValue.parse([0x22, 0x61] + bytes + [0x22])
            Issue.record("accepted")
        } catch {
            #expect(error.kind == .encoding)
            #expect(error.offset == 2)
        }
    }

    @Test("An error says where it is")
    func errorPath() {
        do throws(JSONError) {
            _ = try JSONValue.parse(#"{"a":[1,{"b":"x,]","c":[true, flase]}]}"#, source: "model/config.json")
            Issue.record("accepted")
        } catch {
            #expect(error.description == "model/config.json: $.a[1].c[1] at byte 30: expected false, found 'f'")
        }
    }

    @Test("Nesting is limited and does not exhaust the stack")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONValue.parse(nested(JSONReader.maximumDepth))
        for depth in [JSONReader.maximumDepth + 1, 1_000_000] {
            do throws(JSONError) {
                _ = try JSONValue.parse(nested(depth))
                Issue.record("accepted")
            } catch {
                #expect(error.kind == .depth)
            }
        }
    }

    @Test("Numbers are exact")
    func numbers() throws {
        #expect(try JSONValue.parse("9223372036854775807") == .integer(.max))
        #expect(try JSONValue.parse("-9223372036854775808") == .integer(.min))
        #expect(try JSONValue.parse("9223372036854775808") == .number(9223372036854775808))
        #expect(try JSONValue.parse("1000000000000000019884624838656") == .number(1e30))
        #expect(try JSONValue.parse("1e-400") == .number(0))
        #expect(try JSONValue.parse("-9.876543210987654321e-5") == .number(-9.876543210987654321e-5))
        #expect(try JSONValue.parse("1.0") == .number(1))
    }

    @Test("Keys are compared by bytes, the last of two counts, and duplicates are reported")
    func keys() throws {
        let value = try JSONValue.parse("{\"\u{E9}\":1,\"e\u{301}\":2,\"a\":3,\"a\":4}")
        let object = try #require(value.objectValue)
        #expect(object.count == 3)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
        #expect(object["a"] == 4)
        #expect(object.duplicateKeys == ["a"])
    }

    @Test("Large objects find, replace and remove members")
    func largeObject() {
        var object = JSONObject()
        for index in 0..<100 { object["k\(index)"] = .integer(Int64(index)) }
        object["k50"] = nil
        object["k99"] = "new"
        #expect(object.count == 99)
        #expect(object["k50"] == nil)
        #expect(object["k49"] == 49)
        #expect(object["k99"] == "new")
        for index in 0..<95 { object["k\(index)"] = nil }
        #expect(object.keys == ["k95", "k96", "k97", "k98", "k99"])
        #expect(object["k98"] == 98)
    }

    @Test("Nodes read typed values and name the path that is wrong")
    func nodes() throws {
        let node = JSONNode(["a": [1, ["b": "text"]], "n": nil], source: "config.json")
        #expect(try node["a"][0].integer() == 1)
        #expect(try node["a"][1]["b"].string() == "text")
        #expect(try node["a"].elements().count == 2)
        #expect(!node["n"].exists)
        do throws(JSONError) {
            _ = try node["a"][1]["c"].double()
        } catch {
            #expect(error.kind == .missing)
            #expect(error.description == "config.json: $.a[1].c: expected a number, found nothing")
        }
        #expect(throws: JSONError.self) { try node["a"].string() }
    }
}
