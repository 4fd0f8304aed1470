import LLMTensor
import Testing

@testable import LLMData

@Suite struct SourceTests {
    @Test func `JSON Lines give documents and report what is none with its offset`() async throws {
        let folder = TemporaryFolder()
        let path = try folder.file(
            "a.jsonl",
            """
            \u{FEFF}{"id":"x","text":"one","year":1999}
            {"text":"t\\u00e4"}\r

            {"text":
            [1]
            {"body":"no text"}
            {"id":7,"text":"last"}
            """)
        let records = try await JSONLinesSource(path: path).all()
        #expect(records.count == 6)
        guard case .document(let first) = records[0], case .document(let second) = records[1],
            case .document(let last) = records[5]
        else { throw DataError.notFound(path: "documents") }
        #expect(first.id == "x" && first.attributes["year"] == 1999)
        #expect(second.text == "tä" && second.id == path + "#1")
        #expect(last.id == "7" && last.origin.record == 5)
        #expect(records[2].summary.hasPrefix("!60 "))
        #expect(records[3].summary == "!69 expected an object, found an array")
        #expect(records[4].summary == "!73 expected a string as \"text\", found no such member")
    }

    @Test func `lines beyond the limit are reported and read over, across pieces of the file`() async throws {
        let folder = TemporaryFolder()
        let long = String(repeating: "x", count: 3_000_000)
        let path = try folder.file(
            "a.jsonl", "{\"text\":\"\(long)\"}\n{\"text\":\"\(long.prefix(1_500_000))\"}\n{\"text\":\"b\"}")
        var configuration = JSONLinesSource.Configuration()
        configuration.maximumLineBytes = 2_000_000
        let records = try await JSONLinesSource(path: path, configuration).all()
        #expect(records.count == 3)
        #expect(records[0].summary == "!0 a line of 3000011 bytes, at most 2000000 are read")
        #expect(records[1].summary.utf8.count == 1_500_000)
        #expect(records[2].summary == "b")
    }

    @Test func `text files give files, lines and paragraphs, and count what is no UTF-8`() async throws {
        let folder = TemporaryFolder()
        let path = try folder.file("a.txt", Array("one\ntwo \r\n\n\n  \nthree ".utf8) + [0xE2, 0x82, 0x41, 0xFF])
        func texts(_ unit: PlainTextSource.Configuration.Unit) async throws -> [String] {
            try await PlainTextSource(path: path, .init(unit: unit)).all().map(\.summary)
        }
        #expect(try await texts(.line) == ["one", "two ", "three \u{FFFD}A\u{FFFD}"])
        #expect(try await texts(.paragraph) == ["one\ntwo ", "three \u{FFFD}A\u{FFFD}"])
        guard case .document(let whole)? = try await PlainTextSource(path: path).all().first else { return }
        #expect(whole.attributes["replacements"] == 2)
        let wide = try folder.file("b.txt", [0xFF, 0xFE, 0x41, 0x00, 0xAC, 0x20])
        #expect(try await PlainTextSource(path: wide).all().map(\.summary) == ["A€"])
        await #expect(throws: DataError.notFound(path: path + "x")) {
            try await PlainTextSource(path: path + "x").all()
        }
    }

    @Test func `comma-separated values follow RFC 4180`() async throws {
        let folder = TemporaryFolder()
        let path = try folder.file(
            "a.csv",
            "\u{FEFF}id,text,note\r\n1,\"a \"\"b\"\", \r\nc\",x\r\n\r\n2,plain,\"\"\n3,short\n4,\"bad\" quote,z\n5,last,\"open"
        )
        let records = try await CSVSource(path: path).all()
        #expect(
            records.map(\.summary) == [
                "a \"b\", \r\nc", "plain", "!50 expected 3 fields, found 2",
                "!58 a character follows a closing quote at byte 65", "!74 the file ends inside a quoted field",
            ])
        guard case .document(let first) = records[0] else { return }
        #expect(first.id == "1" && first.attributes["note"] == "x")

        var tabs = CSVSource.Configuration()
        tabs.delimiter = "\t"
        tabs.columns = ["a", "text"]
        let plain = try folder.file("b.tsv", "1\tone, two\n2\tthree\n")
        #expect(try await CSVSource(path: plain, tabs).all().map(\.summary) == ["one, two", "three"])
        await #expect(throws: DataError.self) { try await CSVSource(path: plain).all() }
    }

    @Test func `relative ids do not depend on where a folder is, origins tell`() async throws {
        var configuration = FolderSource.Configuration()
        configuration.hasRelativeIDs = true
        var read: [[Document]] = []
        for ending in ["", "/"] {
            let folder = TemporaryFolder()
            _ = try folder.file("a.jsonl", "{\"text\":\"one\"}\n{\"id\":\"own\",\"text\":\"two\"}")
            _ = try folder.file("inner/b.txt", "three")
            _ = try folder.file("inner/c.html", "<p>A page with a little text.")
            var documents: [Document] = []
            for try await record in try FolderSource(path: folder.path + ending, configuration).records() {
                if case .document(let document) = record { documents.append(document) }
            }
            #expect(documents.allSatisfy { $0.origin.name.hasPrefix(folder.path) })
            read.append(documents)
        }
        #expect(read[0].map(\.id) == ["a.jsonl#0", "own", "inner/b.txt", "inner/c.html"])
        #expect(read[0].map(\.id) == read[1].map(\.id))
        let single = TemporaryFolder()
        let path = try single.file("single.txt", "text")
        for try await record in try FolderSource(path: path, configuration).records() {
            guard case .document(let document) = record else { continue }
            #expect(document.id == path)
        }
        withExtendedLifetime(single) {}
    }

    @Test func `folders are read in order, by the ends of names`() async throws {
        let folder = TemporaryFolder()
        _ = try folder.file("b.txt", "text")
        _ = try folder.file("a.jsonl", "{\"text\":\"json\"}")
        _ = try folder.file("inner/c.html", "<p>A page with a little text.")
        _ = try folder.file(".hidden", "no")
        let source = try FolderSource(path: folder.path)
        #expect(try await source.all().map(\.summary) == ["json", "text", "A page with a little text."])
        #expect(source.byteCount == 48)
        #expect(try FolderSource(path: folder.path, .init(patterns: ["*.t?t"])).files == [folder.path + "/b.txt"])
        #expect(throws: DataError.notFound(path: "/no/such/folder")) { try FolderSource(path: "/no/such/folder") }
    }
}
