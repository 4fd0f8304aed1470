/// Walks any iterable value one element at a time.
final class JinjaIterator {
    private let step: () throws(ChatTemplateError) -> JinjaValue?
    init(_ step: @escaping () throws(ChatTemplateError) -> JinjaValue?) { self.step = step }
    func next() throws(ChatTemplateError) -> JinjaValue? { try step() }
}

extension JinjaValue {
    var isIterable: Bool {
        switch self {
        case .none, .boolean, .integer, .number, .namespace, .macro, .joiner, .method, .function, .cycler: false
        default: true
        }
    }

    /// `len`, nil where Python has none.
    var count: Int? {
        switch self {
        case .undefined: 0
        case .text(let text), .markup(let text): text.scalarCount
        case .list(let list), .tuple(let list): list.items.count
        case .dictionary(let dictionary), .dictionaryView(let dictionary, _): dictionary.count
        case .range(let range): range.count
        default: nil
        }
    }

    /// `iter(self)`; throws Python's "not iterable".
    func makeIterator() throws(ChatTemplateError) -> JinjaIterator {
        var index = 0
        switch self {
        case .undefined: return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in nil }
        case .list(let list), .tuple(let list):
            return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in
                guard index < list.items.count else { return nil }
                index += 1
                return list.items[index - 1]
            }
        case .text(let text), .markup(let text):
            let isMarkup = if case .markup = self { true } else { false }
            return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in
                guard index < text.bytes.count else { return nil }
                let (_, length) = text.scalar(at: index)
                let piece = JinjaText(text.bytes[index..<index + length])
                index += length
                _ = isMarkup  // Iterating markup yields plain strings.
                return .text(piece)
            }
        case .dictionary(let dictionary):
            return Self.dictionaryView(dictionary, .keys).viewIterator(dictionary, .keys)
        case .dictionaryView(let dictionary, let view): return viewIterator(dictionary, view)
        case .range(let range):
            return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in
                guard index < range.count else { return nil }
                index += 1
                return .integer(range[index - 1])
            }
        case .generator(let generator):
            return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in try generator.next() }
        case .loop(let loop):
            return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in
                guard let item = try loop.advance() else { return nil }
                return .tuple([item, .loop(loop)])
            }
        default: throw ChatTemplateError(.type, "'\(typeName)' object is not iterable")
        }
    }

    private func viewIterator(_ dictionary: JinjaDictionary, _ view: JinjaDictionary.View) -> JinjaIterator {
        var index = 0
        return JinjaIterator { () throws(ChatTemplateError) -> JinjaValue? in
            guard index < dictionary.count else { return nil }
            index += 1
            return dictionary.element(index - 1, view)
        }
    }
}
