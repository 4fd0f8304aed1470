internal import LLMTensor

extension DecoderStep {
    /// Rotates the new keys and puts keys and values of this thread's rows into their pages.
    func storeKeysAndValues(_ context: StepContext, _ layer: PackedLayer, _ layerIndex: Int) {
        let share = rowShare(context.worker, context.workerCount)
        for sequence in sequences {
            let lower = max(sequence.firstRow, share.lowerBound)
            let upper = min(sequence.firstRow + sequence.rowCount, share.upperBound)
            guard lower < upper else { continue }
            for row in lower..<upper {
                for head in 0..<layout.keyValueHeadCount {
                    store(sequence, layer, layerIndex, row: row, head: head, context)
                }
            }
        }
    }

    /// One position of one head into its page.
    private func store(
        _ sequence: StepSequence, _ layer: PackedLayer, _ layerIndex: Int, row: Int, head: Int,
        _ context: StepContext
    ) {
        let dimension = layout.headDimension
        let position = Int(positions[row])
        guard let page = sequence.pages[position / KeyValuePage.positions] else { return }
        let slot = position % KeyValuePage.positions
        let base = UnsafeMutableRawPointer(mutating: page)
        let source = workspace.keys + row * strides.keys + head * dimension
        let key = context.own.attentionOut
        key.update(from: source, count: dimension)
        if let norm = layer.keyNorm { normalize(key, norm, count: dimension, into: key) }
        rotate(key, kind: layer.attentionKind, position: position)
        let value = workspace.values + row * strides.keys + head * dimension
        let keyArea = base + layout.keyOffset(layer: layerIndex, head: head)
        let valueArea = base + layout.valueOffset(layer: layerIndex, head: head)
        let scratch = UnsafeMutableRawPointer(context.own.attentionScores)
        switch layout.type {
        case .float32:
            let keys = keyArea.assumingMemoryBound(to: Float.self) + slot
            for index in 0..<dimension { keys[KeyValuePage.positions * index] = key[index] }
            (valueArea.assumingMemoryBound(to: Float.self) + slot * layout.valueWidth).update(
                from: value, count: dimension)
        case .float16:
            let halves = scratch.assumingMemoryBound(to: UInt16.self)
            kernels.toHalf(key, into: halves, count: dimension)
            let keys = keyArea.assumingMemoryBound(to: UInt16.self) + slot
            for index in 0..<dimension { keys[KeyValuePage.positions * index] = halves[index] }
            kernels.toHalf(
                value, into: valueArea.assumingMemoryBound(to: UInt16.self) + slot * layout.valueWidth,
                count: dimension)
        case .bfloat16:
            let keys = keyArea.assumingMemoryBound(to: UInt16.self) + slot
            let values = valueArea.assumingMemoryBound(to: UInt16.self) + slot * layout.valueWidth
            for index in 0..<dimension {
                keys[KeyValuePage.positions * index] = HalfPrecision.bfloat16(key[index])
                values[index] = HalfPrecision.bfloat16(value[index])
            }
        case .q8:
            storeCodes(key, value, keyArea, valueArea, slot: slot, scratch.assumingMemoryBound(to: Int8.self))
        }
    }

    /// One position of one head as codes, with their scales behind those of all positions.
    private func storeCodes(
        _ key: UnsafePointer<Float>, _ value: UnsafePointer<Float>, _ keyArea: UnsafeMutableRawPointer,
        _ valueArea: UnsafeMutableRawPointer, slot: Int, _ codes: UnsafeMutablePointer<Int8>
    ) {
        let (dimension, width, positions) = (layout.headDimension, layout.valueWidth, KeyValuePage.positions)
        let keys = keyArea.assumingMemoryBound(to: Int8.self) + slot
        let values = valueArea.assumingMemoryBound(to: Int8.self) + slot * width
        let keyScales = (keyArea + positions * dimension).assumingMemoryBound(to: UInt16.self) + slot
        let valueBlocks = layout.type.scaleBytes(dimensions: width) / 2
        let valueScales = (valueArea + positions * width).assumingMemoryBound(to: UInt16.self) + slot * valueBlocks
        for first in stride(from: 0, to: dimension, by: KeyValueType.scaleDimensions) {
            let count = min(KeyValueType.scaleDimensions, dimension - first)
            let block = first / KeyValueType.scaleDimensions
            keyScales[positions * block] = KeyValueType.quantize(key + first, count: count, into: codes)
            for index in 0..<count { keys[positions * (first + index)] = codes[index] }
            valueScales[block] = KeyValueType.quantize(value + first, count: count, into: values + first)
        }
    }

