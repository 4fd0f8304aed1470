/// The main text of an HTML page.
///
/// The page is cut into blocks (paragraphs, headings, list items, table rows); scripts, navigation and other furniture
/// are left out, then blocks that are mostly links, and headings that nothing follows. Not a browser: style sheets are
/// not looked at. Any bytes are taken; nothing fails. Pure.
public struct HTMLText: Sendable {
    /// What is left out.
    public struct Configuration: Sendable, Hashable {
        /// Whether everything that is text stays: navigation, footers, link lists.
        public var keepsBoilerplate = false
        /// Largest fraction of a block's bytes in links.
        public var maximumLinkDensity = 0.5
        /// Blocks of fewer bytes stay only with less than half of that.
        public var shortBlockBytes = 40

        /// Main text only.
        public init() {}
    }

    /// What was found.
    public struct Result: Sendable, Equatable {
        /// The page's title; empty when it has none.
        public var title = ""
        /// Value of `lang` of the page; nil when it has none.
        public var language: String?
        /// The blocks, two newlines between them, one between list items and table rows.
        public var text = ""
        /// How many parts of the bytes were not in the page's encoding.
        public var replacements = 0
    }

    /// What is left out.
    public let configuration: Configuration

    /// Makes an extractor.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// The text of a page in bytes: the encoding is that of its byte order mark, its `meta`, or UTF-8.
    public func extract(_ bytes: [UInt8]) -> Result {
        let label = TextDecoding.byteOrderMark(bytes[...]) == nil ? Self.declaredEncoding(bytes) : nil
        // A page that says UTF-16 in bytes that could be read so far is no UTF-16 (WHATWG).
        var encoding = label.map { TextDecoding.encoding(named: $0) } ?? .utf8
        if encoding != .windows1252 { encoding = .utf8 }
        let (text, replacements) = TextDecoding.decode(bytes[...], encoding)
        var result = extract(text)
        result.replacements = replacements
        return result
    }

    /// The text of a page.
    public func extract(_ page: String) -> Result {
        var page = page
        return page.withUTF8 { source in
            var builder = HTMLBlocks()
            var tokens = HTMLTokenizer(source)
            while let token = tokens.next() { builder.add(token, source) }
            builder.finish()
            var result = Result()
            result.title = String(decoding: builder.title, as: UTF8.self)
            result.language = builder.language
            result.text = String(decoding: join(choose(builder.blocks)), as: UTF8.self)
            return result
        }
    }

    private func choose(_ blocks: [HTMLBlocks.Block]) -> [HTMLBlocks.Block] {
        if configuration.keepsBoilerplate { return blocks }
        var kept: [HTMLBlocks.Block] = []
        var pendingHeadings: [HTMLBlocks.Block] = []
        for block in blocks where !block.isFurniture {
            if block.kind == .heading {
                pendingHeadings.append(block)
                continue
            }
            let density = Double(block.linkBytes) / Double(max(block.text.count, 1))
            let isShort = block.text.count < configuration.shortBlockBytes
            guard density <= configuration.maximumLinkDensity / (isShort ? 2 : 1) else { continue }
            kept += pendingHeadings
            pendingHeadings = []
            kept.append(block)
        }
        // A page of nothing but headings or links: better these than nothing.
        return kept.isEmpty ? blocks.filter { !$0.isFurniture } : kept
    }

    private func join(_ blocks: [HTMLBlocks.Block]) -> [UInt8] {
        var output: [UInt8] = []
        var previous: HTMLBlocks.Kind?
        for block in blocks {
            if let previous {
                let isClose = previous == block.kind && (block.kind == .listItem || block.kind == .row)
                output.append(0x0A)
                if !isClose { output.append(0x0A) }
            }
            if block.kind == .listItem { output += [0x2D, 0x20] }
            output += block.text
            previous = block.kind
        }
        return output
    }

    /// The encoding that a `meta` in the first 2,048 bytes names.
    static func declaredEncoding(_ bytes: [UInt8]) -> String? {
        let head = bytes.prefix(2048).map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        let key = Array("charset=".utf8)
        var index = 0
        while index + key.count < head.count {
            if head[index] == key[0], head[index..<(index + key.count)].elementsEqual(key) {
                let rest = head[(index + key.count)...].drop { $0 == 0x22 || $0 == 0x27 || TextScan.isSpace($0) }
                let name = rest.prefix {
                    ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
                }
                return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
            }
            index += 1
        }
        return nil
    }
}
