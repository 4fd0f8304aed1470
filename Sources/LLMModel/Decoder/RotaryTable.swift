#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Cosines and sines of a rotation, `[position][dimensions / 2]`, grown as a sequence grows.
///
/// Angles are products of 32-bit floats, as the reference implementations compute them.
package struct RotaryTable {
    package let dimensions: Int
    package let isInterleaved: Bool
    private let inverseFrequencies: [Float]
    private let attentionFactor: Float
    package private(set) var positions = 0
    package private(set) var cosines: UnsafeMutablePointer<Float>
    package private(set) var sines: UnsafeMutablePointer<Float>

    package init(_ rotary: RotaryConfiguration) {
        dimensions = rotary.dimensions
        isInterleaved = rotary.layout == .interleaved
        (inverseFrequencies, attentionFactor) = rotary.inverseFrequencies()
        cosines = .allocate(capacity: 1)
        sines = .allocate(capacity: 1)
    }

    /// Releases the memory; the table must not be used afterwards.
    package func deallocate() {
        cosines.deallocate()
        sines.deallocate()
    }

    /// Makes room for positions below `count`.
    package mutating func grow(to count: Int) {
        guard count > positions else { return }
        let target = (count + 511) / 512 * 512
        let half = dimensions / 2
        let newCosines = UnsafeMutablePointer<Float>.allocate(capacity: target * half)
        let newSines = UnsafeMutablePointer<Float>.allocate(capacity: target * half)
        newCosines.update(from: cosines, count: positions * half)
        newSines.update(from: sines, count: positions * half)
        for position in positions..<target {
            for index in 0..<half {
                let angle = Double(Float(position) * inverseFrequencies[index])
                newCosines[position * half + index] = Float(cos(angle)) * attentionFactor
                newSines[position * half + index] = Float(sin(angle)) * attentionFactor
            }
        }
        deallocate()
        cosines = newCosines
        sines = newSines
        positions = target
    }
}

extension RotaryConfiguration {
    /// The angle per position of every rotated pair, and a factor on the rotated values.
    func inverseFrequencies() -> (frequencies: [Float], factor: Float) {
        let half = dimensions / 2
        let plain = (0..<half).map { 1 / Float(pow(Double(base), Double(2 * $0) / Double(dimensions))) }
        switch scaling {
        case .none:
            return (plain, 1)
        case .linear(let factor):
            return (plain.map { $0 / factor }, 1)
        case .llama3(let factor, let low, let high, let originalContext):
            let context = Float(originalContext)
            let scaled = plain.map { frequency -> Float in
                let wavelength = 2 * Float.pi / frequency
                if wavelength < context / high { return frequency }
                if wavelength > context / low { return frequency / factor }
                let smooth = (context / wavelength - low) / (high - low)
                return (1 - smooth) * frequency / factor + smooth * frequency
            }
            return (scaled, 1)
        case .yarn(let factor, let originalContext, let betaFast, let betaSlow, let attentionFactor):
            func correction(_ rotations: Float) -> Float {
                Float(dimensions) * log(Float(originalContext) / (rotations * 2 * .pi)) / (2 * log(base))
            }
            let low = max(correction(betaFast).rounded(.down), 0)
            var high = min(correction(betaSlow).rounded(.up), Float(dimensions - 1))
            if low == high { high += 0.001 }
            let scaled = plain.enumerated().map { index, frequency -> Float in
                let ramp = min(max((Float(index) - low) / (high - low), 0), 1)
                return frequency / factor * ramp + frequency * (1 - ramp)
            }
            return (scaled, attentionFactor)
        case .divisors(let divisors, let attentionFactor):
            let scaled = plain.enumerated().map { $0 < divisors.count ? $1 / divisors[$0] : $1 }
            return (scaled, attentionFactor)
        }
    }
}
