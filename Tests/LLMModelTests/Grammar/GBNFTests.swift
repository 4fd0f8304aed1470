import Testing

@testable import LLMModel

@Suite struct GBNFTests {
    @Test func `repetitions, groups, classes and comments are read`() throws {
        let grammar = try Grammar(
            gbnf: """
                # a list of words
                root ::= "[" item ("," ws item)* "]" # end
                item ::= [a-c]{2,3}
                       | [^\\x00-\\x7F]+
                       | "\\"" . "\\""
                ws   ::= [ \\t]?
                """)
        for text in ["[ab]", "[abc, ab]", "[é日]", "[\"x\",\"日\"]"] { #expect(grammar.matches(text), "\(text)") }
        for text in ["[]", "[a]", "[abcd]", "[ab,  ab]", "[\"xy\"]", "[ab", "[ab]]", ""] {
            #expect(!grammar.matches(text), "\(text)")
        }
        #expect(grammar.canBegin(with: "[ab, "))
        #expect(!grammar.canBegin(with: "[b1"))
    }

    @Test func `counts are kept exactly`() throws {
        let grammar = try Grammar(gbnf: "root ::= (\"ab\" | \"c\"){2} [0-9]{3,} \"!\"{0,2}")
        #expect(grammar.matches("abc123"))
        #expect(grammar.matches("cc1234567!!"))
        for text in ["ab123", "abcab123", "cc12", "cc123!!!"] { #expect(!grammar.matches(text), "\(text)") }
    }

    @Test func `rules may nest in each other, but not begin with themselves`() throws {
        let grammar = try Grammar(gbnf: "root ::= \"(\" root \")\" root | \"\"")
        #expect(grammar.matches("(()(()))()"))
        #expect(!grammar.matches("(()"))
        #expect(throws: GrammarError.leftRecursion("list")) {
            try Grammar(gbnf: "root ::= list\nlist ::= nothing list \",\" | \"x\"\nnothing ::= \"y\"?")
        }
        #expect(throws: GrammarError.undefinedRule("item")) { try Grammar(gbnf: "root ::= item") }
        #expect(throws: GrammarError.undefinedRule("root")) { try Grammar(gbnf: "start ::= \"x\"") }
    }

    @Test func `classes of any scalars match just those scalars`() throws {
        let grammar = try Grammar(gbnf: "root ::= [\\u0400-\\u04FF\\U0001F600-\\U0001F64F]+")
        #expect(grammar.matches("привет😀"))
        for scalar in [0x3FF, 0x500, 0x1F5FF, 0x1F650] as [UInt32] {
            #expect(!grammar.matches(String(Unicode.Scalar(scalar)!)))
        }
        for lower in stride(from: UInt32(0x20), to: 0x11000, by: 977) {
            let range = ScalarRanges([lower...(lower + 3000)])
            let set = try Grammar(["root": .scalars(range)], root: "root")
            for scalar in [lower - 1, lower, lower + 1499, lower + 3000, lower + 3001] {
                guard let scalar = Unicode.Scalar(scalar) else { continue }
                #expect(set.matches(String(scalar)) == range.contains(scalar.value))
            }
        }
    }

    @Test(arguments: [
        ("root := \"x\"", 1, 7, "'::='"), ("root ::= \"x", 1, 12, "the end of a literal or class"),
        ("root ::= (\"x\"", 1, 14, "')'"), ("root ::= [z-a]", 1, 14, "a range that does not run backwards"),
        ("a ::= \"x\"\nroot ::= \"\\q\"", 2, 12, "one of n r t \\ \" [ ] x u U behind '\\'"),
        ("root ::= \"x\"{3,2}", 1, 18, "a largest count of at least 3"), ("", 1, 1, "a rule: name ::= ..."),
    ])
    func `what cannot be read is an error with its place`(
        text: String, line: Int, column: Int, expected: String
    ) throws {
        #expect(throws: GrammarError.syntax(line: line, column: column, expected: expected)) {
            try Grammar(gbnf: text)
        }
    }

    @Test func `hostile grammars end in an error, not in a crash`() throws {
        let deep = "root ::= " + String(repeating: "(", count: 5000) + "\"x\"" + String(repeating: ")", count: 5000)
        #expect(throws: GrammarError.self) { try Grammar(gbnf: deep) }
        #expect(throws: GrammarError.self) { try Grammar(gbnf: "root ::= (\"x\"{0,9999}){0,9999} \"y\"{199999}") }
        var generator = SystemRandomNumberGenerator()
        let letters = Array("root::=ab\"[]()|*+?{}0,9.^-\\nux #\n")
        for _ in 0..<3000 {
            let noise = String((0..<Int.random(in: 0...40, using: &generator)).map { _ in letters.randomElement()! })
            // Either it is a grammar or a typed error says what is wrong.
            do throws(GrammarError) { _ = try Grammar(gbnf: "root ::= " + noise).matches("ab") } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
