/// Low-rank adapters beside frozen weights: `y = W x + (alpha / rank) B A x`.
///
/// Source: Hu et al., "LoRA: Low-Rank Adaptation of Large Language Models", 2021, arXiv 2106.09685; names as in PEFT.
public struct LoRAConfiguration: Sendable, Equatable {
    /// Rows of A and columns of B.
    public var rank: Int
    /// The adapters' output is scaled by `alpha / rank`.
    public var alpha: Float
    /// Which projections get an adapter.
    public var targets: Set<Target>
    /// Seed of A's initialization; B starts at zero.
    public var seed: UInt64

    /// A projection of a decoder block. Raw values are PEFT's module names for families in the manner of Llama.
    public enum Target: String, Sendable, CaseIterable {
        case query = "q_proj"
        case key = "k_proj"
        case value = "v_proj"
        case attentionOutput = "o_proj"
        case gate = "gate_proj"
        case up = "up_proj"
        case down = "down_proj"
    }

    /// Creates a configuration; all linear layers by default ("LoRA without regret").
    public init(rank: Int = 8, alpha: Float = 16, targets: Set<Target> = Set(Target.allCases), seed: UInt64 = 0) {
        self.rank = rank
        self.alpha = alpha
        self.targets = targets
        self.seed = seed
    }
}
