/// Any value a template can hold, with Python's types and meanings.
///
/// Lists and dictionaries never change once built (the sandbox forbids it), so they share storage freely. Only
/// namespaces and iterators have state.
enum JinjaValue {
    case undefined(JinjaUndefined)
    case none
    case boolean(Bool)
    /// Python's `int`, here limited to 64 bits: what does not fit is an error, never a wrong number.
    case integer(Int)
    case number(Double)
    case text(JinjaText)
    /// Text marked safe: joined with plain text, it escapes the plain text.
    case markup(JinjaText)
    case list(JinjaList)
    case tuple(JinjaList)
    case dictionary(JinjaDictionary)
    case dictionaryView(JinjaDictionary, JinjaDictionary.View)
    case range(JinjaRange)
    case namespace(JinjaNamespace)
    case macro(JinjaMacro)
    case loop(JinjaLoop)
    case generator(JinjaGenerator)
    case cycler(JinjaCycler)
    case joiner(JinjaJoiner)
    case method(JinjaMethod)
    case function(JinjaFunction)
}

/// The value of a name, attribute or item that does not exist: prints as nothing, fails when used.
final class JinjaUndefined {
    let message: String
    let kind: ChatTemplateError.Kind

    init(_ message: String, kind: ChatTemplateError.Kind = .undefinedValue) {
        self.message = message
        self.kind = kind
    }

    var error: ChatTemplateError { ChatTemplateError(kind, message) }
}

/// The items of a list or tuple and how deeply they nest.
class JinjaList {
    let items: [JinjaValue]
    let depth: Int

    init(_ items: [JinjaValue]) {
        self.items = items
        var depth = 0
        for item in items { depth = max(depth, item.depth) }
        self.depth = depth + 1
    }
}

/// A pair from `groupby`, which also answers to `.grouper` and `.list`.
final class JinjaGroup: JinjaList {}

/// `range(start, stop, step)`.
struct JinjaRange: Equatable {
    let start: Int
    let stop: Int
    let step: Int

    var count: Int {
        if step > 0 { return start < stop ? (stop - start - 1) / step + 1 : 0 }
        return start > stop ? (start - stop - 1) / (0 - step) + 1 : 0
    }

    subscript(index: Int) -> Int { start + index * step }

    func contains(_ value: Int) -> Bool {
        step > 0
            ? value >= start && value < stop && (value - start) % step == 0
            : value <= start && value > stop && (start - value) % (0 - step) == 0
    }
}

/// `namespace(...)`: the one thing templates may change.
final class JinjaNamespace {
    var attributes: JinjaDictionary
    var depth = 1

    init(_ attributes: JinjaDictionary) {
        self.attributes = attributes
        depth = attributes.depth + 1
    }
}

/// A one-pass iterator, as `map`, `select` and other filters return it.
final class JinjaGenerator {
    let name: String
    let depth: Int
    private var pull: (() throws(ChatTemplateError) -> JinjaValue?)?

    init(_ name: String, depth: Int, _ pull: @escaping () throws(ChatTemplateError) -> JinjaValue?) {
        self.name = name
        self.depth = depth + 1
        self.pull = pull
    }

    func next() throws(ChatTemplateError) -> JinjaValue? {
        guard let pull else { return nil }
        do throws(ChatTemplateError) {
            if let value = try pull() { return value }
        } catch {
            self.pull = nil
            throw error
        }
        self.pull = nil
        return nil
    }
}

/// `cycler(...)`.
final class JinjaCycler {
    let items: JinjaList
    var position = 0
    init(_ items: JinjaList) { self.items = items }
}

/// `joiner(...)`.
final class JinjaJoiner {
    let separator: JinjaValue
    var isUsed = false
    init(_ separator: JinjaValue) { self.separator = separator }
}

/// A method of a value, not yet called.
final class JinjaMethod {
    let receiver: JinjaValue
    let name: String
    init(_ receiver: JinjaValue, _ name: String) {
        self.receiver = receiver
        self.name = name
    }
}

/// Functions every template can call.
enum JinjaFunction: String, CaseIterable {
    case range, dict, lipsum, cycler, joiner, namespace
    case raiseException = "raise_exception"
    case strftimeNow = "strftime_now"
    /// `dict.fromkeys`, reached through `dict`.
    case dictFromKeys = "fromkeys"
}

extension JinjaValue {
    init(_ string: String) { self = .text(JinjaText(string)) }
    static func list(_ items: [JinjaValue]) -> JinjaValue { .list(JinjaList(items)) }
    static func tuple(_ items: [JinjaValue]) -> JinjaValue { .tuple(JinjaList(items)) }
    static func undefined(name: String) -> JinjaValue { .undefined(JinjaUndefined("'\(name)' is undefined")) }

    /// Levels of containers under this value, for ``ChatTemplateLimits/valueDepth``.
    var depth: Int {
        switch self {
        case .list(let list), .tuple(let list): list.depth
        case .dictionary(let dictionary), .dictionaryView(let dictionary, _): dictionary.depth
        case .namespace(let namespace): namespace.depth
        case .generator(let generator): generator.depth
        case .cycler(let cycler): cycler.items.depth
        case .joiner(let joiner): joiner.separator.depth + 1
        case .method(let method): method.receiver.depth + 1
        default: 0
        }
    }

    var isUndefined: Bool {
        if case .undefined = self { return true }
        return false
    }

    /// The text of a string, marked safe or not.
    var textValue: JinjaText? {
        switch self {
        case .text(let text), .markup(let text): text
        default: nil
        }
    }

    /// Python's integer view of an `int` or `bool`.
    var integerValue: Int? {
        switch self {
        case .integer(let value): value
        case .boolean(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The name of the Python type, for messages.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "NoneType"
        case .boolean: "bool"
        case .integer: "int"
        case .number: "float"
        case .text: "str"
        case .markup: "Markup"
        case .list: "list"
        case .tuple: "tuple"
        case .dictionary: "dict"
        case .dictionaryView(_, let view): "dict_\(view.rawValue)"
        case .range: "range"
        case .namespace: "Namespace"
        case .macro: "Macro"
        case .loop: "LoopContext"
        case .generator: "generator"
        case .cycler: "Cycler"
        case .joiner: "Joiner"
        case .method: "builtin_function_or_method"
        case .function: "function"
        }
    }

    /// Python's truth of a value.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .boolean(let value): value
        case .integer(let value): value != 0
        case .number(let value): value != 0
        case .text(let text), .markup(let text): !text.isEmpty
        case .list(let list), .tuple(let list): !list.items.isEmpty
        case .dictionary(let dictionary), .dictionaryView(let dictionary, _): dictionary.count > 0
        case .range(let range): range.count > 0
        default: true
        }
    }
}
