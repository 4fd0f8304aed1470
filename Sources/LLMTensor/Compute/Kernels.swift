internal import CLLMKernels

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The kernels of one instruction set, behind one interface.
///
/// The best set is chosen once from what the processor reports; the environment variable `LLMOPS_KERNELS`
/// (`generic`, `avx2`, `avx512`, `amx`, `neon`, `neon-i8mm`) overrides it, so that each set can be tested on one machine.
package struct Kernels: @unchecked Sendable {
    let table: llmk_kernels

    /// The name of the instruction set.
    package var name: String { String(cString: table.name) }

    /// The sets this machine can run, best first; the plain Swift kernels are always the last.
    package static let available: [Kernels] = ["amx", "avx512", "avx2", "neon-i8mm", "neon", "generic"].compactMap {
        named($0)
    }

    /// The chosen set.
    package static let best: Kernels = {
        if let wanted = getenv("LLMOPS_KERNELS"), let kernels = named(String(cString: wanted)) { return kernels }
        return available[0]
    }()

    /// A set by name; nil when this machine lacks it.
    package static func named(_ name: String) -> Kernels? {
        if name == "generic" { return Kernels(table: GenericKernels.table) }
        return llmk_kernels_named(name).map { Kernels(table: $0.pointee) }
    }

    /// Bytes of thread-private scratch memory ``multiply`` needs.
    package static let scratchBytes = Int(LLMK_SCRATCH_BYTES)
}

extension Kernels {
    /// `out[token][row - 32 * panels.lowerBound] = matrix[row] . activations[token]` for the rows of `panels`.
    @inline(__always)
    package func multiply(
        _ matrix: PackedMatrix, panels: Range<Int>, _ activations: Activations, into out: UnsafeMutablePointer<Float>,
        stride: Int, scratch: UnsafeMutableRawPointer
    ) {
        withUnsafePointer(to: matrix.raw) { matrix in
            withUnsafePointer(to: activations.raw) { activations in
                table.multiply(
                    matrix, Int32(panels.lowerBound), Int32(panels.upperBound), activations, out, Int64(stride), scratch
                )
            }
        }
    }

    /// `out = x / sqrt(mean(x^2) + epsilon) * weight`.
    package func rmsNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, count: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        table.rms_norm(x, weight, epsilon, Int32(count), out)
    }

    /// `out = (x - mean) / sqrt(variance + epsilon) * weight + bias`.
    package func layerNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>?, epsilon: Float,
        count: Int, into out: UnsafeMutablePointer<Float>
    ) {
        table.layer_norm(x, weight, bias, epsilon, Int32(count), out)
    }

    /// `x += y`.
    package func add(_ y: UnsafePointer<Float>, to x: UnsafeMutablePointer<Float>, count: Int) {
        table.add(x, y, Int32(count))
    }

    /// `gate = function(gate) * up`; functions: 0 silu, 1 GELU by tanh, 2 GELU, 3 ReLU, 4 squared ReLU.
    package func activate(
        _ gate: UnsafeMutablePointer<Float>, up: UnsafePointer<Float>?, function: Int32, count: Int
    ) {
        table.activate(gate, up, function, Int32(count))
    }

    /// Rotates the leading coordinates of a head in place.
    package func rotate(
        _ head: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>, sines: UnsafePointer<Float>,
        dimensions: Int, isInterleaved: Bool
    ) {
        table.rotate(head, cosines, sines, Int32(dimensions), isInterleaved ? 1 : 0)
    }

    /// Float to half.
    package func toHalf(_ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<UInt16>, count: Int) {
        table.to_half(x, out, Int32(count))
    }

    /// Attention of `rows` query rows over the positions of pages; see the C declaration for layouts.
    package func attend(
        pages: UnsafePointer<UnsafePointer<UInt8>?>, keyOffset: Int, valueOffset: Int, type: KeyValueType,
        dimension: Int, valueWidth: Int, queries: UnsafePointer<Float>, rows: Int, lower: UnsafePointer<Int32>,
        upper: UnsafePointer<Int32>, positions: Range<Int>, softcap: Float, out: UnsafeMutablePointer<Float>,
        maxima: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        var keyValues = llmk_key_values(
            pages: pages, key_offset: Int64(keyOffset), value_offset: Int64(valueOffset), type: type.code,
            dimension: Int32(dimension), value_width: Int32(valueWidth))
        table.attend(
            &keyValues, queries, Int64(dimension), Int32(rows), lower, upper, Int32(positions.lowerBound),
            Int32(positions.upperBound), softcap, out, Int64(valueWidth), maxima, sums, scratch)
    }

    /// The largest of `x` and `ln(sum(e^x))`, the sum in double precision.
    package func logSumExp(_ x: UnsafeBufferPointer<Float>) -> (largest: Float, value: Double) {
        guard let base = x.baseAddress else { return (-.infinity, -.infinity) }
        var largest: Float = 0
        let sum = table.log_sum_exp(base, Int64(x.count), &largest)
        return (largest, Double(largest) + naturalLogarithm(sum))
    }

    private func naturalLogarithm(_ x: Double) -> Double { log(x) }
}
