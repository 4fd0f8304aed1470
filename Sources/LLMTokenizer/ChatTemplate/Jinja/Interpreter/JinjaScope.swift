/// Names of one running body. Bodies are small, so names are searched in a row.
final class JinjaScope {
    let parent: JinjaScope?
    private var identifiers: [Int] = []
    /// nil stands for a name that is known here and not yet assigned.
    private var values: [JinjaValue?] = []

    init(parent: JinjaScope?) { self.parent = parent }

    func set(_ identifier: Int, _ value: JinjaValue?) {
        if let index = identifiers.firstIndex(of: identifier) {
            values[index] = value
        } else {
            identifiers.append(identifier)
            values.append(value)
        }
    }

    /// Makes the scope know names that have no value yet.
    func hoist(_ names: [JinjaName]) {
        for name in names where !identifiers.contains(name.identifier) { set(name.identifier, nil) }
    }

    /// The value here or further out; `.some(nil)` when the nearest scope that knows the name has none yet.
    func find(_ identifier: Int) -> JinjaValue?? {
        var scope: JinjaScope? = self
        while let current = scope {
            if let index = current.identifiers.firstIndex(of: identifier) { return .some(current.values[index]) }
            scope = current.parent
        }
        return nil
    }

    /// Forgets everything: breaks the cycle of a scope and the macros defined in it.
    func clear() {
        identifiers = []
        values = []
    }
}

/// A macro together with the names that were in reach where it was defined.
final class JinjaMacro {
    let definition: JinjaMacroDefinition
    let scope: JinjaScope
    var name: String? { definition.name?.text }

    init(_ definition: JinjaMacroDefinition, _ scope: JinjaScope) {
        self.definition = definition
        self.scope = scope
    }
}

/// The `loop` variable: walks the iterable and answers questions about the walk.
final class JinjaLoop {
    private var iterator: JinjaIterator
    private var knownLength: Int?
    private var following: JinjaValue?
    private var current: JinjaValue?
    private(set) var previous: JinjaValue?
    private var lastChanged: JinjaValue?
    private(set) var indexFromZero = -1
    let depth: Int
    /// Renders the loop's body over other items; nil unless the loop is `recursive`.
    let recurse: ((JinjaValue) throws(ChatTemplateError) -> JinjaValue)?

    init(
        _ iterator: JinjaIterator, length: Int?, depth: Int,
        recurse: ((JinjaValue) throws(ChatTemplateError) -> JinjaValue)?
    ) {
        self.iterator = iterator
        knownLength = length
        self.depth = depth
        self.recurse = recurse
    }

    var index: Int { indexFromZero + 1 }

    func advance() throws(ChatTemplateError) -> JinjaValue? {
        var item = following
        following = nil
        if item == nil { item = try iterator.next() }
        guard let item else { return nil }
        indexFromZero += 1
        previous = current
        current = item
        return item
    }

    func peek() throws(ChatTemplateError) -> JinjaValue? {
        if following == nil { following = try iterator.next() }
        return following
    }

    /// Number of turns; without a known length, the rest of the iterable is read now.
    func length() throws(ChatTemplateError) -> Int {
        if let knownLength { return knownLength }
        var rest: [JinjaValue] = []
        while let item = try iterator.next() { rest.append(item) }
        iterator = try JinjaValue.list(rest).makeIterator()
        let length = rest.count + index + (following == nil ? 0 : 1)
        knownLength = length
        return length
    }

    func hasChanged(_ value: JinjaValue) -> Bool {
        if let lastChanged, lastChanged.isEqual(to: value) { return false }
        lastChanged = value
        return true
    }

    func attribute(_ name: String) throws(ChatTemplateError) -> JinjaValue? {
        switch name {
        case "index": return .integer(index)
        case "index0": return .integer(indexFromZero)
        case "first": return .boolean(indexFromZero == 0)
        case "last": return .boolean(try peek() == nil)
        case "length": return .integer(try length())
        case "revindex": return .integer(try length() - indexFromZero)
        case "revindex0": return .integer(try length() - index)
        case "depth": return .integer(depth + 1)
        case "depth0": return .integer(depth)
        case "previtem":
            if indexFromZero != 0, let previous { return previous }
            return .undefined(JinjaUndefined("there is no previous item"))
        case "nextitem": return try peek() ?? .undefined(JinjaUndefined("there is no next item"))
        case "cycle", "changed": return .method(JinjaMethod(.loop(self), name))
        default: return nil
        }
    }
}

/// Evaluated arguments of a call.
struct JinjaCallArguments {
    var positional: [JinjaValue] = []
    var named: [(name: String, value: JinjaValue)] = []

    mutating func take(_ name: String) -> JinjaValue? {
        guard let index = named.firstIndex(where: { $0.name == name }) else { return nil }
        return named.remove(at: index).value
    }

    /// Values in the order of `parameters`, as Python binds them; the first `required` must be given.
    func bind(
        _ function: String, _ parameters: [String], required: Int = 0, positionalOnly: Bool = false
    ) throws(ChatTemplateError) -> [JinjaValue?] {
        guard positional.count <= parameters.count else {
            throw ChatTemplateError(
                .type, "\(function)() takes at most \(parameters.count) arguments (\(positional.count) given)")
        }
        var result: [JinjaValue?] = positional
        result += Array(repeating: nil, count: parameters.count - positional.count)
        for (name, value) in named {
            guard !positionalOnly, let index = parameters.firstIndex(of: name), result[index] == nil else {
                throw ChatTemplateError(.type, "\(function)() got an unexpected keyword argument '\(name)'")
            }
            result[index] = value
        }
        for index in 0..<required where result[index] == nil {
            throw ChatTemplateError(.type, "\(function)() missing required argument '\(parameters[index])'")
        }
        return result
    }
}
