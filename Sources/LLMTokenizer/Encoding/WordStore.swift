internal import Synchronization

/// Owns the memory of a ``KnownWords``.
final class WordStore: Sendable {
    private static let mostBits = 21
    private let memory: LargeMemory
    nonisolated(unsafe) let table: KnownWords
    private let inserted = Atomic<Int>(0)

    /// - Parameter bits: room for 2^bits short words, at least 10.
    init(bits: Int) {
        let count = 1 << bits
        let placeBits = bits - 2
        let bytes = count * MemoryLayout<KnownWords.Entry>.stride
        let arenaCount = max(count * 4, 1 << 14)
        memory = LargeMemory(byteCount: 64 + bytes + 8 << placeBits + arenaCount * 4, isZeroed: true)
        let used = memory.pointer
        let entries = used + 64
        let places = entries + bytes
        table = KnownWords(
            entries: entries.bindMemory(to: KnownWords.Entry.self, capacity: count), bits: Int32(bits),
            places: places.bindMemory(to: Atomic<UInt64>.self, capacity: 1 << placeBits), placeBits: Int32(placeBits),
            arena: (places + 8 << placeBits).bindMemory(to: Int32.self, capacity: arenaCount), arenaCount: arenaCount,
            arenaUsed: used.bindMemory(to: Atomic<Int>.self, capacity: 1))
    }

    /// For a text of so many bytes, of which about one word in four is new.
    static func bits(forBytes count: Int) -> Int {
        var bits = 14
        while bits < mostBits - 1, 64 << bits < count { bits += 1 }
        return bits
    }

    /// Counts what a thread has put in.
    func note(_ number: Int) { inserted.wrappingAdd(number, ordering: .relaxed) }

    /// Whether it is time for another one.
    var isCrowded: Bool { inserted.load(ordering: .relaxed) > 3 << (Int(table.bits) - 2) }

    /// An empty one to go on with, with more room.
    func next(atMost limit: Int = mostBits) -> WordStore { WordStore(bits: min(Int(table.bits) + 3, limit)) }
}

/// The store that the threads of large batches share, kept for the next batch.
final class SharedWordStore: Sendable {
    private let store = Mutex<WordStore?>(nil)

    /// A store for a batch of so many bytes.
    func take(forBytes count: Int) -> WordStore {
        store.withLock { store in
            let bits = WordStore.bits(forBytes: count)
            if let known = store, known.table.bits >= bits, !known.isCrowded { return known }
            let fresh = store.map { $0.isCrowded ? $0.next() : WordStore(bits: bits) } ?? WordStore(bits: bits)
            store = fresh
            return fresh
        }
    }
}
