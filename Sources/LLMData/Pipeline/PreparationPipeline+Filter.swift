import LLMTensor

extension PreparationPipeline {
    /// Reads the sources and runs the stages that look at one document. Returns the number of chunks.
    ///
    /// The sources are read in order by this task; chunks are worked on by others. Chunks that an earlier run finished
    /// are read over.
    func filter(_ space: PreparationFolder) async throws -> Int {
        let runner = StageRunner(stages: recipe.stages)
        let counter = LockedValue((records: 0, bytes: 0))
        var count = 0
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            var chunk = RecordChunk()
            func send() async throws {
                if running >= options.threads {
                    try await group.next()
                    running -= 1
                }
                let (number, records) = (count, chunk)
                chunk = RecordChunk()
                count += 1
                running += 1
                group.addTask {
                    try Task.checkCancellation()
                    if ChunkFile(path: space.filtered(number)) == nil {
                        try self.filter(records, runner: runner, to: space.filtered(number))
                    }
                    let (done, bytes) = counter.withLock {
                        $0.records += records.records.count
                        $0.bytes += records.bytes
                        return $0
                    }
                    self.report(.init(step: .filter, done: done, total: nil, bytes: bytes))
                }
            }
            for source in sources {
                try await Self.forEach(source) { record in
                    chunk.append(record)
                    if chunk.records.count >= recipe.chunk.records || chunk.bytes >= recipe.chunk.bytes {
                        try await send()
                    }
                }
            }
            if !chunk.records.isEmpty { try await send() }
            try await group.waitForAll()
        }
        return count
    }

    private static func forEach(
        _ source: some DocumentSource, _ body: (SourceRecord) async throws -> Void
    ) async throws {
        for try await record in source.records() { try await body(record) }
    }

    private func filter(_ chunk: RecordChunk, runner: StageRunner, to path: String) throws {
        var statistics = PreparationStatistics()
        var kept: [UInt8] = []
        var excluded: [UInt8] = []
        var malformed: [UInt8] = []
        var signatures = [[UInt8]](repeating: [], count: recipe.corpusStages.count)
        for record in chunk.records {
            statistics.add(read: record)
            var outcome = runner.run(record)
            if case .kept(let document) = outcome {
                do {
                    let new = try recipe.corpusStages.map { try $0.signature(of: document) }
                    for (index, signature) in new.enumerated() {
                        withUnsafeBytes(of: UInt32(signature.count).littleEndian) {
                            signatures[index].append(contentsOf: $0)
                        }
                        signatures[index] += signature
                    }
                } catch {
                    outcome = .malformed(MalformedRecord(origin: document.origin, reason: "signature: \(error)"))
                }
            }
            statistics.add(outcome)
            switch outcome {
            case .kept(let document):
                DocumentJSON.append(DocumentJSON.object(document), to: &kept)
            case .dropped(let document, let stage, let reason):
                guard recipe.output.excluded else { continue }
                DocumentJSON.append(Self.exclusion(document, stage: stage, reason: reason), to: &excluded)
            case .malformed(let report):
                DocumentJSON.append(DocumentJSON.object(report), to: &malformed)
            }
        }
        var sections = [("kept", kept), ("excluded", excluded), ("malformed", malformed)]
        for (index, bytes) in signatures.enumerated() { sections.append(("signatures\(index)", bytes)) }
        sections.append(("statistics", JSONWriter().bytes(of: statistics.jsonValue)))
        try ChunkFile.write(sections.map { (name: $0.0, bytes: $0.1) }, to: path)
    }

    static func exclusion(_ document: Document, stage: String, reason: String, duplicateOf: String? = nil) -> JSONObject
    {
        var object = DocumentJSON.object(document)
        object["stage"] = .string(stage)
        object["reason"] = .string(reason)
        if let duplicateOf { object["duplicate_of"] = .string(duplicateOf) }
        return object
    }
}

/// Records that are worked on together.
struct RecordChunk: Sendable {
    private(set) var records: [SourceRecord] = []
    private(set) var bytes = 0

    mutating func append(_ record: SourceRecord) {
        if case .document(let document) = record { bytes += document.text.utf8.count }
        records.append(record)
    }
}
