/// Finds what becomes dangerous when a model's answer is shown or run as it is (OWASP LLM05:2025, LLM02:2023).
///
/// Which rules apply depends on where the text goes: HTML and Markdown pages, a database, a shell. The cure is to
/// encode for the place (``OutputEncoding``); findings say that it is needed.
public struct OutputEncodingScanner: Scanner {
    /// Where the answer goes.
    public enum Destination: String, Sendable, Hashable, CaseIterable {
        case html
        case markdown
        case sql
        case shell
    }

    /// The scanner's name.
    public let name = "output-encoding"
    /// Output, and arguments of tools.
    public let hookPoints: Set<HookPoint> = [.output, .execution]
    private let destinations: Set<Destination>
    private let marks: [Mark]

    private struct Mark: Sendable {
        var bytes: [UInt8]
        var rule: String
        var score: Double
    }

    /// A scanner for some places.
    public init(destinations: Set<Destination> = [.html, .markdown]) {
        self.destinations = destinations
        var marks: [Mark] = []
        func add(_ list: [String], _ rule: String, _ score: Double) {
            marks += list.map { Mark(bytes: Array($0.utf8), rule: rule, score: score) }
        }
        if destinations.contains(.html) || destinations.contains(.markdown) {
            add(["<script", "</script", "javascript:", "vbscript:", "data:text/html"], "script", 0.9)
            add(
                ["<iframe", "<object", "<embed", "<svg", "<math", "<base", "<meta", "<form", "<link", "<style"],
                "active-element", 0.7)
            add(
                [
                    " onerror=", " onload=", " onclick=", " onmouseover=", " onfocus=", " ontoggle=",
                    " onanimationstart=", "/onerror=", "/onload=",
                ],
                "event-handler", 0.9)
        }
        if destinations.contains(.html) { add(["<img", "<a ", "<video", "<audio", "<input"], "element", 0.4) }
        if destinations.contains(.sql) {
            add(
                [
                    "' or ", "\" or ", "';", "union select", "union all select", "; drop ", "; delete ", "; insert ",
                    "; update ", "; alter ", "xp_cmdshell", "information_schema", "sleep(", "benchmark(", "' --", "'--",
                    "/*!",
                ], "sql", 0.8)
        }
        if destinations.contains(.shell) {
            add(["$(", "`", "&&", "||", ";", "|", ">", "<(", "\n", "${", "&"], "shell", 0.6)
            add(
                [
                    "rm -rf", "curl ", "wget ", "nc -", "/dev/tcp/", "mkfifo", "base64 -d", "chmod +x", "/etc/passwd",
                    "/etc/shadow",
                ], "shell-command", 0.8)
        }
        self.marks = marks
    }

    /// The findings in a text, in order of their place.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        var byFirst = Array(repeating: [Mark](), count: 256)
        for mark in marks { byFirst[Int(mark.bytes[0])].append(mark) }
        var findings: [Finding] = []
        for offset in text.indices {
            let byte = text[offset]
            for mark in byFirst[Int((0x41...0x5A).contains(byte) ? byte + 32 : byte)]
            where ASCIISearch.matches(text, mark.bytes, at: offset) {
                findings.append(
                    Finding(
                        kind: "UNSAFE_OUTPUT", range: offset..<offset + mark.bytes.count, score: mark.score,
                        rule: mark.rule))
            }
        }
        if destinations.contains(.markdown) {
            for link in MarkdownLinks.find(text) where link.isImage && link.hasQuery {
                findings.append(
                    Finding(kind: "DATA_EXFILTRATION", range: link.range, score: 0.7, rule: "markdown-image"))
            }
        }
        return findings.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}

/// Finds ASCII in bytes.
enum ASCIISearch {
    /// Whether a lower-case mark stands at a place, in either case.
    static func matches(_ text: UnsafeBufferPointer<UInt8>, _ mark: [UInt8], at offset: Int) -> Bool {
        guard offset + mark.count <= text.count else { return false }
        for index in mark.indices {
            let byte = text[offset + index]
            if ((0x41...0x5A).contains(byte) ? byte + 32 : byte) != mark[index] { return false }
        }
        return true
    }
}

/// Links and images of Markdown, and plain addresses.
enum MarkdownLinks {
    struct Link {
        /// The address alone.
        var address: Range<Int>
        /// Everything.
        var range: Range<Int>
        var isImage: Bool
        /// Whether the address carries data: a query, or a long last part.
        var hasQuery: Bool
    }

    static func find(_ text: UnsafeBufferPointer<UInt8>) -> [Link] {
        var links: [Link] = []
        var offset = 0
        let (http, https) = (Array("http://".utf8), Array("https://".utf8))
        while offset < text.count {
            let byte = text[offset]
            guard byte == UInt8(ascii: "h") || byte == UInt8(ascii: "H"),
                ASCIISearch.matches(text, http, at: offset) || ASCIISearch.matches(text, https, at: offset)
            else {
                offset += 1
                continue
            }
            var end = offset
            while end < text.count, text[end] > 0x20, !isEnd(text[end]) { end += 1 }
            let (start, isImage) = opening(text, before: offset)
            let last = text[offset..<end].lastIndex(of: UInt8(ascii: "/")) ?? offset
            let hasQuery = text[offset..<end].contains(UInt8(ascii: "?")) || end - last > 48
            links.append(
                Link(
                    address: offset..<end, range: start..<min(text.count, end + 1), isImage: isImage, hasQuery: hasQuery
                ))
            offset = end
        }
        return links
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ")") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"")
            || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
    }

    /// Where "![text](" or "[text](" before an address begins.
    private static func opening(_ text: UnsafeBufferPointer<UInt8>, before offset: Int) -> (Int, isImage: Bool) {
        guard offset >= 2, text[offset - 1] == UInt8(ascii: "("), text[offset - 2] == UInt8(ascii: "]") else {
            // A reference definition may feed an image too: "[x]: http".
            return (offset, false)
        }
        var place = offset - 2
        let limit = max(0, offset - 512)
        while place > limit, text[place] != UInt8(ascii: "[") { place -= 1 }
        let isImage = place > 0 && text[place - 1] == UInt8(ascii: "!")
        return (isImage ? place - 1 : place, isImage)
    }
}
