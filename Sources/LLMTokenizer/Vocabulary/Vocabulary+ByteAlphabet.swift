extension Vocabulary {
    /// The same tokens as the bytes they stand for in the byte alphabet; those with other scalars cannot be found.
    func decodedFromByteAlphabet() -> Vocabulary {
        var blob: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(count + 1)
        var isWord = [Bool](repeating: false, count: count)
        for index in 0..<count {
            let token = UnsafeRawBufferPointer(bytes(of: TokenID(index)))
            if let bytes = ByteAlphabet.decode(token), !bytes.isEmpty {
                blob += bytes
                isWord[index] = true
            }
            offsets.append(UInt32(truncatingIfNeeded: blob.count))
        }
        return Vocabulary(blob: blob, offsets: offsets) { isWord[$0] }
    }
}

extension BPEModel {
    /// The tokens `<0x00>` ... `<0xFF>`, -1 where there is none.
    static func fallbackTokens(in vocabulary: Vocabulary) -> [TokenID] {
        (0..<256).map { vocabulary.id(of: fallbackName(UInt8($0))) ?? -1 }
    }
}
