/// Gathers the blocks of a page from its tokens.
struct HTMLBlocks {
    /// What a block is.
    enum Kind { case paragraph, heading, listItem, row, preformatted }

    /// Text between two breaks of the page.
    struct Block {
        var kind: Kind
        var text: [UInt8]
        /// Bytes of the text in links.
        var linkBytes: Int
        /// In navigation, a footer or the like.
        var isFurniture: Bool
    }

    private(set) var blocks: [Block] = []
    private(set) var title: [UInt8] = []
    private(set) var language: String?

    private var current: [UInt8] = []
    private var linkBytes = 0
    private var kind = Kind.paragraph
    private var needsSpace = false
    private var linkDepth = 0
    private var preformattedDepth = 0
    private var hiddenElement: String?
    private var isInTitle = false
    /// Open elements of furniture, with the first block in them.
    private var furniture: [(name: String, firstBlock: Int)] = []

    /// Elements whose content is not for readers.
    private static let hidden: Set<String> = [
        "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "button", "canvas",
        "audio", "video", "noembed", "noframes",
    ]
    private static let furnitureElements: Set<String> = ["nav", "aside", "footer", "form", "menu", "dialog"]
    private static let breaks: Set<String> = [
        "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset",
        "figcaption",
        "figure", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
        "tfoot",
        "thead", "tr", "ul", "caption", "h1", "h2", "h3", "h4", "h5", "h6", "head", "option",
    ]
    private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]

    mutating func add(_ token: HTMLTokenizer.Token, _ source: TextBytes) {
        switch token {
        case .text(let bytes):
            if isInTitle { appendTitle(bytes) } else if hiddenElement == nil { append(bytes) }
        case .open(let name, let attributes, let isClosed): open(name, attributes, isClosed, source)
        case .close(let name): close(name)
        }
    }

    private mutating func open(_ name: String, _ attributes: Range<Int>, _ isClosed: Bool, _ source: TextBytes) {
        if hiddenElement != nil { return }
        if Self.hidden.contains(name) {
            if !isClosed { hiddenElement = name }
            needsSpace = true
            return
        }
        switch name {
        case "title" where title.isEmpty: isInTitle = true
        case "html": language = language ?? Self.attribute("lang", source, attributes)
        case "br": lineBreak()
        case "a": linkDepth += 1
        case "td", "th": cell()
        case "img": needsSpace = true
        case _ where Self.furnitureElements.contains(name):
            flush()
            if !isClosed { furniture.append((name, blocks.count)) }
        case _ where Self.breaks.contains(name):
            flush()
            if name == "li" || name == "dd" || name == "dt" { kind = .listItem }
            if name == "tr" { kind = .row }
            if Self.headings.contains(name) { kind = .heading }
            if name == "pre" {
                preformattedDepth += 1
                kind = .preformatted
            }
        default: break
        }
    }

    private mutating func close(_ name: String) {
        if let element = hiddenElement {
            if element == name { hiddenElement = nil }
            return
        }
        switch name {
        case "title": isInTitle = false
        case "a": linkDepth = max(0, linkDepth - 1)
        case _ where Self.furnitureElements.contains(name):
            flush()
            guard let index = furniture.lastIndex(where: { $0.name == name }) else { return }
            for block in furniture[index].firstBlock..<blocks.count { blocks[block].isFurniture = true }
            furniture.removeSubrange(index...)
        case _ where Self.breaks.contains(name):
            flush()
            if name == "pre" { preformattedDepth = max(0, preformattedDepth - 1) }
        default: break
        }
    }

    /// Ends the last block. What stands in furniture that was never closed counts as text.
    mutating func finish() { flush() }

    private mutating func flush() {
        let (start, end) = current.withUnsafeBufferPointer { text in
            let start = preformattedDepth > 0 ? 0 : TextScan.skipSpaces(text, from: 0, to: text.count)
            return (start, TextScan.skipSpacesBack(text, from: start, to: text.count))
        }
        if end > start {
            blocks.append(
                Block(
                    kind: kind, text: Array(current[start..<end]), linkBytes: min(linkBytes, end - start),
                    isFurniture: false))
        }
        current.removeAll(keepingCapacity: true)
        linkBytes = 0
        needsSpace = false
        kind = preformattedDepth > 0 ? .preformatted : .paragraph
    }

    private mutating func lineBreak() {
        if !current.isEmpty { current.append(0x0A) }
        needsSpace = false
    }

    private mutating func cell() {
        if kind != .row {
            flush()
            kind = .row
        } else if !current.isEmpty {
            current.append(0x09)
        }
        needsSpace = false
    }

    private mutating func append(_ bytes: [UInt8]) {
        let before = current.count
        if preformattedDepth > 0 {
            current += bytes
        } else {
            bytes.withUnsafeBufferPointer { text in
                var index = 0
                while index < text.count {
                    let space = TextScan.isSpace(text[index])
                    if space {
                        needsSpace = true
                        index += 1
                        continue
                    }
                    if needsSpace, let last = current.last, last != 0x0A, last != 0x09 { current.append(0x20) }
                    needsSpace = false
                    current.append(text[index])
                    index += 1
                }
            }
        }
        if linkDepth > 0 { linkBytes += current.count - before }
    }

    private mutating func appendTitle(_ bytes: [UInt8]) {
        for byte in bytes {
            let isSpace = TextScan.isSpace(byte)
            if isSpace, title.isEmpty || title.last == 0x20 { continue }
            title.append(isSpace ? 0x20 : byte)
        }
        if title.last == 0x20 { title.removeLast() }
    }

    /// The value of an attribute.
    private static func attribute(_ name: String, _ source: TextBytes, _ range: Range<Int>) -> String? {
        let bytes = source[range].map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : TextScan.isSpace($0) ? 0x20 : $0 }
        let key = Array(" \(name)=".utf8)
        var index = 0
        while index + key.count <= bytes.count {
            if bytes[index..<(index + key.count)].elementsEqual(key) {
                let rest = bytes[(index + key.count)...].drop { $0 == 0x22 || $0 == 0x27 }
                let value = rest.prefix {
                    ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x5F
                }
                return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
            }
            index += 1
        }
        return nil
    }
}
