#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Properties of scalars by two-stage tables, unpacked once from ``UnicodeTables``.
final class UnicodeData: Sendable {
    static let shared = UnicodeData()

    /// A class mask for each distinct combination of properties.
    let masks: ConstantBuffer<UInt64>
    /// What split scanners ask of a scalar, for each of these.
    let scanFlags: ConstantBuffer<UInt8>
    /// Which block of `combinations` the scalars `256 * i ..<` are in.
    private let blocks: ConstantBuffer<UInt16>
    private let combinations: ConstantBuffer<UInt8>

    private init() {
        let limit = 0x110000
        var kinds = [UInt8](repeating: 0, count: limit)
        Self.unpack(UnicodeTables.categories, into: &kinds) { letter in
            letter >= 97 ? letter - 97 + 26 : letter - 65
        }
        var flags = [UInt8](repeating: 0, count: limit)
        let sets: [StaticString] = [
            UnicodeTables.word, UnicodeTables.han, UnicodeTables.numeric, UnicodeTables.punctuation,
            UnicodeTables.dropped, UnicodeTables.accents, UnicodeTables.combining,
        ]
        for (bit, set) in sets.enumerated() { Self.unpack(set, bit: 1 << UInt8(bit), into: &flags) }

        var masks: [UInt64] = []
        var indexOfMask: [UInt64: UInt8] = [:]
        var blocks: [UInt16] = []
        var combinations: [UInt8] = []
        var indexOfBlock: [[UInt8]: UInt16] = [:]
        var block = [UInt8](repeating: 0, count: 256)
        var previousMask: UInt64 = .max
        var previousIndex: UInt8 = 0
        for start in stride(from: 0, to: limit, by: 256) {
            // Most blocks are as the one before them.
            if start > 256, Self.repeatsBlock(kinds, start), Self.repeatsBlock(flags, start), let last = blocks.last {
                blocks.append(last)
                continue
            }
            for offset in 0..<256 {
                let mask = Self.mask(scalar: UInt32(start + offset), kind: kinds[start + offset], flags[start + offset])
                if mask != previousMask {
                    previousMask = mask
                    if let known = indexOfMask[mask] {
                        previousIndex = known
                    } else {
                        previousIndex = UInt8(masks.count)
                        indexOfMask[mask] = previousIndex
                        masks.append(mask)
                    }
                }
                block[offset] = previousIndex
            }
            if let known = indexOfBlock[block] {
                blocks.append(known)
            } else {
                let index = UInt16(combinations.count / 256)
                indexOfBlock[block] = index
                blocks.append(index)
                combinations += block
            }
        }
        self.masks = ConstantBuffer(masks)
        scanFlags = ConstantBuffer(masks.map(ScanFlags.of))
        self.blocks = ConstantBuffer(blocks)
        self.combinations = ConstantBuffer(combinations)
    }

    private static func repeatsBlock(_ values: [UInt8], _ start: Int) -> Bool {
        values.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memcmp($0 + start, $0 + (start - 256), 256) == 0 } ?? false
        }
    }

    private static func mask(scalar: UInt32, kind: UInt8, _ flags: UInt8) -> UInt64 {
        var mask = ScalarClass(rawValue: 1 << UInt64(kind))
        let isSpace = (9...13).contains(scalar) || scalar == 0x85 || !mask.isDisjoint(with: .separator)
        mask.insert(isSpace ? .whiteSpace : .notWhiteSpace)
        if scalar == 10 || scalar == 13 { mask.insert(.carriageReturnOrLineFeed) }
        mask.insert(flags & 1 != 0 ? .word : .notWord)
        mask.insert(flags & 2 != 0 ? .han : .notHan)
        let older: [(UInt8, ScalarClass)] = [
            (4, .numeric), (8, .bertPunctuation), (16, .bertDropped), (32, .bertAccent), (64, .combining),
        ]
        for (bit, set) in older where flags & bit != 0 { mask.insert(set) }
        return mask.rawValue
    }

    private static func unpack(_ text: StaticString, into values: inout [UInt8], value: (UInt8) -> UInt8) {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var position = 0
        var scalar = 0
        while position < bytes.count {
            let letter = value(bytes[position])
            position += 1
            var count = 0
            while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
                count = count * 10 + Int(bytes[position] - 48)
                position += 1
            }
            for _ in 0..<max(count, 1) where scalar < values.count {
                values[scalar] = letter
                scalar += 1
            }
        }
    }

    /// Reads the distances between the scalars where a set begins and ends to hold.
    private static func unpack(_ text: StaticString, bit: UInt8, into flags: inout [UInt8]) {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        var isInside = false
        var scalar = 0
        var distance = 0
        func step() {
            let next = min(scalar + distance, flags.count)
            if isInside { for index in scalar..<next { flags[index] |= bit } }
            scalar = next
            isInside.toggle()
            distance = 0
        }
        for byte in bytes {
            if byte == UInt8(ascii: ",") {
                step()
            } else {
                distance = distance << 4 | Int(byte >= 97 ? byte - 87 : byte - 48)
            }
        }
        if !bytes.isEmpty { step() }
    }

    /// The class mask of a scalar; of nothing for values that are no scalar.
    @inline(__always)
    func mask(of scalar: UInt32) -> UInt64 {
        guard scalar < 0x110000 else { return 0 }
        let block = Int(blocks[Int(scalar >> 8)])
        return masks[Int(combinations[block << 8 | Int(scalar & 0xFF)])]
    }

    /// What split scanners ask of a scalar, see ``ScanFlags``.
    @inline(__always)
    func flags(of scalar: UInt32) -> UInt8 {
        guard scalar < 0x110000 else { return 0 }
        let block = Int(blocks.pointer[Int(scalar >> 8)])
        return scanFlags.pointer[Int(combinations.pointer[block << 8 | Int(scalar & 0xFF)])]
    }

    /// Whether the scalar is in any of the classes.
    @inline(__always)
    func contains(_ scalar: UInt32, _ set: ScalarClass) -> Bool {
        mask(of: scalar) & set.rawValue != 0
    }
}
