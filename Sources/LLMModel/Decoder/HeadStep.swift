internal import LLMTensor
internal import Synchronization

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Final normalization and output head for some rows of hidden states.
final class HeadStep: ParallelTask, @unchecked Sendable {
    /// Most rows computed at once.
    static let rowLimit = 32

    private let model: Decoder
    private let kernels: Kernels
    private let activations: ActivationBuffer
    private let scratch: AlignedMemory
    private let logits: AlignedMemory
    private let stride: Int
    private let counter = Atomic<Int>(0)
    /// The panels to compute, while that is not all of them.
    private let listed: AlignedMemory
    private var listedCount: Int?
    /// What a screening finds; nil for heads without.
    private let screening: ScreenMemory?
    private var isScreening = false
    /// The largest logits wanted, so many, when that is all.
    private var largestCount: Int?
    /// The activations in one plane, for a screening, and how large they are and how far from those in two.
    private let coarse: ActivationBuffer
    private var norm: Float = 0
    private var distance: Float = 0
    /// Steps that go without screening, after one that found too much to be worth it, and how many they will be next time.
    private var pause = 0
    private var nextPause = 1
    /// What any row wants, a bit for each logit.
    private let wanted: AlignedMemory
    private var hidden: UnsafeMutablePointer<Float>
    private var hiddenStride = 0
    private var rows = 0..<0
    /// Logits are always read from two planes: what a token's are must not depend on how many others are wanted.
    private let planes = 2

    init(model: Decoder) throws(TensorError) {
        self.model = model
        kernels = model.kernels
        let size = (model.configuration.hiddenSize + 31) / 32 * 32
        activations = try ActivationBuffer(tokens: Self.rowLimit, columns: size)
        scratch = try AlignedMemory(byteCount: model.pool.threadCount * Kernels.scratchBytes)
        stride = 32 * model.head.matrix.panelCount
        logits = try AlignedMemory(byteCount: 4 * stride * Self.rowLimit, isSparse: true)
        listed = try AlignedMemory(byteCount: 4 * model.head.matrix.panelCount, isSparse: true)
        wanted = try AlignedMemory(byteCount: 8 * ((model.head.matrix.panelCount + 1) / 2), isSparse: true)
        screening =
            model.headScreen == nil
            ? nil : try ScreenMemory(panels: model.head.matrix.panelCount, threads: model.pool.threadCount)
        coarse = try ActivationBuffer(tokens: 1, columns: size)
        hidden = activations.values
    }

    /// The logits of a row computed by ``run(hidden:stride:rows:)``.
    struct Logits {
        let base: UnsafePointer<Float>
        let stride: Int
        let count: Int
        subscript(row: Int) -> UnsafeBufferPointer<Float> {
            UnsafeBufferPointer(start: base + row * stride, count: count)
        }
    }

    /// Says which logits the next runs have to compute; others may be negative infinity.
    func want(_ wanted: WantedLogits) {
        want(ofRows: 0..<1) { _ in wanted }
    }

    /// The same for several rows that are computed together: in panels of 32, what any of them wants.
    func want(ofRows rows: Range<Int>, _ wanted: (Int) -> WantedLogits) {
        largestCount = nil
        if rows.count == 1, case .largest(let count) = wanted(rows.lowerBound) { largestCount = max(count, 1) }
        restrict(toAnyOf: rows) { row in if case .only(let mask) = wanted(row) { mask } else { nil } }
    }

    private func restrict(toAnyOf rows: Range<Int>, _ possible: (Int) -> TokenMask?) {
        listedCount = nil
        let panels = model.head.matrix.panelCount
        let list = listed.base.assumingMemoryBound(to: Int32.self)
        let words = (panels + 1) / 2
        let wanted = wanted.base.assumingMemoryBound(to: UInt64.self)
        wanted.update(repeating: 0, count: words)
        for row in rows {
            guard let mask = possible(row) else { return }
            mask.formUnion(into: wanted, count: words)
        }
        var count = 0
        for panel in 0..<panels {
            let bits = UInt32(truncatingIfNeeded: wanted[panel >> 1] >> UInt64(32 * (panel & 1)))
            list[count] = Int32(truncatingIfNeeded: panel)
            count += bits != 0 ? 1 : 0
        }
        // Nearly all in pieces takes as long as all in one go.
        if count < panels * 3 / 4 { listedCount = count }
    }

