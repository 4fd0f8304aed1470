internal import CLLMKernels

/// A dictionary of byte strings to walk along a text: a double array (Aoe 1989), one place in memory per byte.
final class ByteTrie: Sendable {
    typealias Unit = llmk_trie_unit

    private let units: ConstantBuffer<Unit>

    static let root: Int32 = 0

    /// Of equal keys, the one with the larger value counts. Empty keys are left out.
    convenience init(_ keys: [(key: UnsafeBufferPointer<UInt8>, value: Int32)]) {
        self.init(count: keys.count, value: { (keys[$0].value, 0) }, key: { keys[$0].key })
    }

    /// - Parameters:
    ///   - count: how many keys there are.
    ///   - value: what to find with the key at an index, 0 or more, and something else to know about that.
    ///   - key: the key at an index, asked for several times.
    init(count: Int, value: (Int) -> (value: Int32, weight: Float), key: (Int) -> UnsafeBufferPointer<UInt8>) {
        units = ByteTrieBuilder.build(count: count, value, key)
    }

    /// The node behind one more byte, -1 when there is none.
    @inline(__always)
    func child(_ node: Int32, _ byte: UInt8) -> Int32 {
        let next = units.pointer[Int(node)].base ^ Int32(byte)
        return units.pointer[Int(next)].check == node ? next : -1
    }

    /// All places. Where the child of a node by a byte would be is at its `base ^ byte`.
    var places: UnsafePointer<Unit> { units.pointer }

    /// The value of the key that ends at a node, or -1.
    @inline(__always)
    func value(_ node: Int32) -> Int32 { units.pointer[Int(node)].value }

    /// The longest key at a position: its value and its length.
    @inline(__always)
    func longest(_ text: Bytes, _ start: Int, _ end: Int) -> (value: Int32, length: Int)? {
        var node = Self.root
        var best: (Int32, Int)?
        var position = start
        while position < end {
            node = child(node, text[position])
            if node < 0 { break }
            position += 1
            let found = value(node)
            if found >= 0 { best = (found, position - start) }
        }
        return best
    }
}
