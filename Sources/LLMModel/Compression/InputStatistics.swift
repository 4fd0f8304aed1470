internal import LLMTensor

/// Sums of squares of what meets each matrix of a decoder while it reads a text.
///
/// The threads of a step add to it at the places where they have met anyway; each owns a share of the columns, so
/// sums do not depend on the number of threads. Read it only between steps.
final class InputStatistics: @unchecked Sendable {
    /// The matrices of a block that read the same input.
    enum Site: Int, CaseIterable {
        case attention, attentionOutput, feedForward, down

        /// What the matrices are called in GGUF files, fused ones included.
        var names: [String] {
            switch self {
            case .attention: ["attn_q", "attn_k", "attn_v", "attn_qkv"]
            case .attentionOutput: ["attn_output"]
            case .feedForward: ["ffn_gate", "ffn_up"]
            case .down: ["ffn_down"]
            }
        }
    }

    /// Tokens read so far.
    private(set) var tokens = 0
    private let layerCount: Int
    private let columns: [Int]
    private let sums: [UnsafeMutableBufferPointer<Double>]

    init(_ configuration: DecoderConfiguration) {
        layerCount = configuration.layerCount
        let attended = configuration.attention.headCount * configuration.attention.headDimension
        columns = Site.allCases.map { site in
            switch site {
            case .attention, .feedForward: configuration.hiddenSize
            case .attentionOutput: attended
            case .down: configuration.intermediateSize
            }
        }
        sums = columns.map { columns in
            let memory = UnsafeMutableBufferPointer<Double>.allocate(capacity: columns * configuration.layerCount)
            memory.initialize(repeating: 0)
            return memory
        }
    }

    deinit {
        for memory in sums { memory.deallocate() }
    }

    /// Adds a thread's share of the columns of `[rows][stride]` values.
    func add(
        _ context: StepContext, _ site: Site, layer: Int, _ values: UnsafePointer<Float>, _ rows: Int, _ stride: Int
    ) {
        let columns = columns[site.rawValue]
        let lower = columns * context.worker / context.workerCount
        let upper = columns * (context.worker + 1) / context.workerCount
        guard let base = sums[site.rawValue].baseAddress else { return }
        let target = base + layer * columns
        for row in 0..<rows {
            let source = values + row * stride
            for column in lower..<upper { target[column] += Double(source[column]) * Double(source[column]) }
        }
        if site == .attention, layer == 0, context.worker == 0 { tokens += rows }
    }

    /// Adds a thread's share of the normalized residual stream, which a step has just prepared.
    func addHidden(_ step: DecoderStep, _ context: StepContext, _ site: Site, layer: Int) {
        add(context, site, layer: layer, step.activationBuffer(context).values, step.rowCount, step.strides.hidden)
    }

    /// The mean of the squares, per tensor name of a GGUF file.
    func means() -> [String: [Float]] {
        var means: [String: [Float]] = [:]
        let count = Double(max(1, tokens))
        for site in Site.allCases {
            let columns = columns[site.rawValue]
            for layer in 0..<layerCount {
                // A column that no input ever met must still be stored somehow.
                let values = (0..<columns).map { max(Float(sums[site.rawValue][layer * columns + $0] / count), 1e-12) }
                for name in site.names { means["blk.\(layer).\(name).weight"] = values }
            }
        }
        return means
    }
}
