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

    /// Computes in the next runs only the panels of 32 logits that have one of these; all when nil.
    func restrict(to possible: TokenMask?) {
        restrict(toAnyOf: 0..<1) { _ in possible }
    }

    /// The same for several rows together: what any of them wants; all when one of them does.
    func restrict(toAnyOf rows: Range<Int>, _ possible: (Int) -> TokenMask?) {
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
        if listedCount != nil { base.update(repeating: -.infinity, count: rows.count * stride) }
        model.pool.run(self)
        return Logits(base: base, stride: stride, count: model.configuration.vocabularySize)
    }

    func execute(worker: Int, of workerCount: Int) {
        let size = model.configuration.hiddenSize
        let view = activations.view(
            tokens: rows.count, columns: size, planes: planes, values: activations.values, valueStride: size)
        let out = logits.base.assumingMemoryBound(to: Float.self)
        let own = scratch.base + worker * Kernels.scratchBytes
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
