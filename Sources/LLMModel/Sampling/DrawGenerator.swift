/// A counter-based generator: draw `n` of seed `s` is a hash of `s + n * gamma` (SplitMix64, Steele et al. 2014).
struct DrawGenerator: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next number, uniform in [0, 1) with 53 bits.
    mutating func nextUnit() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return Double(bits >> 11) * 0x1p-53
    }
}
