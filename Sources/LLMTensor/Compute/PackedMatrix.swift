internal import CLLMKernels

/// A weight matrix laid out for this machine's kernels. Numbers are never changed by packing.
///
/// A plain value without ownership: the ``PackedWeights`` it belongs to must outlive its use.
package struct PackedMatrix: @unchecked Sendable {
    var raw: llmk_matrix
    /// Rows of the matrix: outputs.
    package let rows: Int
    /// Columns of the matrix: inputs.
    package let columns: Int

    /// Rows are worked on in panels of 32.
    package var panelCount: Int { Int(raw.panels) }
    /// Bytes of the packed form.
    package var byteCount: Int {
        Int(raw.panel_stride) * panelCount + (raw.lower_offset == 0 ? 0 : 2 * 192 * Int(raw.blocks) * panelCount)
    }
    /// Where a panel's packed weights begin.
    @inline(__always)
    package func address(ofPanel panel: Int) -> UnsafePointer<UInt8> { raw.data + panel * Int(raw.panel_stride) }
    /// The same matrix read by the upper bits of its codes alone; nil when those do not lie apart.
    package var upperBits: PackedMatrix? {
        guard raw.format == Int32(LLMK_Q8_SPLIT.rawValue) else { return nil }
        var copy = self
        copy.raw.format = Int32(LLMK_Q8_UPPER.rawValue)
        return copy
    }
    /// Whether products read int8 activations (else floats).
    package var usesQuantizedActivations: Bool { raw.format > Int32(LLMK_BF16.rawValue) }
}

/// How a matrix of some element type is packed.
struct PackedShape {
    let format: llmk_format
    let codeBytes: Int
    let scaleStride: Int
    let panelStride: Int
    /// Bytes of a panel's lower bits, which lie behind all panels.
    let lowerStride: Int

    /// - Parameters:
    ///   - keepsFloats: Exact mode: every type becomes floats, with the numbers of ``Dequantization``.
    ///   - isSplit: Bytes are kept in two parts, so that products may read only the upper one.
    init(_ type: ElementType, columns: Int, keepsFloats: Bool, isSplit: Bool = false) {
        var format = Self.format(of: type, keepsFloats: keepsFloats)
        if isSplit, format == LLMK_Q8_0 { format = LLMK_Q8_SPLIT }
        self.format = format
        let blocks = columns / 32
        switch format {
        case LLMK_F32, LLMK_F16, LLMK_BF16:
            codeBytes = format == LLMK_F32 ? 4 : 2
            scaleStride = 0
            lowerStride = 0
            panelStride = (columns * 32 * codeBytes + 63) / 64 * 64
            return
        case LLMK_Q4_0, LLMK_Q4_1, LLMK_Q4_K, LLMK_IQ4_NL, LLMK_IQ4_XS, LLMK_MXFP4: codeBytes = 256
        case LLMK_Q5_0, LLMK_Q5_1, LLMK_Q5_K, LLMK_Q8_SPLIT: codeBytes = 320
        case LLMK_Q6_K: codeBytes = 384
        default: codeBytes = 512
        }
        switch format {
        case LLMK_Q4_1, LLMK_Q5_1: scaleStride = 64 * blocks
        case LLMK_Q4_K, LLMK_Q5_K: scaleStride = 320 * (blocks / 8)
        case LLMK_Q6_K: scaleStride = 288 * (blocks / 8)
        case LLMK_IQ4_XS: scaleStride = 160 * (blocks / 8)
        case LLMK_MXFP4: scaleStride = 16 * blocks
        default: scaleStride = 32 * blocks
        }
        lowerStride = format == LLMK_Q8_SPLIT ? 2 * 192 * blocks : 0
        panelStride = (2 * (codeBytes * blocks + scaleStride) + 63) / 64 * 64
    }