    /// Logits of at most ``rowLimit`` rows; valid until the next call.
    func run(hidden: UnsafeMutablePointer<Float>, stride hiddenStride: Int, rows: Range<Int>) -> Logits {
        self.hidden = hidden
        self.hiddenStride = hiddenStride
        self.rows = rows
        counter.store(0, ordering: .relaxed)
        let size = model.configuration.hiddenSize
        let normalization = model.configuration.normalization
        for (index, row) in rows.enumerated() {
            let out = activations.values + index * size
            let x = hidden + row * hiddenStride
            let norm = model.finalNorm
            switch normalization.kind {
            case .rms:
                kernels.rmsNorm(
                    x, weight: norm.weight.base, epsilon: normalization.epsilon, count: size, into: out)
            case .layer:
                kernels.layerNorm(
                    x, weight: norm.weight.base, bias: norm.bias?.base, epsilon: normalization.epsilon, count: size,
                    into: out)
            }
            if model.head.matrix.usesQuantizedActivations {
                activations.quantize(out, token: index, columns: size, planes: planes, with: kernels)
            }
        }
        let base = logits.base.assumingMemoryBound(to: Float.self)
        let result = Logits(base: base, stride: stride, count: model.configuration.vocabularySize)
        if let largestCount, rows.count == 1, screen(for: largestCount) { return result }
        if listedCount != nil { base.update(repeating: -.infinity, count: rows.count * stride) }
        model.pool.run(self)
        return result
    }

    // MARK: The largest logits only

    /// Computes the `count` largest logits of the one row and leaves others at negative infinity; false when that is not to be had.
    private func screen(for count: Int) -> Bool {
        guard let screen = model.headScreen, let memory = screening, count <= HeadScreen.limit else { return false }
        if pause > 0 {
            pause -= 1
            return false
        }
        let size = model.configuration.hiddenSize
        coarse.quantize(activations.values, token: 0, columns: size, planes: 1, with: kernels)
        let norms = activations.norms(besides: coarse, columns: size)
        // Beyond, sums might not be finite, or not be normal numbers.
        guard norms.largest > 1e-15, norms.largest * Double(screen.bounds.largest) < 1e37 else { return false }
        norm = Float(norms.largest * (1 + 0x1p-20))
        distance = Float(norms.difference * (1 + 0x1p-20))
        defer { listedCount = nil }
        let panels = model.head.matrix.panelCount
        isScreening = true
        model.pool.run(self)
        isScreening = false
        // First the panels whose logits look largest, as many as logits are wanted: their largest logits are a floor for
        // what is wanted.
        let list = listed.base.assumingMemoryBound(to: Int32.self)
        memory.reset()
        memory.choose(count, of: 0..<panels) { memory.values[$0] }
        let first = memory.indices
        for index in first.indices { list[index] = first[index] }
        compute(listed: first.count)
        memory.reset()
        let out = logits.base.assumingMemoryBound(to: Float.self)
        for index in 0..<first.count {
            let start = 32 * Int(list[index])
            memory.tops[Int(list[index])] = -.infinity
            memory.choose(count, of: start..<min(start + 32, model.configuration.vocabularySize)) { out[$0] }
        }
        // Then all others that can reach it.
        let floor = memory.smallest(of: count)
        var found = 0
        for panel in 0..<panels {
            list[found] = Int32(truncatingIfNeeded: panel)
            found += memory.tops[panel] >= floor && memory.tops[panel] > -.infinity ? 1 : 0
        }
        compute(listed: found)
        if found > panels / 3 {
            pause = nextPause
            nextPause = min(2 * nextPause, 64)
        } else {
            nextPause = 1
        }
        return true
    }

