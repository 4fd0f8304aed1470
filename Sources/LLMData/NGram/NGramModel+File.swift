internal import LLMTensor

/// The library's own file: a checked header, the words, then keys, probabilities and back-off weights by order.
///
/// All numbers are little-endian 64-bit or 32-bit; the last four bytes are the CRC-32C of all before them.
extension NGramModel {
    private static let magic = Array("LLMNGRM1".utf8)

    /// Writes the model.
    ///
    /// - Throws: `TensorFileError` when the file cannot be written.
    public func write(to path: String) throws {
        var bytes = Self.magic
        func append(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }
        func append(_ value: Float) {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append(UInt64(order))
        append(UInt64(vocabulary.tokenCount))
        append(UInt64(vocabulary.words?.count ?? 0))
        for word in vocabulary.words ?? [] {
            append(UInt64(word.utf8.count))
            bytes.append(contentsOf: word.utf8)
        }
        append(unseenLogProbability)
        for level in 0..<order {
            append(UInt64(tables[level].count))
            for key in tables[level].keys { append(key) }
            for value in logProbabilities[level] { append(value) }
            for value in logBackoffs[level] { append(value) }
        }
        let checksum = bytes.withUnsafeBytes { CRC32C.checksum($0) }
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        let writer = try AtomicFileWriter(path: path)
        try writer.write(bytes)
        try writer.commit()
    }

    /// Reads a model that ``write(to:)`` wrote.
    ///
    /// - Throws: ``NGramError/malformed(path:line:expected:found:)``; `TensorFileError` when the file cannot be read.
    public init(contentsOf path: String) throws {
        let file = try MappedFile(path: path)
        self = try file.withUnsafeBytes { bytes in
            var reader = NGramFileReader(path: path, bytes: bytes)
            return try reader.model(magic: Self.magic)
        }
    }
}

/// Reads numbers one after the other, never past the end.
private struct NGramFileReader {
    let path: String
    let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(path: String, bytes: UnsafeRawBufferPointer) {
        self.path = path
        self.bytes = bytes
    }

    private func malformed(_ expected: String, _ found: String) -> NGramError {
        .malformed(path: path, line: nil, expected: expected, found: found)
    }

    private mutating func take(_ count: Int) throws(NGramError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - 4 - position else {
            throw malformed("\(count) more bytes at byte \(position)", "the end of the file")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    private mutating func integer(below limit: Int) throws(NGramError) -> Int {
        let value = UInt64(littleEndian: try take(8).loadUnaligned(as: UInt64.self))
        guard value < UInt64(limit) else {
            throw malformed("a number below \(limit) at byte \(position - 8)", "\(value)")
        }
        return Int(value)
    }

    private mutating func floats(_ count: Int) throws(NGramError) -> [Float] {
        let part = try take(count * 4)
        return (0..<count).map { index in
            Float(bitPattern: UInt32(littleEndian: part.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
        }
    }

    mutating func model(magic: [UInt8]) throws(NGramError) -> NGramModel {
        guard bytes.count > 40, bytes.prefix(8).elementsEqual(magic) else {
            throw malformed("an n-gram model", "another file")
        }
        let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 4, as: UInt32.self))
        guard CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes.dropLast(4))) == stored else {
            throw malformed("a file with the checksum it was written with", "changed bytes")
        }
        position = 8
        let order = try integer(below: 11)
        let tokenCount = try integer(below: 1 << 29)
        let wordCount = try integer(below: 1 << 31)
        guard order > 0, (wordCount == 0) != (tokenCount == 0) else { throw malformed("words or tokens", "neither") }
        var vocabulary = tokenCount > 0 ? NGramVocabulary(tokenCount: tokenCount) : NGramVocabulary()
        for number in 0..<wordCount {
            let length = try integer(below: bytes.count)
            guard vocabulary.insert(Array(try take(length))) == UInt32(number) else {
                throw malformed("every word once", "word \(number) a second time")
            }
        }
        let unseen = try floats(1)[0]
        var tables: [NGramTable] = []
        var (probabilities, backoffs): ([[Float]], [[Float]]) = ([], [])
        for level in 0..<order {
            let count = try integer(below: 1 << 31)
            let keys = try take(count * 8)
            var table = NGramTable(minimumCapacity: count)
            let parents = level == 0 ? 1 : tables[level - 1].count
            for number in 0..<count {
                let key = UInt64(littleEndian: keys.loadUnaligned(fromByteOffset: number * 8, as: UInt64.self))
                guard key.nGramParent < parents, Int(key.nGramWord) < vocabulary.count, table.insert(key) == number
                else { throw malformed("n-grams of known parts, each once", "n-gram \(number) of order \(level + 1)") }
            }
            tables.append(table)
            probabilities.append(try floats(count))
            backoffs.append(try floats(count))
        }
        return NGramModel(
            order: order, vocabulary: vocabulary, tables: tables, logProbabilities: probabilities,
            logBackoffs: backoffs, unseenLogProbability: unseen)
    }
}
