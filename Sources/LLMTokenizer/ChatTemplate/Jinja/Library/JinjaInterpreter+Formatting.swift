/// The two ways Python formats text: `%` and `str.format`.
extension JinjaInterpreter {
    // MARK: Percent

    /// `format % values`.
    func formatPercent(_ format: JinjaValue, _ values: JinjaValue) throws(ChatTemplateError) -> JinjaValue {
        guard let text = format.textValue else { throw failure(.type, "expected a format string") }
        let isMarkup = if case .markup = format { true } else { false }
        var positional: [JinjaValue] = [values]
        if case .tuple(let list) = values { positional = list.items }
        var next = 0
        var usesMapping = false
        var result = JinjaText("")
        var index = 0
        let bytes = text.bytes
        while index < bytes.count {
            guard bytes[index] == 0x25 else {
                result.bytes.append(bytes[index])
                index += 1
                continue
            }
            index += 1
            var specification = PercentSpecification()
            let key = try specification.parse(bytes, &index, self) { () throws(ChatTemplateError) -> Int in
                guard next < positional.count, let value = positional[next].integerValue else {
                    throw self.failure(.type, "* wants int")
                }
                next += 1
                return value
            }
            if specification.conversion == 0x25 {
                result.bytes.append(0x25)
                continue
            }
            var value: JinjaValue
            if let key {
                guard case .dictionary(let dictionary) = values else {
                    throw failure(.type, "format requires a mapping")
                }
                guard let found = dictionary.value(.text(key)) else { throw failure(.value, "no key '\(key.string)'") }
                usesMapping = true
                value = found
            } else {
                guard next < positional.count else { throw failure(.type, "not enough arguments for format string") }
                value = positional[next]
                next += 1
            }
            if isMarkup, specification.conversion == 0x73 {
                value = .text(try escaped(try self.text(of: value), unless: value))
            }
            let piece = try specification.format(value, self)
            try reserve(bytes: result.bytes.count + piece.bytes.count)
            result.append(piece)
        }
        if next < positional.count, !usesMapping {
            // A single mapping may go unused, as in Python.
            let isMapping = if case .dictionary = values { true } else { false }
            if !isMapping { throw failure(.type, "not all arguments converted during string formatting") }
        }
        try reserve(bytes: result.bytes.count)
        return isMarkup ? .markup(result) : .text(result)
    }

    // MARK: Braces

    /// `format.format(...)`.
    func formatBraces(
        _ format: JinjaText, _ arguments: JinjaCallArguments, escapes: Bool
    ) throws(ChatTemplateError) -> JinjaText {
        var automatic: Int? = 0
        return try formatBraces(format.bytes[...], arguments, &automatic, level: 0, escapes: escapes)
    }

    private func formatBraces(
        _ format: ArraySlice<UInt8>, _ arguments: JinjaCallArguments, _ automatic: inout Int?, level: Int, escapes: Bool
    ) throws(ChatTemplateError) -> JinjaText {
        guard level < 2 else { throw failure(.value, "Max string recursion exceeded") }
        var result = JinjaText("")
        var index = format.startIndex
        while index < format.endIndex {
            let byte = format[index]
            index += 1
            if byte == 0x7B || byte == 0x7D, index < format.endIndex, format[index] == byte {
                result.bytes.append(byte)
                index += 1
                continue
            }
            if byte == 0x7D { throw failure(.value, "Single '}' encountered in format string") }
            guard byte == 0x7B else {
                result.bytes.append(byte)
                continue
            }
            let start = index
            var depth = 1
            while index < format.endIndex, depth > 0 {
                if format[index] == 0x7B { depth += 1 }
                if format[index] == 0x7D { depth -= 1 }
                index += 1
            }
            guard depth == 0 else { throw failure(.value, "expected '}' before end of string") }
            let piece = try formatField(format[start..<index - 1], arguments, &automatic, level, escapes)
            try reserve(bytes: result.bytes.count + piece.bytes.count)
            result.append(piece)
        }
        return result
    }

