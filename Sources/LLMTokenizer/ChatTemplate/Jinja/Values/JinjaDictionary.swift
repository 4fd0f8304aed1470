/// An insertion-ordered dictionary; keys compare as in Python (`1`, `1.0` and `True` are one key).
final class JinjaDictionary {
    /// What `keys()`, `values()` and `items()` show.
    enum View: String {
        case keys, values, items
    }

    private(set) var keys: [JinjaValue] = []
    private(set) var values: [JinjaValue] = []
    private(set) var depth = 1
    private var index: [JinjaKey: Int]?

    init() {}

    /// Copies another dictionary.
    init(_ other: JinjaDictionary) {
        keys = other.keys
        values = other.values
        depth = other.depth
        index = other.index
    }

    var count: Int { keys.count }

    /// Sets a key while the dictionary is being built. The key must be hashable.
    func set(_ key: JinjaValue, _ value: JinjaValue) {
        depth = max(depth, value.depth + 1, key.depth + 1)
        if let position = position(of: key) {
            values[position] = value
            return
        }
        keys.append(key)
        values.append(value)
        if index != nil {
            index?[JinjaKey(value: key)] = keys.count - 1
        } else if keys.count > 8 {
            var built: [JinjaKey: Int] = [:]
            for (position, key) in keys.enumerated() { built[JinjaKey(value: key)] = position }
            index = built
        }
    }

    func value(_ key: JinjaValue) -> JinjaValue? { position(of: key).map { values[$0] } }

    func value(_ key: String) -> JinjaValue? {
        if index != nil { return value(JinjaValue(key)) }
        for (position, candidate) in keys.enumerated() {
            if let text = candidate.textValue, text.bytes.elementsEqual(key.utf8) { return values[position] }
        }
        return nil
    }

    private func position(of key: JinjaValue) -> Int? {
        if let index { return index[JinjaKey(value: key)] }
        return keys.firstIndex { JinjaKey(value: $0) == JinjaKey(value: key) }
    }

    /// The element a view yields at a position.
    func element(_ position: Int, _ view: View) -> JinjaValue {
        switch view {
        case .keys: keys[position]
        case .values: values[position]
        case .items: .tuple([keys[position], values[position]])
        }
    }
}

/// A hashable value as a dictionary key.
struct JinjaKey: Hashable {
    let value: JinjaValue

    static func == (left: JinjaKey, right: JinjaKey) -> Bool { left.value.isEqual(to: right.value) }

    func hash(into hasher: inout Hasher) {
        switch value {
        case .boolean, .integer:
            hasher.combine(value.integerValue ?? 0)
        case .number(let number):
            if let integer = Int(exactly: number) { hasher.combine(integer) } else { hasher.combine(number) }
        case .text(let text), .markup(let text): hasher.combine(text)
        case .tuple(let list): for item in list.items { hasher.combine(JinjaKey(value: item)) }
        case .none: hasher.combine(1)
        default: hasher.combine(2)
        }
    }
}

extension JinjaValue {
    /// Throws Python's "unhashable type" error for what cannot be a key.
    func checkHashable() throws(ChatTemplateError) {
        switch self {
        case .list, .dictionary, .dictionaryView: throw ChatTemplateError(.type, "unhashable type: '\(typeName)'")
        case .tuple(let list): for item in list.items { try item.checkHashable() }
        default: break
        }
    }
}
