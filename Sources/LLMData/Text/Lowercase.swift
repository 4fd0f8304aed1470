/// Lower case as Python's `str.lower()`: the full Unicode mapping, and ς for a capital sigma that ends a word.
///
/// The Unicode version is the standard library's.
enum Lowercase {
    /// Replaces well-formed UTF-8 by its lower case.
    static func apply(to bytes: inout [UInt8]) {
        if bytes.allSatisfy({ $0 < 0x80 }) {
            for index in bytes.indices where bytes[index] >= 0x41 && bytes[index] <= 0x5A { bytes[index] |= 0x20 }
        } else {
            bytes = wide(String(decoding: bytes, as: UTF8.self))
        }
    }

    private static func wide(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 8)
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            if scalar.isASCII {
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                result.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
            } else if scalar.value == 0x3A3 {
                result.append(contentsOf: [0xCF, isFinalSigma(at: index, in: scalars) ? 0x82 : 0x83])
            } else if scalar.properties.changesWhenLowercased {
                result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            } else {
                result.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
            }
            index = scalars.index(after: index)
        }
        return result
    }

    /// Condition `Final_Sigma` of the Unicode standard, section 3.13.
    private static func isFinalSigma(at index: String.Index, in scalars: String.UnicodeScalarView) -> Bool {
        let before = scalars[..<index].reversed().first { !$0.properties.isCaseIgnorable }
        guard let before, before.properties.isCased else { return false }
        let after = scalars[scalars.index(after: index)...].first { !$0.properties.isCaseIgnorable }
        return after.map { !$0.properties.isCased } ?? true
    }
}
