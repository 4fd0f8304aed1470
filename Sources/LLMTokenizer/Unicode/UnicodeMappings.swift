/// Case mappings and decompositions, unpacked once from ``UnicodeTables``.
final class UnicodeMappings: Sendable {
    static let shared = UnicodeMappings()

    /// Full lower-case mappings of the scalars that have one.
    let lowercase: [UInt32: [UInt32]]
    /// Full canonical decompositions, without Hangul syllables.
    let canonical: [UInt32: [UInt32]]
    /// Full compatibility decompositions where they are others.
    let compatibility: [UInt32: [UInt32]]
    /// Where it is not 0.
    let combiningClasses: [UInt32: UInt8]
    /// Composites by both parts, packed.
    private let composites: [UInt64: UInt32]
    /// Whether any scalar of a block of 256 is changed or moved by a normalization form.
    private let touched: ConstantBuffer<Bool>

    private init() {
        lowercase = Self.unpack(UnicodeTables.lowercase)
        canonical = Self.unpack(UnicodeTables.decompositions)
        compatibility = Self.unpack(UnicodeTables.compatibility)
        let classes = Self.unpack(UnicodeTables.combiningClasses)
        combiningClasses = classes.mapValues { UInt8(truncatingIfNeeded: $0[0]) }
        var composites: [UInt64: UInt32] = [:]
        for (composite, parts) in Self.unpack(UnicodeTables.compositions) where parts.count == 2 {
            composites[UInt64(parts[0]) << 32 | UInt64(parts[1])] = composite
        }
        self.composites = composites
        var touched = [Bool](repeating: false, count: 0x1100)
        for scalar in Array(canonical.keys) + Array(compatibility.keys) + Array(combiningClasses.keys) {
            touched[Int(scalar >> 8)] = true
        }
        for pair in composites.keys {
            touched[Int(pair >> 40)] = true
            touched[Int(pair & 0xFFFF_FFFF) >> 8] = true
        }
        for block in (0x1100 >> 8)...(0x11FF >> 8) { touched[block] = true }
        for block in (0xAC00 >> 8)...(0xD7A3 >> 8) { touched[block] = true }
        // ASCII takes part in compositions, but only with something that is not ASCII.
        self.touched = ConstantBuffer(touched)
    }

    /// Whether a normalization form can do anything to the scalar, roughly.
    @inline(__always)
    func isTouched(_ scalar: UInt32) -> Bool { scalar >= 0x80 && touched[Int(scalar >> 8)] }

    func combiningClass(_ scalar: UInt32) -> UInt8 { scalar < 0x300 ? 0 : combiningClasses[scalar] ?? 0 }

    /// The scalars that compose with one before them, Hangul included.
    var secondsOfComposites: Set<UInt32> {
        Set(composites.keys.map { UInt32(truncatingIfNeeded: $0) }).union(0x1161..<0x1176).union(0x11A8..<0x11C3)
    }

    /// The composite of two scalars, Hangul included.
    func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
            return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
        }
        if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00) % 28 == 0, (0x11A8..<0x11C3).contains(second) {
            return first + second - 0x11A7
        }
        return composites[UInt64(first) << 32 | UInt64(second)]
    }

    /// The full decomposition of a scalar, nil when it is its own.
    func decomposition(_ scalar: UInt32, compatible: Bool) -> [UInt32]? {
        if scalar < 0xA0 { return nil }
        if (0xAC00..<0xD7A4).contains(scalar) {
            let index = scalar - 0xAC00
            let parts = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
            return index % 28 == 0 ? parts : parts + [0x11A7 + index % 28]
        }
        if compatible, let found = compatibility[scalar] { return found }
        return canonical[scalar]
    }

    /// Reads `delta>a+b,delta>a,...`, everything in hexadecimal.
    static func unpack(_ text: StaticString) -> [UInt32: [UInt32]] {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var result: [UInt32: [UInt32]] = [:]
        var key: UInt32 = 0
        var values: [UInt32] = []
        var number: UInt32 = 0
        func digit(_ byte: UInt8) -> UInt32 { UInt32(byte >= 97 ? byte - 87 : byte - 48) }
        for byte in bytes {
            switch byte {
            case UInt8(ascii: ">"):
                key += number
                number = 0
            case UInt8(ascii: "+"):
                values.append(number)
                number = 0
            case UInt8(ascii: ","):
                result[key] = values + [number]
                values = []
                number = 0
            default: number = number << 4 | digit(byte)
            }
        }
        if !bytes.isEmpty { result[key] = values + [number] }
        return result
    }
}
