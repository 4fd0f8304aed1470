/// The generator MT19937 (Matsumoto and Nishimura 1998), seeded and drawn from as numpy's `RandomState` does.
///
/// Only for parameters that must equal those of other tools; randomness of the library's own comes from
/// `CounterGenerator`.
struct MersenneTwister {
    private var state: [UInt32]
    private var index = 624

    init(seed: UInt32) {
        state = [seed]
        state.reserveCapacity(624)
        while state.count < 624 {
            let last = state[state.count - 1]
            state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(state.count))
        }
    }

    mutating func next32() -> UInt32 {
        if index == 624 { refill() }
        var value = state[index]
        index += 1
        value ^= value >> 11
        value ^= value << 7 & 0x9D2C_5680
        value ^= value << 15 & 0xEFC6_0000
        return value ^ value >> 18
    }

    mutating func next64() -> UInt64 {
        let high = UInt64(next32())
        return high << 32 | UInt64(next32())
    }

    /// A number from `low` to below `high` (`randint` of 64 bits: masked draws until one is in range).
    mutating func draw(from low: UInt64, below high: UInt64) -> UInt64 {
        let range = high - low - 1
        guard range > 0 else { return low }
        let mask = UInt64.max >> UInt64(range.leadingZeroBitCount)
        while true {
            let value = next64() & mask
            if value <= range { return low + value }
        }
    }

    private mutating func refill() {
        for place in 0..<624 {
            let bits = state[place] & 0x8000_0000 | state[(place + 1) % 624] & 0x7FFF_FFFF
            state[place] = state[(place + 397) % 624] ^ bits >> 1 ^ (bits & 1 == 1 ? 0x9908_B0DF : 0)
        }
        index = 0
    }
}
