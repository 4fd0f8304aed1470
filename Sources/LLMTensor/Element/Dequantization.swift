/// Turns encoded elements into `Float`.
///
/// Results are bit-identical to the reference implementation of the format (the `gguf` Python package) for every
/// finite value; infinite or NaN scales give what IEEE arithmetic gives.
public enum Dequantization {
    /// Dequantizes whole blocks.
    ///
    /// - Parameters:
    ///   - type: How `blocks` is encoded.
    ///   - blocks: Consecutive blocks; any address alignment.
    ///   - target: Room for exactly the elements of `blocks`.
    /// - Throws: ``TensorError`` when the sizes disagree or the type has no floating-point meaning.
    public static func dequantize(
        _ type: ElementType, blocks: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>
    ) throws(TensorError) {
        guard target.count % type.elementsPerBlock == 0 else {
            throw .partialBlocks(type: type, elements: target.count)
        }
        let count = target.count / type.elementsPerBlock
        guard blocks.count == count * type.bytesPerBlock else {
            throw .bufferSize(expected: count * type.bytesPerBlock, found: blocks.count)
        }
        guard count > 0, let source = blocks.baseAddress, let output = target.baseAddress else { return }
        switch type {
        case .f32: float32(source, output, count)
        case .f16: float16(source, output, count)
        case .bf16: bfloat16(source, output, count)
        case .f64: float64(source, output, count)
        case .i8: integers(Int8.self, source, output, count)
        case .i16: integers(Int16.self, source, output, count)
        case .i32: integers(Int32.self, source, output, count)
        case .i64: integers(Int64.self, source, output, count)
        case .u8: integers(UInt8.self, source, output, count)
        case .bool: integers(UInt8.self, source, output, count)
        default: throw .noConversion(from: type, to: .f32)
        }
    }
}
