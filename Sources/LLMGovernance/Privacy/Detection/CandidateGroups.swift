/// A candidate cut into groups at single separators: its letters in capitals and digits without the separators.
struct CandidateGroups {
    static let textCapacity = 40
    static let groupCapacity = 10

    /// Owned by the scan through this box; freed with it.
    private let storage = Storage()
    private(set) var textCount = 0
    private(set) var groupCount = 0
    private(set) var hasLowercase = false

    final class Storage {
        let text = UnsafeMutablePointer<UInt8>.allocate(capacity: CandidateGroups.textCapacity)
        /// Per group: where it ends in the text, where among the letters and digits, and the separator before it.
        let ends = UnsafeMutablePointer<(text: Int, compact: Int, separator: UInt8)>.allocate(
            capacity: CandidateGroups.groupCapacity)
        deinit {
            text.deallocate()
            ends.deallocate()
        }
    }

    var text: UnsafePointer<UInt8> { UnsafePointer(storage.text) }

    func end(_ group: Int) -> (text: Int, compact: Int, separator: UInt8) { storage.ends[group] }

    mutating func removeAll() {
        textCount = 0
        groupCount = 0
        hasLowercase = false
    }

    /// Adds a word as a group; false when there is no room.
    mutating func append(_ bytes: UnsafePointer<UInt8>, _ range: Range<Int>, separator: UInt8) -> Bool {
        guard groupCount < Self.groupCapacity, textCount + range.count <= Self.textCapacity else { return false }
        for index in range {
            if ByteClass.isLower(bytes[index]) { hasLowercase = true }
            storage.text[textCount] = ByteClass.uppercased(bytes[index])
            textCount += 1
        }
        storage.ends[groupCount] = (range.upperBound, textCount, separator)
        groupCount += 1
        return true
    }
}