    @inline(__always)
    private func rotate(_ head: UnsafeMutablePointer<Float>, kind: Int, position: Int) {
        guard let table = rotaryTables[kind] else { return }
        let half = table.dimensions / 2
        kernels.rotate(
            head, cosines: table.cosines + position * half, sines: table.sines + position * half,
            dimensions: table.dimensions, isInterleaved: table.isInterleaved)
    }

    /// All attention of a block: units of (sequence, key/value head, query tile or page range) dealt out to the threads.
    func attend(_ context: StepContext, _ layer: PackedLayer, _ layerIndex: Int, phase: Int) {
        let heads = layout.keyValueHeadCount
        let tile = workspace.tileTokens
        var unit = nextUnit(phase)
        var before = 0
        for sequence in sequences {
            let isDecoding = sequence.rowCount <= DecoderWorkspace.privateRowLimit
            let parts = isDecoding ? sequence.chunkCount : (sequence.rowCount + tile - 1) / tile
            let units = parts * heads
            while unit < before + units {
                let index = unit - before
                let head = index % heads
                if isDecoding {
                    attendChunk(context, layer, layerIndex, sequence, head: head, chunk: index / heads)
                } else {
                    // Late tiles see the most positions: they go first.
                    let first = (parts - 1 - index / heads) * tile
                    attendRows(
                        context, layer, layerIndex, sequence, head: head,
                        rows: first..<min(first + tile, sequence.rowCount))
                }
                unit = nextUnit(phase)
            }
            before += units
        }
    }

    /// Copies, normalizes, rotates and scales the queries of some rows and all heads of a group:
    /// `[rows * group][dimension]`, and the positions each may see.
    private func gatherQueries(
        _ context: StepContext, _ layer: PackedLayer, _ sequence: StepSequence, head: Int, rows: Range<Int>
    ) {
        let own = context.own
        let dimension = layout.headDimension
        let attention = configuration.attention
        let group = attention.headCount / attention.keyValueHeadCount
        let window = configuration.attentionKinds[layer.attentionKind].slidingWindow
        var index = 0
        for row in rows {
            let position = sequence.start + row
            let source = workspace.queries + (sequence.firstRow + row) * strides.queries + head * group * dimension
            for member in 0..<group {
                let query = own.attentionQueries + index * dimension
                query.update(from: source + member * dimension, count: dimension)
                if let norm = layer.queryNorm { normalize(query, norm, count: dimension, into: query) }
                rotate(query, kind: layer.attentionKind, position: position)
                for i in 0..<dimension { query[i] *= attention.scale }
                own.upper[index] = Int32(position + 1)
                own.lower[index] = Int32(max(0, window.map { position + 1 - $0 } ?? 0))
                index += 1
            }
        }
    }

    /// First position any of the rows may see.
    private func firstVisible(_ layer: PackedLayer, position: Int) -> Int {
        guard let window = configuration.attentionKinds[layer.attentionKind].slidingWindow else { return 0 }
        return max(0, position + 1 - window)
    }

    private func runAttention(
        _ context: StepContext, _ layerIndex: Int, _ sequence: StepSequence, head: Int, count: Int,
        positions: Range<Int>
    ) {
        let own = context.own
        kernels.attend(
            pages: sequence.pages, keyOffset: layout.keyOffset(layer: layerIndex, head: head),
            valueOffset: layout.valueOffset(layer: layerIndex, head: head), type: layout.type,
            dimension: layout.headDimension, valueWidth: layout.valueWidth, queries: own.attentionQueries, rows: count,
            lower: own.lower, upper: own.upper, positions: positions,
            softcap: configuration.attention.softcap ?? 0, out: own.attentionOut, maxima: own.maxima, sums: own.sums,
            scratch: own.attentionScores)
    }

    /// A tile of prompt rows over everything they see.
    private func attendRows(
        _ context: StepContext, _ layer: PackedLayer, _ layerIndex: Int, _ sequence: StepSequence, head: Int,
        rows: Range<Int>
    ) {
        let own = context.own
        let dimension = layout.headDimension
        let group = configuration.attention.headCount / configuration.attention.keyValueHeadCount
        gatherQueries(context, layer, sequence, head: head, rows: rows)
        let first = firstVisible(layer, position: sequence.start + rows.lowerBound)
        runAttention(
            context, layerIndex, sequence, head: head, count: rows.count * group,
            positions: first..<(sequence.start + rows.upperBound))
        var index = 0
        for row in rows {
            for member in 0..<group {
                let out =
                    workspace.attended + (sequence.firstRow + row) * strides.queries + (head * group + member)
                    * dimension
                let source = own.attentionOut + index * layout.valueWidth
                let factor = 1 / own.sums[index]
                for i in 0..<dimension { out[i] = source[i] * factor }
                index += 1
            }
        }
    }

