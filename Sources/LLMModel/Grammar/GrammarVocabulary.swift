internal import LLMTensor
public import LLMTokenizer

/// The texts of a vocabulary's tokens in an order that lets a grammar judge all of them in one pass.
///
/// Immutable; made once per tokenizer (tens of milliseconds) and shared by any number of generations.
public final class GrammarVocabulary: Sendable {
    /// Logits per step; ids from the tokenizer's own size on have no text and are never allowed.
    let size: Int
    /// Tokens that end a generation; allowed where a text is complete.
    let endTokens: Set<TokenID>
    /// Tokens with text, sorted by their bytes.
    private let ids: [TokenID]
    private let bytes: [UInt8]
    /// Where each sorted token's bytes begin, and the end.
    private let starts: [Int32]
    /// How many bytes a token shares with the one before it.
    private let shared: [Int32]

    /// Sorts a vocabulary.
    ///
    /// - Parameters:
    ///   - vocabularySize: Logits of the model, which may be more than the tokenizer has ids.
    ///   - additionalEndTokens: End a generation besides those the tokenizer names.
    public init(tokenizer: any Tokenizer, vocabularySize: Int? = nil, additionalEndTokens: Set<TokenID> = []) {
        size = vocabularySize ?? tokenizer.vocabularySize
        endTokens = tokenizer.specialTokens.endOfGeneration.union(additionalEndTokens)
        let special = tokenizer.specialTokens.all.union(endTokens)
        var texts: [(id: TokenID, bytes: [UInt8])] = []
        texts.reserveCapacity(size)
        for id in 0..<TokenID(min(size, tokenizer.vocabularySize)) where !special.contains(id) {
            if let text = tokenizer.bytes(of: id), !text.isEmpty { texts.append((id, text)) }
        }
        texts.sort { left, right in
            left.bytes.lexicographicallyPrecedes(right.bytes) || (left.bytes == right.bytes && left.id < right.id)
        }
        ids = texts.map(\.id)
        bytes = texts.flatMap(\.bytes)
        var starts: [Int32] = [0]
        var shared: [Int32] = []
        for (index, text) in texts.enumerated() {
            starts.append(starts[index] + Int32(text.bytes.count))
            let common = index == 0 ? 0 : zip(texts[index - 1].bytes, text.bytes).prefix { $0 == $1 }.count
            shared.append(Int32(common))
        }
        self.starts = starts
        self.shared = shared
    }

    /// 64-bit words of a mask.
    var maskWords: Int { (size + 63) / 64 }

    /// The tokens whose bytes can follow in a state, one bit each.
    ///
    /// Sorted tokens are walked like a tree: states of the shared prefix are kept, and where a byte leads nowhere all
    /// tokens that begin with the same bytes are passed over.
    func mask(_ tables: inout GrammarTables, _ state: Int32) -> [UInt64] {
        var mask = [UInt64](repeating: 0, count: maskWords)
        var path: [Int32] = [state]
        // Tokens that share more bytes than this with the last one looked at begin with a byte that leads nowhere.
        var deadLength = Int32.max
        for index in ids.indices {
            if shared[index] >= deadLength { continue }
            deadLength = .max
            path.removeLast(path.count - 1 - Int(shared[index]))
            var position = Int(starts[index] + shared[index])
            let end = Int(starts[index + 1])
            while position < end {
                let next = tables.step(path[path.count - 1], bytes[position])
                position += 1
                if next < 0 {
                    deadLength = Int32(position) - starts[index]
                    break
                }
                path.append(next)
            }
            if deadLength == .max {
                let id = Int(ids[index])
                mask[id >> 6] |= 1 << UInt64(id & 63)
            }
        }
        if tables.isAccepting[Int(state)] {
            for token in endTokens where token >= 0 && Int(token) < size {
                mask[Int(token) >> 6] |= 1 << UInt64(token & 63)
            }
        }
        return mask
    }
}
