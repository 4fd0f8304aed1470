#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The distribution of a number in a few hundred counters.
///
/// Buckets grow geometrically, so every quantile is known to one part in a hundred of its value, whatever the range
/// (Masson, Rim and Lee, "DDSketch", VLDB 2019). Holds counts only: merging sketches of parts gives exactly the sketch of
/// the whole, in any order.
public struct QuantileSketch: Sendable, Hashable {
    /// Values of a bucket differ by at most this factor.
    static let growth = 1.01 / 0.99
    /// Magnitudes below count as zero.
    static let smallest = 1e-9

    /// How many values were added.
    public private(set) var count = 0
    /// The smallest value; nil without values.
    public private(set) var minimum: Double?
    /// The largest value; nil without values.
    public private(set) var maximum: Double?
    /// Counts by bucket; 0 holds zero, n > 0 positive values, n < 0 negative ones, in the order of their values.
    private(set) var buckets: [Int: Int] = [:]

    /// An empty sketch.
    public init() {}

    /// Adds a value; one that is not finite is left out.
    public mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        minimum = min(minimum ?? value, value)
        maximum = max(maximum ?? value, value)
        buckets[Self.bucket(of: value), default: 0] += 1
    }

    /// Adds what another sketch has seen.
    public mutating func merge(_ other: QuantileSketch) {
        count += other.count
        minimum = [minimum, other.minimum].compactMap { $0 }.min()
        maximum = [maximum, other.maximum].compactMap { $0 }.max()
        buckets.merge(other.buckets, uniquingKeysWith: +)
    }

    /// The value below which this share of the values lies, to one percent; nil without values.
    public func quantile(_ share: Double) -> Double? {
        guard count > 0, let minimum, let maximum else { return nil }
        let rank = min(max(share, 0), 1) * Double(count - 1)
        var seen = 0
        for (bucket, number) in ordered {
            seen += number
            if Double(seen) > rank { return min(max(Self.value(of: bucket), minimum), maximum) }
        }
        return maximum
    }

    /// The mean, to one percent; nil without values.
    public var mean: Double? {
        guard count > 0 else { return nil }
        return ordered.reduce(0) { $0 + Self.value(of: $1.key) * Double($1.value) } / Double(count)
    }

    var ordered: [(key: Int, value: Int)] { buckets.sorted { $0.key < $1.key } }

    /// Zero is bucket 0, the smallest positive values bucket 1.
    static func bucket(of value: Double) -> Int {
        guard abs(value) >= smallest else { return 0 }
        let index = Int((log(abs(value) / smallest) / log(growth)).rounded(.down)) + 1
        return value > 0 ? index : -index
    }

    /// The middle of a bucket.
    static func value(of bucket: Int) -> Double {
        guard bucket != 0 else { return 0 }
        let magnitude = smallest * pow(growth, Double(abs(bucket)) - 0.5)
        return bucket > 0 ? magnitude : -magnitude
    }
}
