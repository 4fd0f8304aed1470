/// Python's format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
struct FormatSpecification {
    var fill: JinjaText = " "
    /// `<`, `>`, `^` or `=`; nil means the default of the value's type.
    var alignment: UInt8?
    var sign = ""
    var isAlternate = false
    var width = 0
    var grouping: UInt8?
    var precision: Int?
    var type: UInt8?
    var isEmpty = false
    /// Precision of integers means digits, as with `%`.
    var isPercentStyle = false

    init() {}

    init(_ text: JinjaText, _ interpreter: JinjaInterpreter) throws(ChatTemplateError) {
        isEmpty = text.isEmpty
        var rest = text.scalars[...]
        func isAlignment(_ scalar: Unicode.Scalar) -> Bool { ["<", ">", "^", "="].contains(scalar) }
        if rest.count >= 2, isAlignment(rest[rest.startIndex + 1]) {
            fill = JinjaText(scalars: [rest[rest.startIndex]])
            alignment = UInt8(ascii: rest[rest.startIndex + 1])
            rest = rest.dropFirst(2)
        } else if let first = rest.first, isAlignment(first) {
            alignment = UInt8(ascii: first)
            rest = rest.dropFirst()
        }
        if let first = rest.first, ["+", "-", " "].contains(first) {
            sign = first == "-" ? "" : String(Character(first))
            rest = rest.dropFirst()
        }
        if rest.first == "#" {
            isAlternate = true
            rest = rest.dropFirst()
        }
        if rest.first == "0" {
            if alignment == nil {
                fill = "0"
                alignment = 0x3D
            }
            rest = rest.dropFirst()
        }
        func number() throws(ChatTemplateError) -> Int? {
            var value: Int?
            while let digit = rest.first, digit.value >= 0x30, digit.value <= 0x39 {
                let next = (value ?? 0) * 10 + Int(digit.value - 0x30)
                guard next < 1 << 31 else {
                    throw interpreter.failure(.value, "Too many decimal digits in format string")
                }
                value = next
                rest = rest.dropFirst()
            }
            return value
        }
        width = try number() ?? 0
        if let first = rest.first, first == "," || first == "_" {
            grouping = UInt8(ascii: first)
            rest = rest.dropFirst()
        }
        if rest.first == "." {
            rest = rest.dropFirst()
            precision = try number()
            guard precision != nil else { throw interpreter.failure(.value, "Format specifier missing precision") }
        }
        if let first = rest.first, first.isASCII {
            type = UInt8(ascii: first)
            rest = rest.dropFirst()
        }
        guard rest.isEmpty else { throw interpreter.failure(.value, "Invalid format specifier") }
    }

    func format(_ value: JinjaValue, _ interpreter: JinjaInterpreter) throws(ChatTemplateError) -> JinjaText {
        switch value {
        case .text(let text), .markup(let text):
            guard type == nil || type == 0x73, alignment != 0x3D, sign.isEmpty, !isAlternate, grouping == nil else {
                throw interpreter.failure(.value, "Invalid format specifier for a string")
            }
            var shown = text
            if let precision { shown = JinjaText(scalars: text.scalars.prefix(precision)) }
            return try pad(sign: "", shown, interpreter)
        case .boolean where type == nil && isEmpty: return try interpreter.text(of: value)
        case .integer(let integer) where !isFloatType: return try formatInteger(integer, interpreter)
        case .boolean(let flag) where !isFloatType: return try formatInteger(flag ? 1 : 0, interpreter)
        case .integer, .boolean, .number:
            return try formatNumber(JinjaInterpreter.double(value) ?? 0, interpreter)
        default:
            guard isEmpty else {
                throw interpreter.failure(.type, "unsupported format string passed to \(value.typeName).__format__")
            }
            return try interpreter.text(of: value)
        }
    }

    private var isFloatType: Bool {
        guard let type else { return false }
        return [0x65, 0x45, 0x66, 0x46, 0x67, 0x47, 0x25].contains(type)
    }

