/// Counts the repeated ones among parts of a text.
final class SpanTable {
    private var slots: [UInt64] = []
    private var base: UInt64 = 1

    /// How many spans came before in the list, and how many scalars these have together.
    func duplicates(_ text: TextBytes, _ spans: WordSpans) -> (spans: Int, scalars: Int) {
        let count = spans.count
        guard count > 1, let letters = text.baseAddress else { return (0, 0) }
        prepare(count)
        let mask = SlotCount.of(count) - 1
        let base = base
        defer { self.base += UInt64(count) }
        var found = (spans: 0, scalars: 0)
        slots.withUnsafeMutableBufferPointer { slots in
            spans.starts.withUnsafeBufferPointer { starts in
                spans.ends.withUnsafeBufferPointer { ends in
                    for index in 0..<count {
                        let start = Int(starts[index])
                        let length = Int(ends[index]) - start
                        let hash = TextScan.hash(letters + start, length)
                        var slot = Int(truncatingIfNeeded: hash) & mask
                        let tag = hash >> 32
                        while true {
                            let entry = slots[slot]
                            let number = entry & 0xFFFF_FFFF
                            if number < base {
                                slots[slot] = tag << 32 | (base + UInt64(index))
                                break
                            }
                            let other = Int(number - base)
                            if entry >> 32 == tag, Int(ends[other]) - Int(starts[other]) == length,
                                TextScan.isEqual(letters + start, letters + Int(starts[other]), length)
                            {
                                found.spans += 1
                                found.scalars += TextScan.scalarCount(text, from: start, to: start + length)
                                break
                            }
                            slot = (slot + 1) & mask
                        }
                    }
                }
            }
        }
        return found
    }

    private func prepare(_ count: Int) {
        let size = SlotCount.of(count)
        if slots.count < size || base + UInt64(count) > 0xFFFF_FFFF {
            slots = [UInt64](repeating: 0, count: max(size, slots.count))
            base = 1
        }
    }
}

/// Sizes of open hash tables.
enum SlotCount {
    /// A power of two of at least twice the entries.
    static func of(_ entries: Int) -> Int {
        var size = 64
        while size < entries * 2 { size *= 2 }
        return size
    }
}
