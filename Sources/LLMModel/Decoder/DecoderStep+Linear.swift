internal import LLMTensor

extension DecoderStep {
    /// The activations products read in this step.
    @inline(__always)
    func activationBuffer(_ context: StepContext) -> ActivationBuffer {
        isPrivate ? context.own.activations : workspace.shared
    }

    /// Applies a normalization to one row.
    @inline(__always)
    func normalize(
        _ x: UnsafePointer<Float>, _ norm: PackedNorm, count: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let epsilon = configuration.normalization.epsilon
        switch configuration.normalization.kind {
        case .rms: kernels.rmsNorm(x, weight: norm.weight.base, epsilon: epsilon, count: count, into: out)
        case .layer:
            kernels.layerNorm(
                x, weight: norm.weight.base, bias: norm.bias?.base, epsilon: epsilon, count: count, into: out)
        }
    }

    /// Adds a block part's output (normalized first, in families that do so) to the residual stream.
    func addDelta(_ context: StepContext, _ delta: UnsafeMutablePointer<Float>, _ postNorm: PackedNorm?) {
        let size = configuration.hiddenSize
        let stride = strides.hidden
        for row in rowShare(context.worker, context.workerCount) {
            let x = context.hidden + row * stride
            let source = delta + row * stride
            if let postNorm {
                let scratch = activationBuffer(context).values + row * stride
                normalize(source, postNorm, count: size, into: scratch)
                kernels.add(scratch, to: x, count: size)
            } else {
                kernels.add(source, to: x, count: size)
            }
        }
    }

    /// Finishes the residual stream, normalizes it and quantizes it as the input of the next products.
    func prepareInput(
        _ context: StepContext, delta: UnsafeMutablePointer<Float>?, postNorm: PackedNorm?, norm: PackedNorm
    ) {
        if let delta { addDelta(context, delta, postNorm) }
        let size = configuration.hiddenSize
        let stride = strides.hidden
        let buffer = activationBuffer(context)
        for row in rowShare(context.worker, context.workerCount) {
            normalize(context.hidden + row * stride, norm, count: size, into: buffer.values + row * stride)
            quantize(buffer, buffer.values + row * stride, row: row, columns: size)
        }
        if !isPrivate { model.pool.barrier() }
    }

    /// Quantizes a row when the model's products read quantized activations.
    @inline(__always)
    func quantize(_ buffer: ActivationBuffer, _ values: UnsafePointer<Float>, row: Int, columns: Int) {
        guard model.readsQuantizedActivations, columns % 32 == 0 else { return }
        buffer.quantize(
            values, token: row, columns: columns, planes: planes(ofRow: row), planesBefore: planes(beforeRow: row),
            with: kernels)
    }

    /// The activations of a step's rows as products read them: those of two planes, and those of one.
    struct Inputs {
        /// None of its tokens when there are no such rows.
        var exact: Activations
        var coarse: Activations
        let exactRowCount: Int
        let coarseRowCount: Int

        /// The same for a thread that goes on with the weights at `next` once it comes to those at `end`.
        @inline(__always)
        func followed(by next: UnsafePointer<UInt8>?, at end: UnsafePointer<UInt8>) -> Inputs {
            var copy = self
            copy.exact = exact.followed(by: next, at: end)
            copy.coarse = coarse.followed(by: next, at: end)
            return copy
        }
    }

    /// What products read of rows of `columns` values.
    @inline(__always)
    func inputs(
        _ buffer: ActivationBuffer, columns: Int, values: UnsafePointer<Float>, valueStride: Int
    ) -> Inputs {
        let exact = buffer.view(
            tokens: 0..<exactRowCount, columns: columns, planes: 2, planesBefore: 0, values: values,
            valueStride: valueStride)
        let coarse = buffer.view(
            tokens: exactRowCount..<rowCount, columns: columns, planes: 1, planesBefore: 2 * exactRowCount,
            values: values, valueStride: valueStride)
        return Inputs(
            exact: exact, coarse: coarse, exactRowCount: exactRowCount, coarseRowCount: rowCount - exactRowCount)
    }

    /// One product of a phase: a matrix, where its output rows go, and its bias.
    struct Product {
        let linear: PackedLinear
        let out: UnsafeMutablePointer<Float>
        let stride: Int
    }

