/// Case mappings, decompositions and compositions, unpacked once from ``UnicodeTables``.
final class UnicodeMappings: Sendable {
    static let shared = UnicodeMappings()

    /// Full lower-case mappings of the scalars that have one.
    let lowercase: [UInt32: [UInt32]]
    /// Decompositions and combining classes of the scalars that have any, in pages of 256.
    private let pages: ConstantBuffer<UInt8>
    private let entries: ConstantBuffer<Entry>
    /// The scalars of decompositions, one list after the other.
    private let parts: ConstantBuffer<UInt32>
    /// Composites by both parts: a table without gaps in its chains, keys packed, 0 for none.
    private let pairs: ConstantBuffer<Pair>
    /// The scalars that compose with one before them, Hangul included.
    let secondsOfComposites: Set<UInt32>

    private struct Entry: BitwiseCopyable {
        /// Where its decompositions begin, and how long they are.
        var canonical: UInt16 = 0
        var compatible: UInt16 = 0
        var canonicalCount: UInt8 = 0
        var compatibleCount: UInt8 = 0
        var combiningClass: UInt8 = 0
    }

    private struct Pair: BitwiseCopyable {
        var key: UInt64 = 0
        var composite: UInt32 = 0
    }

    private static let pairBits = 12

    private init() {
        var lowercase: [UInt32: [UInt32]] = [:]
        Self.unpack(UnicodeTables.lowercase) { lowercase[$0] = $1 }
        self.lowercase = lowercase
        var pages = [UInt8](repeating: 0, count: 0x1100)
        var entries = [Entry](repeating: Entry(), count: 256)
        var parts: [UInt32] = []
        func change(_ scalar: UInt32, _ change: (inout Entry) -> Void) {
            let block = Int(scalar >> 8)
            if pages[block] == 0 {
                pages[block] = UInt8(entries.count >> 8)
                entries += [Entry](repeating: Entry(), count: 256)
            }
            change(&entries[Int(pages[block]) << 8 | Int(scalar & 0xFF)])
        }
        Self.unpack(UnicodeTables.decompositions) { scalar, list in
            change(scalar) {
                $0.canonical = UInt16(parts.count)
                $0.canonicalCount = UInt8(list.count)
            }
            parts += list
        }
        Self.unpack(UnicodeTables.compatibility) { scalar, list in
            change(scalar) {
                $0.compatible = UInt16(parts.count)
                $0.compatibleCount = UInt8(list.count)
            }
            parts += list
        }
        Self.unpack(UnicodeTables.combiningClasses) { scalar, values in
            change(scalar) { $0.combiningClass = UInt8(truncatingIfNeeded: values[0]) }
        }
        var seconds = Set<UInt32>(0x1161..<0x1176).union(0x11A8..<0x11C3)
        var pairs = [Pair](repeating: Pair(), count: 1 << Self.pairBits)
        Self.unpack(UnicodeTables.compositions) { composite, both in
            guard both.count == 2 else { return }
            for scalar in both { change(scalar) { _ in } }
            seconds.insert(both[1])
            let key = UInt64(both[0]) << 32 | UInt64(both[1])
            var place = Self.place(key)
            while pairs[place].key != 0 { place = (place + 1) & (pairs.count - 1) }
            pairs[place] = Pair(key: key, composite: composite)
        }
        for scalar in seconds.union([0x1100]).union(stride(from: 0xAC00, through: 0xD7A3, by: 256)) {
            change(scalar) { _ in }
        }
        self.pages = ConstantBuffer(pages)
        self.entries = ConstantBuffer(entries)
        self.parts = ConstantBuffer(parts)
        self.pairs = ConstantBuffer(pairs)
        secondsOfComposites = seconds
    }

    private static func place(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - pairBits))
    }

    /// Whether a normalization form can do anything to the scalar, roughly. ASCII takes part in compositions, but only
    /// with something that is not ASCII.
    @inline(__always)
    func isTouched(_ scalar: UInt32) -> Bool { scalar >= 0x80 && pages.pointer[Int(scalar >> 8)] != 0 }

    @inline(__always)
    private func entry(_ scalar: UInt32) -> Entry {
        entries.pointer[Int(pages.pointer[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
    }

    @inline(__always)
    func combiningClass(_ scalar: UInt32) -> UInt8 { scalar < 0x300 ? 0 : entry(scalar).combiningClass }

    /// The composite of two scalars, Hangul included.
    func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if (0x1100..<0x1113).contains(first), (0x1161..<0x1176).contains(second) {
            return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
        }
        if (0xAC00..<0xD7A4).contains(first), (first - 0xAC00) % 28 == 0, (0x11A8..<0x11C3).contains(second) {
            return first + second - 0x11A7
        }
        let key = UInt64(first) << 32 | UInt64(second)
        var place = Self.place(key)
        while true {
            let pair = pairs.pointer[place]
            if pair.key == key { return pair.composite }
            if pair.key == 0 { return nil }
            place = (place + 1) & (pairs.count - 1)
        }
    }

    /// The full decomposition of a scalar, part by part; false when it is its own, and then nothing is called.
    @inline(__always)
    func decompose(_ scalar: UInt32, compatible: Bool, _ body: (UInt32) -> Void) -> Bool {
        if let parts = listedDecomposition(scalar, compatible: compatible) {
            for part in parts { body(part) }
            return true
        }
        // Hangul syllables by rule.
        guard (0xAC00..<0xD7A4).contains(scalar) else { return false }
        let index = scalar - 0xAC00
        body(0x1100 + index / 588)
        body(0x1161 + index % 588 / 28)
        if index % 28 > 0 { body(0x11A7 + index % 28) }
        return true
    }

    /// The full decomposition of a scalar that has one by itself and not by the rule for Hangul.
    @inline(__always)
    func listedDecomposition(_ scalar: UInt32, compatible: Bool) -> UnsafeBufferPointer<UInt32>? {
        if scalar < 0xA0 { return nil }
        let entry = entry(scalar)
        if compatible, entry.compatibleCount > 0 {
            return UnsafeBufferPointer(start: parts.pointer + Int(entry.compatible), count: Int(entry.compatibleCount))
        }
        guard entry.canonicalCount > 0 else { return nil }
        return UnsafeBufferPointer(start: parts.pointer + Int(entry.canonical), count: Int(entry.canonicalCount))
    }

    /// Reads `delta>a+b,delta>a,...`, everything in hexadecimal.
    static func unpack(_ text: StaticString, _ body: (_ key: UInt32, _ values: [UInt32]) -> Void) {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
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
                values.append(number)
                body(key, values)
                values.removeAll(keepingCapacity: true)
                number = 0
            default: number = number << 4 | digit(byte)
            }
        }
        values.append(number)
        if !bytes.isEmpty { body(key, values) }
    }
}