    /// Types without a packed layout of their own are kept as floats.
    private static func format(of type: ElementType, keepsFloats: Bool) -> llmk_format {
        switch type {
        case .f16: return LLMK_F16
        case .bf16: return LLMK_BF16
        default: break
        }
        if keepsFloats { return LLMK_F32 }
        return switch type {
        case .q4_0: LLMK_Q4_0
        case .q4_1: LLMK_Q4_1
        case .q5_0: LLMK_Q5_0
        case .q5_1: LLMK_Q5_1
        case .q8_0: LLMK_Q8_0
        case .q4_K: LLMK_Q4_K
        case .q5_K: LLMK_Q5_K
        case .q6_K: LLMK_Q6_K
        case .iq4_NL: LLMK_IQ4_NL
        case .iq4_XS: LLMK_IQ4_XS
        case .mxfp4: LLMK_MXFP4
        default: LLMK_F32
        }
    }
}

/// All packed matrices of a model, in one region of memory.
///
/// Immutable once made; may be shared between threads.
package final class PackedWeights: Sendable {
    /// The matrices, in the order of the tensors given.
    package let matrices: [PackedMatrix]
    private let memory: AlignedMemory

    /// Bytes of the packed form.
    package var byteCount: Int { memory.byteCount }

    /// Bytes of a tensor's packed form between two looks back at its mapped pages.
    private static let sliceBytes = 2 << 20

    /// Packs matrices `[rows, columns]` on the threads of `pool`.
    ///
    /// Mapped file pages that were read for packing are given back to the system, some megabytes at a time, when
    /// `releasesSource` says so: then file and packed form are never in memory side by side.
    /// - Parameter split: Matrices whose 8-bit codes are kept in two parts (``PackedMatrix/upperBits``).
    /// - Throws: ``TensorError`` when memory is short.
    package init(
        _ tensors: [Tensor], keepsFloats: Bool, split: Set<Int> = [], pool: ComputePool, releasesSource: Bool = true,
        progress: ((Double) -> Void)? = nil
    ) throws(TensorError) {
        var offsets: [Int] = []
        var shapes: [PackedShape] = []
        var total = 0
        for (index, tensor) in tensors.enumerated() {
            let shape = PackedShape(
                tensor.elementType, columns: tensor.columns, keepsFloats: keepsFloats, isSplit: split.contains(index))
            let panels = (tensor.rows + 31) / 32
            let (bytes, overflow) = (shape.panelStride + shape.lowerStride).multipliedReportingOverflow(by: panels)
            guard !overflow, total <= Int.max / 4 - bytes else { throw .outOfMemory(byteCount: Int.max) }
            offsets.append(total)
            shapes.append(shape)
            total += (bytes + 4095) / 4096 * 4096
        }
        // Kernels prefetch a little past the end.
        let memory = try AlignedMemory(byteCount: total + 4096)
        var matrices: [PackedMatrix] = []
        for (index, tensor) in tensors.enumerated() {
            let shape = shapes[index]
            let raw = llmk_matrix(
                data: (memory.base + offsets[index]).assumingMemoryBound(to: UInt8.self),
                panel_stride: Int64(shape.panelStride),
                scale_offset: Int64(2 * shape.codeBytes * (tensor.columns / 32)),
                scale_stride: Int64(shape.scaleStride), format: Int32(shape.format.rawValue),
                blocks: Int32(tensor.columns / 32), columns: Int32(tensor.columns),
                panels: Int32((tensor.rows + 31) / 32),
                lower_offset: shape.lowerStride == 0 ? 0 : Int64(shape.panelStride * ((tensor.rows + 31) / 32)))
            matrices.append(PackedMatrix(raw: raw, rows: tensor.rows, columns: tensor.columns))
            let panels = (tensor.rows + 31) / 32
            let step = max(pool.threadCount, Self.sliceBytes / max(shape.panelStride, 1))
            for first in stride(from: 0, to: panels, by: step) {
                let slice = first..<min(first + step, panels)
                let task = PackingTask(
                    tensor: tensor, shape: shape, destination: memory.base + offsets[index], panels: slice)
                pool.run(task)
                if let error = task.failure { throw error }
                if releasesSource { tensor.releaseMappedFile() }
            }
            progress?(Double(index + 1) / Double(tensors.count))
        }
        self.matrices = matrices
        self.memory = memory
    }
}
