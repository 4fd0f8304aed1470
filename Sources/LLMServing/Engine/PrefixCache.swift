internal import LLMTokenizer

/// States of token sequences that later requests may begin with: sequences of the batch, forked when one is of use.
///
/// The least recently used goes first. Pages are counted once however many kept sequences share them. Belongs to the
/// engine's thread.
struct PrefixCache {
    private struct Entry {
        let tokens: [TokenID]
        let sequence: any BatchSequence
        let pages: [ObjectIdentifier]
        var lastUse: Int
    }

    private var entries: [Entry] = []
    private var useCount = 0
    /// How many entries refer to a page.
    private var references: [ObjectIdentifier: Int] = [:]
    private let byteLimit: Int
    private let pageByteCount: Int
    /// Shorter beginnings are not worth a fork.
    private static let shortest = 16
    /// Entries looked through for each request.
    private static let entryLimit = 512

    init(byteLimit: Int, pageByteCount: Int) {
        self.byteLimit = byteLimit
        self.pageByteCount = pageByteCount
    }

    /// Bytes of the pages of all entries.
    var byteCount: Int { references.count * pageByteCount }
    /// Kept sequences.
    var count: Int { entries.count }

    /// The kept sequence that shares the most tokens with the beginning of `prompt`, and how many.
    ///
    /// - Complexity: O(entries + tokens shared with each).
    mutating func longest(_ prompt: ArraySlice<TokenID>) -> (sequence: any BatchSequence, shared: Int)? {
        var best = (index: -1, shared: 0)
        prompt.withUnsafeBufferPointer { prompt in
            for (index, entry) in entries.enumerated() {
                let shared = entry.tokens.withUnsafeBufferPointer { tokens in
                    let limit = min(tokens.count, prompt.count)
                    var shared = 0
                    while shared < limit, tokens[shared] == prompt[shared] { shared += 1 }
                    return shared
                }
                if shared > best.shared { best = (index, shared) }
            }
        }
        guard best.shared >= Self.shortest else { return nil }
        useCount += 1
        entries[best.index].lastUse = useCount
        return (entries[best.index].sequence, best.shared)
    }

    /// Keeps a sequence, which must not be continued any more; drops those it begins with.
    mutating func insert(_ tokens: [TokenID], _ sequence: any BatchSequence) {
        guard tokens.count >= Self.shortest, tokens.count == sequence.position else { return }
        for index in entries.indices.reversed() {
            let other = entries[index].tokens
            if other.count >= tokens.count, other.starts(with: tokens) {
                // Known already, by an entry at least as long.
                useCount += 1
                entries[index].lastUse = useCount
                return
            }
            if tokens.starts(with: other) { remove(at: index) }
        }
        useCount += 1
        let pages = sequence.pages
        for page in pages { references[page, default: 0] += 1 }
        entries.append(Entry(tokens: tokens, sequence: sequence, pages: pages, lastUse: useCount))
        while byteCount > byteLimit || entries.count > Self.entryLimit, evictOldest() {}
    }

    /// Forgets the entry that was used the longest ago; false when there is none.
    mutating func evictOldest() -> Bool {
        guard let index = entries.indices.min(by: { entries[$0].lastUse < entries[$1].lastUse }) else { return false }
        remove(at: index)
        return true
    }

    private mutating func remove(at index: Int) {
        let entry = entries.remove(at: index)
        for page in entry.pages {
            let count = references[page, default: 0] - 1
            references[page] = count > 0 ? count : nil
        }
    }
}
