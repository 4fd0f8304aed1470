/// Methods of values other than text, and the global functions.
extension JinjaInterpreter {
    func call(_ method: JinjaMethod, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        switch method.receiver {
        case .text(let text): return try callText(method.name, text, isMarkup: false, arguments)
        case .markup(let text): return try callText(method.name, text, isMarkup: true, arguments)
        case .dictionary(let dictionary): return try callDictionary(method.name, dictionary, arguments)
        case .list(let list):
            if method.name == "copy" {
                _ = try arguments.bind("copy", [])
                return .list(list.items)
            }
            return try searchList(method.name, list.items, arguments)
        case .tuple(let list): return try searchList(method.name, list.items, arguments)
        case .range: return try searchList(method.name, try collect(method.receiver), arguments)
        case .loop(let loop):
            guard arguments.named.isEmpty else { throw failure(.type, "unexpected keyword argument") }
            if method.name == "changed" { return .boolean(loop.hasChanged(.tuple(arguments.positional))) }
            guard !arguments.positional.isEmpty else { throw failure(.type, "no items for cycling given") }
            return arguments.positional[loop.indexFromZero % arguments.positional.count]
        case .cycler(let cycler):
            _ = try arguments.bind(method.name, [])
            if method.name == "reset" {
                cycler.position = 0
                return .none
            }
            defer { cycler.position = (cycler.position + 1) % cycler.items.items.count }
            return cycler.items.items[cycler.position]
        case .number(let value):
            _ = try arguments.bind(method.name, [])
            return .boolean(value.isFinite && value == value.rounded())
        case .integer, .boolean:
            _ = try arguments.bind(method.name, [])
            let magnitude = (method.receiver.integerValue ?? 0).magnitude
            return .integer(UInt.bitWidth - magnitude.leadingZeroBitCount)
        default: throw failure(.type, "'\(method.name)' is not callable")
        }
    }

    private func callDictionary(
        _ name: String, _ dictionary: JinjaDictionary, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        switch name {
        case "get":
            let values = try arguments.bind("get", ["key", "default"], required: 1, positionalOnly: true)
            guard let key = values[0] else { return .none }
            try key.checkHashable()
            return dictionary.value(key) ?? values[1] ?? .none
        case "fromkeys": return try call(.dictFromKeys, arguments)
        default:
            _ = try arguments.bind(name, [])
            if name == "copy" { return .dictionary(JinjaDictionary(dictionary)) }
            return .dictionaryView(dictionary, JinjaDictionary.View(rawValue: name) ?? .items)
        }
    }

    private func searchList(
        _ name: String, _ items: [JinjaValue], _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        try spend(items.count)
        if name == "count" {
            let values = try arguments.bind(name, ["value"], required: 1, positionalOnly: true)
            return .integer(items.filter { item in values[0].map { item.isEqual(to: $0) } ?? false }.count)
        }
        let values = try arguments.bind(name, ["value", "start", "stop"], required: 1, positionalOnly: true)
        func bound(_ value: JinjaValue?, _ whenMissing: Int) -> Int {
            let index = value?.integerValue ?? whenMissing
            return min(max(index < 0 ? index + items.count : index, 0), items.count)
        }
        let start = bound(values[1], 0)
        let stop = bound(values[2], items.count)
        if let wanted = values[0], start < stop {
            for index in start..<stop where items[index].isEqual(to: wanted) { return .integer(index) }
        }
        throw failure(.value, "the value is not in the list")
    }

    // MARK: Global functions

    func call(_ function: JinjaFunction, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        switch function {
        case .range: return try makeRange(arguments)
        case .dict: return .dictionary(try makeDictionary(arguments, function: "dict"))
        case .dictFromKeys:
            let values = try arguments.bind("fromkeys", ["iterable", "value"], required: 1)
            let dictionary = JinjaDictionary()
            for key in try collect(values[0] ?? .none) {
                try key.checkHashable()
                dictionary.set(key, values[1] ?? .none)
            }
            return .dictionary(dictionary)
        case .namespace:
            let attributes = try makeDictionary(arguments, function: "namespace")
            for key in attributes.keys {
                if let name = key.textValue, name.hasPrefix("_") {
                    throw failure(
                        .security, "a namespace cannot store the underscore-prefixed attribute '\(name.string)'")
                }
            }
            return .namespace(makeNamespace(attributes))
        case .cycler:
            guard !arguments.positional.isEmpty, arguments.named.isEmpty else {
                throw failure(.value, "cycler needs at least one item")
            }
            return .cycler(JinjaCycler(JinjaList(arguments.positional)))
        case .joiner: return .joiner(JinjaJoiner(try arguments.bind("joiner", ["sep"])[0] ?? JinjaValue(", ")))
        case .raiseException:
            let message = try arguments.bind("raise_exception", ["message"], required: 1)[0] ?? .none
            throw failure(.raisedByTemplate, try text(of: message).string)
        case .strftimeNow:
            let format = try arguments.bind("strftime_now", ["format"], required: 1)[0] ?? .none
            guard let format = format.textValue else { throw failure(.type, "strftime_now needs a text") }
            return .text(TimeFormatter.format(clock.now(), format))
        case .lipsum: throw failure(.unsupported, "lipsum is random and not available in chat templates")
        }
    }

    private func makeDictionary(
        _ arguments: JinjaCallArguments, function: String
    ) throws(ChatTemplateError) -> JinjaDictionary {
        let dictionary = JinjaDictionary()
        guard arguments.positional.count <= 1 else {
            throw failure(.type, "\(function) expected at most 1 argument, got \(arguments.positional.count)")
        }
        switch arguments.positional.first {
        case .dictionary(let source):
            for (index, key) in source.keys.enumerated() { dictionary.set(key, source.values[index]) }
        case .some(let pairs):
            for pair in try collect(pairs) {
                let items = try collect(pair)
                guard items.count == 2 else {
                    throw failure(.value, "a dictionary is made from pairs, found \(items.count) items")
                }
                try items[0].checkHashable()
                dictionary.set(items[0], items[1])
            }
        case nil: break
        }
        for (name, value) in arguments.named { dictionary.set(JinjaValue(name), value) }
        return dictionary
    }

    private func makeRange(_ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("range", ["start", "stop", "step"], required: 1, positionalOnly: true)
        var bounds: [Int] = []
        for value in values {
            guard let value else { break }
            if case .undefined(let undefined) = value { throw undefined.error }
            guard let integer = value.integerValue else {
                throw failure(.type, "'\(value.typeName)' object cannot be interpreted as an integer")
            }
            guard integer.magnitude < 1 << 61 else { throw failure(.value, "range bound is too large") }
            bounds.append(integer)
        }
        let step = bounds.count == 3 ? bounds[2] : 1
        guard step != 0 else { throw failure(.value, "range() arg 3 must not be zero") }
        let range = JinjaRange(
            start: bounds.count == 1 ? 0 : bounds[0], stop: bounds.count == 1 ? bounds[0] : bounds[1], step: step)
        guard range.count <= 100_000 else {
            throw failure(.limitExceeded, "range of \(range.count) items; the sandbox allows 100000")
        }
        return .range(range)
    }
}
