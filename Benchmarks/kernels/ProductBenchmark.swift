import CLLMKernels
import LLMTensor

/// One product: a packed matrix of some format and quantized activations, with plain contents.
final class ProductBenchmark {
    static let columns = 768
    private static let blocks = columns / 32

    private let format: PackedFormat
    private let table: llmk_kernels
    private let rows: Int
    private let tokens: Int
    private var memory: [AlignedMemory] = []
    private var matrix = llmk_matrix()
    private var activations = llmk_activations()

    init(_ format: PackedFormat, _ table: llmk_kernels, rows: Int, tokens: Int, planes: Int) throws {
        (self.format, self.table, self.rows, self.tokens) = (format, table, rows, tokens)
        let (columns, blocks) = (Self.columns, Self.blocks)
        let codes = format.isFloat ? 32 * columns * format.floatBytes : 2 * blocks * format.codeBytes
        let scales = format.scaleBytes(blocks: blocks)
        let stride = (codes + 2 * scales + 63) / 64 * 64
        let lower = 2 * blocks * format.lowerBytes
        // 0x11: small positive numbers in every float format.
        let data = try allocate(rows / 32 * (stride + lower), filledWith: 0x11)
        matrix = llmk_matrix(
            data: UnsafePointer(data.assumingMemoryBound(to: UInt8.self)), panel_stride: Int64(stride),
            scale_offset: Int64(codes), scale_stride: Int64(scales), format: format.rawValue, blocks: Int32(blocks),
            columns: Int32(columns), panels: Int32(rows / 32), lower_offset: Int64(rows / 32 * stride))
        try makeActivations(planes: planes)
    }

    private func allocate(_ bytes: Int, filledWith byte: UInt8 = 0) throws -> UnsafeMutableRawPointer {
        let block = try AlignedMemory(byteCount: bytes)
        block.base.initializeMemory(as: UInt8.self, repeating: byte, count: bytes)
        memory.append(block)
        return block.base
    }

    private func makeActivations(planes: Int) throws {
        let (columns, blocks) = (Self.columns, Self.blocks)
        func room<T>(_ count: Int, _ type: T.Type) throws -> UnsafeMutablePointer<T> {
            try allocate(count * MemoryLayout<T>.stride).assumingMemoryBound(to: type)
        }
        let values = try room(tokens * columns, Float.self)
        for i in 0..<tokens * columns { values[i] = Float((i * 7919) % 1000 - 500) / 500 }
        let codes = try room(tokens * planes * columns, Int8.self)
        let (scales, sums) = try (room(tokens * blocks, Float.self), room(tokens * blocks, Float.self))
        let starts = try room(tokens * planes * blocks, Int32.self)
        let (starts16, sums16) = try (
            room(tokens * planes * 2 * blocks, Int32.self), room(tokens * 2 * blocks, Float.self)
        )
        for token in 0..<tokens {
            table.quantize(
                values + token * columns, Int32(blocks), Int32(planes), codes + token * planes * columns,
                scales + token * blocks, starts + token * planes * blocks, sums + token * blocks,
                starts16 + token * planes * 2 * blocks, sums16 + token * 2 * blocks)
        }
        activations = llmk_activations(
            values: values, codes: codes, scales: scales, starts: starts, sums: sums, starts16: starts16,
            sums16: sums16, value_stride: Int64(columns), blocks: Int32(blocks), planes: Int32(planes),
            tokens: Int32(tokens), ahead_end: nil, ahead_jump: 0)
    }

    private func seconds() throws -> Double {
        let out = try allocate(4 * tokens * rows).assumingMemoryBound(to: Float.self)
        let scratch = try allocate(Int(LLMK_SCRATCH_BYTES))
        return bestSeconds(limit: 0.15) {
            table.multiply(&matrix, 0, matrix.panels, &activations, out, Int64(rows), scratch)
        }
    }

    /// Packed bytes read per second.
    func bytesPerSecond() throws -> Double {
        Double(rows / 32) * Double(matrix.panel_stride) / (try seconds())
    }

    /// Multiplications and additions per second.
    func operationsPerSecond() throws -> Double {
        2 * Double(rows) * Double(Self.columns) * Double(tokens) / (try seconds())
    }
}
