public import LLMTensor

// The cases are spelled as the format spells its types.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// How the weights of a file are stored: one type for nearly all of them, or a mixture that spends more bits where
/// errors cost most. Names, numbers and choices are those of llama.cpp.
public enum QuantizationMixture: String, Sendable, CaseIterable {
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case q8_0 = "Q8_0"
    case q4_0 = "Q4_0"
    case q4_1 = "Q4_1"
    case q5_0 = "Q5_0"
    case q5_1 = "Q5_1"
    case q2_K = "Q2_K"
    case q2_K_S = "Q2_K_S"
    case q3_K_S = "Q3_K_S"
    case q3_K_M = "Q3_K_M"
    case q3_K_L = "Q3_K_L"
    case q4_K_S = "Q4_K_S"
    case q4_K_M = "Q4_K_M"
    case q5_K_S = "Q5_K_S"
    case q5_K_M = "Q5_K_M"
    case q6_K = "Q6_K"
    case iq4_NL = "IQ4_NL"

    /// The mixture with this name, in any case; `Q3_K`, `Q4_K` and `Q5_K` mean the medium ones.
    public init?(name: String) {
        let name = name.uppercased()
        let full = ["Q3_K", "Q4_K", "Q5_K"].contains(name) ? name + "_M" : name
        guard let found = Self(rawValue: full) else { return nil }
        self = found
    }

    /// The number of the mixture in files (`general.file_type`).
    public var fileType: Int { QuantizationNames.number(ofFileType: rawValue) ?? 0 }

    /// The type of most weights.
    public var elementType: ElementType {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        case .q8_0: .q8_0
        case .q4_0: .q4_0
        case .q4_1: .q4_1
        case .q5_0: .q5_0
        case .q5_1: .q5_1
        case .q2_K, .q2_K_S: .q2_K
        case .q3_K_S, .q3_K_M, .q3_K_L: .q3_K
        case .q4_K_S, .q4_K_M: .q4_K
        case .q5_K_S, .q5_K_M: .q5_K
        case .q6_K: .q6_K
        case .iq4_NL: .iq4_NL
        }
    }

    /// Whether weights are stored in blocks with common scales.
    public var isQuantized: Bool { !elementType.isPlain }
}
