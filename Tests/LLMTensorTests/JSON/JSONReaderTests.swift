import LLMTensor
import Testing

@Suite("JSON pull reading")
struct JSONReaderTests {
    private func read<R>(_ text: String, _ body: (inout JSONReader) throws -> R) throws -> R {
        let bytes = [UInt8](text.utf8)
        return try bytes.withUnsafeBytes { raw in
            var reader = JSONReader(bytes: raw, source: "test")
            let result = try body(&reader)
            try reader.finish()
            return result
        }
    }

    @Test("Members are read, skipped and matched by literals")
    func members() throws {
        let text =
            #" {"skip":{"x":[1,{"y":"}]"}]}, "vocab" : {"a":0, "\u0062":1}, "scores":[-1.5,2e3], "n":null,"t":true}"#
        var vocabulary: [String: Int64] = [:]
        var scores: [Double] = []
        var wasNull = false
        try read(text) { reader in
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "vocab":
                    try reader.beginObject()
                    while let token = try reader.nextKey() {
                        let name = token.string
                        vocabulary[name] = try reader.readInteger()
                    }
                case "scores":
                    try reader.beginArray()
                    while try reader.nextElement() { scores.append(try reader.readDouble()) }
                case "n": wasNull = try reader.readNullIfPresent()
                default: try reader.skipValue()
                }
            }
        }
        #expect(vocabulary == ["a": 0, "b": 1])
        #expect(scores == [-1.5, 2000])
        #expect(wasNull)
    }

    @Test("Texts give their bytes with escapes resolved")
    func texts() throws {
        let text = try read(#""\"\\\/\b\f\n\r\t\u00e9\u65e5\ud83d\ude00é""#) { try $0.readString().bytes }
        #expect(text == [UInt8]("\"\\/\u{8}\u{C}\n\r\té日😀é".utf8))
        let matches = try read(#"["a\u0062", "ab"]"#) { reader in
            var result: [Bool] = []
            try reader.beginArray()
            while try reader.nextElement() { result.append(try reader.readString() == "ab") }
            return result
        }
        #expect(matches == [true, true])
    }

    @Test("A string of any length ends where it ends", arguments: 0...40)
    func stringLengths(length: Int) throws {
        for special in ["", "\\n", "é", "😀"] {
            let plain = String(repeating: "a", count: length)
            let text = try read("\"\(plain)\(special)\(plain)\"") { try $0.readString().string }
            #expect(text == plain + (special == "\\n" ? "\n" : special) + plain)
        }
    }

    @Test("Skipping checks what it skips")
    func skipping() {
        for text in ["[1,]", "[\"\\q\"]", "{\"a\":tru}", "[[[1]]", "{\"a\":1 \"b\":2}", "[01]"] {
            #expect(throws: JSONError.self) { try read(text) { try $0.skipValue() } }
        }
    }

    @Test("Asking for the wrong kind is an error at the value")
    func wrongKind() {
        #expect(throws: JSONError.self) { try read("[1.5]") { try $0.beginObject() } }
        #expect(throws: JSONError.self) { try read("1.5") { try $0.readInteger() } }
        #expect(throws: JSONError.self) { try read("1") { try $0.readString() } }
    }

    @Test(
        "A real tokenizer file is read as the tree parser reads it",
        .enabled(if: RealModel.miniLM.isExpected, "the MiniLM model is not in the model cache"))
    func realTokenizer() throws {
        let folder = RealModel.miniLM.path.dropLast("model.safetensors".count)
        let file = try MappedFile(path: folder + "tokenizer.json")
        try file.withUnsafeBytes { raw in
            var reader = JSONReader(bytes: raw, source: file.path)
            try reader.skipValue()
            try reader.finish()
            let value = try JSONValue.parse(bytes: raw, source: file.path)
            #expect(value["model"]?["vocab"]?.objectValue?.count == 30522)
        }
    }

    @Test("Decimal fractions of up to nineteen digits are rounded as strtod rounds them") func fractions() throws {
        var state: UInt64 = 9
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 1
        }
        var texts = [
            "0.1", "-11.513999938964844", "9007199254740993.0", "0.9223372036854775807", "1.8446744073709551615",
        ]
        for _ in 0..<20_000 {
            var digits = String(next())
            digits = String(digits.prefix(1 + Int(next() % 19)))
            let place = Int(next() % UInt64(digits.count)) + 1
            texts.append((next() & 1 == 0 ? "-" : "") + "\(digits.prefix(place)).\(digits.dropFirst(place))0")
            texts.append("0." + String(repeating: "0", count: Int(next() % 5)) + digits)
        }
        // Halfway between two neighbours, and a little to both sides.
        for base in [UInt64(1) << 53, 3 << 52, (1 << 54) - 2] {
            for fraction in ["5", "49", "51", "500", "4999", "5001"] { texts.append("\(base).\(fraction)") }
        }
        for text in texts {
            let bytes = Array(text.utf8)
            let value = try bytes.withUnsafeBytes { buffer in
                var reader = JSONReader(bytes: buffer, source: "numbers")
                return try reader.readDouble()
            }
            #expect(value == Double(text), "\(text)")
        }
    }
}
