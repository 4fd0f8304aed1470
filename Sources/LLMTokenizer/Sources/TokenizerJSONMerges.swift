internal import LLMTensor

/// The merges of a tokenizer.json as ids, found while they are read: some at a time, because every look into the
/// vocabulary waits for memory three times, and the waits of many go on together.
struct TokenizerJSONMerges {
    private struct Pending {
        /// Where the left half begins, where the right one does, and where that ends.
        var start: Int
        var middle: Int
        var end: Int
        var leftHash: UInt64
        var rightHash: UInt64
    }

    private static let group = 64
    private(set) var list: MergeList
    private let vocabulary: Vocabulary
    private let prefix: [UInt8]
    private let source: String
    private var pending: [Pending] = []
    /// The halves of what is pending, one behind the other.
    private let text = GrowingBuffer<UInt8>(capacity: 4096)
    private var count = 0
    private var joined: [UInt8] = []
    private var last: TokenID = -1

    /// - Parameter prefix: what the right half of a merge begins with and what both together lack.
    init(capacity: Int, vocabulary: Vocabulary, prefix: [UInt8], source: String) {
        list = MergeList(capacity: capacity)
        self.vocabulary = vocabulary
        self.prefix = prefix
        self.source = source
        pending.reserveCapacity(Self.group)
    }

    /// Takes the next merge; that one of those before is not in the vocabulary may only show now.
    mutating func append(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) throws(TokenizerError) {
        let start = count
        let leftHash = take(left)
        let middle = count
        let rightHash = take(right)
        pending.append(
            Pending(start: start, middle: middle, end: count, leftHash: leftHash, rightHash: rightHash))
        if pending.count == Self.group { try flush() }
    }

    private mutating func take(_ half: UnsafeRawBufferPointer) -> UInt64 {
        let place = text.ensure(count + half.count + 1) + count
        if let base = half.baseAddress { UnsafeMutableRawPointer(place).copyMemory(from: base, byteCount: half.count) }
        count += half.count
        let hash = ByteHash.hash(place, half.count)
        vocabulary.fetchPlace(hash: hash)
        return hash
    }

    /// Finds the ids of all that was taken; to be called at the end, too.
    mutating func flush() throws(TokenizerError) {
        for merge in pending {
            vocabulary.fetchStart(hash: merge.leftHash)
            vocabulary.fetchStart(hash: merge.rightHash)
        }
        for merge in pending {
            vocabulary.fetchBytes(hash: merge.leftHash)
            vocabulary.fetchBytes(hash: merge.rightHash)
        }
        let text = text.pointer
        for merge in pending {
            let first = vocabulary.id(text + merge.start, merge.middle - merge.start, hash: merge.leftHash)
            let second = vocabulary.id(text + merge.middle, merge.end - merge.middle, hash: merge.rightHash)
            let both = prefix.isEmpty ? result(text + merge.start, merge.end - merge.start) : prefixed(merge)
            guard first >= 0, second >= 0, both >= 0 else {
                throw .invalid(
                    source: source, key: "model.merges[\(list.count)]",
                    reason: "one of the tokens or what they merge to is not in the vocabulary")
            }
            last = both
            list.append(left: first, right: second, id: both)
        }
        pending.removeAll(keepingCapacity: true)
        count = 0
    }

    private mutating func prefixed(_ merge: Pending) -> TokenID {
        let right = min(merge.middle + prefix.count, merge.end)
        joined.removeAll(keepingCapacity: true)
        joined.append(
            contentsOf: UnsafeBufferPointer(start: text.pointer + merge.start, count: merge.middle - merge.start))
        joined.append(contentsOf: UnsafeBufferPointer(start: text.pointer + right, count: merge.end - right))
        return joined.withUnsafeBufferPointer { joined in joined.baseAddress.map { result($0, joined.count) } ?? -1 }
    }

    /// The token that two halves make.
    private func result(_ text: Bytes, _ count: Int) -> TokenID {
        // Vocabularies list tokens as they were merged: mostly it is the next one, or the same once more.
        for guess in [last + 1, last] {
            let token = vocabulary.bytes(of: guess)
            if token.count == count, count > 0, let base = token.baseAddress, ByteHash.equal(base, text, count) {
                return guess
            }
        }
        return vocabulary.id(text, count)
    }
}

/// Merges by ids, the earliest first.
final class MergeList {
    private let pointer: UnsafeMutablePointer<(left: TokenID, right: TokenID, id: TokenID)>
    private let capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        pointer = .allocate(capacity: max(capacity, 1))
    }

    deinit { pointer.deallocate() }

    func append(left: TokenID, right: TokenID, id: TokenID) {
        guard count < capacity else { return }
        (pointer + count).initialize(to: (left, right, id))
        count += 1
    }

    subscript(index: Int) -> (left: TokenID, right: TokenID, id: TokenID) { pointer[index] }
}
