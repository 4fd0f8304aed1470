import LLMTensor

/// What the steps over all documents decided, by the documents' places among those that the filters kept.
struct CorpusDecisions: Sendable {
    struct Removal: Sendable, Equatable {
        var stage: String
        var reason: String
        /// The id of the document it repeats.
        var duplicateOf: String?
    }

    /// The first document of each chunk.
    var firsts: [Int] = []
    /// Ids as the sources gave them.
    var removals: [Int: Removal] = [:]
    /// New ids for documents whose own was taken.
    var renamed: [Int: String] = [:]
}

extension PreparationPipeline {
    /// Runs the stages that look at all documents together, one after the other on what the one before left.
    func deduplicate(_ space: PreparationFolder, chunks: Int) throws -> CorpusDecisions {
        var decisions = CorpusDecisions()
        var ids: [String] = []
        for number in 0..<chunks {
            decisions.firsts.append(ids.count)
            try chunk(space.filtered(number)).lines("kept") { ids.append(try Self.id(of: $0, space.filtered(number))) }
        }
        var alive = Array(ids.indices)
        for (index, stage) in recipe.corpusStages.enumerated() {
            report(.init(step: .deduplicate, done: index, total: recipe.corpusStages.count, bytes: 0))
            try Task.checkCancellation()
            let removed = try removals(stage, index, space, chunks: chunks, alive: alive)
            var gone = Set<Int>()
            for removal in removed {
                guard alive.indices.contains(removal.index) else {
                    throw PreparationError.damaged(
                        path: space.path,
                        reason: "stage \(stage.name) removes document \(removal.index) of \(alive.count)")
                }
                let original = removal.duplicateOf.flatMap { alive.indices.contains($0) ? ids[alive[$0]] : nil }
                gone.insert(removal.index)
                decisions.removals[alive[removal.index]] = .init(
                    stage: stage.name, reason: removal.reason, duplicateOf: original)
            }
            alive = alive.indices.filter { !gone.contains($0) }.map { alive[$0] }
        }
        var taken = Set<String>(minimumCapacity: alive.count)
        for place in alive where !taken.insert(ids[place]).inserted {
            var number = 2
            while !taken.insert("\(ids[place])#\(number)").inserted { number += 1 }
            decisions.renamed[place] = "\(ids[place])#\(number)"
        }
        return decisions
    }

    /// The removals of one stage; kept in a file, because finding them can take long.
    private func removals(
        _ stage: any CorpusStage, _ index: Int, _ space: PreparationFolder, chunks: Int, alive: [Int]
    ) throws -> [CorpusRemoval] {
        let path = "\(space.removalsFile)-\(index)"
        if let file = ChunkFile(path: path) { return Self.removals(file) }
        var signatures: [[UInt8]] = []
        signatures.reserveCapacity(alive.count)
        var place = 0
        var next = 0
        for number in 0..<chunks {
            try chunk(space.filtered(number)).withSection("signatures\(index)") { bytes in
                var offset = 0
                while offset + 4 <= bytes.count {
                    let length = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                    guard length <= bytes.count - offset - 4 else {
                        throw PreparationError.damaged(path: space.filtered(number), reason: "signatures are cut off")
                    }
                    if next < alive.count, alive[next] == place {
                        signatures.append(Array(bytes[(offset + 4)..<(offset + 4 + length)]))
                        next += 1
                    }
                    place += 1
                    offset += 4 + length
                }
            }
        }
        let removals = try stage.removals(signatures: signatures)
        try ChunkFile.write([("removals", Self.bytes(removals))], to: path)
        return removals
    }

    private static func bytes(_ removals: [CorpusRemoval]) -> [UInt8] {
        var bytes: [UInt8] = []
        for removal in removals {
            var object = JSONObject()
            object["index"] = .integer(Int64(removal.index))
            object["reason"] = .string(removal.reason)
            if let original = removal.duplicateOf { object["original"] = .integer(Int64(original)) }
            DocumentJSON.append(object, to: &bytes)
        }
        return bytes
    }

    private static func removals(_ file: ChunkFile) -> [CorpusRemoval] {
        var removals: [CorpusRemoval] = []
        file.lines("removals") { line in
            guard let value = try? JSONValue.parse(bytes: line), let index = value["index"]?.integerValue else {
                return
            }
            removals.append(
                CorpusRemoval(
                    index: index, reason: value["reason"]?.stringValue ?? "",
                    duplicateOf: value["original"]?.integerValue))
        }
        return removals
    }

    /// A chunk that an earlier step has written.
    func chunk(_ path: String) throws -> ChunkFile {
        if let file = ChunkFile(path: path) { return file }
        throw PreparationError.damaged(path: path, reason: "missing or damaged; start again")
    }

    /// The id that a kept line begins with.
    private static func id(of line: UnsafeRawBufferPointer, _ path: String) throws -> String {
        var reader = JSONReader(bytes: line, source: path)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if key == "id" { return try reader.readString().string }
            try reader.skipValue()
        }
        throw PreparationError.damaged(path: path, reason: "a document without an id")
    }
}
