/// Disjoint sets of the numbers below a bound, each named by its smallest member.
struct UnionFind {
    private var parents: [Int32]

    init(count: Int) { parents = (0..<Int32(truncatingIfNeeded: count)).map { $0 } }

    /// The smallest member of the set of a number.
    mutating func root(_ number: Int) -> Int {
        var root = Int32(truncatingIfNeeded: number)
        while parents[Int(root)] != root { root = parents[Int(root)] }
        var walk = Int32(truncatingIfNeeded: number)
        while parents[Int(walk)] != root { (parents[Int(walk)], walk) = (root, parents[Int(walk)]) }
        return Int(root)
    }

    /// Makes one set of two.
    mutating func join(_ first: Int, _ second: Int) {
        let (a, b) = (root(first), root(second))
        if a != b { parents[max(a, b)] = Int32(truncatingIfNeeded: min(a, b)) }
    }
}
