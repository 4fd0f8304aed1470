/// Case mapping and classification as Python's `str` does it (full Unicode mappings, final sigma included).
extension JinjaText {
    func uppercased() -> JinjaText {
        if isASCII { return mappingBytes { $0 >= 0x61 && $0 <= 0x7A ? $0 - 32 : $0 } }
        var result = JinjaText("")
        for scalar in scalars { result.append(scalar.properties.uppercaseMapping) }
        return result
    }

    func lowercased() -> JinjaText {
        if isASCII { return mappingBytes { $0 >= 0x41 && $0 <= 0x5A ? $0 + 32 : $0 } }
        let all = scalars
        var result = JinjaText("")
        for index in all.indices { result.append(Self.lowercase(all, at: index)) }
        return result
    }

    /// First scalar in title case, the rest in lower case.
    func capitalized() -> JinjaText {
        let all = scalars
        var result = JinjaText("")
        for index in all.indices {
            result.append(index == 0 ? all[0].properties.titlecaseMapping : Self.lowercase(all, at: index))
        }
        return result
    }

    /// `str.title`: every run of cased scalars starts with title case.
    func titled() -> JinjaText {
        let all = scalars
        var result = JinjaText("")
        var isInside = false
        for index in all.indices {
            result.append(isInside ? Self.lowercase(all, at: index) : all[index].properties.titlecaseMapping)
            isInside = all[index].properties.isCased
        }
        return result
    }

    func swappingCase() -> JinjaText {
        let all = scalars
        var result = JinjaText("")
        for index in all.indices {
            let properties = all[index].properties
            if properties.isUppercase {
                result.append(Self.lowercase(all, at: index))
            } else if properties.isLowercase {
                result.append(properties.uppercaseMapping)
            } else {
                result.append(all[index])
            }
        }
        return result
    }

    /// Whether all cased scalars are upper case and there is one (`str.isupper`), or the same for lower case.
    func isEntirely(upper: Bool) -> Bool {
        var found = false
        for scalar in scalars {
            let properties = scalar.properties
            let isTitle = properties.generalCategory == .titlecaseLetter
            if upper ? (properties.isLowercase || isTitle) : (properties.isUppercase || isTitle) { return false }
            if upper ? properties.isUppercase : properties.isLowercase { found = true }
        }
        return found
    }

    func isTitled() -> Bool {
        var found = false
        var previousIsCased = false
        for scalar in scalars {
            let properties = scalar.properties
            if properties.isUppercase || properties.generalCategory == .titlecaseLetter {
                if previousIsCased { return false }
                previousIsCased = true
                found = true
            } else if properties.isLowercase {
                if !previousIsCased { return false }
                found = true
            } else {
                previousIsCased = false
            }
        }
        return found
    }

    private func mappingBytes(_ transform: (UInt8) -> UInt8) -> JinjaText {
        JinjaText(bytes: bytes.map(transform))
    }

    private static func lowercase(_ all: [Unicode.Scalar], at index: Int) -> String {
        guard all[index].value == 0x3A3 else { return all[index].properties.lowercaseMapping }
        func isCased(_ indices: some Sequence<Int>) -> Bool {
            for position in indices where !all[position].properties.isCaseIgnorable {
                return all[position].properties.isCased
            }
            return false
        }
        let isFinal = isCased((0..<index).reversed()) && !isCased((index + 1)..<all.count)
        return isFinal ? "\u{3C2}" : "\u{3C3}"
    }
}
