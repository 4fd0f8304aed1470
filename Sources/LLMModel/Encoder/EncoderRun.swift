internal import LLMTensor
internal import LLMTokenizer
internal import Synchronization

/// One pass of a group of sequences through all blocks, without padding.
///
/// Sequences are put together to chunks of equal size, so many that they can be dealt out evenly, and small enough that
/// most of a chunk's activations stay in the second-level cache. Threads take whole chunks and never wait for each other;
/// with fewer sequences than threads, all work on the same chunk and meet at barriers. Each number is computed by one
/// thread in a fixed order.
final class EncoderRun: ParallelTask, @unchecked Sendable {
    /// Tokens of a chunk, about.
    private static let chunkRows = 192
    /// Tokens of one group: bounds the memory of a call.
    static func rowLimit(_ configuration: EncoderConfiguration) -> Int { max(4096, configuration.contextLength) }

    /// Most rows of a chunk.
    private static func capacity(_ configuration: EncoderConfiguration) -> Int {
        chunkRows + configuration.contextLength
    }

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
            workspaces.append(try EncoderWorkspace(model, rows: Self.capacity(configuration)))
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
        starts.removeAll(keepingCapacity: true)
        starts.append(0)
        var rows = 0
        for index in range {
            rows += sequences[index].count
            starts.append(rows)
        }
        deal(range, rows: rows)
        isCooperative = chunks.count < model.pool.threadCount
        next.store(0, ordering: .relaxed)
        model.pool.run(self)
    }

    /// Chunks of about equal size, their number a multiple of the threads where there are enough sequences.
    private func deal(_ range: Range<Int>, rows: Int) {
        chunks.removeAll(keepingCapacity: true)
        let threads = model.pool.threadCount
        let count = max((rows + Self.chunkRows - 1) / Self.chunkRows, 1)
        let wanted = min((count + threads - 1) / threads * threads, range.count)
        var start = range.lowerBound
        for index in range {
            // Ends where the middle of the next sequence lies behind this chunk's share, or it would not fit.
            let next = index + 1
            if next < range.upperBound {
                let end = starts[next + 1 - first]
                let middle = (starts[next - first] + end) / 2
                let isFull = end - starts[start - first] > Self.capacity(configuration)
                guard isFull || middle * wanted >= rows * (chunks.count + 1) else { continue }
            }
            chunks.append(start..<next)
            start = next
        }
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
        embed(team, chunk, base: base, rows: rows)
        for layer in model.layers {
            quantize(team, space.hidden, rows, space.stride, for: layer.queryKey, layer.value)
            multiply(
                team, layer.queryKey, space.hidden, space.stride, rows, into: space.projections,
                outStride: space.projectionStride)
            multiply(
                team, layer.value, space.hidden, space.stride, rows, into: space.projections + space.valuePlace,
                outStride: space.projectionStride)
            meet(team)
            attend(team, chunk, base: base)
            meet(team)
            quantize(team, space.attended, rows, space.stride, for: layer.output)
            multiply(
                team, layer.output, space.attended, space.stride, rows, into: space.delta, outStride: space.stride)
            meet(team)
            addAndNormalize(team, layer.attentionNorm, rows)
            quantize(team, space.hidden, rows, space.stride, for: layer.up)
            multiply(
                team, layer.up, space.hidden, space.stride, rows, into: space.inner, outStride: space.innerStride,
                function: configuration.activation.kernelCode)
            meet(team)
            quantize(team, space.inner, rows, space.innerStride, for: layer.down)
            multiply(
                team, layer.down, space.inner, space.innerStride, rows, into: space.delta, outStride: space.stride)
            meet(team)
            addAndNormalize(team, layer.feedForwardNorm, rows)
        }
        let size = configuration.hiddenSize
        let out = outputs.base.assumingMemoryBound(to: Float.self) + base * size
        for row in team.share(rows) { (out + row * size).update(from: space.hidden + row * space.stride, count: size) }
        // The next chunk deals its rows out differently.
        meet(team)
    }

    // MARK: Parts of a block

    /// The input of one or two products in the forms they read; everyone's rows are ready afterwards.
    private func quantize(
        _ team: Team, _ values: UnsafePointer<Float>, _ rows: Int, _ stride: Int, for linear: EncoderLinear,
        _ other: EncoderLinear? = nil
    ) {
        if model.products.uses16 {
            // Both read the same codes: the matrix with the smaller limit decides.
            let limit = min(linear.codes?.limit ?? .max, other?.codes?.limit ?? .max)
            for row in team.share(rows) {
                team.space.codes.quantize(
                    values + row * stride, token: row, columns: linear.columns, limit: limit)
            }
            if team.count == 1 { team.space.codes.combine(tokens: rows, columns: linear.columns) }
        } else if model.products.usesInt8 {
            quantizeBytes(team, values, rows, stride, for: linear)
            if let other { quantizeBytes(team, values, rows, stride, for: other) }
        }
        meet(team)
    }

    private func quantizeBytes(
        _ team: Team, _ values: UnsafePointer<Float>, _ rows: Int, _ stride: Int, for linear: EncoderLinear
    ) {
        guard linear.matrix?.usesQuantizedActivations == true else { return }
        let buffer = linear.planes == 2 ? team.space.fineBytes : team.space.bytes
        for row in team.share(rows) {
            buffer.quantize(
                values + row * stride, token: row, columns: linear.columns, planes: linear.planes, with: kernels)
        }
    }

    /// This thread's panels of a product, with bias and activation.
    private func multiply(
        _ team: Team, _ linear: EncoderLinear, _ values: UnsafePointer<Float>, _ stride: Int, _ rows: Int,
        into out: UnsafeMutablePointer<Float>, outStride: Int, function: Int32 = -1
    ) {
        let panels = team.share(linear.panelCount)
        if let codes = linear.codes {
            kernels.multiply(
                codes, panels: panels, team.space.codes, tokens: rows, isCombined: team.count == 1, function: function,
                into: out + Matrix16.panelRows * panels.lowerBound, stride: outStride)
        } else if let matrix = linear.matrix {
            let buffer = linear.planes == 2 ? team.space.fineBytes : team.space.bytes
            let input = buffer.view(
                tokens: rows, columns: linear.columns, planes: linear.planes, values: values, valueStride: stride)
            for panel in panels {
                let target = out + 32 * panel
                kernels.multiply(
                    matrix, panels: panel..<panel + 1, input, into: target, stride: outStride,
                    scratch: team.scratch.kernel)
                let count = min(32, linear.rows - 32 * panel)
                for row in 0..<rows {
                    let place = target + row * outStride
                    if let bias = linear.bias { kernels.add(bias.base + 32 * panel, to: place, count: count) }
                    if function >= 0 { kernels.activate(place, up: nil, function: function, count: count) }
                }
            }
        }
    }

    /// The sum of the embeddings, normalized.
    private func embed(_ team: Team, _ chunk: Range<Int>, base: Int, rows: Int) {
        let size = configuration.hiddenSize
        let table = model.tokenEmbedding
        let perRow = size / table.elementType.elementsPerBlock
        let share = team.share(rows)
        for index in chunk {
            let sequence = sequences[index]
            let start = starts[index - first] - base
            for position in sequence.indices where share.contains(start + position) {
                let out = team.space.hidden + (start + position) * team.space.stride
                let target = UnsafeMutableBufferPointer(start: out, count: size)
                // The token was checked against the vocabulary, the only way this fails.
                try? table.dequantize(firstBlock: Int(sequence[position]) * perRow, into: target)
                kernels.add(model.positions.row(configuration.firstPosition + position), to: out, count: size)
                if let table = model.types {
                    kernels.add(table.row(Int(types?[index][position] ?? 0)), to: out, count: size)
                }
            }
        }
        normalize(team, model.embeddingNorm, rows)
    }

    private func addAndNormalize(_ team: Team, _ norm: PackedNorm, _ rows: Int) {
        let stride = team.space.stride
        for row in team.share(rows) {
            kernels.add(
                team.space.delta + row * stride, to: team.space.hidden + row * stride, count: configuration.hiddenSize)
        }
        normalize(team, norm, rows)
    }

    private func normalize(_ team: Team, _ norm: PackedNorm, _ rows: Int) {
        for row in team.share(rows) {
            let x = team.space.hidden + row * team.space.stride
            kernels.layerNorm(
                x, weight: norm.weight.base, bias: norm.bias?.base, epsilon: configuration.epsilon,
                count: configuration.hiddenSize, into: x)
        }
    }

    /// Every token of a sequence sees every other: units of (sequence, head) dealt out to the team.
    private func attend(_ team: Team, _ chunk: Range<Int>, base: Int) {
        let attention = EncoderAttention(configuration, kernels, team.space, team.scratch)
        let heads = configuration.headCount
        for index in chunk {
            let start = starts[index - first] - base
            attention.run(start: start, count: starts[index + 1 - first] - base - start, heads: team.share(heads))
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
