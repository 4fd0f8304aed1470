internal import CLLMKernels

// The formats are called what GGUF calls them.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// The layouts of packed matrices: what the kernels read, byte for byte.
///
/// ## Panels
/// Rows are grouped in strips of 16; two strips are a panel of 32 rows (absent rows are zero). A panel is
/// ``llmk_matrix/panel_stride`` bytes, a multiple of 64.
///
/// ## Float formats (`f32`, `f16`, `bf16`)
/// A panel is `[column][32 rows]` elements; there is nothing else.
///
/// ## Quantized formats
/// Columns are grouped in blocks of 32. A panel holds first the codes, `[block][2 strips][codeBytes]`, then at
/// `scale_offset` the scales, `[2 strips][scale_stride]`.
///
/// The codes of one strip and block are eight *lines*; line `j` (0..<8) holds columns `4j ..< 4j + 4` of the 16 rows
/// as 64 codes `[16 rows][4 columns]`, the unsigned operand of a four-way dot product. They are stored as
///
/// | formats | bytes |
/// |---|---|
/// | `q8_0`, `w8` | 512: the lines |
/// | 4-bit (`q4_0`, `q4_1`, `q4_K`, `iq4_NL`, `iq4_XS`, `mxfp4`) | 256: byte `64 i + n` (`i` in 0..<4) has code `n` of line `i` in its low nibble, of line `i + 4` in its high nibble |
/// | 5-bit (`q5_0`, `q5_1`, `q5_K`) | 320: the low four bits as above, then 64 bytes: bit `j` of byte `256 + n` is bit 4 of code `n` of line `j` |
/// | `q8_split`, `q8_upper` | 320: the upper five bits of the bytes of `q8_0`, as 5-bit codes |
/// | 6-bit (`q6_K`) | 384: the low four bits as above, then 128 bytes: byte `256 + 64 h + n` (`h` in 0..<2) holds bits 4 and 5 of code `n` of lines `4h`, `4h + 1`, `4h + 2`, `4h + 3`, from its lowest two bits up |
///
/// Stored codes are unsigned; with a code `c` of a row and block, scale `s` and min `m`, the weight is
///
/// | formats | weight | scales of one strip, 16 rows each |
/// |---|---|---|
/// | `q4_0` | `s (c - 8)` | per block: half `d`; `s = d` |
/// | `q5_0` | `s (c - 16)` | per block: half `d` |
/// | `q8_0` | `s (c - 128)` (the stored byte is the file's plus 128) | per block: half `d` |
/// | `q8_split` | as `q8_0`, `c` made of both parts | as `q8_0` |
/// | `q8_upper` | `8 s (c - 16) + 4 s`, the middle of what the lower bits can make of it | as `q8_0` |
/// | `q4_1`, `q5_1` | `s c + m` | per block: half `d`, half `m` |
/// | `q4_K`, `q5_K` | `s c + m`, `s = d * scale`, `m = -(dmin * min)` | per 8 blocks, 320 bytes: half `d`, half `dmin`, then per block 16 scale bytes, 16 min bytes (6-bit, unsigned) |
/// | `q6_K` | `s (c - 32)`, `s = d * scale` | per 8 blocks, 288 bytes: half `d`, then per block two groups (columns 0..<16, 16..<32) of 16 signed scale bytes |
/// | `iq4_NL` | `s table[c]` | per block: half `d` |
/// | `iq4_XS` | `s table[c]`, `s = d * scale` | per 8 blocks, 160 bytes: half `d`, then per block 16 signed scale bytes (offset 32 removed) |
/// | `mxfp4` | `s table[c]`, `s = 2^(e - 128)` (the table holds doubled values) | per block: 16 bytes `e` |
/// | `w8` | `s (c - 128) + m` | per block two groups of columns: 16 floats `s`, 16 floats `m` |
///
/// Behind all panels of `q8_split`, at `lower_offset`, lie the lower three bits of its codes, `[panel][block][2 strips][192]`: 128 bytes with bits 1 and 2
/// of the codes, laid out as bits 4 and 5 of `q6_K`, then 64 bytes: bit `j` of byte `128 + n` is bit 0 of code `n` of
/// line `j`. `q8_upper` is the same matrix without a look at them.
///
/// When the columns end inside a group of 8 blocks, the group is still stored whole.
///
/// ## Products
/// Activations are int8 `x` per block with a scale `a`. A row's part of a block is
/// `a s (start + sum(c x)) + m a sum(x)`, where `start = -offset * sum(x)` turns unsigned codes into signed values
/// before anything is rounded: the integer sum is exact. Activations carry `-128 * sum(x)`; formats with another
/// offset shift it by ``startShift``. With two planes the sum is `256 * (plane 0) + (plane 1)`.
package enum PackedFormat: Int32, Sendable, CaseIterable {
    case f32, f16, bf16
    case q4_0, q4_1, q5_0, q5_1, q8_0
    case q4_K, q5_K, q6_K
    case iq4_NL, iq4_XS, mxfp4
    case w8
    case q8_split, q8_upper

    /// Rows of a strip.
    package static let stripRows = 16
    /// Rows of a panel.
    package static let panelRows = 32
    /// Columns of a block.
    package static let blockColumns = 32

    /// Whether activations stay floats.
    package var isFloat: Bool { rawValue <= PackedFormat.bf16.rawValue }

    /// Bytes of one element of a float format.
    package var floatBytes: Int { self == .f32 ? 4 : 2 }

    /// Bytes of the codes of one strip and block; zero for float formats.
    package var codeBytes: Int {
        switch self {
        case .f32, .f16, .bf16: 0
        case .q4_0, .q4_1, .q4_K, .iq4_NL, .iq4_XS, .mxfp4: 256
        case .q5_0, .q5_1, .q5_K, .q8_split, .q8_upper: 320
        case .q6_K: 384
        case .q8_0, .w8: 512
        }
    }

    /// Bytes behind all panels with the lower bits of one strip and block.
    package var lowerBytes: Int { self == .q8_split || self == .q8_upper ? 192 : 0 }

    /// Bytes of the scales of one strip with `blocks` blocks of columns.
    package func scaleBytes(blocks: Int) -> Int {
        let groups = (blocks + 7) / 8
        switch self {
        case .f32, .f16, .bf16: return 0
        case .q4_0, .q5_0, .q8_0, .iq4_NL, .q8_split, .q8_upper: return 32 * blocks
        case .q4_1, .q5_1: return 64 * blocks
        case .q4_K, .q5_K: return 320 * groups
        case .q6_K: return 288 * groups
        case .iq4_XS: return 160 * groups
        case .mxfp4: return 16 * blocks
        case .w8: return 256 * blocks
        }
    }

    /// Scale groups of a block: 2 where scales change every 16 columns.
    package var groups: Int { self == .q6_K || self == .w8 ? 2 : 1 }

    /// Whether a weight has a min added.
    package var usesMins: Bool {
        switch self {
        case .q4_1, .q5_1, .q4_K, .q5_K, .w8, .q8_upper: true
        default: false
        }
    }

    /// Whether codes have an offset, so that integer sums start at `-offset * sum(x)`.
    package var usesStarts: Bool { !usesMins || self == .w8 || self == .q8_upper }

    /// log2(128 / offset), for formats that use starts.
    package var startShift: Int32 {
        switch self {
        case .q4_0: 4
        case .q5_0, .q8_upper: 3
        case .q6_K: 2
        default: 0
        }
    }

    /// Values of the codes, plus 128, of formats that look them up.
    package var codeTable: [UInt8]? {
        switch self {
        case .iq4_NL, .iq4_XS: [1, 24, 45, 63, 79, 93, 106, 118, 129, 141, 153, 166, 181, 197, 217, 241]
        case .mxfp4: [128, 129, 130, 131, 132, 134, 136, 140, 128, 127, 126, 125, 124, 122, 120, 116]
        default: nil
        }
    }
}
