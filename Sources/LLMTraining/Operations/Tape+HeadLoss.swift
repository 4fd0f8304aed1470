internal import LLMTensor
internal import LLMTokenizer

/// The output head: which matrix, and what happens to the logits.
struct HeadParameters {
    /// `[vocabulary, hidden]`; the token embedding when they are tied.
    let weight: Parameter
    /// `[vocabulary]`.
    var bias: Parameter?
    var logitScale: Float = 1
    var softcap: Float?
}

extension Tape {
    /// Head and cross-entropy in one: the sum of `-ln softmax(x W^T)[target]` over the scored rows of `x`, `[rows, hidden]`.
    ///
    /// Rows without a target are dropped before the product, and logits exist for a few rows at a time, where they turn
    /// into their own gradients. When recording, this computes the gradient of `x` and of the head at once.
    func headLoss(
        _ x: Variable, targets: [TokenID], _ head: HeadParameters
    ) throws(TensorError) -> LossSum {
        let scored = targets.indices.filter { targets[$0] != TrainingBatch.ignored }
        guard !scored.isEmpty else { return LossSum() }
        let (hidden, vocabulary) = (x.columns, head.weight.shape[0])
        let input = try gather(x, rows: scored)
        let needsInput = isRecording && x.gradient != nil
        let needsGradient = needsInput || (isRecording && (head.weight.isTrainable || head.bias?.isTrainable == true))
        let dx = needsInput ? try buffers.buffer(scored.count * hidden) : nil

        let limit = min(max(Self.logitFloats / vocabulary, 32), 512)
        let chunks = (scored.count + limit - 1) / limit
        let step = (scored.count + chunks - 1) / chunks
        let logits = try buffers.buffer(min(step, scored.count) * vocabulary)
        var losses = [Double](repeating: 0, count: scored.count)
        for start in stride(from: 0, to: scored.count, by: step) {
            let rows = start..<min(start + step, scored.count)
            let part = input.base + start * hidden
            // logits [rows, vocabulary] = x W^T
            engine.multiply(
                FloatProduct(
                    .rows(part, stride: hidden), .rows(head.weight.base, stride: hidden), into: logits.base,
                    stride: vocabulary, rows: rows.count, columns: vocabulary, depth: hidden))
            score(
                logits, rows.map { Int(targets[scored[$0]]) }, head, leavesGradient: needsGradient,
                losses: &losses[rows])
            if isRecording, let gradient = head.bias?.gradientBase {
                addColumnSums(logits, rows: rows.count, columns: vocabulary, to: gradient)
            }
            if isRecording, let gradient = head.weight.gradientBase {
                // dW [vocabulary, hidden] += dlogits^T x
                engine.multiply(
                    FloatProduct(
                        .columns(logits.base, stride: vocabulary), .columns(part, stride: hidden), into: gradient,
                        stride: hidden, rows: vocabulary, columns: hidden, depth: rows.count, accumulates: true))
            }
            if let dx {
                // dx [rows, hidden] = dlogits W
                engine.multiply(
                    FloatProduct(
                        .rows(logits.base, stride: vocabulary), .columns(head.weight.base, stride: hidden),
                        into: dx.base + start * hidden, stride: hidden, rows: rows.count, columns: hidden,
                        depth: vocabulary))
            }
        }
        if let dx, let slot = x.gradient {
            let whole = try buffers.buffer(x.count)
            whole.base.update(repeating: 0, count: x.count)
            for (index, row) in scored.enumerated() {
                (whole.base + row * hidden).update(from: dx.base + index * hidden, count: hidden)
            }
            try slot.add(whole, count: x.count, on: self)
        }
        return LossSum(sum: losses.reduce(0, +), tokenCount: scored.count)
    }

    /// All logits of `x`, scaled and capped: `[rows, vocabulary]`.
    func logits(_ x: Variable, _ head: HeadParameters) throws(TensorError) -> Buffer {
        let (hidden, vocabulary) = (x.columns, head.weight.shape[0])
        let out = try buffers.buffer(x.rows * vocabulary)
        engine.multiply(
            FloatProduct(
                .rows(try x.values.get().base, stride: hidden), .rows(head.weight.base, stride: hidden),
                into: out.base, stride: vocabulary, rows: x.rows, columns: vocabulary, depth: hidden))
        for row in 0..<x.rows {
            let logits = out.base + row * vocabulary
            if let bias = head.bias { GradientKernels.addScaled(bias.base, 1, count: vocabulary, to: logits) }
            GradientKernels.scale(logits, head.logitScale, count: vocabulary, into: logits)
            if let cap = head.softcap { GradientKernels.softcap(logits, cap: cap, count: vocabulary) }
        }
        return out
    }

    /// 64 MiB of logits at most, unless 32 rows have more.
    private static let logitFloats = 1 << 24

    private func gather(_ x: Variable, rows: [Int]) throws(TensorError) -> Buffer {
        let input = try x.values.get()
        if rows.count == x.rows { return input }
        let out = try buffers.buffer(rows.count * x.columns)
        for (index, row) in rows.enumerated() {
            (out.base + index * x.columns).update(from: input.base + row * x.columns, count: x.columns)
        }
        return out
    }

    private func score(
        _ logits: Buffer, _ targets: [Int], _ head: HeadParameters, leavesGradient: Bool,
        losses: inout ArraySlice<Double>
    ) {
        let (base, vocabulary, kernels) = (logits.base, head.weight.shape[0], kernels)
        let bias = head.bias?.base
        losses.withUnsafeMutableBufferPointer { losses in
            guard let out = losses.baseAddress else { return }
            pool.forEachRange(of: targets.count) { range, _ in
                for row in range {
                    let row0 = base + row * vocabulary
                    if let bias { GradientKernels.addScaled(bias, 1, count: vocabulary, to: row0) }
                    out[row] = GradientKernels.crossEntropy(
                        row0, count: vocabulary, target: targets[row], logitScale: head.logitScale,
                        softcap: head.softcap, leavesGradient: leavesGradient, kernels: kernels)
                }
            }
        }
    }
}
