/// Document numbers and counts of one token as bytes: for each document the distance from the one before and the count
/// as variable-length integers (seven bits a byte, low ones first).
struct PostingList: Equatable {
    var entries: [(document: Int, count: Int)]

    static func == (left: PostingList, right: PostingList) -> Bool {
        left.entries.elementsEqual(right.entries) { $0 == $1 }
    }

    /// The bytes; documents have to ascend from `first`.
    func encoded(from first: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var previous = first
        for (document, count) in entries {
            Self.append(UInt64(document - previous), to: &bytes)
            Self.append(UInt64(count), to: &bytes)
            previous = document
        }
        return bytes
    }

    init(entries: [(document: Int, count: Int)]) { self.entries = entries }

    /// Reads bytes; nil when they are damaged.
    init?(_ bytes: [UInt8], from first: Int) {
        entries = []
        var place = 0
        var document = first
        while place < bytes.count {
            guard let distance = Self.read(bytes, &place), let count = Self.read(bytes, &place) else { return nil }
            let (next, overflow) = document.addingReportingOverflow(distance)
            guard !overflow, entries.isEmpty || distance > 0, count > 0 else { return nil }
            document = next
            entries.append((document, count))
        }
    }

    private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func read(_ bytes: [UInt8], _ place: inout Int) -> Int? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count, shift < 56 {
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(value) }
            shift += 7
        }
        return nil
    }
}
