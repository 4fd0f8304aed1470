#if Storage
    import LLMTensor
    import Testing

    @testable import LLMData

    @Suite struct YAMLConfigurationTests {
        private static let text = """
            # A recipe.
            language: no
            base: &base {threads: 2, seed: 7}
            stages:
              - gopher:
                  minimum: 50     # words
                  words: [the, "be", 'to']
              - c4
            run:
              <<: *base
              seed: 8
              title: >
                two
                lines
            nothing:
            quoted: "12"
            """

        @Test func `YAML gives a tree with lines, columns and paths`() throws {
            let node = try ConfigurationNode.parse(Self.text, source: "r.yaml")
            #expect(try node.string("language") == "no")
            #expect(try !node.boolean("language"))
            let stages = try node.list("stages")
            let gopher = try #require(try stages[0].section("gopher"))
            #expect(try gopher.integer("minimum") == 50)
            #expect(try gopher.strings("words") == ["the", "be", "to"])
            #expect(try gopher.required("minimum").position == ConfigurationPosition(line: 6, column: 16))
            #expect(try gopher.required("minimum").path == "stages[0].gopher.minimum")
            #expect(try stages[1].string() == "c4")
            let run = try #require(try node.section("run"))
            #expect(try run.integer("threads") == 2)
            #expect(try run.integer("seed") == 8)
            #expect(try run.string("title") == "two lines\\n".replacing("\\n", with: "\n"))
            #expect(try node.optional("nothing") == nil)
            #expect(
                message { try node.integer("quoted") } == """
                    r.yaml:16:9: quoted: expected a whole number, found '12'
                    """)
            #expect(
                message { try gopher.checkKeys(["minimun", "words"]) } == """
                    r.yaml:6:7: stages[0].gopher.minimum: expected one of the keys minimun, words, found 'minimum'; \
                    did you mean 'minimun'?
                    """)
        }

        @Test func `the layout and comments of a configuration do not change its JSON`() throws {
            let block = try ConfigurationNode.parse("a: 1\nb:\n  - x # one\n  - '2'\n  - 1.5\n  - true\n")
            let flow = try ConfigurationNode.parse("{\"a\": 1, \"b\": [\"x\", \"2\", 1.5, true]}")
            #expect(block.jsonValue == flow.jsonValue)
        }

        @Test(arguments: [
            ("a: [1, 2", "c:2:1"), ("a: b: c", "c:1:5"), ("a: 1\na: 2", "c:"), ("a: *b", "c:1:4"), ("[a]: 1", "c:1:1"),
            ("a: 1\n1: x\n\"1\": y", "c:3:1"), ("--- a\n--- b\n", "c:2:1"), ("a: \u{0}", "c:"), ("\ta: 1", "c:1:1"),
        ])
        func `what is no configuration is refused with its place`(text: String, place: String) {
            let text = message { try ConfigurationNode.parse(text, source: "c") }
            #expect(text.hasPrefix(place), "\(text)")
        }

        @Test func `aliases of aliases and endless nesting are refused at once`() {
            var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            for level in 1...9 {
                let aliases = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
                bomb += "a\(level): &a\(level) [\(aliases)]\n"
            }
            #expect(kind { try ConfigurationNode.parse(bomb) } == .limit)
            var small = "a0: &a0 [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x]\n"
            for level in 1...8 {
                small += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n"
            }
            #expect(kind { try ConfigurationNode.parse(small) } == .limit)
            for deep in [
                String(repeating: "- ", count: 2000) + "x", String(repeating: "? ", count: 2000) + "x",
                String(repeating: "[", count: 2000), String(repeating: "{a: ", count: 100),
                (0..<400).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
                String(repeating: "- ", count: 100) + "x",
            ] {
                #expect(kind { try ConfigurationNode.parse(deep) } == .limit)
            }
        }

        @Test func `damaged configurations give a tree or an error, never a trap`() throws {
            var generator = CounterGenerator(seed: 11)
            let original = Array(Self.text.utf8)
            let alphabet = Array("&*-?:[]{}!|>'\"%@`,#<~ \t\n\r\\0a\u{FF}".utf8)
            var trees = 0
            for _ in 0..<3000 {
                var bytes = original
                for _ in 0...generator.next(upperBound: UInt(6)) {
                    let place = Int(generator.next(upperBound: UInt(bytes.count)))
                    let byte = alphabet[Int(generator.next(upperBound: UInt(alphabet.count)))]
                    switch generator.next(upperBound: UInt(4)) {
                    case 0: bytes[place] = byte
                    case 1: bytes.insert(byte, at: place)
                    case 2: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                    default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
                    }
                    if bytes.isEmpty { bytes = original }
                }
                do throws(ConfigurationError) {
                    let node = try ConfigurationNode.parse(bytes: bytes, source: "fuzz")
                    _ = node.jsonValue
                    trees += 1
                } catch {
                    #expect(error.description.hasPrefix("fuzz"))
                }
            }
            #expect(trees > 100)
        }
    }
#endif
