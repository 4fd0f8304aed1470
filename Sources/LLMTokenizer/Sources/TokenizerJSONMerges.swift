internal import LLMTensor

/// The merges of a tokenizer.json as ids, found while they are read.
struct TokenizerJSONMerges {
    private(set) var list: MergeList
    private let vocabulary: Vocabulary
    private let prefix: [UInt8]
    private let source: String
    private var joined: [UInt8] = []
    private var last: TokenID = -1

    /// - Parameter prefix: what the right half of a merge begins with and what both together lack.
    init(capacity: Int, vocabulary: Vocabulary, prefix: [UInt8], source: String) {
        list = MergeList(capacity: capacity)
        self.vocabulary = vocabulary
        self.prefix = prefix
        self.source = source
    }

    mutating func append(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) throws(TokenizerError) {
        joined.removeAll(keepingCapacity: true)
        joined.append(contentsOf: left)
        joined.append(contentsOf: right.dropFirst(prefix.count))
        let first = Self.id(left, vocabulary)
        let second = Self.id(right, vocabulary)
        let both = joined.withUnsafeBytes { joined in
            // Vocabularies list tokens as they were merged: mostly it is the next one, or the same once more.
            for guess in [last + 1, last] where Self.isToken(guess, joined, vocabulary) { return guess }
            return Self.id(joined, vocabulary)
        }
        guard first >= 0, second >= 0, both >= 0 else {
            throw .invalid(
                source: source, key: "model.merges[\(list.count)]",
                reason: "one of the tokens or what they merge to is not in the vocabulary")
        }
        last = both
        list.append(left: first, right: second, id: both)
    }

    private static func id(_ text: UnsafeRawBufferPointer, _ vocabulary: Vocabulary) -> TokenID {
        guard let base = text.baseAddress else { return -1 }
        return vocabulary.id(base.assumingMemoryBound(to: UInt8.self), text.count)
    }

    private static func isToken(_ id: TokenID, _ text: UnsafeRawBufferPointer, _ vocabulary: Vocabulary) -> Bool {
        let token = vocabulary.bytes(of: id)
        guard token.count == text.count, token.count > 0, let left = token.baseAddress, let right = text.baseAddress
        else { return false }
        return ByteHash.equal(left, right.assumingMemoryBound(to: UInt8.self), text.count)
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
