/// `json.dumps` as transformers' `tojson` filter calls it.
struct PythonJSONEncoder {
    var ensureASCII = false
    var indent: JinjaText?
    var itemSeparator: JinjaText = ", "
    var keySeparator: JinjaText = ": "
    var sortsKeys = false
    var maximumBytes = Int.max
    let guardian: StackGuard

    func encode(_ value: JinjaValue) throws(ChatTemplateError) -> JinjaText {
        var output = JinjaText("")
        try append(value, level: 0, to: &output)
        return output
    }

    private func append(_ value: JinjaValue, level: Int, to output: inout JinjaText) throws(ChatTemplateError) {
        guard guardian.hasRoom else { throw ChatTemplateError(.limitExceeded, "a value nests too deeply for tojson") }
        guard output.bytes.count <= maximumBytes else {
            throw ChatTemplateError(.limitExceeded, "tojson built more than \(maximumBytes) bytes")
        }
        switch value {
        case .none: output.append("null")
        case .boolean(let value): output.append(value ? "true" : "false")
        case .integer(let value): output.append(String(value))
        case .number(let value): output.append(Self.number(value))
        case .text(let text), .markup(let text): append(text, to: &output)
        case .list(let list), .tuple(let list):
            if list.items.isEmpty { return output.append("[]") }
            output.append("[")
            for (index, item) in list.items.enumerated() {
                if index > 0 { output.append(itemSeparator) }
                appendBreak(level + 1, to: &output)
                try append(item, level: level + 1, to: &output)
            }
            appendBreak(level, to: &output)
            output.append("]")
        case .dictionary(let dictionary): try append(dictionary, level: level, to: &output)
        default:
            throw ChatTemplateError(.type, "Object of type \(value.typeName) is not JSON serializable")
        }
    }

    private func append(
        _ dictionary: JinjaDictionary, level: Int, to output: inout JinjaText
    ) throws(ChatTemplateError) {
        if dictionary.count == 0 { return output.append("{}") }
        var order = Array(0..<dictionary.count)
        if sortsKeys {
            order = try order.stablySorted { (left: Int, right: Int) throws(ChatTemplateError) -> Bool in
                try dictionary.keys[left].isLess(than: dictionary.keys[right])
            }
        }
        output.append("{")
        for (index, position) in order.enumerated() {
            if index > 0 { output.append(itemSeparator) }
            appendBreak(level + 1, to: &output)
            append(try Self.key(dictionary.keys[position]), to: &output)
            output.append(keySeparator)
            try append(dictionary.values[position], level: level + 1, to: &output)
        }
        appendBreak(level, to: &output)
        output.append("}")
    }

    private func appendBreak(_ level: Int, to output: inout JinjaText) {
        guard let indent else { return }
        output.bytes.append(0x0A)
        for _ in 0..<level { output.append(indent) }
    }

    private static func number(_ value: Double) -> String {
        value.isNaN
            ? "NaN" : value.isInfinite ? (value < 0 ? "-Infinity" : "Infinity") : PythonNumber.representation(value)
    }

    private static func key(_ key: JinjaValue) throws(ChatTemplateError) -> JinjaText {
        switch key {
        case .text(let text), .markup(let text): return text
        case .none: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return JinjaText(String(value))
        case .number(let value): return JinjaText(number(value))
        default:
            throw ChatTemplateError(.type, "keys must be str, int, float, bool or None, not \(key.typeName)")
        }
    }

    private func append(_ text: JinjaText, to output: inout JinjaText) {
        output.bytes.append(0x22)
        var index = 0
        while index < text.bytes.count {
            let byte = text.bytes[index]
            switch byte {
            case 0x22: output.append("\\\"")
            case 0x5C: output.append("\\\\")
            case 0x0A: output.append("\\n")
            case 0x0D: output.append("\\r")
            case 0x09: output.append("\\t")
            case 0x08: output.append("\\b")
            case 0x0C: output.append("\\f")
            case 0..<0x20: output.append("\\u" + PythonNumber.hexadecimal(UInt32(byte), width: 4))
            case 0x80... where ensureASCII:
                let (scalar, length) = text.scalar(at: index)
                for unit in UTF16.encode(scalar) ?? .init() {
                    output.append("\\u" + PythonNumber.hexadecimal(UInt32(unit), width: 4))
                }
                index += length - 1
            case 0x7F where ensureASCII: output.append("\\u007f")
            default: output.bytes.append(byte)
            }
            index += 1
        }
        output.bytes.append(0x22)
    }
}

extension Array {
    /// A stable sort whose order may throw. `isReversed` sorts downwards and keeps equal elements in place.
    func stablySorted(
        isReversed: Bool = false, by isLess: (Element, Element) throws(ChatTemplateError) -> Bool
    ) throws(ChatTemplateError) -> [Element] {
        var source = self
        var target = self
        var width = 1
        while width < source.count {
            var start = 0
            while start < source.count {
                let middle = Swift.min(start + width, source.count)
                let end = Swift.min(middle + width, source.count)
                var left = start
                var right = middle
                for position in start..<end {
                    var takesRight = left >= middle
                    if !takesRight, right < end {
                        takesRight =
                            isReversed
                            ? try isLess(source[left], source[right]) : try isLess(source[right], source[left])
                    }
                    if takesRight {
                        target[position] = source[right]
                        right += 1
                    } else {
                        target[position] = source[left]
                        left += 1
                    }
                }
                start = end
            }
            swap(&source, &target)
            width *= 2
        }
        return source
    }
}
