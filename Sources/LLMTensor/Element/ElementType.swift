// The cases are spelled as the format spells its types.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// The element types a tensor can hold: plain numbers and the block-quantized types of GGUF.
///
/// Raw values below `ElementType.firstOutsideGGUF` are the type identifiers of the GGUF specification. `u8` and `bool`
/// exist in safetensors only: their raw values lie outside the GGUF range and never match a number read from a file
/// (``init(ggufIdentifier:)``).
public enum ElementType: UInt32, Sendable, Hashable, CaseIterable {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q8_1 = 9
    case q2_K = 10
    case q3_K = 11
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14
    case q8_K = 15
    case iq2_XXS = 16
    case iq2_XS = 17
    case iq3_XXS = 18
    case iq1_S = 19
    case iq4_NL = 20
    case iq3_S = 21
    case iq2_S = 22
    case iq4_XS = 23
    case i8 = 24
    case i16 = 25
    case i32 = 26
    case i64 = 27
    case f64 = 28
    case iq1_M = 29
    case bf16 = 30
    case tq1_0 = 34
    case tq2_0 = 35
    case mxfp4 = 39
    case u8 = 0x8000_0001
    case bool = 0x8000_0002

    /// Raw values from here on are not GGUF type identifiers.
    static let firstOutsideGGUF: UInt32 = 0x8000_0000

    /// The type a GGUF file means by this identifier, or nil if this library does not know it.
    public init?(ggufIdentifier: UInt32) {
        guard ggufIdentifier < Self.firstOutsideGGUF else { return nil }
        self.init(rawValue: ggufIdentifier)
    }

    /// The identifier in GGUF files; nil for types GGUF cannot hold (`u8`, `bool`).
    public var ggufIdentifier: UInt32? { rawValue < Self.firstOutsideGGUF ? rawValue : nil }

    /// Whether one element stands alone, that is, the type is not block-quantized.
    public var isPlain: Bool { elementsPerBlock == 1 }

    /// Elements in one block; 1 for plain numbers.
    public var elementsPerBlock: Int {
        switch self {
        case .f32, .f16, .bf16, .f64, .i8, .i16, .i32, .i64, .u8, .bool: 1
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q8_1, .iq4_NL, .mxfp4: 32
        default: 256
        }
    }

    /// Bytes of one block.
    public var bytesPerBlock: Int {
        switch self {
        case .i8, .u8, .bool: 1
        case .f16, .bf16, .i16: 2
        case .f32, .i32: 4
        case .f64, .i64: 8
        case .mxfp4: 17
        case .q4_0, .iq4_NL: 18
        case .q4_1: 20
        case .q5_0: 22
        case .q5_1: 24
        case .q8_0: 34
        case .q8_1: 36
        case .q2_K: 84
        case .q3_K: 110
        case .q4_K: 144
        case .q5_K: 176
        case .q6_K: 210
        case .q8_K: 292
        case .iq2_XXS: 66
        case .iq2_XS: 74
        case .iq2_S: 82
        case .iq3_XXS: 98
        case .iq3_S: 110
        case .iq1_S: 50
        case .iq1_M: 56
        case .iq4_XS: 136
        case .tq1_0: 54
        case .tq2_0: 66
        }
    }
}
