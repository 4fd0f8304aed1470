internal import LLMTensor
internal import LLMTokenizer
internal import Synchronization

/// One pass of a group of sequences through all blocks, without padding.
///
/// Sequences are put together to chunks of some hundred tokens, small enough that a chunk's activations stay in the
/// second-level cache. Threads take whole chunks and never wait for each other; with fewer chunks than threads, all work
/// on the same chunk and meet at barriers. Each number is computed by one thread in a fixed order.
final class EncoderRun: ParallelTask, @unchecked Sendable {
    /// Tokens a chunk is filled up to.
    private static let chunkRows = 192
    /// Tokens of one group: bounds the memory of a call.
    static func rowLimit(_ configuration: EncoderConfiguration) -> Int { max(4096, configuration.contextLength) }

    static func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }

    let model: EncoderCore
    let configuration: EncoderConfiguration
    let kernels: Kernels
    private let workspaces: [EncoderWorkspace]
    private let scratches: [EncoderScratch]
    private let outputs: AlignedMemory
    private let next = Atomic<Int>(0)

    // Of the current call.
    private var sequences: [[TokenID]] = []
    private var types: [[Int32]]?
    private var first = 0
    /// First row of each sequence of the group in the output, and the end.
    private var starts: [Int] = []
    private var chunks: [Range<Int>] = []
    private var isCooperative = false

    init(_ model: EncoderCore) throws(TensorError) {
        self.model = model
        configuration = model.configuration
        kernels = model.kernels
        var workspaces: [EncoderWorkspace] = []
        var scratches: [EncoderScratch] = []
        for _ in 0..<model.pool.threadCount {
            workspaces.append(
                try EncoderWorkspace(configuration, rows: max(Self.chunkRows, configuration.contextLength)))
            scratches.append(try EncoderScratch(configuration))
        }
        self.workspaces = workspaces
        self.scratches = scratches
        outputs = try AlignedMemory(byteCount: 4 * Self.rowLimit(configuration) * configuration.hiddenSize)
    }

    /// Runs the sequences of `range`; results lie in ``output(of:)`` until the next call.
    func encode(_ sequences: [[TokenID]], _ types: [[Int32]]?, range: Range<Int>) {
        self.sequences = sequences
        self.types = types
        first = range.lowerBound
        starts = [0]
        chunks = []
        var chunkStart = range.lowerBound
        var rows = 0
        for index in range {
            let count = sequences[index].count
            if rows > 0, rows + count > Self.chunkRows {
                chunks.append(chunkStart..<index)
                chunkStart = index
                rows = 0
            }
            rows += count
            starts.append((starts.last ?? 0) + count)
        }
        chunks.append(chunkStart..<range.upperBound)
        isCooperative = chunks.count < model.pool.threadCount
        next.store(0, ordering: .relaxed)
        model.pool.run(self)
    }

    /// `[tokens, hidden]` of a sequence of the last call.
    func output(of sequence: Int) -> UnsafeBufferPointer<Float> {
        let index = sequence - first
        let base = outputs.base.assumingMemoryBound(to: Float.self)
        let size = configuration.hiddenSize
        return UnsafeBufferPointer(
            start: base + starts[index] * size, count: (starts[index + 1] - starts[index]) * size)
    }

    func execute(worker: Int, of workerCount: Int) {
        if isCooperative {
            for chunk in chunks {
                run(Team(space: workspaces[0], scratch: scratches[worker], worker: worker, count: workerCount), chunk)
            }
            return
        }
        let team = Team(space: workspaces[worker], scratch: scratches[worker], worker: 0, count: 1)
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= chunks.count { return }
            run(team, chunks[index])
        }
    }

    /// The threads that share a chunk, seen from one of them.
    struct Team {
        let space: EncoderWorkspace
        let scratch: EncoderScratch
        let worker: Int
        let count: Int

        func share(_ total: Int) -> Range<Int> { total * worker / count..<total * (worker + 1) / count }
    }

    private func meet(_ team: Team) { if team.count > 1 { model.pool.barrier() } }

    private func run(_ team: Team, _ chunk: Range<Int>) {
        let base = starts[chunk.lowerBound - first]
        let rows = starts[chunk.upperBound - first] - base
        guard rows > 0 else { return }
        let space = team.space
        let stride = Self.padded(configuration.hiddenSize)
        let innerStride = Self.padded(configuration.intermediateSize)
        embed(team, chunk, base: base, rows: rows, stride: stride)
        meet(team)
        for layer in model.layers {
            let input = view(space, rows, configuration.hiddenSize, space.hidden, stride)
            multiply(team, layer.query, input, rows, into: space.queries, stride: stride)
            multiply(team, layer.key, input, rows, into: space.keys, stride: stride)
            multiply(team, layer.value, input, rows, into: space.values, stride: stride)
            meet(team)
            attend(team, chunk, base: base, stride: stride)
            meet(team)
            quantize(team, space.attended, rows, configuration.hiddenSize, stride)
            meet(team)
            let attended = view(space, rows, configuration.hiddenSize, space.attended, stride)
            multiply(team, layer.output, attended, rows, into: space.delta, stride: stride)
            meet(team)
            addAndNormalize(team, layer.attentionNorm, rows, stride)
            meet(team)
            let normalized = view(space, rows, configuration.hiddenSize, space.hidden, stride)
            multiply(
                team, layer.up, normalized, rows, into: space.inner, stride: innerStride,
                activation: configuration.activation.kernelCode)
            meet(team)
            quantize(team, space.inner, rows, configuration.intermediateSize, innerStride)
            meet(team)
            let inner = view(space, rows, configuration.intermediateSize, space.inner, innerStride)
            multiply(team, layer.down, inner, rows, into: space.delta, stride: stride)
            meet(team)
            addAndNormalize(team, layer.feedForwardNorm, rows, stride)
            meet(team)
        }
        let size = configuration.hiddenSize
        let out = outputs.base.assumingMemoryBound(to: Float.self) + base * size
        for row in team.share(rows) { (out + row * size).update(from: space.hidden + row * stride, count: size) }
        // The next chunk deals its rows out differently.
        meet(team)
    }

    // MARK: Parts of a block

    private func view(
        _ space: EncoderWorkspace, _ rows: Int, _ columns: Int, _ values: UnsafePointer<Float>, _ stride: Int
    ) -> Activations {
        space.activations.view(tokens: rows, columns: columns, planes: 2, values: values, valueStride: stride)
    }

    private func quantize(
        _ team: Team, _ values: UnsafePointer<Float>, _ rows: Int, _ columns: Int, _ stride: Int
    ) {
        guard model.readsQuantizedActivations, columns % 32 == 0 else { return }
        for row in team.share(rows) {
            team.space.activations.quantize(
                values + row * stride, token: row, columns: columns, planes: 2, with: kernels)
        }
    }

    /// This thread's panels of a product, with bias and activation.
    private func multiply(
        _ team: Team, _ linear: PackedLinear, _ input: Activations, _ rows: Int,
        into out: UnsafeMutablePointer<Float>, stride: Int, activation: Int32? = nil
    ) {
        for panel in team.share(linear.matrix.panelCount) {
            let target = out + 32 * panel
            kernels.multiply(
                linear.matrix, panels: panel..<panel + 1, input, into: target, stride: stride,
                scratch: team.scratch.kernel)
            let count = min(32, linear.matrix.rows - 32 * panel)
            for row in 0..<rows {
                let place = target + row * stride
                if let bias = linear.bias { kernels.add(bias.base + 32 * panel, to: place, count: count) }
                if let activation { kernels.activate(place, up: nil, function: activation, count: count) }
            }
        }
    }

    /// The sum of the embeddings, normalized; and quantized as the first input.
    private func embed(_ team: Team, _ chunk: Range<Int>, base: Int, rows: Int, stride: Int) {
        let size = configuration.hiddenSize
        let table = model.tokenEmbedding
        let perRow = size / table.elementType.elementsPerBlock
        let share = team.share(rows)
        for index in chunk {
            let sequence = sequences[index]
            let start = starts[index - first] - base
            for position in sequence.indices where share.contains(start + position) {
                let row = start + position
                let out = team.space.hidden + row * stride
                let target = UnsafeMutableBufferPointer(start: out, count: size)
                // The token was checked against the vocabulary, the only way this fails.
                try? table.dequantize(firstBlock: Int(sequence[position]) * perRow, into: target)
                model.positions.withUnsafeBufferPointer {
                    let place = (configuration.firstPosition + position) * size
                    for column in 0..<size { out[column] += $0[place + column] }
                }
                if !model.types.isEmpty {
                    let place = Int(types?[index][position] ?? 0) * size
                    model.types.withUnsafeBufferPointer { for column in 0..<size { out[column] += $0[place + column] } }
                }
            }
        }
        normalize(team, model.embeddingNorm, rows, stride)
    }

    private func addAndNormalize(_ team: Team, _ norm: PackedNorm, _ rows: Int, _ stride: Int) {
        for row in team.share(rows) {
            kernels.add(
                team.space.delta + row * stride, to: team.space.hidden + row * stride, count: configuration.hiddenSize)
        }
        normalize(team, norm, rows, stride)
    }

    private func normalize(_ team: Team, _ norm: PackedNorm, _ rows: Int, _ stride: Int) {
        for row in team.share(rows) {
            let x = team.space.hidden + row * stride
            kernels.layerNorm(
                x, weight: norm.weight.base, bias: norm.bias?.base, epsilon: configuration.epsilon,
                count: configuration.hiddenSize, into: x)
        }
        quantize(team, team.space.hidden, rows, configuration.hiddenSize, stride)
    }

    // MARK: Attention

    /// Every token of a sequence sees every other: units of (sequence, head) dealt out to the team.
    private func attend(_ team: Team, _ chunk: Range<Int>, base: Int, stride: Int) {
        var unit = 0
        for index in chunk {
            let start = starts[index - first] - base
            for head in 0..<configuration.headCount {
                defer { unit += 1 }
                guard unit % team.count == team.worker else { continue }
                attend(team, start: start, count: sequences[index].count, head: head, stride: stride)
            }
        }
    }

    private func attend(_ team: Team, start: Int, count: Int, head: Int, stride: Int) {
        let scratch = team.scratch
        let space = team.space
        let dimension = configuration.headDimension
        let positions = EncoderScratch.pagePositions
        for position in 0..<count {
            let row = (start + position) * stride + head * dimension
            let page = scratch.pages + position / positions * scratch.pageStride
            let slot = position % positions
            for index in 0..<dimension { page[index * positions + slot] = space.keys[row + index] }
            (page + positions * dimension + slot * scratch.valueWidth).update(
                from: space.values + row, count: dimension)
        }
        let scale = 1 / Float(dimension).squareRoot()
        var first = 0
        while first < count {
            let rows = min(EncoderScratch.tile, count - first)
            for index in 0..<rows {
                let source = space.queries + (start + first + index) * stride + head * dimension
                let query = scratch.queries + index * dimension
                for column in 0..<dimension { query[column] = source[column] * scale }
                scratch.lower[index] = 0
                scratch.upper[index] = Int32(count)
            }
            kernels.attend(
                pages: scratch.pageAddresses, keyOffset: 0, valueOffset: 4 * positions * dimension, isHalf: false,
                dimension: dimension, valueWidth: scratch.valueWidth, queries: scratch.queries, rows: rows,
                lower: scratch.lower, upper: scratch.upper, positions: 0..<count, softcap: 0, out: scratch.out,
                maxima: scratch.maxima, sums: scratch.sums, scratch: scratch.scores)
            for index in 0..<rows {
                let out = space.attended + (start + first + index) * stride + head * dimension
                let factor = 1 / scratch.sums[index]
                for column in 0..<dimension { out[column] = scratch.out[index * scratch.valueWidth + column] * factor }
            }
            first += rows
        }
    }
}

/// Runs that wait for the next call, so that their memory is reused; as many as calls were under way at once.
final class EncoderShelf: Sendable {
    private let runs = Mutex<[EncoderRun]>([])

    func take(_ model: EncoderCore) throws(TensorError) -> EncoderRun {
        if let run = runs.withLock({ $0.popLast() }) { return run }
        return try EncoderRun(model)
    }

    func put(_ run: EncoderRun) { runs.withLock { $0.append(run) } }
}
