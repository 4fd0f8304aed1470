public import LLMTensor
public import LLMTokenizer

/// Collects documents of token ids and seals them as a ``TokenShard``.
///
/// Held in memory until it is sealed, which is what bounds the size of a shard. One owner at a time.
public struct TokenShardBuilder: Sendable {
    /// Every id has to be below.
    public let vocabularySize: Int
    /// The tokenizer that makes the ids.
    public let fingerprint: TokenizerFingerprint
    private var tokens: [UInt8] = []
    private var tokenOffsets: [Int] = [0]
    private var idOffsets: [Int] = [0]
    private var ids: [UInt8] = []
    private let elementWidth: Int

    /// Starts a shard.
    ///
    /// - Precondition: `vocabularySize` is from 1 to 2^31 - 1.
    public init(vocabularySize: Int, fingerprint: TokenizerFingerprint) {
        precondition((1...Int(Int32.max)).contains(vocabularySize), "a vocabulary of \(vocabularySize) ids")
        self.vocabularySize = vocabularySize
        self.fingerprint = fingerprint
        elementWidth = TokenShardHeader.elementWidth(vocabularySize: vocabularySize)
    }

    /// Tokens so far.
    public var tokenCount: Int { tokenOffsets.last ?? 0 }
    /// Documents so far.
    public var documentCount: Int { tokenOffsets.count - 1 }

    /// Appends a document.
    ///
    /// - Throws: ``TensorFileError/cannotWrite(path:reason:)`` when an id is outside the vocabulary; nothing is
    ///   appended then.
    public mutating func append(id: String, tokens new: [TokenID]) throws(TensorFileError) {
        for token in new where token < 0 || Int(token) >= vocabularySize {
            throw .cannotWrite(
                path: "document \(id)", reason: "token id \(token) is outside the vocabulary of \(vocabularySize)")
        }
        if elementWidth == 2 {
            new.map { UInt16(truncatingIfNeeded: $0).littleEndian }.withUnsafeBytes { tokens.append(contentsOf: $0) }
        } else {
            new.map { UInt32(bitPattern: $0).littleEndian }.withUnsafeBytes { tokens.append(contentsOf: $0) }
        }
        ids.append(contentsOf: id.utf8)
        tokenOffsets.append(tokenCount + new.count)
        idOffsets.append(ids.count)
    }

    /// Writes the shard: the file is there whole or not at all.
    ///
    /// - Throws: ``TensorFileError``.
    public func seal(path: String) throws(TensorFileError) {
        let sections = [tokens, Self.bytes(tokenOffsets), Self.bytes(idOffsets), ids]
        var header = TokenShardHeader(
            elementWidth: elementWidth, vocabularySize: vocabularySize, documentCount: documentCount,
            tokenCount: tokenCount, idByteCount: ids.count, fingerprint: fingerprint)
        header.checksums = sections.map { $0.withUnsafeBytes { CRC32C.checksum($0) } }
        let writer = try AtomicFileWriter(path: path)
        try writer.write(header.bytes)
        for section in sections {
            try writer.pad(to: TokenShardHeader.alignment)
            try writer.write(section)
        }
        try writer.commit()
    }

    private static func bytes(_ offsets: [Int]) -> [UInt8] {
        offsets.map { UInt64($0).littleEndian }.withUnsafeBytes { Array($0) }
    }
}
