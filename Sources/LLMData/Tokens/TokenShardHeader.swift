import LLMTensor

/// The first 128 bytes of a token shard, little-endian:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 8 | `LLMTOKEN` |
/// | 8 | 4 | version, 1 |
/// | 12 | 4 | bytes of a token id: 2 or 4 |
/// | 16 | 8 | vocabulary size: every id is below |
/// | 24 | 8 | documents |
/// | 32 | 8 | tokens |
/// | 40 | 8 | bytes of all document ids |
/// | 48 | 32 | ``TokenizerFingerprint`` |
/// | 80 | 16 | CRC-32C of the four sections |
/// | 96 | 28 | zeros |
/// | 124 | 4 | CRC-32C of the bytes before |
///
/// Sections follow, each from a multiple of 64: token ids; `documents + 1` offsets (8 bytes) of tokens; `documents + 1`
/// offsets of document ids; document ids in UTF-8. The file ends with the last section.
struct TokenShardHeader: Equatable {
    static let byteCount = 128
    static let alignment = 64
    static let magic = Array("LLMTOKEN".utf8)
    static let version: UInt32 = 1

    var elementWidth: Int
    var vocabularySize: Int
    var documentCount: Int
    var tokenCount: Int
    var idByteCount: Int
    var fingerprint: TokenizerFingerprint
    /// Of tokens, token offsets, id offsets, ids.
    var checksums: [UInt32] = [0, 0, 0, 0]

    /// Where the sections lie.
    struct Layout: Equatable {
        var tokens: Range<Int>
        var tokenOffsets: Range<Int>
        var idOffsets: Range<Int>
        var ids: Range<Int>
        var all: [Range<Int>] { [tokens, tokenOffsets, idOffsets, ids] }
        var fileSize: Int { ids.upperBound }
    }

    /// Bytes of an id in a vocabulary.
    static func elementWidth(vocabularySize: Int) -> Int { vocabularySize <= 1 << 16 ? 2 : 4 }

    /// Where the sections lie; nil when the counts are beyond any file.
    var layout: Layout? {
        let limit = 1 << 56
        guard documentCount < limit / 8, tokenCount < limit / 4, idByteCount < limit else { return nil }
        guard documentCount >= 0, tokenCount >= 0, idByteCount >= 0 else { return nil }
        func section(after end: Int, _ count: Int) -> Range<Int> {
            let start = (end + Self.alignment - 1) / Self.alignment * Self.alignment
            return start..<(start + count)
        }
        let tokens = section(after: Self.byteCount, tokenCount * elementWidth)
        let tokenOffsets = section(after: tokens.upperBound, (documentCount + 1) * 8)
        let idOffsets = section(after: tokenOffsets.upperBound, (documentCount + 1) * 8)
        return Layout(
            tokens: tokens, tokenOffsets: tokenOffsets, idOffsets: idOffsets,
            ids: section(after: idOffsets.upperBound, idByteCount))
    }

    /// The bytes of the header.
    var bytes: [UInt8] {
        var bytes = Self.magic
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(Self.version)
        append(UInt32(elementWidth))
        for count in [vocabularySize, documentCount, tokenCount, idByteCount] { append(UInt64(count)) }
        bytes += fingerprint.bytes
        for checksum in checksums { append(checksum) }
        bytes += [UInt8](repeating: 0, count: 124 - bytes.count)
        append(bytes.withUnsafeBytes { CRC32C.checksum($0) })
        return bytes
    }

    init(
        elementWidth: Int, vocabularySize: Int, documentCount: Int, tokenCount: Int, idByteCount: Int,
        fingerprint: TokenizerFingerprint
    ) {
        self.elementWidth = elementWidth
        self.vocabularySize = vocabularySize
        self.documentCount = documentCount
        self.tokenCount = tokenCount
        self.idByteCount = idByteCount
        self.fingerprint = fingerprint
    }

    /// Reads and checks a header.
    init(_ file: UnsafeRawBufferPointer, path: String) throws(TensorFileError) {
        func malformed(_ offset: Int, _ expected: String, _ found: String) -> TensorFileError {
            .malformed(at: FileLocation(path: path, offset: offset), expected: expected, found: found)
        }
        guard file.count >= Self.byteCount else {
            throw malformed(file.count, "a header of \(Self.byteCount) bytes", "the end of the file")
        }
        guard file.prefix(8).elementsEqual(Self.magic) else {
            throw malformed(0, "a token shard (LLMTOKEN)", "another kind of file")
        }
        func word(_ offset: Int) -> UInt32 {
            UInt32(littleEndian: file.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        guard word(8) == Self.version else {
            throw .unsupported(
                at: FileLocation(path: path, offset: 8),
                reason: "token shard version \(word(8)); this library reads version \(Self.version)")
        }
        guard word(124) == CRC32C.checksum(UnsafeRawBufferPointer(rebasing: file[..<124])) else {
            throw malformed(124, "the checksum of the header", "another one")
        }
        var counts: [Int] = []
        for offset in [16, 24, 32, 40] {
            let value = UInt64(littleEndian: file.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            guard let count = Int(exactly: value) else { throw malformed(offset, "a count", "\(value)") }
            counts.append(count)
        }
        let width = Int(word(12))
        guard (1...Int(Int32.max)).contains(counts[0]), width == Self.elementWidth(vocabularySize: counts[0]) else {
            throw malformed(12, "ids of 2 or 4 bytes that fit the vocabulary", "\(width) bytes for \(counts[0]) ids")
        }
        guard let fingerprint = TokenizerFingerprint(bytes: Array(file[48..<80])) else {
            throw malformed(48, "a fingerprint", "none")
        }
        self.init(
            elementWidth: width, vocabularySize: counts[0], documentCount: counts[1], tokenCount: counts[2],
            idByteCount: counts[3], fingerprint: fingerprint)
        checksums = [word(80), word(84), word(88), word(92)]
    }
}
