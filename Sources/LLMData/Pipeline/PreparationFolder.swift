import LLMTensor

/// The files of a preparation.
struct PreparationFolder: Sendable {
    let path: String
    var work: String { "\(path)/.work" }
    var jobFile: String { "\(work)/job.json" }
    var removalsFile: String { "\(work)/removals" }
    /// Where the files of the result are until all of them are there.
    var result: String { "\(work)/result" }
    /// The names of files that are being moved from there.
    var publishedFile: String { "\(work)/published" }
    var manifestFile: String { "\(path)/manifest.json" }

    func filtered(_ chunk: Int) -> String { "\(work)/filtered-\(Self.padded(chunk))" }
    func tokenized(_ chunk: Int) -> String { "\(work)/tokenized-\(Self.padded(chunk))" }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }

    /// Makes the folder ready for a job. Gives the result when it is there already.
    func begin(_ job: PreparationJob, overwrites: Bool) throws -> PreparationResult? {
        try Folder.make(path)
        if let manifest = try Self.json(manifestFile) {
            if let difference = job.difference(from: manifest["job"] ?? .null) {
                guard overwrites else { throw PreparationError.otherJob(folder: path, difference: difference) }
                try removeResult(manifest)
            } else if let result = finished(manifest) {
                try? Folder.remove(work)
                return result
            } else {
                // A file of the result is missing or has another size: all is made again.
                try removeResult(manifest)
            }
        }
        if let stored = try Self.json(jobFile) {
            guard let difference = job.difference(from: stored) else { return nil }
            guard overwrites else { throw PreparationError.otherJob(folder: path, difference: difference) }
            if let names = try Self.json(publishedFile) { try removeFiles(names.arrayValue ?? []) }
        }
        try Folder.remove(work)
        try Folder.make(work)
        try Self.write(job.bytes, to: jobFile)
        return nil
    }

    private func finished(_ manifest: JSONValue) -> PreparationResult? {
        guard let statistics = manifest["statistics"].flatMap({ PreparationStatistics($0) }) else { return nil }
        let files = manifest["files"]?.arrayValue ?? []
        var names: [String] = []
        for file in files {
            guard let name = file["name"]?.stringValue, let size = file["bytes"]?.integerValue,
                let found = try? MappedFile(path: "\(path)/\(name)"), found.bytes.count == size
            else { return nil }
            names.append(name)
        }
        return PreparationResult(statistics: statistics, files: names, wasFinished: true)
    }

    /// Removes what a manifest lists, and nothing else.
    private func removeResult(_ manifest: JSONValue) throws {
        try removeFiles((manifest["files"]?.arrayValue ?? []).compactMap { $0["name"] })
        try Folder.remove(manifestFile)
    }

    private func removeFiles(_ names: [JSONValue]) throws {
        for name in names.compactMap(\.stringValue) where !name.utf8.contains(UInt8(ascii: "/")) {
            guard SystemCall.kind(of: "\(path)/\(name)") == .regular else { continue }
            try Folder.remove("\(path)/\(name)")
        }
    }

    /// Moves the finished files to their places, then writes the manifest. A run that is killed here does it again.
    func publish(_ names: [String], manifest: [UInt8]) throws {
        try Self.write(JSONWriter().bytes(of: .array(names.map { .string($0) })), to: publishedFile)
        for name in names { try Folder.move("\(result)/\(name)", to: "\(path)/\(name)") }
        try Self.write(manifest, to: manifestFile)
        try Folder.remove(work)
    }

    static func json(_ path: String) throws -> JSONValue? {
        guard SystemCall.kind(of: path) != nil else { return nil }
        let file = try MappedFile(path: path)
        do throws(JSONError) {
            return try file.withUnsafeBytes { bytes in
                Result<JSONValue, JSONError> { () throws(JSONError) in
                    try JSONValue.parse(bytes: bytes, source: path)
                }
            }.get()
        } catch {
            throw PreparationError.damaged(path: path, reason: "\(error)")
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(TensorFileError) {
        let writer = try AtomicFileWriter(path: path)
        try writer.write(bytes)
        try writer.commit()
    }
}
