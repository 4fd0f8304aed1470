import LLMTensor
import Testing

@testable import LLMData

@Suite struct XMLSourceTests {
    private let folder = TemporaryFolder()

    private func records(_ xml: String, _ configuration: XMLSource.Configuration = .init(recordElement: "page"))
        async throws -> [SourceRecord]
    {
        try await XMLSource(path: try folder.file("a.xml", xml), configuration).all()
    }

    @Test func `elements become documents, attributes by their paths`() async throws {
        let records = try await records(
            """
            \u{FEFF}<?xml version="1.0" encoding='UTF-8'?>
            <!DOCTYPE pages [ <!ENTITY x "<page>"> <!-- don't ]> --> ]>
            <pages xmlns="a"><!-- <page><text>no</text></page> -->
              <page lang='de'><id>7</id><title> A &amp; B </title>
                <revision><by role="x">me</by><by>you</by><text>T&#xe4;&#33; <b>bold</b>\r\n<![CDATA[<raw & "]]></text></revision>
              </page>
              <page/><page><text/></page>
            </pages>
            """)
        #expect(records.map(\.summary) == ["Tä! bold\n<raw & \"", "!341 no element <text> with the text", ""])
        guard case .document(let first) = records[0] else { return }
        #expect(first.id == "7" && first.origin.record == 0)
        #expect(
            JSONValue.object(first.attributes) == [
                "@lang": "de", "title": "A & B", "revision.by@role": "x", "revision.by": ["me", "you"],
            ])
    }

    @Test func `a broken record is reported with its offset, and reading goes on at the next`() async throws {
        let records = try await records(
            """
            <a><page><text>one</text></page><page><text>two</txt></page><page><text>&nope;</text></page>
            <page><text>three<page></text></page><page><text x=1>four</text></page><page><text>five</text></page>
            <page><text>six
            """)
        #expect(
            records.map(\.summary) == [
                "one", "!32 expected </text>, found </txt>", "!60 unknown reference &nope;",
                "!93 expected </page>, found </text>", "!130 an attribute's value without quotes", "five",
                "!195 the file ends inside of <page>",
            ])
    }

    @Test func `records may be nested, prefixed, without a text element, and as long as the limit`() async throws {
        var configuration = XMLSource.Configuration(recordElement: "w:p", textPath: nil, idPath: "@n")
        configuration.maximumRecordBytes = 2_000_000
        let long = String(repeating: "y", count: 1_500_000)
        let xml =
            "<d><w:p n='1'>a<b>b</b></w:p>\(long)<w:p n='2'>\(long)</w:p><w:p>\(long)<i>\(long)</i></w:p><w:p n='4'>end</w:p></d>"
        let records = try await records(xml, configuration)
        #expect(records.count == 4)
        #expect(records[0].summary == "ab" && records[1].summary == long && records[3].summary == "end")
        #expect(records[2].summary.hasSuffix(" more than 2000000 bytes"))
        guard case .document(let second) = records[1] else { return }
        #expect(second.id == "2")
    }

    @Test func `other encodings are what the declaration says`() async throws {
        let latin =
            Array("<?xml version='1.0' encoding='ISO-8859-1'?><p><text>caf".utf8) + [0xE9]
            + Array("&#x20ac;</text></p>".utf8)
        let path = try folder.file("b.xml", latin)
        #expect(try await XMLSource(path: path, .init(recordElement: "p")).all().map(\.summary) == ["café€"])
        let wide = try folder.file("c.xml", [0xFF, 0xFE, 0x3C, 0x00])
        await #expect(throws: DataError.malformed(path: wide, offset: 0, reason: "UTF-16, expected UTF-8")) {
            try await XMLSource(path: wide, .init(recordElement: "p")).all()
        }
        let bad = try folder.file("d.xml", Array("<p><text>a".utf8) + [0xFF] + Array("</text></p>".utf8))
        guard case .document(let repaired)? = try await XMLSource(path: bad, .init(recordElement: "p")).all().first
        else { return }
        #expect(repaired.text == "a\u{FFFD}" && repaired.attributes["replacements"] == 1)
    }

    /// Entities that grow, deep nesting and sections without end: a record that is refused, in bounded time.
    @Test func `hostile files are refused`() async throws {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]><page><text>&c;</text></page>"
        #expect(try await records(bomb).map(\.summary) == ["!53 unknown reference &c;"])
        let deep = String(repeating: "<x>", count: 100_000)
        #expect(try await records("<page>" + deep).map(\.summary) == ["!0 more than 256 nested elements"])
        let open = String(repeating: "<page><!-- ", count: 20_000)
        #expect(try await records(open).count == 20_000)
        var state = TestNumbers(state: 3)
        let sample = Array(
            "<a><page k='v'><text>one &amp; <![CDATA[two]]></text><!--c--></page><page><text/></page></a>".utf8)
        for _ in 0..<2000 {
            var bytes = sample
            for _ in 0..<3 { bytes[state.below(bytes.count)] = Array("<>/&;\"'![]-=x\u{0}".utf8)[state.below(14)] }
            let path = try folder.file("m.xml", bytes)
            _ = try await XMLSource(path: path, .init(recordElement: "page")).all()
        }
    }
}
