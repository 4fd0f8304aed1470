/// Lower case as Python's `str.lower()`: the full Unicode mapping, and ς for a capital sigma that ends a word.
///
/// The Unicode version is the standard library's.
enum Lowercase {
    static func apply(to buffer: inout TextBuffer) {
        let isASCII = buffer.withBytes { bytes in bytes.allSatisfy { $0 < 0x80 } }
        if isASCII {
            buffer.rewrite(limit: buffer.count) { source, target in
                for (index, byte) in source.enumerated() {
                    target[index] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                }
                return source.count
            }
        } else {
            let lowered = buffer.withBytes { lowercased(String(decoding: $0, as: UTF8.self)) }
            lowered.withUnsafeBufferPointer { buffer.load($0) }
        }
    }

    private static func lowercased(_ text: String) -> [UInt8] {
        let scalars = Array(text.unicodeScalars)
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 8)
        for (index, scalar) in scalars.enumerated() {
            if scalar.isASCII {
                let byte = UInt8(truncatingIfNeeded: scalar.value)
                result.append(byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte)
            } else if scalar.value == 0x3A3 {
                result.append(contentsOf: [0xCF, isFinalSigma(at: index, in: scalars) ? 0x82 : 0x83])
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
            }
        }
        return result
    }

    /// Condition `Final_Sigma` of the Unicode standard, section 3.13.
    private static func isFinalSigma(at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        guard let before, before.properties.isCased else { return false }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return after.map { !$0.properties.isCased } ?? true
    }
}