    /// Computes the first panels of the list.
    private func compute(listed count: Int) {
        guard count > 0 else { return }
        listedCount = count
        counter.store(0, ordering: .relaxed)
        // Waking the other threads takes longer than a few panels.
        if count <= 4 { execute(worker: 0, of: 1) } else { model.pool.run(self) }
    }

    /// Multiplies panels by their upper bits and notes what they say.
    private func screen(worker: Int, scratch: UnsafeMutableRawPointer) {
        guard let screen = model.headScreen, let memory = screening else { return }
        let size = model.configuration.hiddenSize
        let view = coarse.view(tokens: 1, columns: size, planes: 1, values: activations.values, valueStride: size)
        let panels = model.head.matrix.panelCount
        let out = logits.base.assumingMemoryBound(to: Float.self)
        let products = memory.products(ofWorker: worker)
        // Taken once: what counts references would be fought over by the threads.
        let (errors, norms, upper) = (screen.bounds.errors, screen.bounds.norms, screen.upper)
        let (norm, distance) = (self.norm, self.distance)
        while true {
            let first = counter.wrappingAdd(ScreenMemory.grain, ordering: .relaxed).oldValue
            if first >= panels { return }
            let last = min(first + ScreenMemory.grain, panels)
            kernels.multiply(
                upper, panels: first..<last, view, into: products, stride: 32 * ScreenMemory.grain,
                scratch: scratch)
            for panel in first..<last {
                memory.note(
                    panel: panel, products + 32 * (panel - first), errors: errors + 32 * panel,
                    norms: norms + 32 * panel, norm: norm, distance: distance)
            }
            (out + 32 * first).update(repeating: -.infinity, count: 32 * (last - first))
        }
    }

    func execute(worker: Int, of workerCount: Int) {
        let size = model.configuration.hiddenSize
        let view = activations.view(
            tokens: rows.count, columns: size, planes: planes, values: activations.values, valueStride: size)
        let out = logits.base.assumingMemoryBound(to: Float.self)
        let own = scratch.base + worker * Kernels.scratchBytes
        if isScreening {
            screen(worker: worker, scratch: own)
            return
        }
        let list = listed.base.assumingMemoryBound(to: Int32.self)
        let panels = listedCount ?? model.head.matrix.panelCount
        let grain = listedCount != nil ? 8 : rows.count > 1 ? 32 : 64
        while true {
            let first = counter.wrappingAdd(grain, ordering: .relaxed).oldValue
            if first >= panels { return }
            let last = min(first + grain, panels)
            guard listedCount != nil else {
                multiply(first..<last, view, out, own)
                continue
            }
            var index = first
            while index < last {
                var end = index + 1
                while end < last, list[end] == list[end - 1] + 1 { end += 1 }
                multiply(Int(list[index])..<(Int(list[end - 1]) + 1), view, out, own)
                index = end
            }
        }
    }

    private func multiply(
        _ panels: Range<Int>, _ view: Activations, _ out: UnsafeMutablePointer<Float>,
        _ own: UnsafeMutableRawPointer
    ) {
        let first = panels.lowerBound
        kernels.multiply(model.head.matrix, panels: panels, view, into: out + 32 * first, stride: stride, scratch: own)
        finish(out, 32 * first, min(32 * panels.upperBound, model.configuration.vocabularySize))
    }

    /// Bias, scale and softcap of some columns of all rows.
    private func finish(_ out: UnsafeMutablePointer<Float>, _ first: Int, _ last: Int) {
        let configuration = model.configuration
        guard first < last else { return }
        for row in rows.indices {
            let logits = out + (row - rows.lowerBound) * stride
            if let bias = model.head.bias {
                kernels.add(bias.base + first, to: logits + first, count: last - first)
            }
            if configuration.logitScale != 1 {
                for index in first..<last { logits[index] *= configuration.logitScale }
            }
            if let cap = configuration.logitSoftcap {
                for index in first..<last { logits[index] = cap * tanhf(logits[index] / cap) }
            }
        }
    }
}

/// `e^x`.
@inline(__always)
func exponential(_ x: Float) -> Float { expf(x) }