    /// Positions of one page range of a decoding sequence.
    private func chunkPositions(_ layer: PackedLayer, _ sequence: StepSequence, chunk: Int) -> Range<Int> {
        let end = sequence.start + sequence.rowCount
        let pages = (end + KeyValuePage.positions - 1) / KeyValuePage.positions
        let lower = pages * chunk / sequence.chunkCount * KeyValuePage.positions
        let upper = min(pages * (chunk + 1) / sequence.chunkCount * KeyValuePage.positions, end)
        return lower..<max(lower, upper)
    }

    /// All rows of a decoding sequence over one page range: partial results, or final ones when there is one range.
    private func attendChunk(
        _ context: StepContext, _ layer: PackedLayer, _ layerIndex: Int, _ sequence: StepSequence, head: Int,
        chunk: Int
    ) {
        let own = context.own
        let positions = chunkPositions(layer, sequence, chunk: chunk)
        if isPrivate {
            for row in 0..<sequence.rowCount where positions.contains(sequence.start + row) {
                store(sequence, layer, layerIndex, row: sequence.firstRow + row, head: head, context)
            }
        }
        let group = configuration.attention.headCount / configuration.attention.keyValueHeadCount
        gatherQueries(context, layer, sequence, head: head, rows: 0..<sequence.rowCount)
        let first = max(positions.lowerBound, firstVisible(layer, position: sequence.start))
        runAttention(
            context, layerIndex, sequence, head: head, count: sequence.rowCount * group,
            positions: min(first, positions.upperBound)..<positions.upperBound)
        let width = layout.valueWidth
        var index = 0
        for row in 0..<sequence.rowCount {
            for member in 0..<group {
                let out = partial(row: sequence.firstRow + row, head: head * group + member, chunk: chunk)
                out[0] = own.maxima[index]
                out[1] = own.sums[index]
                (out + 2).update(from: own.attentionOut + index * width, count: width)
                index += 1
            }
        }
    }

    @inline(__always)
    private func partial(row: Int, head: Int, chunk: Int) -> UnsafeMutablePointer<Float> {
        let size = layout.valueWidth + 2
        return workspace.partials
            + ((row * configuration.attention.headCount + head) * DecoderWorkspace.chunkLimit + chunk) * size
    }

    /// Puts partial results together and quantizes the attention's output as the input of the next product.
    func gatherAttention(_ context: StepContext) {
        let columns = configuration.attention.headCount * layout.headDimension
        let buffer = activationBuffer(context)
        let share = rowShare(context.worker, context.workerCount)
        let target = isPrivate ? buffer.values : workspace.attended
        for sequence in sequences {
            let lower = max(sequence.firstRow, share.lowerBound)
            let upper = min(sequence.firstRow + sequence.rowCount, share.upperBound)
            guard lower < upper else { continue }
            let isDecoding = sequence.rowCount <= DecoderWorkspace.privateRowLimit
            for row in lower..<upper {
                let out = target + row * strides.queries
                if isDecoding { combine(row: row, chunks: sequence.chunkCount, into: out) }
                quantize(buffer, out, row: row, columns: columns)
            }
        }
        if !isPrivate { model.pool.barrier() }
    }

    private func combine(row: Int, chunks: Int, into out: UnsafeMutablePointer<Float>) {
        let dimension = layout.headDimension
        for head in 0..<configuration.attention.headCount {
            let target = out + head * dimension
            var largest = -Float.infinity
            for chunk in 0..<chunks { largest = max(largest, partial(row: row, head: head, chunk: chunk)[0]) }
            var total: Float = 0
            for i in 0..<dimension { target[i] = 0 }
            for chunk in 0..<chunks {
                let part = partial(row: row, head: head, chunk: chunk)
                guard part[1] > 0 else { continue }
                let weight = exponential(part[0] - largest)
                total += part[1] * weight
                for i in 0..<dimension { target[i] += part[2 + i] * weight }
            }
            let factor = 1 / total
            for i in 0..<dimension { target[i] *= factor }
        }
    }
}
