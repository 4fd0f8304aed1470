import LLMTensor
import LLMTokenizer
import Testing

/// Templates that want to take the process down: each ends in a typed error, soon.
@Suite("Hostile chat templates")
struct ChatTemplateHostileTests {
    static let variables: [String: JSONValue] = ["text": "abc"]

    static func limits() -> ChatTemplateLimits {
        var limits = ChatTemplateLimits()
        limits.steps = 300_000
        limits.outputBytes = 1 << 20
        limits.stringBytes = 16 << 20
        return limits
    }

    static func outcome(_ source: String) -> ChatTemplateError? {
        do throws(ChatTemplateError) {
            _ = try ChatTemplate(source: source, limits: limits()).render(
                messages: [ChatMessage(role: .user, content: "x")], addGenerationPrompt: true, variables: variables)
            return nil
        } catch {
            return error
        }
    }

    static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    static let excessive: [(String, String)] = [
        (
            "nested loops",
            "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}"
        ),
        ("output", "{% for a in range(99999) %}{{ 'x' * 1000 }}{% endfor %}"),
        ("huge repeat", "{{ 'x' * 999999999999 }}"),
        ("overflowing repeat", "{{ 'xy' * 9223372036854775807 }}"),
        ("list repeat", "{{ ([0] * 999999999) | length }}"),
        (
            "doubling",
            "{% set ns = namespace(x='ab') %}{% for i in range(64) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}"
        ),
        (
            "doubling list",
            "{% set ns = namespace(x=[1]) %}{% for i in range(64) %}{% set ns.x = ns.x + ns.x %}{% endfor %}"
        ),
        ("replace blowup", "{{ ('a' * 1000000) | replace('a', 'b' * 1000) }}"),
        ("join blowup", "{{ ('a' * 100000) | join('b' * 100000) }}"),
        ("center", "{{ 'a' | center(99999999999) }}"),
        ("percent width", "{{ '%999999999d' % 5 }}"),
        ("format width", "{{ '{:999999999}'.format(5) }}"),
        ("format precision", "{{ '{:.999999999f}'.format(5.0) }}"),
        ("indent", "{{ ('a\\n' * 10000) | indent(100000) }}"),
        ("tojson indent", "{{ [1, [2]] | tojson(indent=999999999) }}"),
        ("range", "{{ range(1000000) | list }}"),
        ("macro recursion", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        (
            "mutual recursion",
            "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% if a() %}{% endif %}{% endmacro %}{{ a() }}"
        ),
        (
            "caller recursion",
            "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}"
        ),
        ("loop recursion", "{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}"),
        ("nested value", "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}"),
        (
            "nested dictionary",
            "{% set ns = namespace(x={}) %}{% for i in range(9999) %}{% set ns.x = {'a': ns.x} %}{% endfor %}"
        ),
        (
            "nested namespace",
            "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = namespace(x=ns.x) %}{% endfor %}"
        ),
        (
            "nested generator",
            "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = ns.x | map('string') %}{% endfor %}{{ ns.x | list }}"
        ),
        (
            "nested method",
            "{% set ns = namespace(x=[1]) %}{% for i in range(9999) %}{% set ns.x = [ns.x].copy %}{% endfor %}"
        ),
        ("self-reference", "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}"),
        ("parentheses", "{{ " + repeated("(", 50000) + "1" + repeated(")", 50000) + " }}"),
        ("lists", "{{ " + repeated("[", 50000) + repeated("]", 50000) + " }}"),
        ("additions", "{{ 1" + repeated(" + 1", 50000) + " }}"),
        ("attributes", "{{ text" + repeated(".a", 50000) + " }}"),
        ("filters", "{{ text" + repeated("|trim", 50000) + " }}"),
        ("negations", "{{ " + repeated("not ", 50000) + "1 }}"),
        ("minuses", "{{ " + repeated("-", 50000) + "1 }}"),
        ("conditionals", "{{ 1" + repeated(" if 1 else 1", 50000) + " }}"),
        ("ifs", repeated("{% if 1 %}", 20000) + repeated("{% endif %}", 20000)),
        ("fors", repeated("{% for a in [1] %}", 20000) + repeated("{% endfor %}", 20000)),
        ("long source", repeated("{{ 1 }}", 800_000)),
        ("power", "{{ 10 ** 10 ** 10 }}"),
        ("sum", "{{ 9223372036854775807 + 1 }}"),
        ("minimum", "{{ (-9223372036854775807 - 1) // -1 }}"),
        ("absolute", "{{ (-9223372036854775807 - 1) | abs }}"),
        ("to integer", "{{ 1e300 | int }}"),
        ("big literal", "{{ 99999999999999999999 }}"),
    ]

    @Test("A template that wants too much is stopped with a typed error", arguments: excessive.map(\.0))
    func excessiveTemplatesAreStopped(name: String) throws {
        let source = try #require(Self.excessive.first { $0.0 == name }).1
        let error = Self.outcome(source)
        #expect(error != nil, "\(name) was rendered")
        #expect([.limitExceeded, .value, .syntax].contains(error?.kind), "\(name): \(String(describing: error))")
    }

    @Test(
        "Broken syntax is refused with a typed error",
        arguments: [
            "{{", "{%", "{#", "{{ '", "{% if", "{% if 1", "{% raw %}", "{{ 1 }", "{% for", "{% for x", "{% for x in",
            "{% set", "{% set x =", "{% macro", "{% macro m", "{% macro m(", "{% call", "{% call(x", "{% filter",
            "{{ a[",
            "{{ a[1:", "{{ a(", "{{ a(b=", "{{ a(*", "{{ {1:", "{{ {1", "{{ a |", "{{ a is", "{{ a is not", "{{ a. }}",
            "{{ a[1:2:3:4] }}", "{% endif %}", "{% else %}", "{% endfor %}", "{% block %}", "{% with a %}",
            "{{ \u{0} }}",
            "{{ '\\x' }}", "{{ '\\u12' }}", "{{ '\\ud800' }}", "{{ '\\N{DIGIT ONE}' }}", "{{ ] }}", "{{ (] }}",

            "{{ é é }}", "{% if 1 %}{% else %}{% else %}{% endif %}", "{{ a ? b }}", "{{ $ }}", "{% %}",
        ])
    func brokenSyntaxIsRefused(source: String) {
        #expect(
            Self.outcome(source)?.kind == .syntax,
            "\(source.debugDescription): \(String(describing: Self.outcome(source)))")
    }