    /// Computes some panels of a product for all rows; `out` is the place of the first panel's rows.
    @inline(__always)
    func multiply(
        _ context: StepContext, _ linear: PackedLinear, panels: Range<Int>, _ inputs: Inputs,
        into out: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let scratch = context.own.scratch
        if inputs.exactRowCount > 0 {
            kernels.multiply(linear.matrix, panels: panels, inputs.exact, into: out, stride: stride, scratch: scratch)
        }
        if inputs.coarseRowCount > 0 {
            kernels.multiply(
                linear.matrix, panels: panels, inputs.coarse, into: out + inputs.exactRowCount * stride,
                stride: stride, scratch: scratch)
        }
        if let bias = linear.bias {
            let first = 32 * panels.lowerBound
            let count = min(32 * panels.count, linear.matrix.rows - first)
            for row in 0..<rowCount { kernels.add(bias.base + first, to: out + row * stride, count: count) }
        }
    }

    /// Computes some panels of a product into their place.
    @inline(__always)
    private func multiply(
        _ context: StepContext, _ product: Product, panels: Range<Int>, _ inputs: Inputs
    ) {
        multiply(
            context, product.linear, panels: panels, inputs, into: product.out + 32 * panels.lowerBound,
            stride: product.stride)
    }

    /// Computes up to three products of the same input, their panels dealt out to the threads; `next` is where the
    /// thread's next product begins.
    func multiply(
        _ context: StepContext, _ first: Product, _ second: Product?, _ third: Product?, _ inputs: Inputs,
        phase: Int, next: UnsafePointer<UInt8>?
    ) {
        let counts = (
            first.linear.matrix.panelCount, second?.linear.matrix.panelCount ?? 0,
            third?.linear.matrix.panelCount ?? 0
        )
        let total = counts.0 + counts.1 + counts.2
        func run(_ range: Range<Int>) {
            var range = range
            func go(_ product: Product, _ panels: Range<Int>, _ following: Product?) {
                let end = product.linear.matrix.address(ofPanel: panels.upperBound)
                let goesOn = panels.count < range.count
                let after = goesOn ? following?.linear.matrix.address(ofPanel: 0) : next
                multiply(context, product, panels: panels, inputs.followed(by: after, at: end))
                range = (range.lowerBound + panels.count)..<range.upperBound
            }
            if range.lowerBound < counts.0 {
                go(first, range.lowerBound..<min(range.upperBound, counts.0), second)
            }
            let middle = counts.0 + counts.1
            if let second, range.lowerBound < middle, !range.isEmpty {
                go(second, (range.lowerBound - counts.0)..<(min(range.upperBound, middle) - counts.0), third)
            }
            if let third, !range.isEmpty {
                go(third, (range.lowerBound - middle)..<(range.upperBound - middle), nil)
            }
        }
        if isDealtOut {
            let share = panelShare(context, of: total)
            if !share.isEmpty { run(share) }
            return
        }
        let unit = unitPanels(context, of: total)
        while true {
            let start = unit * nextUnit(phase)
            if start >= total { return }
            run(start..<min(start + unit, total))
        }
    }

    func projectQueriesKeysValues(
        _ context: StepContext, _ layer: PackedLayer, phase: Int, next: UnsafePointer<UInt8>?
    ) {
        let size = configuration.hiddenSize
        let buffer = activationBuffer(context)
        let inputs = self.inputs(buffer, columns: size, values: buffer.values, valueStride: strides.hidden)
        multiply(
            context, Product(linear: layer.query, out: workspace.queries, stride: strides.queries),
            Product(linear: layer.key, out: workspace.keys, stride: strides.keys),
            Product(linear: layer.value, out: workspace.values, stride: strides.keys), inputs, phase: phase,
            next: isDealtOut ? next : nil)
        model.pool.barrier()
    }

    /// One product of quantized rows.
    func project(
        _ context: StepContext, _ linear: PackedLinear, columns: Int, values: UnsafePointer<Float>, valueStride: Int,
        into out: UnsafeMutablePointer<Float>, phase: Int, next: UnsafePointer<UInt8>?
    ) {
        let inputs = self.inputs(
            activationBuffer(context), columns: columns, values: values, valueStride: valueStride)
        multiply(
            context, Product(linear: linear, out: out, stride: strides.hidden), nil, nil, inputs,
            phase: phase, next: isDealtOut ? next : nil)
    }
}
