import Testing

@testable import LLMData

@Suite struct HTMLTextTests {
    private let page = """
        <!DOCTYPE html><html lang="de-AT"><head><meta charset=utf-8><title>A  title &amp; more</title>
        <style>p { color: red }</style><script>if (a < b) document.write("<p>no</p>")</script></head><body>
        <nav><ul><li><a href="/">Home</a><li><a href="/x">Other pages of this site</a></ul></nav>
        <h1>Heading</h1><p>First &eacute;t&#233; paragraph with a <a href=#>link</a>,
        and   more&nbsp;text&hellip;<p>Second one<br>after a break, x &lt; y &unknown; AT&T.
        <ul><li>one item of a list<li>another item of it</ul>
        <table><tr><th>Name<th>Value<tr><td>a<td>1</table>
        <pre>  keep
          this</pre><!-- <p>comment</p> -->
        <div><a href=a>only</a> <a href=b>links here</a></div><h2>Nothing below</h2>
        <footer>Copyright, all rights reserved by somebody.</footer></body></html>
        """

    @Test func `the main text stays and furniture goes`() {
        let result = HTMLText().extract(page)
        #expect(result.title == "A title & more")
        #expect(result.language == "de-at")
        #expect(
            result.text == """
                Heading

                First été paragraph with a link, and more\u{A0}text…

                Second one
                after a break, x < y &unknown; AT&T.

                - one item of a list
                - another item of it

                Name\tValue
                a\t1

                  keep
                  this
                """)
        var all = HTMLText.Configuration()
        all.keepsBoilerplate = true
        #expect(HTMLText(all).extract(page).text.hasSuffix("Copyright, all rights reserved by somebody."))
    }

    @Test func `furniture that is never closed does not swallow the page`() {
        let text = HTMLText().extract("<nav><a href=/>x</a><p>The text of the page comes here, and it is long enough.")
            .text
        #expect(text == "The text of the page comes here, and it is long enough.")
    }

    @Test func `the encoding is that of the page`() {
        let bytes =
            Array("<meta http-equiv=x content='text/html; charset=ISO-8859-1'><p>caf".utf8) + [0xE9, 0x20, 0x80]
        #expect(HTMLText().extract(bytes).text == "café €")
        #expect(HTMLText().extract([0xEF, 0xBB, 0xBF, 0x3C, 0x70, 0x3E, 0xC3, 0xA9, 0xFF]).replacements == 1)
    }

    @Test func `garbage never fails`() {
        var numbers = TestNumbers(state: 7)
        let original = Array(page.utf8)
        for _ in 0..<3000 {
            var bytes = original
            for _ in 0..<(1 + numbers.below(20)) {
                let place = numbers.below(bytes.count)
                switch numbers.below(4) {
                case 0: bytes[place] = UInt8(numbers.below(256))
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + numbers.below(30)))
                case 2: bytes.insert(contentsOf: original[numbers.below(original.count)...].prefix(40), at: place)
                default: bytes.insert([0x3C, 0x3E, 0x26, 0x22, 0x2F, 0x21][numbers.below(6)], at: place)
                }
                if bytes.isEmpty { bytes = [0x3C] }
            }
            _ = HTMLText().extract(bytes)
            _ = HTMLText().extract(Array(bytes.prefix(numbers.below(bytes.count))))
        }
    }

    @Test func `mutated JSON Lines and CSV never fail and lose no line`() async throws {
        let folder = TemporaryFolder()
        var numbers = TestNumbers(state: 11)
        for round in 0..<60 {
            var json = Array(String(repeating: "{\"id\":\"a\",\"text\":\"b\\u00e9 {}\"}\n", count: 20).utf8)
            var csv = Array(("id,text\n" + String(repeating: "1,\"a,\"\"b\"\n", count: 20)).utf8)
            for _ in 0..<6 {
                json[numbers.below(json.count)] = UInt8(numbers.below(256))
                csv[8 + numbers.below(csv.count - 8)] = UInt8(numbers.below(256))
            }
            let lines = json.split(separator: 0x0A).filter { !$0.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } }
            let path = try folder.file("\(round).jsonl", json)
            #expect(try await JSONLinesSource(path: path).all().count == lines.count)
            _ = try await CSVSource(path: try folder.file("\(round).csv", csv)).all()
        }
    }
}
