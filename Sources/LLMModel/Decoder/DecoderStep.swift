internal import LLMTensor
internal import Synchronization

/// The tokens one sequence brings to a step.
struct StepSequence {
    /// Addresses of the sequence's pages; valid during the step.
    var pages: UnsafePointer<UnsafePointer<UInt8>?>
    /// First row of the step that belongs to it.
    var firstRow: Int
    /// Rows that belong to it.
    var rowCount: Int
    /// Position of its first row.
    var start: Int

    /// Page ranges the attention of a few rows is split into. Depends on the length alone, so that results do not
    /// depend on what else the step computes.
    var chunkCount: Int {
        let pages = (start + rowCount + KeyValuePage.positions - 1) / KeyValuePage.positions
        return min(pages, DecoderWorkspace.chunkLimit)
    }
}

/// One pass of some tokens through all blocks, run by all threads of the pool together.
///
/// Rows are tokens, of any mix of sequences. Threads meet at barriers: about five a block. With few rows every thread
/// keeps its own copy of the residual stream and repeats norms and quantization instead of waiting for them; with
/// many, rows are dealt out and a barrier follows. Either way each number is computed by one thread in a fixed
/// order, so results do not depend on the number of threads.
final class DecoderStep: ParallelTask, @unchecked Sendable {
    let model: Decoder
    let configuration: DecoderConfiguration
    let workspace: DecoderWorkspace
    let layout: KeyValueLayout
    let kernels: Kernels
    private(set) var rotaryTables: [RotaryTable?]
    private(set) var sequences: [StepSequence] = []
    private let counters: UnsafeMutablePointer<Atomic<Int>>
    private let counterCount: Int
    /// `[row]`: the position of each row.
    let positions: UnsafeMutablePointer<Int32>
    /// Distances between rows, in floats: widths rounded up to whole panels of 32.
    let strides: (hidden: Int, queries: Int, keys: Int, inner: Int)
    var rowCount = 0
    /// The first rows, whose activations have two planes; the others have one.
    private(set) var exactRowCount = 0
    var isPrivate = false
    /// Whether every thread has panels of its own instead of taking the next free one: with few rows, products wait
    /// for weights from memory, and a thread that knows what comes next can fetch it ahead.
    var isDealtOut = false
    /// Sums up what meets each matrix, when an importance matrix is being made.
    var inputStatistics: InputStatistics?

    init(model: Decoder, rowLimit: Int, layout: KeyValueLayout) throws(TensorError) {
        self.model = model
        configuration = model.configuration
        self.layout = layout
        kernels = model.kernels
        workspace = try DecoderWorkspace(
            model.configuration, rowLimit: rowLimit, workers: model.pool.threadCount)
        rotaryTables = model.configuration.attentionKinds.map { $0.rotary.map { RotaryTable($0) } }
        counterCount = 5 * model.configuration.layerCount + 1
        counters = .allocate(capacity: counterCount)
        for index in 0..<counterCount { (counters + index).initialize(to: Atomic(0)) }
        positions = .allocate(capacity: rowLimit)
        func padded(_ count: Int) -> Int { (count + 31) / 32 * 32 }
        let attention = model.configuration.attention
        strides = (
            padded(model.configuration.hiddenSize), padded(attention.headCount * attention.headDimension),
            padded(attention.keyValueHeadCount * attention.headDimension),
            padded(model.configuration.intermediateSize)
        )
    }

    deinit {
        for table in rotaryTables { table?.deallocate() }
        counters.deinitialize(count: counterCount)
        counters.deallocate()
        positions.deallocate()
    }

    /// Starts to gather the sequences of the next step; keeps the memory.
    func removeSequences() { sequences.removeAll(keepingCapacity: true) }

    /// Adds a sequence to the next step; its rows follow those added before. Those that read nearly exactly
    /// (``readsExactly(rows:)``) come before all others.
    func add(_ sequence: StepSequence) { sequences.append(sequence) }

    /// Prompts of at most this many tokens take milliseconds more with two planes, and are read nearly exactly.
    static let shortPrompt = 128

    /// Whether the rows a sequence brings to a step are read with two planes of activations. It depends on the sequence
    /// alone, so that an answer does not depend on what else the step computes.
    func readsExactly(rows: Int) -> Bool { model.options.compute != .fast || rows <= Self.shortPrompt }

    /// Planes of a row's activations.
    @inline(__always)
    func planes(ofRow row: Int) -> Int { row < exactRowCount ? 2 : 1 }

    /// Planes of all rows in front of one.
    @inline(__always)
    func planes(beforeRow row: Int) -> Int { row + min(row, exactRowCount) }

    /// Runs the blocks on rows whose embeddings lie in the workspace; leaves the residual stream there.
    func run(rows: Int, lastPosition: Int) {
        rowCount = rows
        isPrivate = rows <= DecoderWorkspace.privateRowLimit
        isDealtOut = rows <= DecoderWorkspace.dealtRowLimit
        exactRowCount = 0
        for sequence in sequences where readsExactly(rows: sequence.rowCount) { exactRowCount += sequence.rowCount }
        reserve(positions: lastPosition)
        for index in 0..<counterCount { counters[index].store(0, ordering: .relaxed) }
        model.pool.run(self)
    }

