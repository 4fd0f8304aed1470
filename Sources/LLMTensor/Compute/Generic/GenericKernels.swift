package import CLLMKernels

/// The kernels in plain Swift: they run anywhere, and they say what the instruction-set kernels of CLLMKernels compute.
///
/// Each entry of the table has the same meaning, layouts and integer results as its twins; float results differ by
/// the rounding of fused multiply-adds and by the order of sums. No kernel allocates.
package enum GenericKernels {
    /// The table named "generic".
    nonisolated(unsafe) package static let table = llmk_kernels(
        name: UnsafeRawPointer(("generic" as StaticString).utf8Start).assumingMemoryBound(to: CChar.self),
        multiply: multiply,
        quantize: quantize,
        rms_norm: rmsNorm,
        layer_norm: layerNorm,
        add: add,
        activate: activate,
        rotate: rotate,
        attend: attend,
        to_half: toHalf,
        from_half: fromHalf,
        log_sum_exp: logSumExp,
        tile_rows: 4,
        tile_columns: 16,
        float_tile: floatTile,
        bfloat_tile: bfloatTile,
        prefers16: 0,
        is_bfloat16: 0,
        tile16: Int32(LLMK_TILE16),
        token_step16: 2,
        column_step16: 2,
        multiply16: multiplyInt16,
        combine16: combineInt16,
        quantize16: quantizeInt16,
        attend_all: attendAll
    )
}
