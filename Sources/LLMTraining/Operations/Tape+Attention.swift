internal import LLMTensor

extension Tape {
    /// Causal attention within each packed sequence: queries `[rows, heads * dimension]`, keys and values
    /// `[rows, keyValueHeads * dimension]`, to `[rows, heads * dimension]`.
    func attend(
        _ queries: Variable, _ keys: Variable, _ values: Variable, _ shape: AttentionShape
    ) throws(TensorError) -> Variable {
        let rows = queries.rows
        let out = try buffers.buffer(rows * shape.queryStride)
        let logSumExp = try buffers.buffer(rows * shape.headCount)
        let (q, k, v) = (try queries.values.get(), try keys.values.get(), try values.values.get())
        let forward = AttentionForward(
            shape: shape, kernels: kernels, queries: q.base, keys: k.base, values: v.base, out: out.base,
            logSumExp: logSumExp.base)
        // Late blocks see the most keys: they go first.
        var units: [(sequence: Range<Int>, head: Int, part: Int)] = []
        for sequence in shape.sequences {
            for block in (0..<shape.blocks(sequence)).reversed() {
                for head in 0..<shape.keyValueHeadCount { units.append((sequence, head, block)) }
            }
        }
        try forEachUnit(units.count, shape) { index, scratch in
            let unit = units[index]
            forward.run(sequence: unit.sequence, head: unit.head, block: unit.part, scratch)
        }
        let slots = (queries.gradient, keys.gradient, values.gradient)
        return result(
            out, rows: rows, columns: shape.queryStride,
            isTrained: slots.0 != nil || slots.1 != nil || slots.2 != nil
        ) { [self] (dy: Buffer) throws(TensorError) in
            let (dq, dk, dv) = try attendBackward(forward, dy, rows: rows, keeping: (q, k, v, out, logSumExp))
            if let slot = slots.0 { try slot.add(dq, count: rows * shape.queryStride, on: self) }
            if let slot = slots.1 { try slot.add(dk, count: rows * shape.keyStride, on: self) }
            if let slot = slots.2 { try slot.add(dv, count: rows * shape.keyStride, on: self) }
        }
    }

    private func attendBackward(
        _ forward: AttentionForward, _ dy: Buffer, rows: Int, keeping: (Buffer, Buffer, Buffer, Buffer, Buffer)
    ) throws(TensorError) -> (Buffer, Buffer, Buffer) {
        let shape = forward.shape
        let count = rows * shape.keyStride
        let partitions = shape.sequences.map { shape.partitions($0) }
        let dq = try buffers.buffer(rows * shape.queryStride)
        var partial: [(keys: Buffer, values: Buffer)] = []
        for _ in 0..<(partitions.max() ?? 1) {
            let pair = (try buffers.buffer(count), try buffers.buffer(count))
            let (a, b) = (pair.0.base, pair.1.base)
            pool.forEachRange(of: count, atLeast: 4096) { range, _ in
                (a + range.lowerBound).update(repeating: 0, count: range.count)
                (b + range.lowerBound).update(repeating: 0, count: range.count)
            }
            partial.append(pair)
        }
        let backward = AttentionBackward(
            shape: shape, kernels: kernels, queries: forward.queries, keys: forward.keys, values: forward.values,
            out: forward.out, logSumExp: forward.logSumExp, outGradient: dy.base, queryGradient: dq.base)
        var units: [(sequence: Range<Int>, head: Int, part: Int)] = []
        for (sequence, parts) in zip(shape.sequences, partitions) {
            for part in 0..<parts {
                for head in 0..<shape.keyValueHeadCount { units.append((sequence, head, part)) }
            }
        }
        let bases = partial.map { (keys: $0.keys.base, values: $0.values.base) }
        try forEachUnit(units.count, shape) { index, scratch in
            let unit = units[index]
            backward.run(
                sequence: unit.sequence, head: unit.head, partition: unit.part,
                keyGradient: bases[unit.part].keys, valueGradient: bases[unit.part].values, scratch)
        }
        pool.forEachRange(of: count, atLeast: 4096) { range, _ in
            for pair in bases.dropFirst() {
                let start = range.lowerBound
                GradientKernels.addScaled(pair.keys + start, 1, count: range.count, to: bases[0].keys + start)
                GradientKernels.addScaled(pair.values + start, 1, count: range.count, to: bases[0].values + start)
            }
        }
        _ = keeping
        return (dq, partial[0].keys, partial[0].values)
    }

    /// Deals units of attention out to the threads, each with scratch memory of its own.
    private func forEachUnit(
        _ count: Int, _ shape: AttentionShape, _ body: (Int, AttentionScratch) -> Void
    ) throws(TensorError) {
        let size = AttentionScratch.count(shape, kernels)
        let memory = try buffers.buffer(size * pool.threadCount)
        let base = memory.base
        pool.forEachUnit(of: count) { unit, worker in body(unit, AttentionScratch(base + worker * size, shape)) }
        withExtendedLifetime(memory) {}
    }
}
