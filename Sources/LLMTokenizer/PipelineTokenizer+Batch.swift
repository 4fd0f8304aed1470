internal import LLMTensor
internal import Synchronization

extension PipelineTokenizer {
    /// So many bytes of text are handed to a thread at once.
    private static let unitBytes = 1 << 18

    /// From so many bytes on, the threads share the words they know.
    private static let sharingBytes = 1 << 20

    func encodeBatch(
        _ texts: [UnsafeRawBufferPointer], addSpecialTokens: Bool, parseSpecialTokens: Bool, threadCount: Int
    ) -> TokenRows {
        let units = Self.units(texts)
        let threads = min(threadCount > 0 ? threadCount : ComputePool.processorCount, units.count)
        let pool = threads > 1 ? ComputePool(threadCount: threads) : nil
        let added = addSpecialTokens ? prefix.count + suffix.count : 0
        let byteCount = texts.reduce(0) { $0 + $1.count }
        let words =
            knowsWords && byteCount >= Self.sharingBytes
            ? sharedWords.take(forBytes: byteCount * (segments?.wordCost ?? 1)) : nil
        // Few texts have more tokens than bytes. What is not used is never touched.
        var capacity = byteCount + added * texts.count
        while true {
            let work = BatchWork(rows: texts.count, units: units.count)
            let ids = [TokenID](unsafeUninitializedCapacity: capacity) { buffer, count in
                let target = buffer
                if let start = UnsafeMutableRawPointer(buffer.baseAddress) {
                    LargeMemory.prefersHugePages(start, capacity * MemoryLayout<TokenID>.stride)
                }
                let encode: (Int) -> Void = { unit in
                    self.withScratch { scratch in
                        scratch.reset(tracksLengths: false)
                        scratch.useWords(of: words)
                        defer { scratch.useWords(of: nil) }
                        // What most texts need, so that nothing is written anew while it grows.
                        scratch.reserve(units[unit].reduce(0) { $0 + texts[$1].count } / 2)
                        for row in units[unit] {
                            if addSpecialTokens { for id in self.prefix { scratch.append(id, length: 0) } }
                            self.encodeRepaired(texts[row], parseSpecialTokens, scratch)
                            if addSpecialTokens { for id in self.suffix { scratch.append(id, length: 0) } }
                            work.ends[row] = scratch.count
                        }
                        work.finish(unit, scratch, target)
                    }
                }
                if let pool {
                    pool.forEachUnit(of: units.count) { unit, _ in encode(unit) }
                } else {
                    for unit in units.indices { encode(unit) }
                }
                count = work.total <= capacity ? work.total : 0
            }
            if work.total > capacity {
                capacity = work.total
                continue
            }
            var offsets = [0]
            offsets.reserveCapacity(texts.count + 1)
            for (unit, rows) in units.enumerated() {
                for row in rows { offsets.append(work.starts[unit] + work.ends[row]) }
            }
            return TokenRows(ids: ids, offsets: offsets)
        }
    }

    /// Rows next to each other, in parts of about equal size.
    private static func units(_ texts: [UnsafeRawBufferPointer]) -> [Range<Int>] {
        var units: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for row in texts.indices {
            bytes += texts[row].count
            if bytes >= unitBytes || row + 1 == texts.count {
                units.append(start..<(row + 1))
                start = row + 1
                bytes = 0
            }
        }
        return units
    }
}

/// Brings the ids of units to their places while others are still being made.
///
/// Where a unit goes is known when all before it are finished; until then it is kept.
private final class BatchWork: @unchecked Sendable {
    /// Where each row ends, counted from the start of its unit; each entry is written by one thread.
    let ends: UnsafeMutablePointer<Int>
    /// Where each unit begins, -1 while not known. Like what follows, guarded by `lock` until all is done.
    let starts: UnsafeMutablePointer<Int>
    private let counts: UnsafeMutablePointer<Int>
    private let kept: UnsafeMutablePointer<UnsafeMutablePointer<TokenID>?>
    private let units: Int
    private var placed = 0
    private(set) var total = 0
    private let lock = Mutex(())

    init(rows: Int, units: Int) {
        self.units = units
        ends = .allocate(capacity: max(rows, 1))
        ends.initialize(repeating: 0, count: rows)
        starts = .allocate(capacity: max(units, 1))
        starts.initialize(repeating: -1, count: units)
        counts = .allocate(capacity: max(units, 1))
        counts.initialize(repeating: -1, count: units)
        kept = .allocate(capacity: max(units, 1))
        kept.initialize(repeating: nil, count: units)
    }

    deinit {
        for unit in 0..<units { kept[unit]?.deallocate() }
        ends.deallocate()
        starts.deallocate()
        counts.deallocate()
        kept.deallocate()
    }

    /// Takes over what the scratch holds.
    func finish(_ unit: Int, _ scratch: EncodeScratch, _ target: UnsafeMutableBufferPointer<TokenID>) {
        let number = scratch.count
        var known = lock.withLock { _ in place(unit, number) }
        if known.isEmpty {
            let copy = UnsafeMutablePointer<TokenID>.allocate(capacity: max(number, 1))
            copy.update(from: scratch.ids, count: number)
            // Those before it may have come in the meantime.
            known = lock.withLock { _ in
                kept[unit] = copy
                return placeKept()
            }
        } else {
            put(scratch.ids, unit, target)
        }
        for other in known where other != unit || kept[other] != nil {
            guard let ids = kept[other] else { continue }
            put(ids, other, target)
            ids.deallocate()
            kept[other] = nil
        }
    }

    /// If all units before are placed, places this one and those behind it that are kept.
    private func place(_ unit: Int, _ number: Int) -> [Int] {
        counts[unit] = number
        guard unit == placed else { return [] }
        starts[unit] = total
        total += number
        placed += 1
        return [unit] + placeKept()
    }

    private func placeKept() -> [Int] {
        var found: [Int] = []
        while placed < units, kept[placed] != nil {
            starts[placed] = total
            total += counts[placed]
            found.append(placed)
            placed += 1
        }
        return found
    }

    private func put(_ ids: UnsafePointer<TokenID>, _ unit: Int, _ target: UnsafeMutableBufferPointer<TokenID>) {
        guard let base = target.baseAddress, starts[unit] + counts[unit] <= target.count else { return }
        (base + starts[unit]).update(from: ids, count: counts[unit])
    }
}
