import LLMTensor
import LLMTokenizer

extension PreparationPipeline {
    /// Puts the chunks together in their order; the manifest comes last.
    func assemble(_ space: PreparationFolder, job: PreparationJob, chunks: Int) throws -> PreparationResult {
        var statistics = PreparationStatistics()
        for part in recipe.split.parts {
            statistics.partDocuments[part.name] = 0
            if recipe.tokenization != nil { statistics.partTokens[part.name] = 0 }
        }
        try Folder.remove(space.result)
        try Folder.make(space.result)
        var files: [String] = []
        var lines = try LineFiles(space, recipe)
        files += lines.names
        for number in 0..<chunks {
            try Task.checkCancellation()
            let file = try chunk(space.tokenized(number))
            try lines.append(file)
            guard let value = PreparationStatistics(try JSONValue.parse(file.bytes("statistics"))) else {
                throw PreparationError.damaged(path: space.tokenized(number), reason: "statistics are missing")
            }
            statistics.merge(value)
            report(.init(step: .write, done: number, total: chunks, bytes: statistics.keptBytes))
        }
        try lines.finish()
        if let tokenization = recipe.tokenization {
            files += try writeShards(space, tokenization, chunks: chunks)
            #if Storage
                if recipe.output.tokenStore { files += try writeStore(space, tokenization, chunks: chunks) }
            #endif
        }
        let text = JSONWriter(layout: .indented(2)).bytes(of: statistics.jsonValue) + [0x0A]
        try PreparationFolder.write(text, to: "\(space.result)/statistics.json")
        files.append("statistics.json")
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let manifest = try manifest(space, job: job, files: files, statistics: statistics)
        try space.publish(files, manifest: manifest)
        return PreparationResult(statistics: statistics, files: files, wasFinished: false)
    }

    private func tokens(
        _ space: PreparationFolder, chunks: Int, _ body: (_ part: Int, _ id: String, _ tokens: [TokenID]) throws -> Void
    ) throws {
        for number in 0..<chunks {
            try Task.checkCancellation()
            let isWhole = try chunk(space.tokenized(number)).withSection("tokens") { bytes in
                try TokenRecords.forEach(bytes, body)
            }
            guard isWhole else {
                throw PreparationError.damaged(path: space.tokenized(number), reason: "tokens are cut off")
            }
        }
    }

    private func writeShards(_ space: PreparationFolder, _ tokenization: Recipe.Tokenization, chunks: Int) throws
        -> [String]
    {
        var writers = recipe.split.parts.map { part in
            TokenCorpusWriter(
                folder: space.result, prefix: part.name, vocabularySize: tokenization.tokenizer.vocabularySize,
                fingerprint: tokenization.fingerprint, shardTokenLimit: recipe.output.shardTokens)
        }
        try tokens(space, chunks: chunks) { part, id, tokens in
            guard writers.indices.contains(part) else { return }
            try writers[part].append(id: id, tokens: tokens)
        }
        for index in writers.indices { try writers[index].finish() }
        return writers.flatMap(\.paths).map { String($0.dropFirst(space.result.count + 1)) }
    }

    #if Storage
        private func writeStore(_ space: PreparationFolder, _ tokenization: Recipe.Tokenization, chunks: Int) throws
            -> [String]
        {
            let name = "tokens.sqlite"
            let store = try SQLiteTokenStore(path: "\(space.result)/\(name)", access: .exclusive)
            var batch: [TokenizedDocument] = []
            var batchTokens = 0
            func add() throws {
                _ = try store.add(batch, tokenizer: tokenization.tokenizer, fingerprint: tokenization.fingerprint)
                batch = []
                batchTokens = 0
            }
            try tokens(space, chunks: chunks) { _, id, tokens in
                batch.append(TokenizedDocument(id: id, tokens: tokens))
                batchTokens += tokens.count
                if batchTokens > 1 << 21 { try add() }
            }
            try add()
            try store.close()
            return [name]
        }
    #endif

    private func manifest(
        _ space: PreparationFolder, job: PreparationJob, files: [String], statistics: PreparationStatistics
    ) throws -> [UInt8] {
        var manifest = JSONObject()
        manifest["job"] = .object(job.object)
        manifest["statistics"] = statistics.jsonValue
        manifest["files"] = .array(
            try files.map { name in
                let file = try MappedFile(path: "\(space.result)/\(name)")
                var entry = JSONObject()
                entry["name"] = .string(name)
                entry["bytes"] = .integer(Int64(file.bytes.count))
                entry["sha256"] = .string(SHA256.hexadecimal(digest: file.withUnsafeBytes { SHA256.digest($0) }))
                return .object(entry)
            })
        return JSONWriter(layout: .indented(2)).bytes(of: .object(manifest)) + [0x0A]
    }
}

/// The files of JSON lines that are put together of the chunks' sections.
private struct LineFiles {
    private var files: [(name: String, section: String, writer: AtomicFileWriter)] = []

    var names: [String] { files.map(\.name) }

    init(_ space: PreparationFolder, _ recipe: Recipe) throws(TensorFileError) {
        var wanted = [("malformed.jsonl", "malformed")]
        if recipe.output.excluded { wanted.append(("excluded.jsonl", "excluded")) }
        if recipe.output.documents {
            for (index, part) in recipe.split.parts.enumerated() {
                wanted.append(("\(part.name).jsonl", "documents\(index)"))
            }
        }
        for (name, section) in wanted {
            files.append((name, section, try AtomicFileWriter(path: "\(space.result)/\(name)")))
        }
    }

    mutating func append(_ chunk: ChunkFile) throws {
        for file in files { try chunk.withSection(file.section) { try file.writer.write($0) } }
    }

    func finish() throws {
        for file in files { try file.writer.commit() }
    }
}
