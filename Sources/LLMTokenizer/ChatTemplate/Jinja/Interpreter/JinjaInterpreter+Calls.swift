extension JinjaInterpreter {
    func evaluate(_ arguments: JinjaArguments) throws(ChatTemplateError) -> JinjaCallArguments {
        var result = JinjaCallArguments()
        for argument in arguments.positional { result.positional.append(try evaluate(argument)) }
        if let unpacked = arguments.unpackedPositional {
            result.positional += try collect(try evaluate(unpacked))
        }
        for argument in arguments.named { result.named.append((argument.name, try evaluate(argument.value))) }
        if let unpacked = arguments.unpackedNamed {
            let value = try evaluate(unpacked)
            guard case .dictionary(let dictionary) = value else {
                throw failure(.type, "argument after ** must be a mapping, not \(value.typeName)")
            }
            for (index, key) in dictionary.keys.enumerated() {
                guard let name = key.textValue?.string else { throw failure(.type, "keywords must be strings") }
                guard !result.named.contains(where: { $0.name == name }) else {
                    throw failure(.type, "got multiple values for keyword argument '\(name)'")
                }
                result.named.append((name, dictionary.values[index]))
            }
        }
        return result
    }

    /// All elements of an iterable.
    func collect(_ value: JinjaValue) throws(ChatTemplateError) -> [JinjaValue] {
        switch value {
        case .list(let list), .tuple(let list):
            try spend(list.items.count)
            return list.items
        default:
            var items: [JinjaValue] = []
            let iterator = try value.makeIterator()
            while let item = try iterator.next() {
                try spend()
                items.append(item)
            }
            return items
        }
    }

    func call(_ function: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        try spend()
        switch function {
        case .macro(let macro): return try call(macro, arguments)
        case .method(let method): return try checkDepth(try call(method, arguments))
        case .function(let function): return try checkDepth(try call(function, arguments))
        case .loop(let loop):
            let items = try arguments.bind("loop", ["iterable"], required: 1)
            guard let recurse = loop.recurse, let iterable = items[0] else {
                throw failure(.type, "the loop must have the 'recursive' marker to be called recursively")
            }
            return try recurse(iterable)
        case .joiner(let joiner):
            _ = try arguments.bind("joiner", [])
            if joiner.isUsed { return joiner.separator }
            joiner.isUsed = true
            return JinjaValue("")
        case .undefined(let undefined): throw undefined.error
        default: throw failure(.type, "'\(function.typeName)' object is not callable")
        }
    }

    private func call(_ macro: JinjaMacro, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let definition = macro.definition
        let parameters = definition.parameters
        var arguments = arguments
        var values: [JinjaValue?] = arguments.positional.prefix(parameters.count).map { $0 }
        var hasCaller = values.count == parameters.count && definition.takesExplicitCaller()
        for parameter in parameters[values.count...] {
            if parameter.identifier == JinjaName.caller { hasCaller = true }
            values.append(arguments.take(parameter.text))
        }
        let inner = makeScope(for: definition.body, under: macro.scope)
        if definition.usesCaller, !hasCaller {
            let caller = arguments.take("caller") ?? .none
            let isNone = if case .none = caller { true } else { false }
            inner.set(JinjaName.caller, isNone ? .undefined(JinjaUndefined("No caller defined")) : caller)
        }
        let shownName = macro.name.map { "'\($0)'" } ?? "anonymous"
        if definition.usesNamed {
            let dictionary = JinjaDictionary()
            for (name, value) in arguments.named { dictionary.set(JinjaValue(name), value) }
            inner.set(JinjaName.namedArguments, .dictionary(dictionary))
        } else if let extra = arguments.named.first {
            throw failure(.type, "macro \(shownName) takes no keyword argument '\(extra.name)'")
        }
        if definition.usesPositional {
            let extra = Array(arguments.positional.dropFirst(parameters.count))
            inner.set(JinjaName.positionalArguments, .tuple(extra))
        } else if arguments.positional.count > parameters.count {
            throw failure(.type, "macro \(shownName) takes not more than \(parameters.count) argument(s)")
        }
        return try invoke(definition, values, inner)
    }

    private func invoke(
        _ definition: JinjaMacroDefinition, _ values: [JinjaValue?], _ inner: JinjaScope
    ) throws(ChatTemplateError) -> JinjaValue {
        let parameters = definition.parameters
        return try nested { () throws(ChatTemplateError) -> JinjaValue in
            try within(inner) { () throws(ChatTemplateError) -> JinjaValue in
                for (parameter, value) in zip(parameters, values) {
                    inner.set(parameter.identifier, value)
                }
                for (index, parameter) in parameters.enumerated() where values[index] == nil {
                    let place = index - (parameters.count - definition.defaults.count)
                    inner.set(
                        parameter.identifier,
                        place >= 0
                            ? try evaluate(definition.defaults[place])
                            : .undefined(JinjaUndefined("parameter '\(parameter.text)' was not provided")))
                }
                return .text(
                    try capture { () throws(ChatTemplateError) in _ = try execute(definition.body.statements) })
            }
        }
    }
}