    private func formatField(
        _ field: ArraySlice<UInt8>, _ arguments: JinjaCallArguments, _ automatic: inout Int?, _ level: Int,
        _ escapes: Bool
    ) throws(ChatTemplateError) -> JinjaText {
        // The name ends at the first `!` or `:` outside of brackets.
        var end = field.startIndex
        var isInBracket = false
        while end < field.endIndex, isInBracket || (field[end] != 0x21 && field[end] != 0x3A) {
            if field[end] == 0x5B { isInBracket = true }
            if field[end] == 0x5D { isInBracket = false }
            end += 1
        }
        var value = try lookUp(field[field.startIndex..<end], arguments, &automatic)
        var conversion: UInt8?
        if end < field.endIndex, field[end] == 0x21 {
            guard end + 1 < field.endIndex else {
                throw failure(.value, "end of string while looking for conversion specifier")
            }
            conversion = field[end + 1]
            end += 2
            guard end == field.endIndex || field[end] == 0x3A else {
                throw failure(.value, "expected ':' after conversion specifier")
            }
        }
        switch conversion {
        case nil: break
        case 0x73: value = .text(try text(of: value))
        case 0x72: value = .text(try value.representation(guardian))
        default: throw failure(.value, "Unknown conversion specifier")
        }
        var specification = JinjaText("")
        if end < field.endIndex {
            specification = try formatBraces(
                field[(end + 1)...], arguments, &automatic, level: level + 1, escapes: false)
        }
        let result = try FormatSpecification(specification, self).format(value, self)
        return escapes ? try escaped(result, unless: value) : result
    }

    private func lookUp(
        _ name: ArraySlice<UInt8>, _ arguments: JinjaCallArguments, _ automatic: inout Int?
    ) throws(ChatTemplateError) -> JinjaValue {
        var index = name.startIndex
        while index < name.endIndex, name[index] != 0x2E, name[index] != 0x5B { index += 1 }
        let first = String(decoding: name[name.startIndex..<index], as: UTF8.self)
        var value: JinjaValue
        if first.isEmpty || Int(first) != nil {
            var place = Int(first)
            if let given = place {
                guard automatic == nil || automatic == 0 else {
                    throw failure(.value, "cannot switch from automatic field numbering to manual field specification")
                }
                automatic = nil
                place = given
            } else {
                guard let next = automatic else {
                    throw failure(.value, "cannot switch from manual field specification to automatic field numbering")
                }
                place = next
                automatic = next + 1
            }
            guard let place, arguments.positional.indices.contains(place) else {
                throw failure(.value, "Replacement index out of range for positional arguments")
            }
            value = arguments.positional[place]
        } else {
            guard let found = arguments.named.first(where: { $0.name == first }) else {
                throw failure(.value, "no argument named '\(first)'")
            }
            value = found.value
        }
        while index < name.endIndex {
            let isAttribute = name[index] == 0x2E
            index += 1
            let start = index
            while index < name.endIndex, isAttribute ? name[index] != 0x2E && name[index] != 0x5B : name[index] != 0x5D
            {
                index += 1
            }
            let part = String(decoding: name[start..<index], as: UTF8.self)
            guard !part.isEmpty else { throw failure(.value, "Empty attribute in format string") }
            if isAttribute {
                value = try attribute(part, of: value)
            } else {
                guard index < name.endIndex else { throw failure(.value, "Missing ']' in format string") }
                index += 1
                value = try item(Int(part).map { .integer($0) } ?? JinjaValue(part), of: value)
            }
        }
        return value
    }
}

/// `%[(key)][flags][width][.precision]type`.
struct PercentSpecification {
    var isLeft = false
    var sign = ""
    var isAlternate = false
    var isZeroPadded = false
    var width = 0
    var precision: Int?
    var conversion: UInt8 = 0

