#if Governance
    /// The files of an audit log and where things lie in them.
    ///
    /// `log.jsonl` has the entries. `hashes` (32 bytes each, see ``HashStore``) and `index` (8 bytes an entry: where its
    /// line ends) only save work and can be made anew from it. `checkpoint` says how much of the log was acknowledged.
    struct AuditFiles: HashStore {
        let directory: String
        let log: OpenFile
        let hashes: OpenFile
        let index: OpenFile

        static func checkpointPath(_ directory: String) -> String { "\(directory)/checkpoint" }
        static func lockPath(_ directory: String) -> String { "\(directory)/lock" }
        static func privateKeyPath(_ directory: String) -> String { "\(directory)/checkpoint.key" }
        static func publicKeyPath(_ directory: String) -> String { "\(directory)/checkpoint.pub" }

        init(directory: String, mode: OpenFile.Mode) throws(GovernanceError) {
            self.directory = directory
            log = try OpenFile(path: "\(directory)/log.jsonl", mode: mode)
            hashes = try OpenFile(path: "\(directory)/hashes", mode: mode)
            index = try OpenFile(path: "\(directory)/index", mode: mode)
        }

        func hash(at position: Int) throws -> MerkleTree.Digest {
            let bytes = try hashes.read(at: position * 32, count: 32)
            guard bytes.count == 32 else {
                throw GovernanceError.corrupt(
                    path: hashes.path, place: "hash \(position)", reason: "the file ends before it")
            }
            return bytes
        }

        /// Where the line of an entry lies, without its line feed.
        func range(of entry: Int) throws(GovernanceError) -> Range<Int> {
            let start = entry == 0 ? 0 : try end(of: entry - 1)
            let end = try end(of: entry)
            guard start < end, end - start <= AuditEntry.maximumLineLength + 1 else {
                throw .corrupt(path: index.path, place: "entry \(entry)", reason: "no line lies there")
            }
            return start..<(end - 1)
        }

        /// Where the line of an entry ends, with its line feed.
        func end(of entry: Int) throws(GovernanceError) -> Int {
            let bytes = try index.read(at: entry * 8, count: 8)
            guard bytes.count == 8 else {
                throw .corrupt(path: index.path, place: "entry \(entry)", reason: "the file ends before it")
            }
            let value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard let end = Int(exactly: value) else {
                throw .corrupt(path: index.path, place: "entry \(entry)", reason: "ends at \(value)")
            }
            return end
        }

        static func indexBytes(_ end: Int) -> [UInt8] {
            (0..<8).map { UInt8(truncatingIfNeeded: end >> ($0 * 8)) }
        }

        /// Makes `hashes` and `index` anew from the lines, up to `size` of them.
        func rebuild(size: Int) throws {
            var memory = MemoryHashes()
            var ends: [UInt8] = []
            var scanner = LineScanner(file: log)
            while memory.leafCount < size, let line = try scanner.next() {
                guard line.isTerminated, !line.isTooLong else { break }
                memory.append(MerkleTree.leaf(line.bytes))
                ends += Self.indexBytes(line.end)
            }
            guard memory.leafCount == size else {
                throw GovernanceError.corrupt(
                    path: log.path, place: "entry \(memory.leafCount)",
                    reason: "the log ends before it, \(size) were acknowledged")
            }
            try hashes.write(memory.bytes, at: 0)
            try hashes.truncate(to: memory.bytes.count)
            try index.write(ends, at: 0)
            try index.truncate(to: ends.count)
        }
    }

    /// Goes through a file line by line in bounded memory.
    struct LineScanner {
        struct Line {
            /// Without the line feed; only the beginning of a line that is too long.
            var bytes: [UInt8]
            /// Where the next line starts.
            var end: Int
            var isTerminated: Bool
            var isTooLong: Bool
        }

        private let file: OpenFile
        private var buffer: [UInt8] = []
        private var start = 0
        private var offset = 0
        private static let chunk = 1 << 18

        init(file: OpenFile) { self.file = file }

        mutating func next() throws(GovernanceError) -> Line? {
            var line: [UInt8] = []
            var isTooLong = false
            while true {
                if start == buffer.count {
                    buffer = try file.read(at: offset, count: Self.chunk)
                    start = 0
                    if buffer.isEmpty {
                        if line.isEmpty, !isTooLong { return nil }
                        return Line(bytes: line, end: offset, isTerminated: false, isTooLong: isTooLong)
                    }
                }
                let feed = buffer[start...].firstIndex(of: 0x0A)
                let part = buffer[start..<(feed ?? buffer.count)]
                if line.count + part.count > AuditEntry.maximumLineLength {
                    isTooLong = true
                } else {
                    line += part
                }
                offset += part.count
                start += part.count
                if feed != nil {
                    offset += 1
                    start += 1
                    return Line(bytes: line, end: offset, isTerminated: true, isTooLong: isTooLong)
                }
            }
        }
    }
#endif
