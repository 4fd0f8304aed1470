extension JinjaInterpreter {
    func applySequenceFilter(
        _ filter: JinjaFilter, to value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        switch filter {
        case .map: return map(value, arguments)
        case .select, .reject, .selectattr, .rejectattr: return select(filter, value, arguments)
        case .unique: return try unique(value, arguments)
        case .batch: return try batch(value, arguments)
        case .slice: return try slices(value, arguments)
        case .items: return items(value)
        case .sort: return try sort(value, arguments)
        case .dictsort: return try sortDictionary(value, arguments)
        case .groupby: return try group(value, arguments)
        case .min, .max: return try extreme(value, arguments, wantsMaximum: filter == .max)
        case .sum: return try sum(value, arguments)
        case .reverse: return try reverse(value)
        case .list:
            _ = try arguments.bind("list", [])
            return .list(try collect(value))
        case .join: return try join(value, arguments)
        case .first:
            return try value.makeIterator().next()
                ?? .undefined(JinjaUndefined("No first item, sequence was empty."))
        default:
            guard value.count != nil else {
                throw failure(.type, "'\(value.typeName)' object is not reversible")
            }
            return try collect(value).last ?? .undefined(JinjaUndefined("No last item, sequence was empty."))
        }
    }

    // MARK: Attributes of elements

    /// One step of a dotted attribute path.
    private func path(_ attribute: JinjaValue?) throws(ChatTemplateError) -> [JinjaValue] {
        switch attribute {
        case nil, .some(.none): return []
        case .some(let attribute):
            guard let text = attribute.textValue else { return [attribute] }
            return text.split(separator: ".", maximum: Int.max, fromEnd: false).map { part in
                let isNumber = !part.isEmpty && part.bytes.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                return isNumber ? Int(part.string).map { .integer($0) } ?? .text(part) : .text(part)
            }
        }
    }

    private func follow(
        _ path: [JinjaValue], from element: JinjaValue, default fallback: JinjaValue? = nil
    ) throws(ChatTemplateError) -> JinjaValue {
        var result = element
        for part in path {
            result = try item(part, of: result)
            if let fallback, result.isUndefined { result = fallback }
        }
        return result
    }

    private func foldingCase(_ value: JinjaValue, unless isCaseSensitive: Bool) -> JinjaValue {
        guard !isCaseSensitive, let text = value.textValue else { return value }
        return .text(text.lowercased())
    }

    // MARK: Generators

    private func generator(
        _ name: String, over value: JinjaValue,
        _ next: @escaping (JinjaIterator) throws(ChatTemplateError) -> JinjaValue?
    ) -> JinjaValue {
        var iterator: JinjaIterator?
        return .generator(
            JinjaGenerator(name, depth: value.depth) { [unowned self] () throws(ChatTemplateError) -> JinjaValue? in
                guard guardian.hasRoom else { throw failure(.limitExceeded, "iterators nest too deeply") }
                let current: JinjaIterator
                if let iterator {
                    current = iterator
                } else {
                    current = try value.makeIterator()
                    iterator = current
                }
                return try next(current)
            })
    }

    private func map(_ value: JinjaValue, _ arguments: JinjaCallArguments) -> JinjaValue {
        guard value.isTrue else {
            return .generator(JinjaGenerator("map", depth: 0) { () throws(ChatTemplateError) -> JinjaValue? in nil })
        }
        return generator("map", over: value) {
            [unowned self] (iterator: JinjaIterator) throws(ChatTemplateError) -> JinjaValue? in
            var rest = arguments
            if arguments.positional.isEmpty, let attribute = rest.take("attribute") {
                var fallback = rest.take("default")
                if case .some(.none) = fallback { fallback = nil }
                if let extra = rest.named.first {
                    throw failure(.type, "Unexpected keyword argument '\(extra.name)'")
                }
                let path = try path(attribute)
                guard let element = try iterator.next() else { return nil }
                try spend()
                return try follow(path, from: element, default: fallback)
            }
            guard !rest.positional.isEmpty else { throw failure(.type, "map requires a filter argument") }
            let name = try filterName(rest.positional.removeFirst())
            guard let element = try iterator.next() else { return nil }
            try spend()
            return try applyFilter(named: name, to: element, rest)
        }
    }

    private func filterName(_ value: JinjaValue) throws(ChatTemplateError) -> String {
        guard let name = value.textValue else {
            throw failure(.type, "No filter or test named by a \(value.typeName); did you forget to quote its name?")
        }
        return name.string
    }

    private func select(
        _ filter: JinjaFilter, _ value: JinjaValue, _ arguments: JinjaCallArguments
    ) -> JinjaValue {
        let wanted = filter == .select || filter == .selectattr
        let usesAttribute = filter == .selectattr || filter == .rejectattr
        guard value.isTrue else {
            return .generator(JinjaGenerator("select", depth: 0) { () throws(ChatTemplateError) -> JinjaValue? in nil })
        }
        return generator("select", over: value) {
            [unowned self] (iterator: JinjaIterator) throws(ChatTemplateError) -> JinjaValue? in
            var rest = arguments
            var path: [JinjaValue] = []
            if usesAttribute {
                guard !rest.positional.isEmpty else { throw failure(.type, "Missing parameter for attribute name") }
                path = try self.path(rest.positional.removeFirst())
            }
            let test = rest.positional.isEmpty ? nil : try filterName(rest.positional.removeFirst())
            while let element = try iterator.next() {
                try spend()
                let subject = try follow(path, from: element)
                let passes =
                    try test.map { name throws(ChatTemplateError) in
                        try applyTest(named: name, to: subject, rest)
                    } ?? subject.isTrue
                if passes == wanted { return element }
            }
            return nil
        }
    }

    private func unique(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("unique", ["case_sensitive", "attribute"])
        let isCaseSensitive = values[0]?.isTrue ?? false
        let path = try path(values[1])
        let seen = JinjaDictionary()
        return generator("unique", over: value) {
            [unowned self] (iterator: JinjaIterator) throws(ChatTemplateError) -> JinjaValue? in
            while let element = try iterator.next() {
                try spend()
                let key = foldingCase(try follow(path, from: element), unless: isCaseSensitive)
                try key.checkHashable()
                if seen.value(key) != nil { continue }
                seen.set(key, .none)
                return element
            }
            return nil
        }
    }

    private func items(_ value: JinjaValue) -> JinjaValue {
        if value.isUndefined {
            return .generator(JinjaGenerator("items", depth: 0) { () throws(ChatTemplateError) -> JinjaValue? in nil })
        }
        var index = 0
        return .generator(
            JinjaGenerator("items", depth: value.depth) {
                [unowned self] () throws(ChatTemplateError) -> JinjaValue? in
                guard case .dictionary(let dictionary) = value else {
                    throw failure(.type, "Can only get item pairs from a mapping.")
                }
                guard index < dictionary.count else { return nil }
                index += 1
                return dictionary.element(index - 1, .items)
            })
    }

    private func batch(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("batch", ["linecount", "fill_with"], required: 1)
        let size = try integer(values[0]) ?? 1
        var pending: JinjaValue?
        var isDone = false
        return generator("batch", over: value) {
            [unowned self] (iterator: JinjaIterator) throws(ChatTemplateError) -> JinjaValue? in
            if isDone { return nil }
            var row: [JinjaValue] = pending.map { [$0] } ?? []
            pending = nil
            while let element = try iterator.next() {
                try spend()
                if row.count == size {
                    pending = element
                    return .list(row)
                }
                row.append(element)
            }
            isDone = true
            guard !row.isEmpty else { return nil }
            if let fill = values[1], row.count < size {
                if case .none = fill { return .list(row) }
                try spend(size - row.count)
                row += Array(repeating: fill, count: size - row.count)
            }
            return .list(row)
        }
    }

    private func slices(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("slice", ["slices", "fill_with"], required: 1)
        let count = try integer(values[0]) ?? 1
        let all = try collect(value)
        guard count != 0 else { throw failure(.value, "integer division or modulo by zero") }
        try spend(max(0, count))
        var rows: [JinjaValue] = []
        let perSlice = all.count / max(1, count)
        let extra = all.count % max(1, count)
        var offset = 0
        for number in 0..<max(0, count) {
            let start = offset + number * perSlice
            if number < extra { offset += 1 }
            var row = Array(all[start..<offset + (number + 1) * perSlice])
            if let fill = values[1], number >= extra {
                if case .none = fill {} else { row.append(fill) }
            }
            rows.append(.list(row))
        }
        let iterator = try JinjaValue.list(rows).makeIterator()
        return .generator(
            JinjaGenerator("slice", depth: value.depth + 1) { () throws(ChatTemplateError) -> JinjaValue? in
                try iterator.next()
            })
    }

    // MARK: Order

    private func sort(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("sort", ["reverse", "case_sensitive", "attribute"])
        let isCaseSensitive = values[1]?.isTrue ?? false
        var paths: [[JinjaValue]] = []
        if let names = values[2]?.textValue {
            for name in names.split(separator: ",", maximum: Int.max, fromEnd: false) {
                paths.append(try path(.text(name)))
            }
        } else {
            paths = [try path(values[2])]
        }
        let elements = try collect(value)
        var keyed: [(key: JinjaValue, element: JinjaValue)] = []
        for element in elements {
            var keys: [JinjaValue] = []
            for path in paths { keys.append(foldingCase(try follow(path, from: element), unless: isCaseSensitive)) }
            keyed.append((.list(keys), element))
        }
        let sorted = try sortKeyed(keyed, isReversed: values[0]?.isTrue ?? false)
        return .list(sorted.map(\.element))
    }

    private func sortKeyed(
        _ keyed: [(key: JinjaValue, element: JinjaValue)], isReversed: Bool
    ) throws(ChatTemplateError) -> [(key: JinjaValue, element: JinjaValue)] {
        typealias Pair = (key: JinjaValue, element: JinjaValue)
        return try keyed.stablySorted(isReversed: isReversed) {
            [unowned self] (left: Pair, right: Pair) throws(ChatTemplateError) -> Bool in
            try spend()
            return try left.key.isLess(than: right.key)
        }
    }

    private func sortDictionary(
        _ value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("dictsort", ["case_sensitive", "by", "reverse"])
        let by = try optionalText(values[1])?.string ?? "key"
        guard by == "key" || by == "value" else {
            throw failure(.value, "You can only sort by either \"key\" or \"value\"")
        }
        if case .undefined(let undefined) = value { throw undefined.error }
        guard case .dictionary(let dictionary) = value else {
            throw failure(.type, "'\(value.typeName)' object has no attribute 'items'")
        }
        var keyed: [(key: JinjaValue, element: JinjaValue)] = []
        for index in 0..<dictionary.count {
            let key = by == "key" ? dictionary.keys[index] : dictionary.values[index]
            keyed.append((foldingCase(key, unless: values[0]?.isTrue ?? false), dictionary.element(index, .items)))
        }
        return .list(try sortKeyed(keyed, isReversed: values[2]?.isTrue ?? false).map(\.element))
    }

    private func group(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("groupby", ["attribute", "default", "case_sensitive"], required: 1)
        let isCaseSensitive = values[2]?.isTrue ?? false
        let path = try path(values[0])
        var fallback = values[1]
        if case .some(.none) = fallback { fallback = nil }
        var keyed: [(key: JinjaValue, element: JinjaValue)] = []
        for element in try collect(value) {
            let key = try follow(path, from: element, default: fallback)
            keyed.append((foldingCase(key, unless: isCaseSensitive), element))
        }
        var groups: [JinjaValue] = []
        var current: (key: JinjaValue, items: [JinjaValue])?
        func close() throws(ChatTemplateError) {
            guard let closing = current else { return }
            let key = isCaseSensitive ? closing.key : try follow(path, from: closing.items[0], default: fallback)
            groups.append(.tuple(JinjaGroup([key, .list(closing.items)])))
        }
        for pair in try sortKeyed(keyed, isReversed: false) {
            if current?.key.isEqual(to: pair.key) ?? false {
                current?.items.append(pair.element)
            } else {
                try close()
                current = (pair.key, [pair.element])
            }
        }
        try close()
        return .list(groups)
    }

    private func extreme(
        _ value: JinjaValue, _ arguments: JinjaCallArguments, wantsMaximum: Bool
    ) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind(wantsMaximum ? "max" : "min", ["case_sensitive", "attribute"])
        let path = try path(values[1])
        var best: (key: JinjaValue, element: JinjaValue)?
        for element in try collect(value) {
            let key = foldingCase(try follow(path, from: element), unless: values[0]?.isTrue ?? false)
            if let current = best {
                let isBetter = wantsMaximum ? try current.key.isLess(than: key) : try key.isLess(than: current.key)
                guard isBetter else { continue }
            }
            best = (key, element)
        }
        return best?.element ?? .undefined(JinjaUndefined("No aggregated item, sequence was empty."))
    }

    private func sum(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("sum", ["attribute", "start"])
        let path = try path(values[0])
        var total = values[1] ?? .integer(0)
        guard total.textValue == nil else { throw failure(.type, "sum() can't sum strings [use ''.join(seq) instead]") }
        for element in try collect(value) {
            try spend()
            total = try arithmetic(.add, total, try follow(path, from: element))
        }
        return total
    }

    private func reverse(_ value: JinjaValue) throws(ChatTemplateError) -> JinjaValue {
        switch value {
        case .text(let text): return .text(JinjaText(scalars: text.scalars.reversed()))
        case .markup(let text): return .markup(JinjaText(scalars: text.scalars.reversed()))
        default: break
        }
        let reversed = Array(try collect(value).reversed())
        if case .generator = value { return .list(reversed) }
        let iterator = try JinjaValue.list(reversed).makeIterator()
        return .generator(
            JinjaGenerator("reversed", depth: value.depth) { () throws(ChatTemplateError) -> JinjaValue? in
                try iterator.next()
            })
    }

    private func join(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("join", ["d", "attribute"])
        let separator = try text(of: values[0] ?? JinjaValue(""))
        let path = try path(values[1])
        var result = JinjaText("")
        for (index, element) in try collect(value).enumerated() {
            let piece = try text(of: try follow(path, from: element))
            guard result.bytes.count + piece.bytes.count + separator.bytes.count <= limits.outputBytes else {
                throw failure(.limitExceeded, "join builds more than \(limits.outputBytes) bytes")
            }
            if index > 0 { result.append(separator) }
            result.append(piece)
        }
        try reserve(bytes: result.bytes.count)
        return .text(result)
    }
}
