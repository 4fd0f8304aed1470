import LLMTensor
package import LLMTokenizer

extension PreparationPipeline {
    /// Sends the documents that stay to their parts and tokenizes them, chunk by chunk.
    func tokenize(_ space: PreparationFolder, chunks: Int, removals: CorpusDecisions) async throws {
        let counter = LockedValue(0)
        try await concurrently(chunks) { number in
            if ChunkFile(path: space.tokenized(number)) == nil {
                let file = try chunk(space.filtered(number))
                try tokenize(file, first: removals.firsts[number], removals, to: space.tokenized(number))
            }
            let done = counter.withLock {
                $0 += 1
                return $0
            }
            report(.init(step: .tokenize, done: done, total: chunks, bytes: 0))
        }
    }

    private func tokenize(_ file: ChunkFile, first: Int, _ decisions: CorpusDecisions, to path: String) throws {
        var statistics = file.withSection("statistics") { bytes in
            (try? JSONValue.parse(bytes: bytes)).flatMap { PreparationStatistics($0) } ?? PreparationStatistics()
        }
        var documents = [[UInt8]](repeating: [], count: recipe.split.parts.count)
        var tokens = TokenRecords()
        var excluded = file.bytes("excluded")
        var place = first
        try file.lines("kept") { line in
            defer { place += 1 }
            let record = DocumentJSON.record(line, keys: .init(), origin: DocumentOrigin(name: path))
            guard case .document(var document) = record else {
                throw PreparationError.damaged(path: path, reason: "a document cannot be read again")
            }
            if let removal = decisions.removals[place] {
                statistics.kept -= 1
                statistics.keptBytes -= document.text.utf8.count
                statistics.dropped[removal.stage, default: [:]][removal.reason, default: 0] += 1
                if recipe.output.excluded {
                    let object = Self.exclusion(
                        document, stage: removal.stage, reason: removal.reason, duplicateOf: removal.duplicateOf)
                    DocumentJSON.append(object, to: &excluded)
                }
                return
            }
            let part = recipe.split.part(of: document)
            let name = recipe.split.parts[part].name
            if let id = decisions.renamed[place] {
                document.id = id
                statistics.renamed += 1
            }
            statistics.partDocuments[name, default: 0] += 1
            if recipe.output.documents { DocumentJSON.append(DocumentJSON.object(document), to: &documents[part]) }
            if let tokenization = recipe.tokenization {
                let ids = tokenization.ids(of: document.text)
                statistics.partTokens[name, default: 0] += ids.count
                tokens.append(part: part, id: document.id, tokens: ids)
            }
        }
        var sections: [(name: String, bytes: [UInt8])] = [
            ("statistics", JSONWriter().bytes(of: statistics.jsonValue)), ("excluded", excluded),
            ("malformed", file.bytes("malformed")), ("tokens", tokens.bytes),
        ]
        for (index, bytes) in documents.enumerated() { sections.append(("documents\(index)", bytes)) }
        try ChunkFile.write(sections, to: path)
    }
}

extension Recipe.Tokenization {
    /// The token ids of a text.
    package func ids(of text: String) -> [TokenID] {
        var text = text
        var ids = text.withUTF8 { utf8 in
            tokenizer.encode(
                bytes: UnsafeRawBufferPointer(utf8), addSpecialTokens: addsSpecialTokens,
                parseSpecialTokens: parsesSpecialTokens)
        }
        if let endToken, ids.last != endToken { ids.append(endToken) }
        return ids
    }
}

/// Tokenized documents in a row: part, bytes of the id, tokens (4 bytes each, little-endian), the id, the tokens.
struct TokenRecords {
    private(set) var bytes: [UInt8] = []

    mutating func append(part: Int, id: String, tokens: [TokenID]) {
        for number in [part, id.utf8.count, tokens.count] {
            withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(contentsOf: id.utf8)
        tokens.map(\.littleEndian).withUnsafeBytes { bytes.append(contentsOf: $0) }
    }

    /// Calls `body` with each document; returns whether the bytes could be read to their end.
    static func forEach(
        _ bytes: UnsafeRawBufferPointer, _ body: (_ part: Int, _ id: String, _ tokens: [TokenID]) throws -> Void
    ) rethrows -> Bool {
        var place = 0
        func number(_ offset: Int) -> Int {
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        }
        while place < bytes.count {
            guard bytes.count - place >= 12 else { return false }
            let (part, idCount, tokenCount) = (number(place), number(place + 4), number(place + 8))
            place += 12
            guard idCount + tokenCount * 4 <= bytes.count - place else { return false }
            let id = String(decoding: bytes[place..<(place + idCount)], as: UTF8.self)
            place += idCount
            let tokens = (0..<tokenCount).map { TokenID(truncatingIfNeeded: number(place + $0 * 4)) }
            place += tokenCount * 4
            try body(part, id, tokens)
        }
        return true
    }
}
