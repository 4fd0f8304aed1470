extension Vocabulary {
    /// The same tokens as the bytes they stand for in the byte alphabet; those with other scalars cannot be found.
    func decodedFromByteAlphabet() -> Vocabulary {
        let letters = ConstantBuffer(ByteAlphabet.bytes)
        let size = (0..<count).reduce(0) { $0 + bytes(of: TokenID($1)).count }
        let blob = UnsafeMutablePointer<UInt8>.allocate(capacity: max(size, 1))
        let offsets = UnsafeMutablePointer<UInt32>.allocate(capacity: count + 1)
        var end = 0
        for id in 0..<count {
            offsets[id] = UInt32(truncatingIfNeeded: end)
            end += Self.decode(bytes(of: TokenID(id)), letters, into: blob + end)
        }
        offsets[count] = UInt32(truncatingIfNeeded: end)
        return Vocabulary(ConstantBuffer(taking: blob, count: end), ConstantBuffer(taking: offsets, count: count + 1)) {
            offsets[$0] != offsets[$0 + 1]
        }
    }

    /// Writes the bytes that a token stands for; returns how many, 0 when it has a scalar from outside.
    private static func decode(
        _ token: UnsafeBufferPointer<UInt8>, _ letters: ConstantBuffer<Int16>, into out: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var position = 0
        var count = 0
        while position < token.count {
            var scalar = Int(token[position])
            if scalar >= 0x80 {
                guard scalar >= 0xC2, scalar <= 0xC5, position + 1 < token.count else { return 0 }
                scalar = (scalar & 0x1F) << 6 | Int(token[position + 1] & 0x3F)
                position += 1
            }
            position += 1
            guard scalar < letters.count, letters.pointer[scalar] >= 0 else { return 0 }
            out[count] = UInt8(truncatingIfNeeded: letters.pointer[scalar])
            count += 1
        }
        return count
    }
}

extension BPEModel {
    /// The tokens `<0x00>` ... `<0xFF>`, -1 where there is none.
    static func fallbackTokens(in vocabulary: Vocabulary) -> [TokenID] {
        (0..<256).map { vocabulary.id(of: fallbackName(UInt8($0))) ?? -1 }
    }
}
