internal import LLMTensor

/// The Euclidean norm of all gradients together.
///
/// Squares are summed in float64, in pieces of a fixed size and in a fixed order: the result is the same for any number
/// of threads.
final class GradientNorm {
    private let parameters: [Parameter]
    private let chunks: ParameterChunks
    private let pool: ComputePool

    init(_ parameters: [Parameter], pool: ComputePool) {
        self.parameters = parameters.filter(\.isTrainable)
        chunks = ParameterChunks([self.parameters])
        self.pool = pool
    }

    /// The norm of the gradients as they stand; not finite if one of them is not.
    func value() -> Double {
        guard !chunks.chunks.isEmpty else { return 0 }
        let sums = UnsafeMutableBufferPointer<Double>.allocate(capacity: chunks.chunks.count)
        sums.initialize(repeating: 0)
        defer { sums.deallocate() }
        let parameters = parameters
        nonisolated(unsafe) let target = sums
        chunks.forEach(on: pool) { number, chunk in
            guard let gradient = parameters[chunk.parameter].gradient?.baseAddress else { return }
            target[number] = Self.sumOfSquares(gradient + chunk.start, count: chunk.count)
        }
        return sums.reduce(0, +).squareRoot()
    }

    private static func sumOfSquares(_ values: UnsafePointer<Float>, count: Int) -> Double {
        var lanes = SIMD8<Double>(repeating: 0)
        var index = 0
        while index + 8 <= count {
            let numbers = UnsafeRawPointer(values + index).loadUnaligned(as: SIMD8<Float>.self)
            let wide = SIMD8<Double>(numbers)
            lanes += wide * wide
            index += 8
        }
        var sum = lanes.sum()
        while index < count {
            sum += Double(values[index]) * Double(values[index])
            index += 1
        }
        return sum
    }
}

/// Clipping of gradients by their common norm, as PyTorch's `clip_grad_norm_`.
enum GradientClipping {
    /// The factor that brings a norm down to `maximum`; 1 when it is not above.
    static func factor(norm: Double, maximum: Double?) -> Double {
        guard let maximum else { return 1 }
        return min(1, maximum / (norm + 1e-6))
    }
}