    @Test("Mutated model templates render or throw a typed error")
    func mutatedTemplatesDoNotTrap() throws {
        let names = ChatTemplateGoldens.modelSummaries().map(\.template)
        var sources =
            ChatTemplateGoldens.templatesAreThere ? try names.map { try ChatTemplateGoldens.template($0) } : []
        sources.append(ChatTemplateInterfaceTests.plain)
        let cases = try ChatTemplateGoldens.cases()
        var generator = SplitMix(state: 20_260_307)
        var rendered = 0
        var refused = 0
        for round in 0..<710 {
            let mutant = generator.mutate(
                sources[round % sources.count], donor: sources[generator.below(sources.count)])
            let conversation = cases[generator.below(cases.count)]
            do throws(ChatTemplateError) {
                let template = try ChatTemplate(source: mutant, limits: Self.limits())
                _ = try template.render(
                    conversation: conversation.messages, tools: conversation.tools,
                    addGenerationPrompt: conversation.addGenerationPrompt, variables: conversation.variables)
                rendered += 1
            } catch {
                refused += 1
            }
        }
        #expect(rendered + refused == 710)
        #expect(rendered > 100 && refused > 100, "\(rendered) rendered, \(refused) refused")
    }
}

/// A small seeded generator of mutations.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    private static let tokens = [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "|", "(", ")", "[", "]", "'", "\"", ".", ",", ":", " if ", " else ",
        " not ", " in ", " is ", "loop", "range(9)", "namespace()", "messages", "message", "|tojson", "|length", "* 9",
        "{% endif %}", "{% endfor %}", "{% for x in messages %}", "{% set x = messages %}", "[::-1]", "\n", "\\", "9",
        "none", "{% break %}", "[0]", ".items()", "**", "//", "%", "é", "\u{0}",
    ]

    /// Removes, doubles, replaces or inserts a few pieces.
    mutating func mutate(_ source: String, donor: String) -> String {
        var bytes = Array(source.utf8)
        let other = Array(donor.utf8)
        for _ in 0...below(4) {
            let start = below(bytes.count)
            let end = min(bytes.count, start + 1 + below(below(3) == 0 ? 200 : 8))
            switch below(5) {
            case 0: bytes.removeSubrange(start..<end)
            case 1: bytes.insert(contentsOf: bytes[start..<end], at: below(bytes.count))
            case 2: bytes.insert(contentsOf: Self.tokens[below(Self.tokens.count)].utf8, at: start)
            case 3: bytes.replaceSubrange(start..<end, with: Self.tokens[below(Self.tokens.count)].utf8)
            default:
                let from = below(other.count)
                bytes.insert(contentsOf: other[from..<min(other.count, from + below(60))], at: start)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
