public import Foundation
import LLMTensor

extension ServiceDeskWorld {
    /// What lies where after ``write(to:)``.
    public struct Files: Sendable {
        /// The folder of all records.
        public var records: URL
        /// One mail per text file.
        public var mails: URL
        /// The database export, RFC 4180 with line breaks inside fields.
        public var export: URL
        /// One chat per line of JSON.
        public var chats: URL
        /// One knowledge-base article per HTML page, with menus and footers around it.
        public var articles: URL
        /// One ``ServiceDeskRecord`` per line of JSON, in corpus order. Not for training.
        public var truth: URL
        /// Lines of ``chats`` and rows of ``export`` that are broken on purpose.
        public var malformedCount: Int
    }

    /// Writes the world as the files a company would have. The folder is made; files of the same names are replaced.
    public func write(to folder: URL) throws -> Files {
        let records = folder.appending(path: "records")
        let files = Files(
            records: records, mails: records.appending(path: "mails"), export: records.appending(path: "export.csv"),
            chats: records.appending(path: "chats.jsonl"), articles: records.appending(path: "articles"),
            truth: folder.appending(path: "truth.jsonl"), malformedCount: 4)
        for folder in [records, files.mails, files.articles] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for record in self.records where record.form == .mail {
            try Data(record.text.utf8).write(to: files.mails.appending(path: "\(record.id).txt"))
        }
        for record in self.records where record.form == .article {
            try Data(page(record).utf8).write(to: files.articles.appending(path: "\(record.id).html"))
        }
        try Data(export().utf8).write(to: files.export)
        try Data(chats().utf8).write(to: files.chats)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var truth = Data()
        for record in self.records {
            truth += try encoder.encode(record)
            truth.append(UInt8(ascii: "\n"))
        }
        try truth.write(to: files.truth)
        return files
    }

    private func export() -> String {
        var text = "id,title,site,date,priority,reporter,text\r\n"
        let rows = records.filter { $0.form == .export }
        for (index, record) in rows.enumerated() {
            let fields = [record.id] + record.attributes.map(\.value) + [record.text]
            text += fields.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\r\n"
            // Rows with a field too few, as broken exports have them.
            if index == rows.count / 3 || index == rows.count / 2 { text += "\"broken\",\"row\"\r\n" }
        }
        return text
    }

    private func chats() -> String {
        var text = ""
        let lines = records.filter { $0.form == .chat }
        for (index, record) in lines.enumerated() {
            var object = JSONObject()
            object["id"] = .string(record.id)
            for attribute in record.attributes { object[attribute.name] = .string(attribute.value) }
            object["text"] = .string(record.text)
            text += JSONWriter().string(of: .object(object)) + "\n"
            // A line cut off in the middle, and one that is no object.
            if index == lines.count / 4 { text += "{\"id\": \"cut\", \"text\": \"lost\n" }
            if index == lines.count / 2 { text += "[1, 2, 3]\n" }
        }
        return text
    }

    private func page(_ record: ServiceDeskRecord) -> String {
        let paragraphs = record.text.components(separatedBy: "\n\n").dropFirst().map {
            "<p>\(Self.escaped($0))</p>"
        }
        let title = Self.escaped(record.text.components(separatedBy: "\n\n").first ?? "")
        let menu = ["Home", "Services", "News", "Canteen", "Jobs"].map { "<li><a href=\"/\($0)\">\($0)</a></li>" }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(title) | Intranet</title>
            <script>var tracker = { page: "\(record.id)" };</script><style>nav li { float: left; }</style></head>
            <body>
            <nav><ul>\(menu.joined())</ul></nav>
            <main><article><h1>\(title)</h1>
            \(paragraphs.joined(separator: "\n"))
            </article></main>
            <footer><p><a href="/imprint">Imprint</a> | <a href="/privacy">Privacy</a> | <a href="/contact">Contact</a></p></footer>
            </body></html>

            """
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
