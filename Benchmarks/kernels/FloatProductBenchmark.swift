import CLLMKernels
import LLMTensor

/// Float products with the shapes of a training step, on all threads.
enum FloatProductBenchmark {
    /// Shape names, `[rows, depth] x [depth, columns]` and which factors are transposed, for 512 tokens of SmolLM2.
    static let shapes: [(name: String, rows: Int, columns: Int, depth: Int, left: Bool, right: Bool)] = [
        ("up", 512, 1536, 576, false, true),
        ("down", 512, 576, 1536, false, true),
        ("key", 512, 192, 576, false, true),
        ("head", 512, 49152, 576, false, true),
        ("up dX", 512, 576, 1536, false, false),
        ("head dX", 512, 576, 49152, false, false),
        ("up dW", 1536, 576, 512, true, false),
        ("head dW", 49152, 576, 512, true, false),
        ("LoRA A", 512, 8, 576, false, true),
        ("LoRA B", 512, 1536, 8, false, true),
    ]

    /// Prints GFLOP/s of every shape, and the share of what the inner tile reaches on panels in the first-level cache.
    static func run(_ kernels: Kernels) throws {
        let pool = ComputePool()
        let multiplier = try FloatMultiplier(pool: pool, kernels: kernels)
        let peak = try tilePeak(kernels) * Double(pool.threadCount)
        print("\nfloat products, \(kernels.name), \(pool.threadCount) threads; tile peak \(Int(peak / 1e9)) GFLOP/s")
        for shape in shapes {
            let (m, n, k) = (shape.rows, shape.columns, shape.depth)
            let factors = (try floats(m * k), try floats(k * n), try floats(m * n))
            let (a, b, c) = (pointer(factors.0), pointer(factors.1), pointer(factors.2))
            let product = FloatProduct(
                shape.left ? .columns(a, stride: m) : .rows(a, stride: k),
                shape.right ? .rows(b, stride: k) : .columns(b, stride: n), into: c, stride: n, rows: m, columns: n,
                depth: k)
            let seconds = bestSeconds(limit: 0.5) { multiplier.multiply(product) }
            let rate = 2 * Double(m) * Double(n) * Double(k) / seconds
            let name = shape.name + String(repeating: " ", count: 10 - shape.name.count)
            print("\(name)\(m) x \(n) x \(k): \(Int(rate / 1e9)) GFLOP/s, \(Int(100 * rate / peak)) %")
        }
    }

    /// Operations per second of one thread's inner tile on panels that stay in the first-level cache.
    private static func tilePeak(_ kernels: Kernels) throws -> Double {
        let (a, b, c) = (try floats(1 << 12), try floats(1 << 12), try floats(1 << 12))
        guard let table = llmk_kernels_named(kernels.name)?.pointee else { return .infinity }
        let depth = 64
        let seconds = bestSeconds(limit: 0.3) {
            for _ in 0..<1000 {
                table.float_tile(
                    pointer(a), pointer(b), Int64(depth), 1, 1, pointer(c), Int64(table.tile_columns),
                    table.tile_rows, table.tile_columns)
            }
        }
        return 2000 * Double(depth) * Double(table.tile_rows) * Double(table.tile_columns) / seconds
    }

    private static func pointer(_ memory: AlignedMemory) -> UnsafeMutablePointer<Float> {
        memory.base.assumingMemoryBound(to: Float.self)
    }

    private static func floats(_ count: Int) throws -> AlignedMemory {
        let memory = try AlignedMemory(byteCount: 4 * count)
        let values = pointer(memory)
        for i in 0..<count { values[i] = Float((i &* 7919) % 1000 - 500) / 500 }
        return memory
    }
}
