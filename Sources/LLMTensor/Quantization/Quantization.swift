/// Turns `Float` into encoded elements: the way into the block formats of GGUF.
///
/// Blocks are found by a search that makes the weighted sum of squared errors small, not by plain rounding; the
/// methods are described with each format. Results do not depend on the number of threads.
public enum Quantization {
    /// The types that numbers can be turned into.
    public static let types: [ElementType] = [
        .f32, .f16, .bf16, .q8_0, .q4_0, .q4_1, .q5_0, .q5_1, .iq4_NL, .q2_K, .q3_K, .q4_K, .q5_K, .q6_K,
    ]

    /// Quantizes whole rows.
    ///
    /// - Parameters:
    ///   - values: Rows of `columns` numbers each.
    ///   - columns: A whole number of blocks of `type`.
    ///   - importance: Per column, how much an error counts: the mean of the squared inputs that meet the column
    ///     (an "importance matrix"); nil when unknown.
    ///   - blocks: Room for exactly the blocks of `values`; any address alignment.
    ///   - pool: Threads to work with; nil for the calling thread alone.
    /// - Throws: ``TensorError``: sizes that disagree, a type this library does not write, or
    ///   ``TensorError/notFinite(index:value:type:)`` for the first number that is not finite or too large.
    public static func quantize(
        _ values: UnsafeBufferPointer<Float>, columns: Int, as type: ElementType,
        importance: UnsafeBufferPointer<Float>? = nil, into blocks: UnsafeMutableRawBufferPointer,
        pool: ComputePool? = nil
    ) throws(TensorError) {
        guard types.contains(type) else { throw .noConversion(from: .f32, to: type) }
        guard columns > 0, columns % type.elementsPerBlock == 0 else {
            throw .partialBlocks(type: type, elements: columns)
        }
        guard values.count % columns == 0 else {
            throw .bufferSize(expected: (values.count / columns + 1) * columns, found: values.count)
        }
        let needed = values.count / type.elementsPerBlock * type.bytesPerBlock
        guard blocks.count == needed else { throw .bufferSize(expected: needed, found: blocks.count) }
        if let importance, importance.count != columns {
            throw .bufferSize(expected: columns, found: importance.count)
        }
        guard let input = values.baseAddress, let output = blocks.baseAddress else { return }
        let job = RowQuantizer(
            type: type, input: input, rows: values.count / columns, columns: columns,
            importance: importance?.baseAddress, output: output)
        if let pool, pool.threadCount > 1, values.count > 1 << 14 {
            pool.run(job)
        } else {
            job.execute(worker: 0, of: 1)
        }
        if let index = job.firstFailure {
            throw .notFinite(index: index, value: values[index], type: type)
        }
    }

    /// A tensor of another type with the same numbers, as near as the type allows.
    ///
    /// - Parameter importance: see ``quantize(_:columns:as:importance:into:pool:)``.
    /// - Throws: ``TensorError``.
    public static func quantize(
        _ tensor: Tensor, as type: ElementType, importance: [Float]? = nil, pool: ComputePool? = nil
    ) throws(TensorError) -> Tensor {
        if tensor.elementType == type { return tensor }
        let byteCount = try type.byteCount(shape: tensor.shape)
        let values = try tensor.floats()
        var failure: TensorError?
        let storage = try TensorStorage(byteCount: byteCount) { target in
            values.withUnsafeBufferPointer { values in
                do throws(TensorError) {
                    guard let importance else {
                        try quantize(values, columns: max(tensor.columns, 1), as: type, into: target, pool: pool)
                        return
                    }
                    var inner: TensorError?
                    importance.withUnsafeBufferPointer { importance in
                        do throws(TensorError) {
                            try quantize(
                                values, columns: max(tensor.columns, 1), as: type, importance: importance,
                                into: target, pool: pool)
                        } catch { inner = error }
                    }
                    if let inner { throw inner }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        return try Tensor(shape: tensor.shape, elementType: type, storage: storage)
    }
}