    /// Makes room for positions below `count`.
    func reserve(positions count: Int) {
        for index in rotaryTables.indices { rotaryTables[index]?.grow(to: count) }
    }

    /// The next unit of work of a phase; units are handed out in order.
    @inline(__always)
    func nextUnit(_ phase: Int) -> Int {
        counters[phase].wrappingAdd(1, ordering: .relaxed).oldValue
    }

    /// A thread's rows when rows are dealt out; all rows when every thread computes them for itself.
    @inline(__always)
    func rowShare(_ worker: Int, _ workerCount: Int) -> Range<Int> {
        isPrivate ? 0..<rowCount : (rowCount * worker / workerCount)..<(rowCount * (worker + 1) / workerCount)
    }

    /// A thread's panels of some, when they are dealt out.
    @inline(__always)
    func panelShare(_ context: StepContext, of count: Int) -> Range<Int> {
        (count * context.worker / context.workerCount)..<(count * (context.worker + 1) / context.workerCount)
    }

    /// Panels of a unit of work: several, as kernels prepare activations for all of them, and few enough that threads
    /// end together.
    @inline(__always)
    func unitPanels(_ context: StepContext, of count: Int) -> Int {
        max(1, min(DecoderWorkspace.unitPanelLimit, count / (8 * context.workerCount)))
    }

    /// Where a thread's panels of a matrix begin.
    @inline(__always)
    private func shareStart(_ context: StepContext, _ matrix: PackedMatrix) -> UnsafePointer<UInt8> {
        matrix.address(ofPanel: panelShare(context, of: matrix.panelCount).lowerBound)
    }

    /// Where a thread's panels of queries, keys and values begin.
    @inline(__always)
    private func shareStart(_ context: StepContext, _ layer: PackedLayer) -> UnsafePointer<UInt8> {
        let matrices = (layer.query.matrix, layer.key.matrix, layer.value.matrix)
        let counts = (matrices.0.panelCount, matrices.1.panelCount, matrices.2.panelCount)
        let first = panelShare(context, of: counts.0 + counts.1 + counts.2).lowerBound
        if first < counts.0 { return matrices.0.address(ofPanel: first) }
        if first < counts.0 + counts.1 { return matrices.1.address(ofPanel: first - counts.0) }
        return matrices.2.address(ofPanel: first - counts.0 - counts.1)
    }

    func execute(worker: Int, of workerCount: Int) {
        let own = workspace.workers[worker]
        let hidden = isPrivate ? own.hidden : workspace.hidden
        if isPrivate {
            own.hidden.update(from: workspace.hidden, count: rowCount * strides.hidden)
        }
        let context = StepContext(worker: worker, workerCount: workerCount, own: own, hidden: hidden)
        model.layers.withUnsafeBufferPointer { layers in
            var pending: PackedNorm?
            var hasPending = false
            for index in layers.indices {
                let layer = layers[index]
                prepareInput(
                    context, delta: hasPending ? workspace.deltas.1 : nil, postNorm: pending,
                    norm: layer.attentionNorm)
                inputStatistics?.addHidden(self, context, .attention, layer: index)
                projectQueriesKeysValues(
                    context, layer, phase: 5 * index, next: shareStart(context, layer.output.matrix))
                if !isPrivate {
                    storeKeysAndValues(context, layer, index)
                    model.pool.barrier()
                }
                attend(context, layer, index, phase: 5 * index + 1)
                model.pool.barrier()
                gatherAttention(context)
                let attended = isPrivate ? own.activations.values : workspace.attended
                inputStatistics?.add(context, .attentionOutput, layer: index, attended, rowCount, strides.queries)
                project(
                    context, layer.output, columns: configuration.attention.headCount * layout.headDimension,
                    values: attended, valueStride: strides.queries,
                    into: workspace.deltas.0, phase: 5 * index + 2,
                    next: shareStart(context, (layer.gate ?? layer.up).matrix))
                model.pool.barrier()
                prepareInput(
                    context, delta: workspace.deltas.0, postNorm: layer.attentionPostNorm,
                    norm: layer.feedForwardNorm)
                inputStatistics?.addHidden(self, context, .feedForward, layer: index)
                feedForward(
                    context, layer, index, phase: 5 * index + 3,
                    next: index + 1 < layers.count ? shareStart(context, layers[index + 1]) : nil)
                pending = layer.feedForwardPostNorm
                hasPending = true
            }
            if hasPending { addDelta(context, workspace.deltas.1, pending) }
        }
        if isPrivate, worker == 0 {
            workspace.hidden.update(from: own.hidden, count: rowCount * strides.hidden)
        }
    }
}

/// What the parts of a step need to know about the thread they run on.
struct StepContext {
    let worker: Int
    let workerCount: Int
    let own: DecoderWorkspace.Worker
    /// The residual stream this thread works on: its own copy, or the shared one.
    let hidden: UnsafeMutablePointer<Float>
}