    func formatInteger(_ value: Int, _ interpreter: JinjaInterpreter) throws(ChatTemplateError) -> JinjaText {
        guard isPercentStyle || precision == nil else {
            throw interpreter.failure(.value, "Precision not allowed in integer format specifier")
        }
        var prefix = ""
        var digits: String
        var group = 3
        switch type {
        case nil, 0x64, 0x6E: digits = String(value.magnitude)
        case 0x62: (digits, prefix, group) = (String(value.magnitude, radix: 2), "0b", 4)
        case 0x6F: (digits, prefix, group) = (String(value.magnitude, radix: 8), "0o", 4)
        case 0x78: (digits, prefix, group) = (String(value.magnitude, radix: 16), "0x", 4)
        case 0x58: (digits, prefix, group) = (String(value.magnitude, radix: 16).uppercased(), "0X", 4)
        case 0x63:
            guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                throw interpreter.failure(.value, "%c arg not in range(0x110000)")
            }
            return try pad(sign: "", JinjaText(scalars: [scalar]), interpreter)
        default: throw interpreter.failure(.value, "Unknown format code for an integer")
        }
        if let precision, digits.utf8.count < precision {
            try interpreter.reserve(bytes: precision)
            digits = String(repeating: "0", count: precision - digits.utf8.count) + digits
        }
        let shownSign = (value < 0 ? "-" : sign) + (isAlternate ? prefix : "")
        return try pad(
            sign: shownSign, grouped(digits, every: group, shownSign.utf8.count), isNumber: true, interpreter)
    }

    func formatNumber(_ value: Double, _ interpreter: JinjaInterpreter) throws(ChatTemplateError) -> JinjaText {
        let precisionLimit = 1_000
        guard (precision ?? 0) <= precisionLimit else {
            throw interpreter.failure(.limitExceeded, "a precision over \(precisionLimit) is not supported")
        }
        let magnitude = value.magnitude
        let shownSign = value.sign == .minus && !value.isNaN ? "-" : sign
        var digits: String
        let isUpper = type.map { $0 >= 0x41 && $0 <= 0x5A } ?? false
        if !value.isFinite {
            digits = value.isNaN ? "nan" : "inf"
        } else {
            switch type {
            case 0x66, 0x46:
                digits = PythonNumber.formatted(
                    magnitude, precision: precision ?? 6, conversion: "f", alternate: isAlternate)
            case 0x65, 0x45:
                digits = PythonNumber.formatted(
                    magnitude, precision: precision ?? 6, conversion: "e", alternate: isAlternate)
            case 0x67, 0x47:
                digits = PythonNumber.formatted(
                    magnitude, precision: precision ?? 6, conversion: "g", alternate: isAlternate)
            case 0x25:
                digits = PythonNumber.formatted(magnitude * 100, precision: precision ?? 6, conversion: "f") + "%"
            case nil:
                digits = precision.map { Self.general(magnitude, $0) } ?? PythonNumber.representation(magnitude)
            default: throw interpreter.failure(.value, "Unknown format code for a float")
            }
        }
        if isUpper { digits = digits.uppercased() }
        let whole = digits.prefix { $0.isNumber }
        let text =
            grouped(String(whole), every: 3, shownSign.utf8.count + digits.utf8.count - whole.utf8.count)
            + JinjaText(String(digits.dropFirst(whole.count)))
        return try pad(sign: shownSign, text, isNumber: true, interpreter)
    }

    /// Like `g`, but with at least one digit after the point.
    private static func general(_ value: Double, _ precision: Int) -> String {
        let digits = max(1, precision)
        let exponential = PythonNumber.formatted(value, precision: digits - 1, conversion: "e")
        let exponent = exponential.split(separator: "e").last.flatMap { Int($0) } ?? 0
        let text = PythonNumber.formatted(value, precision: digits, conversion: "g")
        if exponent == digits - 1, !text.contains("e"), !text.contains(".") {
            var mantissa = exponential.split(separator: "e")[0]
            if mantissa.contains(".") {
                while mantissa.last == "0" { mantissa.removeLast() }
                if mantissa.last == "." { mantissa.removeLast() }
            }
            let shown = exponent < 10 ? "0\(exponent)" : "\(exponent)"
            return "\(mantissa)e+\(shown)"
        }
        return text.contains("e") || text.contains(".") ? text : text + ".0"
    }

    private func grouped(_ digits: String, every group: Int, _ rest: Int) -> JinjaText {
        guard let grouping else { return JinjaText(digits) }
        var source = Array(digits.utf8)
        // With zero fill, the zeros are grouped too.
        if alignment == 0x3D, fill == "0" {
            while true {
                let separators = (source.count - 1) / group
                guard source.count + separators + rest < width, width < 1 << 20 else { break }
                source.insert(0x30, at: 0)
            }
        }
        var result: [UInt8] = []
        for (index, byte) in source.enumerated() {
            if index > 0, (source.count - index) % group == 0 { result.append(grouping) }
            result.append(byte)
        }
        return JinjaText(bytes: result)
    }

    /// Fills `text` to the width. Numbers align right by default and may fill after their sign.
    func pad(
        sign: String, _ text: JinjaText, isNumber: Bool = false, _ interpreter: JinjaInterpreter
    ) throws(ChatTemplateError) -> JinjaText {
        let missing = width - text.scalarCount - sign.utf8.count
        guard missing > 0 else { return JinjaText(sign) + text }
        try interpreter.reserve(bytes: missing * fill.bytes.count + text.bytes.count)
        func filler(_ count: Int) -> JinjaText {
            JinjaText(bytes: Array(repeatElement(fill.bytes, count: count).joined()))
        }
        switch alignment ?? (isNumber ? 0x3E : 0x3C) {
        case 0x3D: return JinjaText(sign) + filler(missing) + text
        case 0x3E: return filler(missing) + JinjaText(sign) + text
        case 0x5E: return filler(missing / 2) + JinjaText(sign) + text + filler(missing - missing / 2)
        default: return JinjaText(sign) + text + filler(missing)
        }
    }
}
