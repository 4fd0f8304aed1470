internal import LLMTensor
internal import LLMTokenizer

/// The file a sequence is saved to: what was read, and the keys and values computed from it.
///
/// ```
/// bytes 0..<8     "LLMKVST1"
/// 8..<40          SHA-256 that names the model (architecture, layout of pages, samples of the packed weights)
/// 40..<48         tokens (UInt64), then that many Int32, then zeros up to a multiple of 64
/// pages           each as it lies in memory; what lies behind the last token is zero
/// last 32 bytes   SHA-256 of all bytes before
/// ```
/// Numbers are little-endian. The file belongs to the machine's packed layout and to the compute mode: it saves time, and is no
/// format to exchange.
struct KeyValueSnapshot {
    private static let magic = Array("LLMKVST1".utf8)
    private static let headerBytes = 48
    private static let digestBytes = 32

    /// Writes a sequence; the file appears whole or not at all.
    static func write(
        _ cache: KeyValueCache, tokens: [TokenID], model: Decoder, to path: String
    ) throws(TensorFileError) {
        let writer = try AtomicFileWriter(path: path)
        var hash = SHA256()
        var header = magic + fingerprint(model, cache.layout)
        withUnsafeBytes(of: UInt64(tokens.count).littleEndian) { header += $0 }
        for token in tokens { withUnsafeBytes(of: token.littleEndian) { header += $0 } }
        header += [UInt8](repeating: 0, count: paddedBytes(tokens.count) - header.count)
        hash.update(header)
        try writer.write(header)
        for (index, page) in cache.pages.enumerated() {
            let used = min(tokens.count - index * KeyValuePage.positions, KeyValuePage.positions)
            guard used > 0 else { break }
            if used == KeyValuePage.positions {
                let bytes = UnsafeRawBufferPointer(start: page.memory.base, count: cache.layout.pageBytes)
                hash.update(bytes)
                try writer.write(bytes)
            } else {
                let bytes = cache.layout.bytes(of: page, positions: used)
                hash.update(bytes)
                try writer.write(bytes)
            }
        }
        try writer.write(hash.finish())
        try writer.commit()
    }

    /// Reads a sequence into new pages.
    ///
    /// - Throws: ``TensorFileError`` naming what is wrong: another model's file, a damaged one, one that is cut off.
    static func read(
        _ path: String, model: Decoder, layout: KeyValueLayout, limit: Int
    ) throws(TensorFileError) -> (cache: KeyValueCache, tokens: [TokenID]) {
        let file = try MappedFile(path: path)
        return try Result { () throws(TensorFileError) in
            defer { withExtendedLifetime(file) {} }
            return try read(file.bytes, path, model, layout, limit)
        }.get()
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, _ path: String, _ model: Decoder, _ layout: KeyValueLayout, _ limit: Int
    ) throws(TensorFileError) -> (cache: KeyValueCache, tokens: [TokenID]) {
        func malformed(_ offset: Int, _ expected: String, _ found: String) -> TensorFileError {
            .malformed(at: FileLocation(path: path, offset: offset), expected: expected, found: found)
        }
        guard bytes.count >= headerBytes + digestBytes, bytes.prefix(8).elementsEqual(magic) else {
            throw malformed(0, "a saved sequence (LLMKVST1)", "\(bytes.count) bytes of something else")
        }
        guard bytes[8..<40].elementsEqual(fingerprint(model, layout)) else {
            throw .unsupported(
                at: FileLocation(path: path, offset: 8),
                reason: "saved with another model, compute mode or version of the library")
        }
        let count = bytes.loadUnaligned(fromByteOffset: 40, as: UInt64.self).littleEndian
        guard count > 0, count <= UInt64(limit) else {
            throw malformed(40, "1 to \(limit) tokens, which the context holds", "\(count)")
        }
        let tokenCount = Int(count)
        let start = paddedBytes(tokenCount)
        let pages = (tokenCount + KeyValuePage.positions - 1) / KeyValuePage.positions
        let size = start + pages * layout.pageBytes + digestBytes
        guard bytes.count == size else { throw malformed(bytes.count, "\(size) bytes", "\(bytes.count)") }
        let end = size - digestBytes
        guard SHA256.digest(UnsafeRawBufferPointer(rebasing: bytes[..<end])).elementsEqual(bytes[end...]) else {
            throw malformed(end, "the checksum of the file's content", "another one: the file is damaged")
        }
        let tokens = (0..<tokenCount).map {
            bytes.loadUnaligned(fromByteOffset: headerBytes + 4 * $0, as: TokenID.self).littleEndian
        }
        let vocabularySize = model.configuration.vocabularySize
        for (index, token) in tokens.enumerated() where token < 0 || Int(token) >= vocabularySize {
            throw malformed(headerBytes + 4 * index, "a token below \(vocabularySize)", "\(token)")
        }
        var cache = KeyValueCache(layout: layout)
        do throws(TensorError) {
            try cache.prepare(0..<tokenCount)
        } catch {
            throw .tensor(at: FileLocation(path: path), error: error)
        }
        for (index, page) in cache.pages.enumerated() {
            let from = start + index * layout.pageBytes
            page.memory.base.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: bytes[from..<(from + layout.pageBytes)]).baseAddress!,
                byteCount: layout.pageBytes)
        }
        return (cache, tokens)
    }

    /// Header and tokens, up to a multiple of 64.
    private static func paddedBytes(_ tokens: Int) -> Int { (headerBytes + 4 * tokens + 63) / 64 * 64 }

    /// Names what a page's content depends on. Weights are sampled: 256 bytes of two matrices of every layer.
    private static func fingerprint(_ model: Decoder, _ layout: KeyValueLayout) -> [UInt8] {
        var hash = SHA256()
        hash.update(field: "\(model.configuration)")
        hash.update(field: model.options.compute.rawValue)
        hash.update(field: layout.type.rawValue)
        for number in [layout.headDimension, layout.valueWidth, layout.keyValueHeadCount, layout.pageBytes] {
            hash.update(number: number)
        }
        for layer in model.layers {
            for matrix in [layer.key.matrix, layer.down.matrix] where matrix.byteCount >= 256 {
                hash.update(UnsafeRawBufferPointer(start: matrix.address(ofPanel: matrix.panelCount - 1), count: 256))
            }
        }
        return hash.finish()
    }
}

extension KeyValueLayout {
    /// A page's content with zeros behind the first `positions`.
    func bytes(of page: KeyValuePage, positions: Int) -> [UInt8] {
        var bytes = Array(UnsafeRawBufferPointer(start: page.memory.base, count: pageBytes))
        let positionCount = KeyValuePage.positions
        /// Lines of so many bytes a position: the positions behind the last one are at the end of each.
        func clear(_ start: Int, lines: Int, bytes size: Int) {
            for line in 0..<lines {
                let row = start + line * positionCount * size
                for index in (row + positions * size)..<(row + positionCount * size) { bytes[index] = 0 }
            }
        }
        let blocks = type.scaleBytes(dimensions: headDimension) / 2
        for layer in 0..<layerCount {
            for head in 0..<keyValueHeadCount {
                let keys = keyOffset(layer: layer, head: head)
                clear(keys, lines: headDimension, bytes: type.elementBytes)
                clear(keys + headDimension * positionCount * type.elementBytes, lines: blocks, bytes: 2)
                let values = valueOffset(layer: layer, head: head)
                clear(values, lines: 1, bytes: valueWidth * type.elementBytes)
                let scales = values + positionCount * valueWidth * type.elementBytes
                clear(scales, lines: 1, bytes: type.scaleBytes(dimensions: valueWidth))
            }
        }
        return bytes
    }
}
