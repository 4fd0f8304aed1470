#if Governance
    /// What is wrong with a log.
    public struct AuditProblem: Sendable, Hashable, CustomStringConvertible {
        /// The entry, from 0; nil when it is about the log as a whole.
        public var entry: Int?
        /// The file.
        public var path: String
        /// What is wrong.
        public var reason: String

        /// A sentence.
        public var description: String { "\(path): \(entry.map { "entry \($0): " } ?? "")\(reason)" }
    }

    /// What a full check of a log found.
    public struct AuditVerification: Sendable {
        /// Acknowledged entries.
        public var size: Int
        /// The root over the lines that were read, as many as are acknowledged.
        public var root: MerkleTree.Digest
        /// What is wrong, at most ``limit`` of it.
        public var problems: [AuditProblem]
        /// Bytes after the acknowledged end: no harm, a process died while it appended.
        public var unacknowledgedBytes: Int
        /// Whether there are no problems.
        public var isIntact: Bool { problems.isEmpty }
        /// How many problems are listed at most.
        public static let limit = 100
    }

    extension AuditLog {
        /// Reads the whole log and checks everything. See ``verify(directory:publicKey:against:)``.
        public func verify(against checkpoints: [Checkpoint] = [], publicKey: AuditPublicKey? = nil) throws
            -> AuditVerification
        {
            try Self.verify(directory: directory, publicKey: publicKey ?? self.publicKey, against: checkpoints)
        }

        /// Checks a log that nobody has to open: lines, numbers, hashes, tree, index, checkpoint and its signature.
        ///
        /// - Parameters:
        ///   - publicKey: The key to trust; nil for the one in the folder.
        ///   - checkpoints: States that were kept elsewhere; the log must still have them as its beginnings.
        /// - Throws: ``GovernanceError`` when files cannot be read; damage is no error but in the result.
        public static func verify(
            directory: String, publicKey: AuditPublicKey? = nil, against checkpoints: [Checkpoint] = []
        ) throws -> AuditVerification {
            try ProcessLock.with(AuditFiles.lockPath(directory), shared: true) {
                let key = try publicKey ?? AuditPublicKey(path: AuditFiles.publicKeyPath(directory))
                var check = try AuditCheck(files: AuditFiles(directory: directory, mode: .readOnly), key: key)
                return try check.run(against: checkpoints)
            }
        }
    }

    private struct AuditCheck {
        let files: AuditFiles
        let key: AuditPublicKey
        var problems: [AuditProblem] = []
        var memory = MemoryHashes()

        init(files: AuditFiles, key: AuditPublicKey) {
            self.files = files
            self.key = key
        }

        mutating func run(against checkpoints: [Checkpoint]) throws -> AuditVerification {
            let path = AuditFiles.checkpointPath(files.directory)
            var checkpoint: Checkpoint?
            do {
                checkpoint = try Checkpoint(text: try FileSystem.read(path), source: path)
            } catch {
                add(nil, path, "\(error)")
            }
            let size = checkpoint?.size ?? checkpoints.map(\.size).max() ?? 0
            let end = try readLines(size: checkpoint == nil ? .max : size)
            let logSize = try files.log.size()
            if let checkpoint {
                if memory.leafCount < size {
                    add(
                        memory.leafCount, files.log.path,
                        "is missing: the log ends before it, \(size) were acknowledged")
                }
                check(checkpoint, path)
                try compare("hashes", files.hashes, with: memory.bytes, size: size, item: 32)
            }
            for (number, checkpoint) in checkpoints.enumerated() {
                check(checkpoint, "checkpoint \(number) from elsewhere, of \(checkpoint.size) entries")
            }
            return AuditVerification(
                size: min(size, memory.leafCount), root: memory.root, problems: problems,
                unacknowledgedBytes: max(0, logSize - end))
        }

        /// Reads lines into the tree; returns where the last one ends.
        private mutating func readLines(size: Int) throws -> Int {
            var scanner = LineScanner(file: files.log)
            var end = 0
            while memory.leafCount < size, let line = try scanner.next() {
                let number = memory.leafCount
                guard line.isTerminated else {
                    add(number, files.log.path, "ends in the middle of its line")
                    break
                }
                if line.isTooLong {
                    add(number, files.log.path, "is longer than 1 MiB")
                    break
                }
                end = line.end
                do {
                    let entry = try AuditEntry(line: line.bytes)
                    if entry.sequence != number {
                        add(number, files.log.path, "has the number \(entry.sequence)")
                    }
                } catch {
                    add(number, files.log.path, "\(error)")
                }
                memory.append(MerkleTree.leaf(line.bytes))
                if size != .max {
                    let stored = try? files.hash(at: MerkleHistory<AuditFiles>.count(leaves: number))
                    if stored != MerkleTree.leaf(line.bytes) { add(number, files.log.path, "is not what was hashed") }
                    if (try? files.end(of: number)) != line.end { add(number, files.index.path, "is elsewhere") }
                }
                if problems.count >= AuditVerification.limit { break }
            }
            return end
        }

        private mutating func check(_ checkpoint: Checkpoint, _ source: String) {
            if !checkpoint.isSigned(by: key) { add(nil, source, "is not signed by the log's key") }
            guard checkpoint.size <= memory.leafCount else {
                add(memory.leafCount, source, "the log was cut: it has \(memory.leafCount) entries")
                return
            }
            if (try? MerkleHistory(memory).root(size: checkpoint.size)) != checkpoint.root {
                add(nil, source, "its root is not that of the log's first \(checkpoint.size) entries")
            }
        }

        private mutating func compare(_ name: String, _ file: OpenFile, with bytes: [UInt8], size: Int, item: Int)
            throws
        {
            guard memory.leafCount == size else { return }
            var offset = 0
            while offset < bytes.count {
                let part = try file.read(at: offset, count: min(1 << 16, bytes.count - offset))
                if !part.elementsEqual(bytes[offset..<min(bytes.count, offset + (1 << 16))]) {
                    add(nil, file.path, "differs from the lines' \(name) after byte \(offset)")
                    return
                }
                offset += 1 << 16
            }
        }

        private mutating func add(_ entry: Int?, _ path: String, _ reason: String) {
            if problems.count < AuditVerification.limit {
                problems.append(AuditProblem(entry: entry, path: path, reason: reason))
            }
        }
    }
#endif
