/// The 16 rows of a strip, or 16 neighbours of a row: what the plain kernels compute with.
typealias Vector16 = SIMD16<Float>

/// 2^23: the bits of `shiftedZero + n` are those of 2^23 with `n` in the mantissa.
private let shiftedZero = Vector16(repeating: 0x1p23)
/// 1.5 * 2^23: adding it rounds to an integer, ties to even, and leaves the integer in the mantissa.
private let roundingConstant = Vector16(repeating: 0x1.8p23)

extension Vector16 {
    @inline(__always)
    init(loading address: UnsafePointer<Float>) {
        self = UnsafeRawPointer(address).loadUnaligned(as: Vector16.self)
    }

    /// The first `count` (at most 16) of the floats, the rest zero.
    @inline(__always)
    init(loading address: UnsafePointer<Float>, count: Int) {
        if count >= 16 {
            self.init(loading: address)
        } else {
            self = Vector16(repeating: 0)
            for i in 0..<count { self[i] = address[i] }
        }
    }

    /// Exact conversion of integers below 2^23.
    @inline(__always)
    init(small integers: SIMD16<UInt32>) {
        self = unsafeBitCast(integers | 0x4B00_0000, to: Vector16.self) - shiftedZero
    }

    /// The values of 16 half-precision numbers.
    @inline(__always)
    init(halves address: UnsafeRawPointer) {
        self.init(halfBits: widened(address))
    }

    /// The values of half-precision numbers given by their bits.
    @inline(__always)
    init(halfBits bits: SIMD16<UInt32>) {
        let magnitude = bits & 0x7FFF
        let scaled = unsafeBitCast(magnitude &<< 13, to: Vector16.self) * 0x1p112
        let special = (magnitude &<< 13) | 0x7000_0000
        let finite = unsafeBitCast(scaled, to: SIMD16<UInt32>.self)
        // All ones where the magnitude is infinite or NaN, 0x7C00 and up.
        let mask = SIMD16<UInt32>(repeating: 0) &- ((magnitude &+ 0x400) &>> 15)
        let value = finite ^ ((finite ^ special) & mask)
        self = unsafeBitCast(value | ((bits & 0x8000) &<< 16), to: Vector16.self)
    }

    /// The values of 16 bfloat16 numbers.
    @inline(__always)
    init(brainFloats address: UnsafeRawPointer) {
        self = unsafeBitCast(widened(address) &<< 16, to: Vector16.self)
    }

    @inline(__always)
    func store(to address: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(address).storeBytes(of: self, as: Vector16.self)
    }

    /// Stores the first `count` (at most 16) floats.
    @inline(__always)
    func store(to address: UnsafeMutablePointer<Float>, count: Int) {
        if count >= 16 {
            store(to: address)
        } else {
            for i in 0..<count { address[i] = self[i] }
        }
    }

    /// The nearest integers, ties to even; exact below 2^22, arbitrary (but no trap) beyond and for NaN.
    @inline(__always)
    var nearestIntegers: SIMD16<Int32> {
        unsafeBitCast(self + roundingConstant, to: SIMD16<Int32>.self)
            &- unsafeBitCast(roundingConstant, to: SIMD16<Int32>.self)
    }

    /// The sum of the elements, halves first: the order of the instruction sets.
    @inline(__always)
    var total: Float {
        let eight = lowHalf + highHalf
        let four = eight.lowHalf + eight.highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    @inline(__always)
    var largest: Float {
        var result = self[0]
        for i in 1..<16 where self[i] > result { result = self[i] }
        return result
    }
}

@inline(__always)
private func widened(_ address: UnsafeRawPointer) -> SIMD16<UInt32> {
    let pairs = address.loadUnaligned(as: SIMD8<UInt32>.self)
    let (even, odd) = (pairs & 0xFFFF, pairs &>> 16)
    return SIMD16(
        even[0], odd[0], even[1], odd[1], even[2], odd[2], even[3], odd[3], even[4], odd[4], even[5], odd[5], even[6],
        odd[6], even[7], odd[7])
}

/// e^x with a relative error below 2e-7; NaN stays NaN, overflow is infinity.
///
/// `x = n ln 2 + r` with `|r| <= ln 2 / 2`; e^r by its series to the seventh power, then scaled by 2^n in two steps so
/// that subnormal results round once.
@inline(__always)
func exponential(_ argument: Vector16) -> Vector16 {
    var x = argument
    x.replace(with: -104, where: x .< -104)
    x.replace(with: 88.8, where: x .> 88.8)
    let shifted = x * 1.442_695_04 + roundingConstant
    let exponent =
        unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- unsafeBitCast(roundingConstant, to: SIMD16<Int32>.self)
    let n = shifted - roundingConstant
    let r = (x - n * 0.693_359_375) - n * -2.121_944_40e-4
    var p = r * (1 / 5040) + 1 / 720
    p = p * r + 1 / 120
    p = p * r + 1 / 24
    p = p * r + 1 / 6
    p = p * r + 0.5
    p = p * r + 1
    p = p * r + 1
    let first = exponent &>> 1
    return p * powerOfTwo(first) * powerOfTwo(exponent &- first)
}

@inline(__always)
private func powerOfTwo(_ exponent: SIMD16<Int32>) -> Vector16 {
    unsafeBitCast((exponent &+ 127) &<< 23, to: Vector16.self)
}
