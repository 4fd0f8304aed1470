extension JSONWriter {
    /// Appends a quoted string.
    func append(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        if escapesNonASCII {
            for unit in text.utf16 {
                if unit < 0x7F {
                    append(escaping: UInt8(unit), to: &output)
                } else {
                    append(escapedUnit: unit, to: &output)
                }
            }
        } else {
            for byte in text.utf8 { append(escaping: byte, to: &output) }
        }
        output.append(UInt8(ascii: "\""))
    }

    private func append(escaping byte: UInt8, to output: inout [UInt8]) {
        let letter: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): letter = Unicode.Scalar(byte)
        case 0x0A: letter = "n"
        case 0x0D: letter = "r"
        case 0x09: letter = "t"
        case 0x08: letter = "b"
        case 0x0C: letter = "f"
        case ..<0x20:
            append(escapedUnit: UInt16(byte), to: &output)
            return
        default:
            output.append(byte)
            return
        }
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(ascii: letter))
    }

    private func append(escapedUnit unit: UInt16, to output: inout [UInt8]) {
        output.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8((unit >> shift) & 0xF)
            output.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Appends a floating-point number as Python's `repr` writes it.
    func append(_ number: Double, to output: inout [UInt8]) {
        guard number.isFinite else {
            guard writesNonFiniteNames else { return output.append(contentsOf: "null".utf8) }
            let name = number.isNaN ? "NaN" : number < 0 ? "-Infinity" : "Infinity"
            return output.append(contentsOf: name.utf8)
        }
        output.append(contentsOf: PythonNumber.text(number).utf8)
    }
}

/// Numbers as Python writes them.
package enum PythonNumber {
    /// What `repr` gives for a finite number: the shortest digits that read back as the same number, without an
    /// exponent for 1e-4 up to 1e16, always with a point or an exponent.
    package static func text(_ number: Double) -> String {
        let sign = number.sign == .minus ? "-" : ""
        var digits: [UInt8] = []
        var pointPosition = 0
        var exponent = 0
        // The standard library's description has the shortest digits too; only its layout differs.
        let description = [UInt8](number.magnitude.description.utf8)
        let mantissa = description.prefix { $0 != UInt8(ascii: "e") }
        if mantissa.count < description.count {
            exponent = Int(String(decoding: description[(mantissa.count + 1)...], as: UTF8.self)) ?? 0
        }
        var seenPoint = false
        for byte in mantissa {
            if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else {
                digits.append(byte)
                if !seenPoint { pointPosition += 1 }
            }
        }
        pointPosition += exponent
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        pointPosition -= zeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        if digits.isEmpty { return sign + "0.0" }
        return sign + layOut(String(decoding: digits, as: UTF8.self), digits.count, pointPosition)
    }

    /// Places the point after `position` of the digits.
    private static func layOut(_ digits: String, _ count: Int, _ position: Int) -> String {
        let exponent = position - 1
        if exponent < -4 || exponent >= 16 {
            let magnitude = String(exponent.magnitude)
            let power = (exponent < 0 ? "-" : "+") + (magnitude.utf8.count < 2 ? "0" : "") + magnitude
            let tail = digits.dropFirst()
            return "\(digits.prefix(1))\(tail.isEmpty ? "" : ".")\(tail)e\(power)"
        }
        if position <= 0 { return "0." + String(repeating: "0", count: -position) + digits }
        if position >= count { return digits + String(repeating: "0", count: position - count) + ".0" }
        return "\(digits.prefix(position)).\(digits.dropFirst(position))"
    }
}
