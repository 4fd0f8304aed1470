#if Governance
    import LLMTensor
    internal import Synchronization

    /// An append-only log whose every change shows: a Merkle tree (RFC 6962) over canonical JSON lines, and a signed
    /// checkpoint after each append.
    ///
    /// Any number of threads and processes may append and read: a lock file keeps writers apart. ``record(_:)`` returns
    /// when the line and then the checkpoint that covers it are on the device; the checkpoint is what makes an entry
    /// acknowledged. Threads that append at the same time share a flush. Bytes after the acknowledged end come from a process that died in the middle of an append: the next
    /// append moves them to a file `unacknowledged-<size>` and says so in an entry `audit.recovered`.
    ///
    /// Whoever can write the folder can also read its signing key, so only a checkpoint that was kept elsewhere (see
    /// ``checkpoint()``, ``verify(against:publicKey:)``) proves that the log was not cut or written anew as a whole.
    public final class AuditLog: AuditSink {
        /// The folder of the log.
        public let directory: String
        /// What the checkpoints are signed as.
        public let origin: String
        /// Checks the checkpoints.
        public var publicKey: AuditPublicKey { key.publicKey }

        private let key: AuditSigningKey
        private let clock: @Sendable () -> UTCTime
        /// The last checkpoint that was found good.
        private let trusted = Mutex<Checkpoint?>(nil)
        private let commits = GroupCommit()

        /// Opens a log, or starts one.
        ///
        /// - Parameters:
        ///   - origin: Names a new log; one that exists keeps its name.
        ///   - key: Signs; nil for the key in the folder, which is made for a new log.
        ///   - clock: The time of entries.
        /// - Throws: ``GovernanceError``.
        public init(
            directory: String, origin: String = "swift-llmops/audit", key: AuditSigningKey? = nil,
            clock: @escaping @Sendable () -> UTCTime = UTCTime.now
        ) throws {
            guard !origin.isEmpty, origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x2B }) else {
                throw GovernanceError.invalid(
                    subject: "origin '\(origin)'", reason: "expected ASCII without spaces and plus signs")
            }
            self.directory = directory
            self.clock = clock
            try FileSystem.makeFolder(directory)
            (self.key, self.origin) = try ProcessLock.with(AuditFiles.lockPath(directory)) {
                let path = AuditFiles.checkpointPath(directory)
                if SystemCall.kind(of: path) == nil {
                    let logKey = try key ?? Self.madeKey(directory)
                    try Self.start(directory, origin: origin, key: logKey)
                    return (logKey, origin)
                }
                let checkpoint = try Checkpoint(text: try FileSystem.read(path), source: path)
                return (try key ?? AuditSigningKey(path: AuditFiles.privateKeyPath(directory)), checkpoint.origin)
            }
        }

        private static func madeKey(_ directory: String) throws -> AuditSigningKey {
            let path = AuditFiles.privateKeyPath(directory)
            if SystemCall.kind(of: path) != nil { return try AuditSigningKey(path: path) }
            let key = AuditSigningKey()
            try key.write(to: path)
            return key
        }

        private static func start(_ directory: String, origin: String, key: AuditSigningKey) throws {
            let files = try AuditFiles(directory: directory, mode: .readWrite)
            guard try files.log.size() == 0 else {
                throw GovernanceError.corrupt(
                    path: AuditFiles.checkpointPath(directory), place: "file", reason: "is missing beside a log")
            }
            try key.publicKey.write(to: AuditFiles.publicKeyPath(directory))
            let checkpoint = try Checkpoint(origin: origin, size: 0, root: MerkleTree.emptyRoot, key: key)
            try FileSystem.replace(AuditFiles.checkpointPath(directory), with: Array(checkpoint.text.utf8))
        }

        // MARK: Writing

        /// Appends an event; returns when it is on the device.
        public func record(_ event: AuditEvent) throws { _ = try append([event]) }

        /// Appends events together: all are acknowledged, or none.
        ///
        /// - Throws: ``GovernanceError``; nothing was appended then.
        @discardableResult public func append(_ events: [AuditEvent]) throws -> [AuditEntry] {
            guard !events.isEmpty else { return [] }
            return try commits.submit(events) { groups in
                let entries = Result { try appendAtOnce(groups.flatMap { $0 }) }
                if groups.count == 1 { return [entries] }
                // One that cannot be kept must not take others with it.
                guard case .success(var rest) = entries.map({ $0[...] }) else {
                    return groups.map { events in Result { try appendAtOnce(events) } }
                }
                return groups.map { events in
                    defer { rest = rest.dropFirst(events.count) }
                    return .success(Array(rest.prefix(events.count)))
                }
            }
        }

        private func appendAtOnce(_ events: [AuditEvent]) throws -> [AuditEntry] {
            try ProcessLock.with(AuditFiles.lockPath(directory)) {
                let files = try AuditFiles(directory: directory, mode: .readWrite)
                return try append(events, to: files, after: try current(files))
            }
        }

        private func append(_ events: [AuditEvent], to files: AuditFiles, after checkpoint: Checkpoint) throws
            -> [AuditEntry]
        {
            let start = checkpoint.size == 0 ? 0 : try files.end(of: checkpoint.size - 1)
            let logSize = try files.log.size()
            guard logSize >= start else {
                throw GovernanceError.corrupt(
                    path: files.log.path, place: "byte \(logSize)",
                    reason: "the log ends here, acknowledged were \(start) bytes")
            }
            let recovered = try logSize > start ? [keepRemains(files, from: start, size: checkpoint.size)] : []
            let time = clock()
            var lines: [UInt8] = []
            var ends: [UInt8] = []
            var pending = PendingHashes(files: files, size: checkpoint.size)
            let entries = try (recovered + events).enumerated().map { number, event in
                let entry = AuditEntry(sequence: checkpoint.size + number, time: time, event: event)
                let line = try entry.canonicalBytes()
                guard line.count <= AuditEntry.maximumLineLength else {
                    throw GovernanceError.invalid(
                        subject: "event \(event.action)", reason: "has more than 1 MiB as JSON")
                }
                lines += line + [0x0A]
                ends += AuditFiles.indexBytes(start + lines.count)
                try pending.append(MerkleTree.leaf(line))
                return entry
            }
            let hashStart = MerkleHistory<AuditFiles>.count(leaves: checkpoint.size) * 32
            let next = try Checkpoint(origin: origin, size: pending.size, root: pending.root(), key: key)
            try files.log.write(lines, at: start)
            if logSize > start + lines.count { try files.log.truncate(to: start + lines.count) }
            try files.log.synchronize()
            try files.hashes.write(pending.added, at: hashStart)
            try files.index.write(ends, at: checkpoint.size * 8)
            try FileSystem.replace(AuditFiles.checkpointPath(directory), with: Array(next.text.utf8))
            trusted.withLock { $0 = next }
            // Not the one about what was recovered: callers keep the numbers of their own.
            return Array(entries.suffix(events.count))
        }

        /// Keeps what a dead process left after the acknowledged end.
        private func keepRemains(_ files: AuditFiles, from start: Int, size: Int) throws -> AuditEvent {
            let remains = try files.log.read(at: start, count: min(try files.log.size() - start, 1 << 26))
            try FileSystem.replace("\(directory)/unacknowledged-\(size)", with: remains)
            return AuditEvent(
                actor: "audit", action: "audit.recovered", subject: "unacknowledged-\(size)",
                details: ["bytes": "\(remains.count)", "sha256": Hexadecimal.text(SHA256Stream.digest(remains))])
        }

        // MARK: Reading

        /// The signed state of the log now: keep it elsewhere, and ``verify(against:publicKey:)`` holds the log to it.
        public func checkpoint() throws -> Checkpoint { try reading { $1 } }

        /// How many entries there are.
        public var count: Int { get throws { try checkpoint().size } }

        /// Entries by number; numbers that are not there are left out.
        public func entries(_ range: Range<Int>) throws -> [AuditEntry] {
            try reading { files, checkpoint in
                try range.clamped(to: 0..<checkpoint.size).map { number in
                    let place = try files.range(of: number)
                    do {
                        return try AuditEntry(line: files.log.read(at: place.lowerBound, count: place.count))
                    } catch let error as GovernanceError {
                        throw GovernanceError.corrupt(
                            path: files.log.path, place: "entry \(number)", reason: "\(error)")
                    }
                }
            }
        }

        /// The last entries, oldest first.
        public func lastEntries(_ count: Int) throws -> [AuditEntry] {
            let size = try self.count
            return try entries(max(0, size - count)..<size)
        }

        /// Proves that an entry is in the tree of the first `size` entries (all, when nil).
        ///
        /// The leaf to check it with is ``MerkleTree/leaf(_:)`` of the entry's canonical bytes.
        public func inclusionProof(of entry: Int, size: Int? = nil) throws -> InclusionProof {
            try reading { files, checkpoint in
                let size = size ?? checkpoint.size
                guard size <= checkpoint.size, (0..<size).contains(entry) else {
                    throw GovernanceError.notFound(kind: "entry", name: "\(entry) in a log of \(size)")
                }
                return try MerkleHistory(files).inclusion(index: entry, size: size)
            }
        }

        /// Proves that the log of `oldSize` entries is the beginning of that of `newSize` (all, when nil).
        public func consistencyProof(from oldSize: Int, to newSize: Int? = nil) throws -> ConsistencyProof {
            try reading { files, checkpoint in
                let newSize = newSize ?? checkpoint.size
                guard newSize <= checkpoint.size, (0...newSize).contains(oldSize) else {
                    throw GovernanceError.notFound(kind: "tree", name: "of \(oldSize) to \(newSize) entries")
                }
                return try MerkleHistory(files).consistency(from: oldSize, to: newSize)
            }
        }

        /// The root over the first `size` entries.
        public func root(size: Int) throws -> MerkleTree.Digest {
            try reading { files, checkpoint in
                guard (0...checkpoint.size).contains(size) else {
                    throw GovernanceError.notFound(kind: "tree", name: "of \(size) entries")
                }
                return try MerkleHistory(files).root(size: size)
            }
        }

        private func reading<Result>(_ work: (AuditFiles, Checkpoint) throws -> Result) throws -> Result {
            try ProcessLock.with(AuditFiles.lockPath(directory)) {
                let files = try AuditFiles(directory: directory, mode: .readWrite)
                return try work(files, try current(files))
            }
        }

        /// The checkpoint in the folder, after the files were found to go with it.
        private func current(_ files: AuditFiles) throws -> Checkpoint {
            let path = AuditFiles.checkpointPath(directory)
            let checkpoint = try Checkpoint(text: try FileSystem.read(path), source: path)
            if trusted.withLock({ $0 == checkpoint }) { return checkpoint }
            guard checkpoint.origin.utf8.elementsEqual(origin.utf8), checkpoint.isSigned(by: publicKey) else {
                throw GovernanceError.corrupt(
                    path: path, place: "signature", reason: "is not that of the log's key")
            }
            // A power cut can take hashes and index, which are not flushed; the lines are there.
            let hashBytes = MerkleHistory<AuditFiles>.count(leaves: checkpoint.size) * 32
            if try files.hashes.size() < hashBytes || files.index.size() < checkpoint.size * 8 {
                try files.rebuild(size: checkpoint.size)
            }
            guard try MerkleHistory(files).root(size: checkpoint.size) == checkpoint.root else {
                throw GovernanceError.corrupt(
                    path: files.hashes.path, place: "root", reason: "is not that of the checkpoint; verify says more")
            }
            trusted.withLock { $0 = checkpoint }
            return checkpoint
        }
    }

    /// The hashes of a log with some entries more, before they are written.
    private struct PendingHashes: HashStore {
        let files: AuditFiles
        let stored: Int
        var size: Int
        var added: [UInt8] = []

        init(files: AuditFiles, size: Int) {
            self.files = files
            self.size = size
            stored = MerkleHistory<AuditFiles>.count(leaves: size)
        }

        func hash(at position: Int) throws -> MerkleTree.Digest {
            if position < stored { return try files.hash(at: position) }
            let start = (position - stored) * 32
            return Array(added[start..<(start + 32)])
        }

        mutating func append(_ leaf: MerkleTree.Digest) throws {
            let store = self
            for hash in try MerkleHistory(store).hashesOf(appending: leaf, number: size) { added += hash }
            size += 1
        }

        func root() throws -> MerkleTree.Digest { try MerkleHistory(self).root(size: size) }
    }
#endif
