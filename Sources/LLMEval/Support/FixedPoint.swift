#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Numbers with a fixed number of decimals, correctly rounded as C and Python round.
package enum FixedPoint {
    /// `value` with `decimals` digits after the point.
    package static func string(_ value: Double, decimals: Int) -> String {
        withVaList([Int32(clamping: decimals), value]) { arguments in
            // The largest double has 309 digits before the point.
            var buffer = [CChar](repeating: 0, count: 340 + max(0, decimals))
            let length = vsnprintf(&buffer, buffer.count, "%.*f", arguments)
            return String(decoding: buffer.prefix(max(0, Int(length))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
