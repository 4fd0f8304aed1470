/// `value.name`, `value[index]` and slices, with the sandbox's rules.
extension JinjaInterpreter {
    /// `value.name`: an attribute first, then an item.
    func attribute(_ name: String, of value: JinjaValue) throws(ChatTemplateError) -> JinjaValue {
        if case .undefined(let undefined) = value { throw undefined.error }
        if let found = try ownAttribute(name, of: value) { return found }
        if case .dictionary(let dictionary) = value, let item = dictionary.value(name) { return item }
        return missing(name, in: value)
    }

    /// `value[index]`: an item first, then an attribute.
    func item(_ index: JinjaValue, of value: JinjaValue) throws(ChatTemplateError) -> JinjaValue {
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .dictionary(let dictionary):
            let isHashable = (try? index.checkHashable()) != nil
            if isHashable, let item = dictionary.value(index) { return item }
        case .list(let list), .tuple(let list):
            if let position = index.integerValue {
                let place = position < 0 ? position + list.items.count : position
                if list.items.indices.contains(place) { return list.items[place] }
            }
        case .text(let text), .markup(let text):
            if let position = index.integerValue, let piece = character(position, of: text) {
                if case .markup = value { return .markup(piece) }
                return .text(piece)
            }
        case .range(let range):
            if let position = index.integerValue {
                let place = position < 0 ? position + range.count : position
                if place >= 0, place < range.count { return .integer(range[place]) }
            }
        default: break
        }
        if let name = index.textValue?.string {
            if let found = try ownAttribute(name, of: value) { return found }
            return missing(name, in: value)
        }
        let shown = try index.representation(guardian).string
        return .undefined(JinjaUndefined("\(value.typeName) object has no element \(shown)"))
    }

    private func missing(_ name: String, in value: JinjaValue) -> JinjaValue {
        var owner = "\(value.typeName) object"
        if case .none = value { owner = "None" }
        return .undefined(JinjaUndefined("'\(owner)' has no attribute '\(name)'"))
    }

    private func character(_ position: Int, of text: JinjaText) -> JinjaText? {
        if text.isASCII {
            let place = position < 0 ? position + text.bytes.count : position
            return text.bytes.indices.contains(place) ? JinjaText(bytes: [text.bytes[place]]) : nil
        }
        let scalars = text.scalars
        let place = position < 0 ? position + scalars.count : position
        return scalars.indices.contains(place) ? JinjaText(scalars: [scalars[place]]) : nil
    }

    /// What `getattr` finds: methods and fields of the type. Methods that change a list or dictionary, and Python's
    /// internals, exist but may not be used.
    private func ownAttribute(_ name: String, of value: JinjaValue) throws(ChatTemplateError) -> JinjaValue? {
        if name.hasPrefix("__"), name.hasSuffix("__"), Self.internalAttributes.contains(name) {
            return unsafe(name, of: value)
        }
        switch value {
        case .text, .markup:
            return Self.textMethods.contains(name) ? .method(JinjaMethod(value, name)) : nil
        case .dictionary:
            if ["items", "keys", "values", "get", "copy", "fromkeys"].contains(name) {
                return .method(JinjaMethod(value, name))
            }
            return ["pop", "popitem", "clear", "update", "setdefault"].contains(name) ? unsafe(name, of: value) : nil
        case .list:
            if ["count", "index", "copy"].contains(name) { return .method(JinjaMethod(value, name)) }
            return ["append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"].contains(name)
                ? unsafe(name, of: value) : nil
        case .tuple(let list):
            if let group = list as? JinjaGroup {
                if name == "grouper" { return group.items[0] }
                if name == "list" { return group.items[1] }
            }
            return ["count", "index"].contains(name) ? .method(JinjaMethod(value, name)) : nil
        case .namespace(let namespace):
            guard let found = namespace.attributes.value(name) else { return nil }
            return name.hasPrefix("_") ? unsafe(name, of: value) : found
        case .loop(let loop): return try loop.attribute(name)
        case .macro(let macro): return macro.attribute(name)
        case .cycler(let cycler):
            if name == "current" { return cycler.items.items[cycler.position] }
            return ["next", "reset"].contains(name) ? .method(JinjaMethod(value, name)) : nil
        case .range(let range):
            switch name {
            case "start": return .integer(range.start)
            case "stop": return .integer(range.stop)
            case "step": return .integer(range.step)
            default: return ["count", "index"].contains(name) ? .method(JinjaMethod(value, name)) : nil
            }
        case .integer, .boolean, .number: return numberAttribute(name, of: value)
        case .function(.dict) where name == "fromkeys": return .function(.dictFromKeys)
        default: return nil
        }
    }

    private func numberAttribute(_ name: String, of value: JinjaValue) -> JinjaValue? {
        switch name {
        case "real":
            return value.integerValue.map { .integer($0) } ?? value
        case "imag":
            if case .number = value { return .number(0) }
            return .integer(0)
        case "numerator": return value.integerValue.map { .integer($0) }
        case "denominator": return value.integerValue.map { _ in .integer(1) }
        case "is_integer":
            if case .number = value { return .method(JinjaMethod(value, name)) }
            return nil
        case "bit_length":
            if case .number = value { return nil }
            return .method(JinjaMethod(value, name))
        default: return nil
        }
    }

    private func unsafe(_ name: String, of value: JinjaValue) -> JinjaValue {
        .undefined(
            JinjaUndefined("access to attribute '\(name)' of '\(value.typeName)' object is unsafe.", kind: .security))
    }

    /// Attributes every Python object has; the sandbox hides them.
    private static let internalAttributes: Set<String> = [
        "__class__", "__doc__", "__dict__", "__module__", "__init__", "__new__", "__repr__", "__str__", "__hash__",
        "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__getattribute__", "__setattr__", "__delattr__",
        "__reduce__", "__reduce_ex__", "__sizeof__", "__format__", "__dir__", "__init_subclass__",
        "__subclasshook__", "__getstate__",
    ]

    // MARK: Slices

    func slice(
        _ value: JinjaValue, start: JinjaValue, stop: JinjaValue, step: JinjaValue
    ) throws(ChatTemplateError) -> JinjaValue {
        if case .undefined(let undefined) = value { throw undefined.error }
        let step = try bound(step) ?? 1
        guard step != 0 else { throw failure(.value, "slice step cannot be zero") }
        let start = try bound(start)
        let stop = try bound(stop)
        switch value {
        case .list(let list):
            return .list(try elements(list.items, start, stop, step))
        case .tuple(let list):
            return .tuple(try elements(list.items, start, stop, step))
        case .text(let text), .markup(let text):
            var result: JinjaText
            if text.isASCII {
                result = JinjaText(bytes: try elements(text.bytes, start, stop, step))
            } else {
                result = JinjaText(scalars: try elements(text.scalars, start, stop, step))
            }
            if case .markup = value { return .markup(result) }
            return .text(result)
        case .range(let range):
            let indices = try elements(Array(0..<range.count), start, stop, step)
            guard let first = indices.first else {
                return .range(JinjaRange(start: range.start, stop: range.start, step: 1))
            }
            let newStep = range.step * step
            return .range(JinjaRange(start: range[first], stop: range[first] + newStep * indices.count, step: newStep))
        default: throw failure(.type, "'\(value.typeName)' object is not subscriptable by a slice")
        }
    }

    private func bound(_ value: JinjaValue) throws(ChatTemplateError) -> Int? {
        if case .none = value { return nil }
        guard let integer = value.integerValue else {
            throw failure(.type, "slice indices must be integers or None")
        }
        return integer
    }

    private func elements<Element>(
        _ items: [Element], _ start: Int?, _ stop: Int?, _ step: Int
    ) throws(ChatTemplateError) -> [Element] {
        let count = items.count
        func clamp(_ index: Int, _ low: Int, _ high: Int) -> Int {
            let place = index < 0 ? max(index, -count - 1) + count : index
            return min(max(place, low), high)
        }
        if step == 1 {
            let first = clamp(start ?? 0, 0, count)
            let last = clamp(stop ?? count, 0, count)
            try spend(max(0, last - first) / 64 + 1)
            return first < last ? Array(items[first..<last]) : []
        }
        try spend(count / 16 + 1)
        var result: [Element] = []
        if step > 0 {
            let last = clamp(stop ?? count, 0, count)
            var index = clamp(start ?? 0, 0, count)
            while index < last {
                result.append(items[index])
                let (next, overflow) = index.addingReportingOverflow(step)
                if overflow { break }
                index = next
            }
        } else {
            let last = stop.map { clamp($0, -1, count - 1) } ?? -1
            var index = start.map { clamp($0, -1, count - 1) } ?? count - 1
            while index > last {
                result.append(items[index])
                let (next, overflow) = index.addingReportingOverflow(step)
                if overflow { break }
                index = next
            }
        }
        return result
    }
}

extension JinjaMacro {
    func attribute(_ name: String) -> JinjaValue? {
        switch name {
        case "name": self.name.map { JinjaValue($0) } ?? JinjaValue.none
        case "arguments": .tuple(definition.parameters.map { JinjaValue($0.text) })
        case "catch_kwargs": .boolean(definition.usesNamed)
        case "catch_varargs": .boolean(definition.usesPositional)
        case "caller": .boolean(definition.usesCaller)
        default: nil
        }
    }
}
