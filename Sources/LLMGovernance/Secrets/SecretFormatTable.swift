/// The forms by their first two bytes.
struct SecretFormatTable: Sendable {
    static let standard = SecretFormatTable(SecretFormat.all)

    /// Per pair of bytes: one more than the index into `lists`.
    private let slots: [UInt8]
    private let lists: [[SecretFormat]]

    init(_ formats: [SecretFormat]) {
        var slots = [UInt8](repeating: 0, count: 1 << 14)
        var lists: [[SecretFormat]] = []
        for format in formats where format.prefix.count >= 2 {
            let key = Self.key(format.prefix[0], format.prefix[1])
            if slots[key] == 0 {
                lists.append([])
                slots[key] = UInt8(truncatingIfNeeded: lists.count)
            }
            lists[Int(slots[key]) - 1].append(format)
        }
        self.slots = slots
        self.lists = lists
    }

    @inline(__always) private static func key(_ first: UInt8, _ second: UInt8) -> Int {
        Int(first & 0x7F) << 7 | Int(second & 0x7F)
    }

    @inline(__always) func formats(_ first: UInt8, _ second: UInt8) -> [SecretFormat]? {
        let slot = slots[Self.key(first, second)]
        return slot == 0 ? nil : lists[Int(slot) - 1]
    }
}
