/// Lower case as Python's `str.lower()`: the full Unicode mapping, and ς for a capital sigma that ends a word.
///
/// The Unicode version is the standard library's.
struct Lowercase: Sendable {
    /// Stands for a mapping to several scalars or one that depends on the neighbours.
    private static let special = UInt32.max

    private var mappings = ScalarPages(Self.mapping(of:))
    private var scalars: [UInt32] = []

    mutating func apply(to buffer: inout TextBuffer) {
        let isASCII = buffer.withBytes { bytes in bytes.allSatisfy { $0 < 0x80 } }
        if isASCII {
            buffer.rewrite(limit: buffer.count) { source, target in
                for (index, byte) in source.enumerated() {
                    target[index] = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                }
                return source.count
            }
            return
        }
        scalars.removeAll(keepingCapacity: true)
        buffer.withBytes { UTF8Decoding.append($0, to: &scalars) }
        for index in scalars.indices {
            let mapping = mappings.entry(of: scalars[index])
            if mapping == Self.special { return Self.applyWithNeighbours(to: &buffer) }
            scalars[index] = mapping
        }
        buffer.rewrite(limit: scalars.count * 4) { _, target in
            var length = 0
            for scalar in scalars { UTF8Decoding.write(scalar, to: target, at: &length) }
            return length
        }
    }

    private static func mapping(of scalar: Unicode.Scalar) -> UInt32 {
        if scalar.value == 0x3A3 { return special }
        let mapping = scalar.properties.lowercaseMapping.unicodeScalars
        guard let first = mapping.first, mapping.count == 1 else { return special }
        return first.value
    }

    private static func applyWithNeighbours(to buffer: inout TextBuffer) {
        let lowered = buffer.withBytes { lowercased(String(decoding: $0, as: UTF8.self)) }
        lowered.withUnsafeBufferPointer { buffer.load($0) }
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