    /// Reads the specification after `%`; returns the key of a mapping, if given.
    mutating func parse(
        _ bytes: [UInt8], _ index: inout Int, _ interpreter: JinjaInterpreter,
        star: () throws(ChatTemplateError) -> Int
    ) throws(ChatTemplateError) -> JinjaText? {
        func peek() throws(ChatTemplateError) -> UInt8 {
            guard index < bytes.count else { throw interpreter.failure(.value, "incomplete format") }
            return bytes[index]
        }
        var key: JinjaText?
        if try peek() == 0x28 {
            let start = index + 1
            var depth = 0
            repeat {
                if try peek() == 0x28 { depth += 1 }
                if try peek() == 0x29 { depth -= 1 }
                index += 1
            } while depth > 0
            key = JinjaText(bytes[start..<index - 1])
        }
        flags: while true {
            switch try peek() {
            case 0x2D: isLeft = true
            case 0x2B: sign = "+"
            case 0x20: if sign.isEmpty { sign = " " }
            case 0x23: isAlternate = true
            case 0x30: isZeroPadded = true
            default: break flags
            }
            index += 1
        }
        func number() throws(ChatTemplateError) -> Int {
            if try peek() == 0x2A {
                index += 1
                return try star()
            }
            var value = 0
            while case let digit = try peek(), digit >= 0x30, digit <= 0x39 {
                value = value * 10 + Int(digit - 0x30)
                guard value < 1 << 31 else { throw interpreter.failure(.value, "width or precision is too big") }
                index += 1
            }
            return value
        }
        width = try number()
        if width < 0 {
            isLeft = true
            width = 0 - width
        }
        if try peek() == 0x2E {
            index += 1
            precision = max(0, try number())
        }
        while [0x68, 0x6C, 0x4C].contains(try peek()) { index += 1 }
        conversion = try peek()
        index += 1
        return key
    }

    func format(_ value: JinjaValue, _ interpreter: JinjaInterpreter) throws(ChatTemplateError) -> JinjaText {
        var specification = FormatSpecification()
        specification.width = width
        specification.isAlternate = isAlternate
        specification.sign = sign
        specification.alignment = isLeft ? 0x3C : isZeroPadded ? 0x3D : 0x3E
        if isZeroPadded, !isLeft { specification.fill = "0" }
        specification.precision = precision
        specification.isPercentStyle = true
        switch conversion {
        case 0x73, 0x72, 0x61:
            var text =
                conversion == 0x73
                ? try interpreter.text(of: value) : try value.representation(interpreter.guardian)
            if let precision { text = JinjaText(scalars: text.scalars.prefix(precision)) }
            specification.fill = " "
            specification.alignment = isLeft ? 0x3C : 0x3E
            return try specification.pad(sign: "", text, interpreter)
        case 0x64, 0x69, 0x75, 0x78, 0x58, 0x6F:
            var integer = value.integerValue
            if case .number(let number) = value, conversion == 0x64 || conversion == 0x69 || conversion == 0x75 {
                integer = number.magnitude < 0x1p63 ? Int(number) : nil
            }
            guard let integer else {
                if case .undefined(let undefined) = value { throw undefined.error }
                throw interpreter.failure(
                    .type, "%\(Unicode.Scalar(conversion)) format: a number is required, not \(value.typeName)")
            }
            specification.type = conversion == 0x69 || conversion == 0x75 ? 0x64 : conversion
            return try specification.formatInteger(integer, interpreter)
        case 0x65, 0x45, 0x66, 0x46, 0x67, 0x47:
            if case .undefined(let undefined) = value { throw undefined.error }
            guard let number = JinjaInterpreter.double(value) else {
                throw interpreter.failure(.type, "must be real number, not \(value.typeName)")
            }
            specification.type = conversion
            specification.precision = precision ?? 6
            return try specification.formatNumber(number, interpreter)
        case 0x63:
            var text = value.textValue
            if let code = value.integerValue, let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) {
                text = JinjaText(scalars: [scalar])
            }
            guard let text, text.scalarCount == 1 else { throw interpreter.failure(.type, "%c requires int or char") }
            specification.fill = " "
            specification.alignment = isLeft ? 0x3C : 0x3E
            return try specification.pad(sign: "", text, interpreter)
        default: throw interpreter.failure(.value, "unsupported format character")
        }
    }
}
