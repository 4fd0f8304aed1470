internal import LLMTensor

/// What is gathered of one record of an ``XMLSource``.
struct XMLRecord {
    private let configuration: XMLSource.Configuration
    private let encoding: TextDecoding.Encoding
    /// The open elements, the record first.
    private var elements: [Element] = []
    private var texts: [[UInt8]] = []
    private var attributes: [(path: String, value: [UInt8])] = []

    private struct Element {
        let name: [UInt8]
        /// Path in the record; empty for the record itself.
        let path: String
        var characters: [UInt8] = []
        var hasElements = false
        let isText: Bool
    }

    /// Deepest nesting of elements.
    static let maximumDepth = 256

    init(_ configuration: XMLSource.Configuration, _ encoding: TextDecoding.Encoding) {
        self.configuration = configuration
        self.encoding = encoding
    }

    /// Whether the end of the record has not come.
    var isOpen: Bool { !elements.isEmpty }
    /// Whether there was an element with the text.
    var hasText: Bool { !texts.isEmpty }

    mutating func take(_ token: XMLToken) throws(XMLProblem) {
        switch token {
        case .text(let bytes): add(try XMLText.resolved(utf8(bytes)).get())
        case .literal(let bytes): add(utf8(bytes))
        case .open(let name, let attributes, let isEmpty):
            try open(name, attributes)
            if isEmpty { try close(name) }
        case .close(let name): try close(name)
        case .other: break
        case .broken(let reason): throw XMLProblem(reason)
        }
    }

    mutating func open(_ name: [UInt8], _ attributes: [UInt8]) throws(XMLProblem) {
        guard elements.count < Self.maximumDepth else {
            throw XMLProblem("more than \(Self.maximumDepth) nested elements")
        }
        let text = String(decoding: name, as: UTF8.self)
        let parent = elements.last?.path ?? ""
        let path = elements.isEmpty ? "" : parent.isEmpty ? text : "\(parent).\(text)"
        if !elements.isEmpty { elements[elements.count - 1].hasElements = true }
        for attribute in try XMLText.attributes(utf8(attributes)).get() {
            self.attributes.append(("\(path)@\(String(decoding: attribute.name, as: UTF8.self))", attribute.value))
        }
        elements.append(Element(name: name, path: path, isText: isText(path)))
    }

    mutating func close(_ name: [UInt8]) throws(XMLProblem) {
        guard let element = elements.last, element.name == name else {
            let found = String(decoding: name, as: UTF8.self)
            let expected = elements.last.map { String(decoding: $0.name, as: UTF8.self) } ?? ""
            throw XMLProblem("expected </\(expected)>, found </\(found)>")
        }
        elements.removeLast()
        if element.isText {
            texts.append(element.characters)
        } else if let text = elements.lastIndex(where: \.isText) {
            elements[text].characters += element.characters
        } else if !element.hasElements, !element.path.isEmpty {
            attributes.append((element.path, element.characters))
        }
    }

    private mutating func add(_ characters: [UInt8]) {
        if let text = elements.lastIndex(where: \.isText) {
            elements[text].characters += characters
        } else if !elements.isEmpty {
            elements[elements.count - 1].characters += characters
        }
    }

    /// Before references are resolved, which name scalars in any encoding.
    private func utf8(_ bytes: [UInt8]) -> [UInt8] {
        encoding == .utf8 ? bytes : Array(TextDecoding.decode(bytes[...], encoding).text.utf8)
    }

    private func isText(_ path: String) -> Bool {
        guard let wanted = configuration.textPath else { return path.isEmpty }
        return path == wanted || path.hasSuffix("." + wanted)
    }

    /// The document, when the record is closed.
    func document(_ origin: DocumentOrigin) -> Document {
        var document = Document(id: "\(origin.name)#\(origin.record ?? 0)", text: "", origin: origin)
        var replacements = 0
        func decoded(_ bytes: [UInt8]) -> String {
            let (text, count) = TextDecoding.utf8(bytes[...])
            replacements += count
            return text
        }
        document.text = texts.map(decoded).joined(separator: "\n")
        for (path, value) in attributes {
            let text = Self.trimmed(decoded(value))
            if path == configuration.idPath, !text.isEmpty {
                document.id = text
                continue
            }
            switch document.attributes[path] {
            case nil: document.attributes[path] = .string(text)
            case .array(let others): document.attributes[path] = .array(others + [.string(text)])
            case .some(let other): document.attributes[path] = .array([other, .string(text)])
            }
        }
        if replacements > 0 { document.attributes["replacements"] = .integer(Int64(replacements)) }
        return document
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (scalar: Unicode.Scalar) in scalar.isASCII && XMLScanner.isSpace(UInt8(scalar.value)) }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
