internal import CLLMKernels

/// Tokens by id and ids by token: one block of bytes and an open-addressing table.
final class Vocabulary: Sendable {
    let count: Int
    private let blob: ConstantBuffer<UInt8>
    private let offsets: ConstantBuffer<UInt32>
    /// 0 for a free slot, else the upper half of the hash and the id plus one.
    private let table: ConstantBuffer<UInt64>
    private let mask: Int
    /// The length of the longest token, in bytes.
    let longest: Int

    /// - Parameters:
    ///   - blob: the tokens one after the other.
    ///   - offsets: where each begins, and the end.
    ///   - isIndexed: ids that can be found by their bytes; of two ids with the same bytes the later one is.
    convenience init(blob: [UInt8], offsets: [UInt32], isIndexed: (Int) -> Bool = { _ in true }) {
        self.init(ConstantBuffer(blob), ConstantBuffer(offsets), isIndexed)
    }

    /// The same tokens, of which only some can be found by their bytes.
    convenience init(sharing other: Vocabulary, isIndexed: (Int) -> Bool) {
        self.init(other.blob, other.offsets, isIndexed)
    }

    init(_ blob: ConstantBuffer<UInt8>, _ offsets: ConstantBuffer<UInt32>, _ isIndexed: (Int) -> Bool) {
        count = max(offsets.count - 1, 0)
        self.blob = blob
        self.offsets = offsets
        var capacity = 16
        // At most two thirds full.
        while capacity < count + count / 2 { capacity *= 2 }
        let mask = capacity - 1
        self.mask = mask
        var longest = 0
        let (base, starts, count) = (blob.pointer, offsets.pointer, count)
        table = ConstantBuffer(repeating: 0, count: capacity) { table in
            // Places in the table are asked for some tokens ahead.
            let ahead = 32
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: ahead) { hashes in
                func prepare(_ id: Int) {
                    let start = Int(starts[id])
                    let hash = ByteHash.hash(base + start, Int(starts[id + 1]) - start)
                    hashes[id % ahead] = hash
                    llmk_prefetch(table + (Int(truncatingIfNeeded: hash) & mask))
                }
                for id in 0..<min(ahead, count) { prepare(id) }
                for id in 0..<count {
                    let hash = hashes[id % ahead]
                    if id + ahead < count { prepare(id + ahead) }
                    guard isIndexed(id) else { continue }
                    let start = Int(starts[id])
                    let length = Int(starts[id + 1]) - start
                    longest = max(longest, length)
                    var slot = Int(truncatingIfNeeded: hash) & mask
                    while table[slot] != 0 {
                        if table[slot] >> 32 == hash >> 32 {
                            let other = Int(table[slot] & 0xFFFF_FFFF) - 1
                            let otherStart = Int(starts[other])
                            if Int(starts[other + 1]) - otherStart == length,
                                ByteHash.equal(base + start, base + otherStart, length)
                            {
                                break
                            }
                        }
                        slot = (slot + 1) & mask
                    }
                    table[slot] = (hash >> 32) << 32 | UInt64(id + 1)
                }
            }
        }
        self.longest = longest
    }

    convenience init(tokens: [[UInt8]]) {
        var blob: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(tokens.count + 1)
        for token in tokens {
            blob += token
            offsets.append(UInt32(blob.count))
        }
        self.init(blob: blob, offsets: offsets) { !tokens[$0].isEmpty }
    }

    /// The id of a token, -1 when there is none.
    @inline(__always)
    func id(_ text: Bytes, _ length: Int) -> TokenID { id(text, length, hash: ByteHash.hash(text, length)) }

    /// Three steps ahead of ``id(_:_:hash:)``, each to be taken for many tokens before the next, so that none waits for
    /// memory: ask for its place, for where the bytes of what is there begin, and for these.
    @inline(__always)
    func fetchPlace(hash: UInt64) { llmk_prefetch(table.pointer + (Int(truncatingIfNeeded: hash) & mask)) }

    @inline(__always)
    func fetchStart(hash: UInt64) {
        let id = Int(table.pointer[Int(truncatingIfNeeded: hash) & mask] & 0xFFFF_FFFF)
        llmk_prefetch(offsets.pointer + max(id - 1, 0))
    }

    @inline(__always)
    func fetchBytes(hash: UInt64) {
        let id = Int(table.pointer[Int(truncatingIfNeeded: hash) & mask] & 0xFFFF_FFFF)
        llmk_prefetch(blob.pointer + Int(offsets.pointer[max(id - 1, 0)]))
    }

    /// The id of a token with this hash, -1 when there is none.
    @inline(__always)
    func id(_ text: Bytes, _ length: Int, hash: UInt64) -> TokenID {
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = table.pointer[slot]
            if entry == 0 { return -1 }
            if entry >> 32 == hash >> 32 {
                let id = Int(entry & 0xFFFF_FFFF) - 1
                let start = Int(offsets.pointer[id])
                if Int(offsets.pointer[id + 1]) - start == length,
                    ByteHash.equal(text, blob.pointer + start, length)
                {
                    return TokenID(id)
                }
            }
            slot = (slot + 1) & mask
        }
    }

    /// The id of a token, nil when there is none.
    func id(of token: [UInt8]) -> TokenID? {
        let found = token.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { id($0, buffer.count) } ?? -1
        }
        return found < 0 ? nil : found
    }

    /// The bytes of a token; empty for ids that have none.
    @inline(__always)
    func bytes(of id: TokenID) -> UnsafeBufferPointer<UInt8> {
        guard id >= 0, Int(id) < count else { return UnsafeBufferPointer(start: blob.pointer, count: 0) }
        let start = Int(offsets.pointer[Int(id)])
        return UnsafeBufferPointer(start: blob.pointer + start, count: Int(offsets.pointer[Int(id) + 1]) - start)
    }

    /// The token as text.
    func string(of id: TokenID) -> String? {
        guard id >= 0, Int(id) < count else { return nil }
        return String(decoding: bytes(of: id), as: UTF8.self)
    }
}
