/// A 64-bit fingerprint of token sequences, equal on all machines; not for cryptography.
struct DataSignature {
    private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func add(_ value: UInt64) {
        // The finalizer of SplitMix64 (Steele et al., 2014), over the running state.
        var mixed = state &+ value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        state = mixed ^ (mixed >> 31)
    }

    mutating func add(_ values: some Sequence<Int32>) {
        for value in values { add(UInt64(UInt32(bitPattern: value))) }
    }

    /// Sixteen hexadecimal digits.
    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
