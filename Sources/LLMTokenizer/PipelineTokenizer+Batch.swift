internal import LLMTensor

extension PipelineTokenizer {
    /// So many bytes of text are handed to a thread at once.
    private static let unitBytes = 1 << 18

    func encodeBatch(
        _ texts: [UnsafeRawBufferPointer], addSpecialTokens: Bool, parseSpecialTokens: Bool, threadCount: Int
    ) -> TokenRows {
        let units = Self.units(texts)
        let threads = min(threadCount > 0 ? threadCount : ComputePool.processorCount, units.count)
        let work = BatchWork(rows: texts.count, units: units.count)
        let encode: (Int) -> Void = { unit in
            self.withScratch { scratch in
                scratch.reset(tracksLengths: false)
                for row in units[unit] {
                    if addSpecialTokens { for id in self.prefix { scratch.append(id, length: 0) } }
                    self.encodeRepaired(texts[row], parseSpecialTokens, scratch)
                    if addSpecialTokens { for id in self.suffix { scratch.append(id, length: 0) } }
                    work.ends[row] = scratch.count
                }
                work.keep(unit, scratch)
            }
        }
        let pool = threads > 1 ? ComputePool(threadCount: threads) : nil
        if let pool {
            pool.forEachUnit(of: units.count) { unit, _ in encode(unit) }
        } else {
            for unit in units.indices { encode(unit) }
        }
        var offsets = [0]
        offsets.reserveCapacity(texts.count + 1)
        var starts: [Int] = []
        var total = 0
        for (unit, rows) in units.enumerated() {
            starts.append(total)
            for row in rows { offsets.append(total + work.ends[row]) }
            total += work.counts[unit]
        }
        let ids = [TokenID](unsafeUninitializedCapacity: total) { buffer, count in
            count = total
            guard let base = buffer.baseAddress else { return }
            let copy: (Int) -> Void = { unit in work.take(unit, base + starts[unit]) }
            if let pool {
                pool.forEachUnit(of: units.count) { unit, _ in copy(unit) }
            } else {
                for unit in units.indices { copy(unit) }
            }
        }
        return TokenRows(ids: ids, offsets: offsets)
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

/// What the units of a batch have written; each entry is touched by one thread only.
private final class BatchWork: @unchecked Sendable {
    /// Where each row ends, counted from the start of its unit.
    let ends: UnsafeMutablePointer<Int>
    let counts: UnsafeMutablePointer<Int>
    private let ids: UnsafeMutablePointer<UnsafeMutablePointer<TokenID>?>
    private let units: Int

    init(rows: Int, units: Int) {
        self.units = units
        ends = .allocate(capacity: max(rows, 1))
        ends.initialize(repeating: 0, count: rows)
        counts = .allocate(capacity: max(units, 1))
        counts.initialize(repeating: 0, count: units)
        ids = .allocate(capacity: max(units, 1))
        ids.initialize(repeating: nil, count: units)
    }

    deinit {
        for unit in 0..<units { ids[unit]?.deallocate() }
        ends.deallocate()
        counts.deallocate()
        ids.deallocate()
    }

    /// Keeps a copy of what the scratch holds.
    func keep(_ unit: Int, _ scratch: EncodeScratch) {
        let copy = UnsafeMutablePointer<TokenID>.allocate(capacity: max(scratch.count, 1))
        copy.update(from: scratch.ids, count: scratch.count)
        ids[unit] = copy
        counts[unit] = scratch.count
    }

    /// Moves what a unit kept to its place.
    func take(_ unit: Int, _ target: UnsafeMutablePointer<TokenID>) {
        guard let kept = ids[unit] else { return }
        target.update(from: kept, count: counts[unit])
        kept.deallocate()
        ids[unit] = nil
    }
}
