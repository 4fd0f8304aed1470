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
    /// - Throws: ``TensorError`` when the sizes disagree.
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
        case .q4_0: q4_0(source, output, count)
        case .q4_1: q4_1(source, output, count)
        case .q5_0: q5_0(source, output, count)
        case .q5_1: q5_1(source, output, count)
        case .q8_0: q8(source, output, count, blockSize: 34, quants: 2)
        case .q8_1: q8(source, output, count, blockSize: 36, quants: 4)
        case .q2_K: q2_K(source, output, count)
        case .q3_K: q3_K(source, output, count)
        case .q4_K: q4_K(source, output, count)
        case .q5_K: q5_K(source, output, count)
        case .q6_K: q6_K(source, output, count)
        case .q8_K: q8_K(source, output, count)
        case .iq2_XXS: iq2_XXS(source, output, count)
        case .iq2_XS: iq2_XS(source, output, count)
        case .iq2_S: iq2_S(source, output, count)
        case .iq3_XXS: iq3_XXS(source, output, count)
        case .iq3_S: iq3_S(source, output, count)
        case .iq1_S: iq1_S(source, output, count)
        case .iq1_M: iq1_M(source, output, count)
        case .iq4_NL: iq4_NL(source, output, count)
        case .iq4_XS: iq4_XS(source, output, count)
        case .tq1_0: tq1_0(source, output, count)
        case .tq2_0: tq2_0(source, output, count)
        case .mxfp4: mxfp4(source, output, count)
        }
    }

    /// Dequantizes elements from the middle of a run of blocks, for packing weights part by part.
    ///
    /// - Parameters:
    ///   - blocks: The whole run.
    ///   - firstBlock: Number of the block to start with.
    ///   - target: Room for whole blocks; its size says how many.
    /// - Throws: ``TensorError`` when the run ends before `target` is full.
    package static func dequantize(
        _ type: ElementType, blocks: UnsafeRawBufferPointer, firstBlock: Int,
        into target: UnsafeMutableBufferPointer<Float>
    ) throws(TensorError) {
        guard let needed = type.byteCount(elements: target.count) else {
            throw .partialBlocks(type: type, elements: target.count)
        }
        let (start, overflow) = firstBlock.multipliedReportingOverflow(by: type.bytesPerBlock)
        guard firstBlock >= 0, !overflow, start <= blocks.count, needed <= blocks.count - start else {
            throw .storageTooSmall(needed: overflow ? Int.max : start &+ needed, available: blocks.count)
        }
        try dequantize(type, blocks: UnsafeRawBufferPointer(rebasing: blocks[start..<(start + needed)]), into: target)
    }
}
