/// `str()` and `repr()`, character for character.
extension JinjaValue {
    /// `str(self)`.
    func text(_ guardian: StackGuard) throws(ChatTemplateError) -> JinjaText {
        switch self {
        case .text(let text), .markup(let text): return text
        case .undefined: return ""
        default:
            var output = JinjaText("")
            try appendRepresentation(to: &output, guardian)
            return output
        }
    }

    /// `repr(self)`.
    func representation(_ guardian: StackGuard) throws(ChatTemplateError) -> JinjaText {
        var output = JinjaText("")
        try appendRepresentation(to: &output, guardian)
        return output
    }

    private func appendRepresentation(
        to output: inout JinjaText, _ guardian: StackGuard
    ) throws(ChatTemplateError) {
        switch self {
        case .undefined: output.append("Undefined")
        case .none: output.append("None")
        case .boolean(let value): output.append(value ? "True" : "False")
        case .integer(let value): output.append(String(value))
        case .number(let value): output.append(PythonNumber.representation(value))
        case .text(let text): text.appendRepresentation(to: &output)
        case .markup(let text):
            output.append("Markup(")
            text.appendRepresentation(to: &output)
            output.append(")")
        case .list(let list):
            try Self.append(list.items, open: "[", close: "]", to: &output, guardian)
        case .tuple(let list):
            try Self.append(list.items, open: "(", close: list.items.count == 1 ? ",)" : ")", to: &output, guardian)
        case .dictionary(let dictionary): try Self.append(dictionary, to: &output, guardian)
        case .dictionaryView(let dictionary, let view):
            let elements = (0..<dictionary.count).map { dictionary.element($0, view) }
            output.append("dict_\(view.rawValue)(")
            try Self.append(elements, open: "[", close: "])", to: &output, guardian)
        case .range(let range):
            output.append(
                range.step == 1
                    ? "range(\(range.start), \(range.stop))" : "range(\(range.start), \(range.stop), \(range.step))")
        case .namespace(let namespace):
            output.append("<Namespace ")
            guard guardian.hasRoom, output.bytes.count < 64 << 20 else {
                throw ChatTemplateError(.limitExceeded, "a namespace contains itself and cannot be printed")
            }
            try Self.append(namespace.attributes, to: &output, guardian)
            output.append(">")
        case .macro(let macro):
            output.append("<Macro ")
            if let name = macro.name {
                JinjaText(name).appendRepresentation(to: &output)
            } else {
                output.append("anonymous")
            }
            output.append(">")
        case .loop(let loop):
            output.append("<LoopContext \(loop.index)/\(try loop.length())>")
        case .generator(let generator): output.append("<generator object \(generator.name)>")
        case .cycler: output.append("<Cycler>")
        case .joiner: output.append("<Joiner>")
        case .method(let method):
            output.append("<built-in method \(method.name) of \(method.receiver.typeName) object>")
        case .function(let function): output.append("<function \(function.rawValue)>")
        }
    }

    private static func append(
        _ items: [JinjaValue], open: String, close: String, to output: inout JinjaText, _ guardian: StackGuard
    ) throws(ChatTemplateError) {
        guard guardian.hasRoom else { throw ChatTemplateError(.limitExceeded, "a value nests too deeply to print") }
        output.append(open)
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(", ") }
            try item.appendRepresentation(to: &output, guardian)
        }
        output.append(close)
    }

    private static func append(
        _ dictionary: JinjaDictionary, to output: inout JinjaText, _ guardian: StackGuard
    ) throws(ChatTemplateError) {
        guard guardian.hasRoom else { throw ChatTemplateError(.limitExceeded, "a value nests too deeply to print") }
        output.append("{")
        for (index, key) in dictionary.keys.enumerated() {
            if index > 0 { output.append(", ") }
            try key.appendRepresentation(to: &output, guardian)
            output.append(": ")
            try dictionary.values[index].appendRepresentation(to: &output, guardian)
        }
        output.append("}")
    }
}

extension JinjaText {
    /// `repr` of a string: Python's choice of quotes and escapes.
    func appendRepresentation(to output: inout JinjaText) {
        let quote: UInt8 = bytes.contains(0x27) && !bytes.contains(0x22) ? 0x22 : 0x27
        output.bytes.append(quote)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case quote, 0x5C: output.bytes += [0x5C, byte]
            case 0x0A: output.append("\\n")
            case 0x0D: output.append("\\r")
            case 0x09: output.append("\\t")
            case 0x20..<0x7F: output.bytes.append(byte)
            case 0..<0x80: output.append("\\x" + PythonNumber.hexadecimal(UInt32(byte), width: 2))
            default:
                let (scalar, length) = scalar(at: index)
                if scalar.isPythonPrintable {
                    output.bytes += bytes[index..<index + length]
                } else if scalar.value < 0x100 {
                    output.append("\\x" + PythonNumber.hexadecimal(scalar.value, width: 2))
                } else if scalar.value < 0x10000 {
                    output.append("\\u" + PythonNumber.hexadecimal(scalar.value, width: 4))
                } else {
                    output.append("\\U" + PythonNumber.hexadecimal(scalar.value, width: 8))
                }
                index += length - 1
            }
            index += 1
        }
        output.bytes.append(quote)
    }
}
