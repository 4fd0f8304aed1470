#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The few functions of the C library that training needs, in one place.
enum MathFunctions {
    static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
    static func cosine(_ angle: Double) -> Double { cos(angle) }
    static func exponential(_ value: Double) -> Double { exp(value) }
}
