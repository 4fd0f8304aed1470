public import LLMTensor
public import LLMTokenizer

/// A sealed file of token ids, mapped into memory: documents one after the other, each with its id.
///
/// Opening checks sizes, offsets and their checksums but not the tokens, which stay on disk until they are read;
/// ``verify()`` reads everything. Immutable; may be used from any thread.
public final class TokenShard: Sendable {
    /// The file.
    public var path: String { file.path }
    /// Every id is below.
    public let vocabularySize: Int
    /// Documents in the shard.
    public let documentCount: Int
    /// Tokens in the shard.
    public let tokenCount: Int
    /// The tokenizer that made the ids.
    public let fingerprint: TokenizerFingerprint
    /// Bytes of an id: 2 or 4.
    public let elementWidth: Int

    private let file: MappedFile
    private let header: TokenShardHeader
    private let layout: TokenShardHeader.Layout

    /// Opens a shard.
    ///
    /// - Throws: ``TensorFileError`` that says what is damaged and where.
    public init(path: String) throws(TensorFileError) {
        file = try MappedFile(path: path)
        header = try TokenShardHeader(file.bytes, path: path)
        guard let layout = header.layout, layout.fileSize == file.bytes.count else {
            throw .malformed(
                at: FileLocation(path: path, offset: file.bytes.count),
                expected: header.layout.map { "a file of \($0.fileSize) bytes" } ?? "counts that fit a file",
                found: "\(file.bytes.count) bytes")
        }
        self.layout = layout
        vocabularySize = header.vocabularySize
        documentCount = header.documentCount
        tokenCount = header.tokenCount
        fingerprint = header.fingerprint
        elementWidth = header.elementWidth
        for (section, name) in [(1, "token offsets"), (2, "id offsets"), (3, "document ids")] {
            try check(section, name)
        }
        try checkOffsets(layout.tokenOffsets, end: tokenCount)
        try checkOffsets(layout.idOffsets, end: header.idByteCount)
    }

    /// Reads all tokens and compares them with the checksum and the vocabulary.
    public func verify() throws(TensorFileError) {
        try check(0, "tokens")
        var place = 0
        while place < tokenCount {
            let end = min(tokenCount, place + 1 << 16)
            _ = try tokens(place..<end)
            place = end
        }
    }

    /// The place of a document's tokens in the shard.
    ///
    /// - Precondition: `document` is below ``documentCount``.
    public func range(ofDocument document: Int) -> Range<Int> {
        precondition((0..<documentCount).contains(document), "no document \(document)")
        return offset(layout.tokenOffsets, document)..<offset(layout.tokenOffsets, document + 1)
    }

    /// The document that a token belongs to. Takes a binary search.
    ///
    /// - Precondition: `place` is below ``tokenCount``.
    public func document(containing place: Int) -> Int {
        precondition((0..<tokenCount).contains(place), "no token \(place)")
        var low = 0
        var high = documentCount
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if offset(layout.tokenOffsets, middle) <= place { low = middle } else { high = middle }
        }
        return low
    }

    /// The id of a document.
    ///
    /// - Precondition: `document` is below ``documentCount``.
    public func id(ofDocument document: Int) -> String {
        precondition((0..<documentCount).contains(document), "no document \(document)")
        let start = layout.ids.lowerBound
        let range = start + offset(layout.idOffsets, document)..<start + offset(layout.idOffsets, document + 1)
        return file.withUnsafeBytes { String(decoding: $0[range], as: UTF8.self) }
    }

    /// The tokens of a document.
    ///
    /// - Throws: ``TensorFileError`` when an id is outside the vocabulary.
    public func tokens(ofDocument document: Int) throws(TensorFileError) -> [TokenID] {
        try tokens(range(ofDocument: document))
    }

    /// The tokens of a range.
    ///
    /// - Throws: ``TensorFileError`` when an id is outside the vocabulary.
    /// - Precondition: `range` lies in the shard.
    public func tokens(_ range: Range<Int>) throws(TensorFileError) -> [TokenID] {
        var tokens: [TokenID] = []
        try append(range, to: &tokens)
        return tokens
    }

    /// Appends the tokens of a range to an array.
    ///
    /// - Throws: ``TensorFileError`` when an id is outside the vocabulary; nothing is appended then.
    /// - Precondition: `range` lies in the shard.
    public func append(_ range: Range<Int>, to tokens: inout [TokenID]) throws(TensorFileError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= tokenCount, "tokens \(range) of \(tokenCount)")
        let first = tokens.count
        tokens.reserveCapacity(first + range.count)
        var largest: UInt32 = 0
        file.withUnsafeBytes { bytes in
            // The section begins at a multiple of 64 of a page-aligned mapping.
            let section = UnsafeRawBufferPointer(rebasing: bytes[layout.tokens])
            if elementWidth == 2 {
                for value in section.bindMemory(to: UInt16.self)[range] {
                    let value = UInt32(UInt16(littleEndian: value))
                    largest = max(largest, value)
                    tokens.append(TokenID(bitPattern: value))
                }
            } else {
                for value in section.bindMemory(to: UInt32.self)[range] {
                    let value = UInt32(littleEndian: value)
                    largest = max(largest, value)
                    tokens.append(TokenID(bitPattern: value))
                }
            }
        }
        guard range.isEmpty || largest < UInt32(vocabularySize) else {
            tokens.removeLast(tokens.count - first)
            throw .malformed(
                at: FileLocation(path: path, key: "tokens"), expected: "ids below \(vocabularySize)",
                found: "\(largest)")
        }
    }

    private func offset(_ section: Range<Int>, _ index: Int) -> Int {
        file.withUnsafeBytes {
            Int(
                truncatingIfNeeded: UInt64(
                    littleEndian: $0.loadUnaligned(fromByteOffset: section.lowerBound + index * 8, as: UInt64.self)))
        }
    }

    private func check(_ section: Int, _ name: String) throws(TensorFileError) {
        let range = layout.all[section]
        let found = file.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[range])) }
        guard found == header.checksums[section] else {
            throw .malformed(
                at: FileLocation(path: path, key: name, offset: range.lowerBound),
                expected: "checksum \(String(header.checksums[section], radix: 16))",
                found: String(found, radix: 16))
        }
    }

    private func checkOffsets(_ section: Range<Int>, end: Int) throws(TensorFileError) {
        var previous = 0
        for index in 0...documentCount {
            let next = offset(section, index)
            let isRight = index == 0 ? next == 0 : next >= previous && next <= end
            guard isRight, index < documentCount || next == end else {
                throw .malformed(
                    at: FileLocation(path: path, offset: section.lowerBound + index * 8),
                    expected: "offsets that ascend from 0 to \(end)", found: "\(next)")
            }
            previous = next
        }
    }
}
