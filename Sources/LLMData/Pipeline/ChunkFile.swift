import LLMTensor

/// A file of named byte sections that is there whole or not at all: the result of one step on one chunk, and the mark
/// that the step is done.
///
/// Layout, little-endian: `LLMCHUNK`, CRC-32C of the rest (4 bytes), number of sections (4); per section 16 bytes of
/// name, padded with zeros, and the length (8); the sections.
struct ChunkFile {
    private static let magic = Array("LLMCHUNK".utf8)
    private static let entrySize = 24
    private let file: MappedFile
    private var ranges: [String: Range<Int>] = [:]

    /// Opens a file; nil when there is none, or a damaged one, which is as good as none.
    init?(path: String) {
        guard let file = try? MappedFile(path: path) else { return nil }
        self.file = file
        let bytes = file.bytes
        guard bytes.count >= 16, bytes.prefix(8).elementsEqual(Self.magic) else { return nil }
        let checksum = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        guard CRC32C.checksum(UnsafeRawBufferPointer(rebasing: bytes[12...])) == checksum else { return nil }
        let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)))
        guard count <= 64, 16 + count * Self.entrySize <= bytes.count else { return nil }
        var place = 16 + count * Self.entrySize
        for index in 0..<count {
            let entry = 16 + index * Self.entrySize
            let name = String(decoding: bytes[entry..<(entry + 16)].prefix { $0 != 0 }, as: UTF8.self)
            let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: entry + 16, as: UInt64.self))
            guard length <= UInt64(bytes.count - place) else { return nil }
            ranges[name] = place..<(place + Int(length))
            place += Int(length)
        }
        guard place == bytes.count else { return nil }
    }

    /// The bytes of a section; empty when there is none of this name.
    func withSection<Result>(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try file.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[ranges[name] ?? 0..<0])) }
    }

    /// A copy of a section.
    func bytes(_ name: String) -> [UInt8] { withSection(name) { Array($0) } }

    /// The lines of a section, without their line feeds.
    func lines(_ name: String, _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try withSection(name) { try Lines.forEach($0, body) }
    }

    /// Writes a file. Names have at most 16 bytes.
    static func write(_ sections: [(name: String, bytes: [UInt8])], to path: String) throws(TensorFileError) {
        var table: [UInt8] = []
        withUnsafeBytes(of: UInt32(sections.count).littleEndian) { table.append(contentsOf: $0) }
        for section in sections {
            let name = Array(section.name.utf8.prefix(16))
            table += name + [UInt8](repeating: 0, count: 16 - name.count)
            withUnsafeBytes(of: UInt64(section.bytes.count).littleEndian) { table.append(contentsOf: $0) }
        }
        var checksum = table.withUnsafeBytes { CRC32C.checksum($0) }
        for section in sections {
            checksum = section.bytes.withUnsafeBytes { CRC32C.checksum($0, continuing: checksum) }
        }
        let writer = try AtomicFileWriter(path: path)
        try writer.write(magic)
        try writer.write(withUnsafeBytes(of: checksum.littleEndian) { Array($0) })
        try writer.write(table)
        for section in sections { try writer.write(section.bytes) }
        try writer.commit()
    }
}

/// Text lines in bytes.
package enum Lines {
    /// Calls `body` with every line, without its line feed. A last line without one is a line too.
    package static func forEach(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        var start = 0
        while start < bytes.count {
            let end = end(bytes, from: start)
            try body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            start = end + 1
        }
    }

    /// The place of the next line feed, or the end.
    package static func end(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    }
}
