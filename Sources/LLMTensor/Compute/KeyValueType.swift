internal import CLLMKernels

/// How a decoder keeps keys and values.
public enum KeyValueType: String, Sendable, Hashable, CaseIterable {
    /// 32-bit floats.
    case float32 = "f32"
    /// 16-bit floats (IEEE 754 binary16): half of the memory.
    case float16 = "f16"
    /// The upper half of 32-bit floats: the range of 32 bits, eight bits of precision.
    case bfloat16 = "bf16"
    /// 8-bit codes with a scale in half precision for every 32 dimensions of a position, as GGML's Q8_0: about a quarter of the
    /// memory of ``float32``.
    case q8 = "q8_0"

    /// As the kernels call it.
    package var code: Int32 {
        switch self {
        case .float32: Int32(LLMK_KV_F32)
        case .float16: Int32(LLMK_KV_F16)
        case .bfloat16: Int32(LLMK_KV_BF16)
        case .q8: Int32(LLMK_KV_Q8)
        }
    }

    /// Bytes of an element, without its share of a scale.
    package var elementBytes: Int {
        switch self {
        case .float32: 4
        case .float16, .bfloat16: 2
        case .q8: 1
        }
    }

    /// How many dimensions share a scale.
    package static let scaleDimensions = 32

    /// Bytes of the scales of so many dimensions.
    package func scaleBytes(dimensions: Int) -> Int {
        self == .q8 ? 2 * ((dimensions + Self.scaleDimensions - 1) / Self.scaleDimensions) : 0
    }

    /// Makes codes of some values that share a scale, the largest of them 127 or -127; returns the scale.
    package static func quantize(
        _ values: UnsafePointer<Float>, count: Int, into codes: UnsafeMutablePointer<Int8>
    ) -> UInt16 {
        var largest: Float = 0
        for index in 0..<count { largest = max(largest, abs(values[index])) }
        // Nothing that half precision cannot scale back: codes of what is larger stay at its largest number.
        let scale = min(largest / 127, 65504)
        let half = HalfPrecision.binary16(scale)
        let factor = scale > 0 && half > 0 ? 1 / scale : 0
        // Added to 1.5 * 2^23, a number is rounded to an integer (ties to even), which its lowest bits then are.
        for index in 0..<count {
            let code = max(-127, min(127, values[index] * factor)) + 12_582_912
            codes[index] = Int8(truncatingIfNeeded: Int32(bitPattern: code.bitPattern))
        }
        return half
    }
}
