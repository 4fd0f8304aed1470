/// The centroid of vectors, summed in fixed point so that merging parts gives exactly the whole.
public struct VectorSum: Sendable, Hashable {
    private static let scale = 0x1p24
    /// How many vectors were added.
    public private(set) var count = 0
    private var sums: [Int64] = []

    /// No vectors.
    public init() {}

    /// Adds a vector; one of another length, or with elements that are not within ±1000, is left out.
    public mutating func add(_ vector: [Float]) {
        guard !vector.isEmpty, sums.isEmpty || sums.count == vector.count else { return }
        guard vector.allSatisfy({ abs($0) <= 1000 }) else { return }
        if sums.isEmpty { sums = [Int64](repeating: 0, count: vector.count) }
        for index in sums.indices { sums[index] &+= Int64((Double(vector[index]) * Self.scale).rounded()) }
        count += 1
    }

    /// Adds other vectors.
    public mutating func merge(_ other: VectorSum) {
        guard other.count > 0, sums.isEmpty || sums.count == other.sums.count else { return }
        if sums.isEmpty { sums = [Int64](repeating: 0, count: other.sums.count) }
        for index in sums.indices { sums[index] &+= other.sums[index] }
        count += other.count
    }

    /// The mean vector; empty without vectors.
    public var centroid: [Double] {
        guard count > 0 else { return [] }
        return sums.map { Double($0) / Self.scale / Double(count) }
    }

    /// One less the cosine between the centroids: 0 for the same direction, 2 for the opposite one.
    ///
    /// - Throws: ``DriftError`` when one has no vectors or the lengths differ.
    public func cosineDistance(to other: VectorSum) throws(DriftError) -> Double {
        let (a, b) = (centroid, other.centroid)
        guard !a.isEmpty, !b.isEmpty else { throw .empty("a set of vectors") }
        guard a.count == b.count else { throw .mismatch("vectors of \(a.count) and \(b.count) elements") }
        func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        let length = (dot(a, a) * dot(b, b)).squareRoot()
        return length > 0 ? 1 - dot(a, b) / length : 0
    }
}
