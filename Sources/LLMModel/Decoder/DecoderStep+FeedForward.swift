internal import LLMTensor

extension DecoderStep {
    /// Gate, up, activation and down; leaves the result in the second delta. Ends with a barrier.
    func feedForward(
        _ context: StepContext, _ layer: PackedLayer, _ layerIndex: Int, phase: Int, next: UnsafePointer<UInt8>?
    ) {
        let size = configuration.hiddenSize
        let buffer = activationBuffer(context)
        let inputs = self.inputs(buffer, columns: size, values: buffer.values, valueStride: strides.hidden)
        let panels = layer.up.matrix.panelCount
        if isDealtOut {
            let share = panelShare(context, of: panels)
            let down = layer.down.matrix
            let after = down.address(ofPanel: panelShare(context, of: down.panelCount).lowerBound)
            let ups = inputs.followed(by: after, at: layer.up.matrix.address(ofPanel: share.upperBound))
            let gates = layer.gate.map {
                inputs.followed(by: after, at: $0.matrix.address(ofPanel: share.upperBound))
            }
            for first in stride(from: share.lowerBound, to: share.upperBound, by: DecoderWorkspace.unitPanelLimit) {
                let last = min(first + DecoderWorkspace.unitPanelLimit, share.upperBound)
                gatedPanels(context, layer, first..<last, gates ?? ups, ups)
            }
        } else {
            let unit = unitPanels(context, of: panels)
            while true {
                let first = unit * nextUnit(phase)
                if first >= panels { break }
                gatedPanels(context, layer, first..<min(first + unit, panels), inputs, inputs)
            }
        }
        model.pool.barrier()
        inputStatistics?.add(context, .down, layer: layerIndex, workspace.gated, rowCount, strides.inner)
        let inner = configuration.intermediateSize
        for row in rowShare(context.worker, context.workerCount) {
            quantize(buffer, workspace.gated + row * strides.inner, row: row, columns: inner)
        }
        if !isPrivate { model.pool.barrier() }
        project(
            context, layer.down, columns: inner, values: workspace.gated, valueStride: strides.inner,
            into: workspace.deltas.1, phase: phase + 1, next: next)
        model.pool.barrier()
    }

    /// Some columns of the activated feed-forward layer, for all rows.
    @inline(__always)
    private func gatedPanels(
        _ context: StepContext, _ layer: PackedLayer, _ panels: Range<Int>, _ gateInput: Inputs, _ upInput: Inputs
    ) {
        let function = configuration.activation.kernelCode
        let out = workspace.gated + 32 * panels.lowerBound
        let count = 32 * panels.count
        guard let gate = layer.gate else {
            multiply(context, layer.up, panels: panels, upInput, into: out, stride: strides.inner)
            for row in 0..<rowCount {
                kernels.activate(out + row * strides.inner, up: nil, function: function, count: count)
            }
            return
        }
        let upStride = 32 * DecoderWorkspace.unitPanelLimit
        multiply(context, gate, panels: panels, gateInput, into: out, stride: strides.inner)
        multiply(context, layer.up, panels: panels, upInput, into: context.own.up, stride: upStride)
        for row in 0..<rowCount {
            kernels.activate(
                out + row * strides.inner, up: context.own.up + upStride * row, function: function, count: count)
        }
    }
}

extension Activation {
    /// The kernels' number for this function.
    var kernelCode: Int32 {
        switch self {
        case .silu: 0
        case .geluTanh: 1
        case .gelu: 2
        case .relu: 3
        case .reluSquared: 4
        }
    }
}
