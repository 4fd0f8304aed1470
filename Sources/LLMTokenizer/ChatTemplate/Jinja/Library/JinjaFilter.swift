/// Every filter Jinja knows; the raw value is its name.
enum JinjaFilter: String, Sendable {
    case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape, filesizeformat, first, float
    case forceescape, format, groupby, indent, int, items, join, last, length, list, lower, map, max, min, pprint
    case random, reject, rejectattr, replace, reverse, round, safe, select, selectattr, slice, sort, string
    case striptags, sum, title, tojson, trim, truncate, unique, upper, urlencode, urlize, wordcount, wordwrap, xmlattr
}

extension JinjaInterpreter {
    func applyFilter(
        named name: String, to value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        guard let filter = JinjaFilter(rawValue: name) else { throw failure(.type, "No filter named '\(name)'.") }
        return try checkDepth(try apply(filter, to: value, arguments))
    }

    private func apply(
        _ filter: JinjaFilter, to value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        switch filter {
        case .trim, .upper, .lower, .capitalize, .title, .center, .replace, .indent, .truncate, .wordcount, .string,
            .safe, .escape, .e, .forceescape, .format, .urlencode, .filesizeformat, .tojson:
            return try applyTextFilter(filter, to: value, arguments)
        case .map, .select, .selectattr, .reject, .rejectattr, .unique, .batch, .slice, .items, .sort, .dictsort,
            .groupby, .min, .max, .sum, .reverse, .list, .join, .first, .last:
            return try applySequenceFilter(filter, to: value, arguments)
        case .length, .count:
            _ = try arguments.bind(filter.rawValue, [])
            if case .loop(let loop) = value { return .integer(try loop.length()) }
            guard let count = value.count else {
                throw failure(.type, "object of type '\(value.typeName)' has no len()")
            }
            return .integer(count)
        case .default, .d:
            let values = try arguments.bind("default", ["default_value", "boolean"])
            let usesDefault = value.isUndefined || (values[1]?.isTrue ?? false) && !value.isTrue
            return usesDefault ? values[0] ?? JinjaValue("") : value
        case .int: return try toInteger(value, arguments)
        case .float:
            let fallback = try arguments.bind("float", ["default"])[0] ?? .number(0)
            if case .undefined(let undefined) = value { throw undefined.error }
            if let number = Self.double(value) { return .number(number) }
            return value.textValue.flatMap(PythonNumber.number).map { .number($0) } ?? fallback
        case .abs:
            _ = try arguments.bind("abs", [])
            if case .number(let number) = value { return .number(number.magnitude) }
            if case .undefined(let undefined) = value { throw failure(.type, undefined.message) }
            guard let integer = value.integerValue else {
                throw failure(.type, "bad operand type for abs(): '\(value.typeName)'")
            }
            return integer < 0 ? try signed(.integer(integer), isNegative: true) : .integer(integer)
        case .round: return try round(value, arguments)
        case .attr:
            let name = try requiredText(try arguments.bind("attr", ["name"], required: 1)[0]).string
            if case .dictionary(let dictionary) = value, dictionary.value(name) != nil {
                let method = try attribute(name, of: value)
                if case .method = method { return method }
                return .undefined(JinjaUndefined("'dict object' has no attribute '\(name)'"))
            }
            return try attribute(name, of: value)
        default: throw failure(.unsupported, "the filter '\(filter.rawValue)' is not supported in chat templates")
        }
    }

    private func toInteger(
        _ value: JinjaValue, _ arguments: JinjaCallArguments
    ) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("int", ["default", "base"])
        let fallback = values[0] ?? .integer(0)
        func truncated(_ number: Double) throws(ChatTemplateError) -> JinjaValue {
            guard number.isFinite else { return fallback }
            guard number.magnitude < 0x1p63 else { throw failure(.value, "the integer does not fit 64 bits") }
            return .integer(Int(number))
        }
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .number(let number): return try truncated(number)
        case .text(let text), .markup(let text):
            if let integer = PythonNumber.integer(text, base: try integer(values[1]) ?? 10) { return .integer(integer) }
            return try PythonNumber.number(text).map { number throws(ChatTemplateError) in try truncated(number) }
                ?? fallback
        default: return value.integerValue.map { .integer($0) } ?? fallback
        }
    }

    private func round(_ value: JinjaValue, _ arguments: JinjaCallArguments) throws(ChatTemplateError) -> JinjaValue {
        let values = try arguments.bind("round", ["precision", "method"])
        let precision = try integer(values[0]) ?? 0
        let method = try optionalText(values[1])?.string ?? "common"
        guard ["common", "ceil", "floor"].contains(method) else {
            throw failure(.value, "method must be common, ceil or floor")
        }
        if case .undefined(let undefined) = value { throw failure(.type, undefined.message) }
        guard let number = Self.double(value) else {
            throw failure(.type, "type \(value.typeName) doesn't define __round__ method")
        }
        if method == "common" {
            if let integer = value.integerValue {
                guard precision < 0 else { return .integer(integer) }
                return .integer(try roundToTens(integer, places: 0 - precision))
            }
            if !number.isFinite || precision > 323 { return value }
            if precision < 0 {
                guard precision > -309 else { return .number(Double(signOf: number, magnitudeOf: 0)) }
                let scale = Double("1e\(0 - precision)") ?? .infinity
                return .number((number / scale).rounded(.toNearestOrEven) * scale)
            }
            let text = PythonNumber.formatted(number, precision: precision, conversion: "f")
            return .number(Double(text) ?? number)
        }
        guard number.isFinite else { throw failure(.value, "cannot convert float infinity or NaN to integer") }
        guard precision.magnitude <= 300 else { throw failure(.value, "precision is out of range") }
        let scale = Double("1e\(precision)") ?? 1
        let scaled = (number * scale).rounded(method == "ceil" ? .up : .down)
        return .number(scaled / scale)
    }

    /// Rounds an integer to a power of ten, half to even.
    private func roundToTens(_ value: Int, places: Int) throws(ChatTemplateError) -> Int {
        guard places < 19 else { return 0 }
        let unit = Self.power(10, places).partialValue
        let half = unit / 2
        var remainder = value % unit
        if remainder < 0 { remainder += unit }
        let (down, overflow) = value.subtractingReportingOverflow(remainder)
        let isUp = remainder > half || (remainder == half && (down / unit) % 2 != 0)
        let (up, tooLarge) = down.addingReportingOverflow(unit)
        guard !overflow, !(isUp && tooLarge) else { throw failure(.value, "the integer does not fit 64 bits") }
        return isUp ? up : down
    }
}
