#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Numbers to text and back as Python does it.
enum PythonNumber {
    /// `repr(float)`: the shortest digits that read back, with Python's choice of notation.
    static func representation(_ value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let (digits, exponent) = shortestDigits(value.magnitude)
        let sign = value.sign == .minus ? "-" : ""
        // The value is 0.DIGITS times ten to `exponent`.
        if exponent > 16 || exponent < -3 {
            let shown = exponent - 1
            let magnitude = shown.magnitude < 10 ? "0\(shown.magnitude)" : "\(shown.magnitude)"
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            return "\(sign)\(digits.prefix(1))\(fraction)e\(shown < 0 ? "-" : "+")\(magnitude)"
        }
        if exponent <= 0 { return sign + "0." + String(repeating: "0", count: 0 - exponent) + digits }
        if digits.count <= exponent {
            return sign + digits + String(repeating: "0", count: exponent - digits.count) + ".0"
        }
        return sign + digits.prefix(exponent) + "." + digits.dropFirst(exponent)
    }

    /// Shortest round-trip digits of a finite, non-negative number, from Swift's own description.
    private static func shortestDigits(_ value: Double) -> (digits: String, exponent: Int) {
        if value == 0 { return ("0", 1) }
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let description = Array(value.description.utf8)
        for (index, byte) in description.enumerated() {
            if byte == 0x2E {
                point = digits.count
            } else if byte == 0x65 {
                exponent = Int(String(decoding: description[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                digits.append(byte)
            }
        }
        var position = (point ?? digits.count) + exponent
        let leading = digits.prefix { $0 == 0x30 }.count
        digits.removeFirst(leading)
        position -= leading
        while digits.last == 0x30 { digits.removeLast() }
        return (String(decoding: digits, as: UTF8.self), position)
    }

    /// C's `printf` for one double: `format` holds one `*` precision and one conversion.
    static func formatted(_ value: Double, precision: Int, conversion: Character, alternate: Bool = false) -> String {
        let format = alternate ? "%#.*\(conversion)" : "%.*\(conversion)"
        return withVaList([Int32(clamping: precision), value]) { arguments in
            var buffer = [CChar](repeating: 0, count: 400 + max(0, precision))
            let written = vsnprintf(&buffer, buffer.count, format, arguments)
            let bytes = buffer.prefix(max(0, min(Int(written), buffer.count - 1)))
            return String(decoding: bytes.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    static func hexadecimal(_ value: UInt32, width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// `int(text, base)`; nil where Python raises `ValueError` or the number exceeds 64 bits.
    static func integer(_ text: JinjaText, base: Int) -> Int? {
        var digits = text.stripped().bytes
        var isNegative = false
        if let first = digits.first, first == 0x2D || first == 0x2B {
            isNegative = first == 0x2D
            digits.removeFirst()
        }
        var base = base
        if digits.count > 1, digits[0] == 0x30 {
            let prefixBase: Int? =
                switch digits[1] | 0x20 {
                case 0x78: 16
                case 0x6F: 8
                case 0x62: 2
                default: nil
                }
            if let prefixBase, base == 0 || base == prefixBase {
                base = prefixBase
                digits.removeFirst(2)
                if digits.first == 0x5F { digits.removeFirst() }
            } else if base == 0, digits.contains(where: { $0 != 0x30 && $0 != 0x5F }) {
                return nil
            }
        }
        if base == 0 { base = 10 }
        guard (2...36).contains(base), let clean = removingUnderscores(digits) else { return nil }
        return Int((isNegative ? "-" : "") + clean, radix: base)
    }

    /// `float(text)`; nil where Python raises `ValueError`.
    static func number(_ text: JinjaText) -> Double? {
        var digits = text.stripped().bytes
        var sign = ""
        if let first = digits.first, first == 0x2D || first == 0x2B {
            sign = first == 0x2D ? "-" : ""
            digits.removeFirst()
        }
        guard let clean = removingUnderscores(digits) else { return nil }
        switch clean.lowercased() {
        case "inf", "infinity": return sign == "-" ? -Double.infinity : .infinity
        case "nan": return .nan
        default: break
        }
        // Python has no hexadecimal floats and accepts a bare leading or trailing point.
        guard clean.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || "+-.eE".utf8.contains($0) }),
            clean.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return strictDouble(sign + clean)
    }

    private static func strictDouble(_ text: String) -> Double? {
        text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            let value = strtod(start, &end)
            guard let end, end.pointee == 0, end != UnsafeMutablePointer(mutating: start) else { return nil }
            return value
        }
    }

    /// Underscores are allowed between digits only.
    private static func removingUnderscores(_ digits: [UInt8]) -> String? {
        guard !digits.isEmpty else { return nil }
        var result: [UInt8] = []
        for (index, byte) in digits.enumerated() {
            guard byte < 0x80 else { return nil }
            if byte == 0x5F {
                guard index > 0, index + 1 < digits.count, digits[index - 1] != 0x5F, digits[index - 1] != 0x2E,
                    digits[index + 1] != 0x5F, digits[index + 1] != 0x2E
                else { return nil }
            } else {
                result.append(byte)
            }
        }
        guard let first = result.first, first != 0x2B, first != 0x2D else { return nil }
        return String(decoding: result, as: UTF8.self)
    }
}
