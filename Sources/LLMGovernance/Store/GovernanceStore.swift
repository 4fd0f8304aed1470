#if Governance
    import GRDB
    import LLMTensor
    internal import Synchronization

    /// The folder of registry, keys, reviews and audit log, shared by any number of threads and processes.
    ///
    /// `governance.sqlite` (write-ahead log), `audit/` (see ``AuditLog``), `blobs/` (files by SHA-256), `write.lock`.
    ///
    /// No state changes without an audit entry: a change is made inside a transaction, the entry is recorded and is on
    /// the device, and only then the transaction is committed, together with the entry's number. A process that dies
    /// between the two leaves an entry for something that did not happen; the next change finds it by its `operation`
    /// and records `store.recovered` with the outcome `failed`. Calls block the thread while they wait for disk and lock.
    public final class GovernanceStore: Sendable {
        /// The folder.
        public let directory: String
        /// Where all that happens is written down.
        public let audit: AuditLog
        let clock: @Sendable () -> UTCTime
        private let database: DatabaseQueue
        /// Entries of the log that were looked through for operations that never happened.
        private let scanned = Mutex(0)

        /// Opens a store, or makes one.
        ///
        /// - Throws: ``GovernanceError``, for instance `corrupt` when the database is none.
        public init(directory: String, clock: @escaping @Sendable () -> UTCTime = UTCTime.now) throws {
            self.directory = directory
            self.clock = clock
            try FileSystem.makeFolder(directory + "/blobs")
            audit = try AuditLog(directory: directory + "/audit", clock: clock)
            let path = directory + "/governance.sqlite"
            database = try Self.translating(path) {
                try ProcessLock.with(directory + "/write.lock") {
                    var configuration = Configuration()
                    configuration.busyMode = .timeout(60)
                    configuration.journalMode = .wal
                    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
                    let database = try DatabaseQueue(path: path, configuration: configuration)
                    try database.write { try StoreSchema.prepare($0, path: path) }
                    return database
                }
            }
        }

        private var path: String { directory + "/governance.sqlite" }

        func read<Result>(_ work: (Database) throws -> Result) throws -> Result {
            try Self.translating(path) { try database.read(work) }
        }

        /// For tests that change the database behind the log's back.
        func execute(_ sql: String) throws { try database.write { try $0.execute(sql: sql) } }

        /// Changes something: `work` makes the change and completes the event, which is recorded before the commit.
        ///
        /// An error of `work` undoes the change and is recorded too, as refused or failed.
        func change<Result>(_ event: AuditEvent, _ work: (Database, inout AuditEvent) throws -> Result) throws -> Result
        {
            try Self.translating(path) {
                try ProcessLock.with(directory + "/write.lock") {
                    try recover()
                    var event = event
                    var isRecorded = false
                    do {
                        return try database.write { database in
                            let result = try work(database, &event)
                            let operation = Hexadecimal.text((0..<12).map { _ in UInt8.random(in: 0...255) })
                            event.details["operation"] = operation
                            let entry = try audit.append([event])[0]
                            isRecorded = true
                            try database.execute(
                                sql: "INSERT INTO operation (id, sequence) VALUES (?, ?)",
                                arguments: [operation, entry.sequence])
                            return result
                        }
                    } catch {
                        if isRecorded {
                            scanned.withLock { $0 = 0 }
                            try recover()
                        } else {
                            event.outcome = Self.isRefusal(error) ? .refused : .failed
                            event.details["reason"] = String("\(error)".prefix(4000))
                            try audit.record(event)
                        }
                        throw error
                    }
                }
            }
        }

        private static func isRefusal(_ error: any Error) -> Bool {
            switch error {
            case is PromotionRefusal, is AccessRefusal, is ReviewRefusal, GovernanceError.conflict: true
            default: false
            }
        }

        /// Writes down which recorded operations never happened. Under the write lock.
        private func recover() throws {
            let count = try audit.count
            let last = try database.read {
                try Int.fetchOne($0, sql: "SELECT max(sequence) FROM operation") ?? -1
            }
            let start = max(last + 1, scanned.withLock { $0 })
            guard start < count else { return }
            var lost: [String: Int] = [:]
            for entry in try audit.entries(start..<count) {
                if let operation = entry.event.details["operation"], entry.event.outcome == .done {
                    lost[operation] = entry.sequence
                }
                if let operation = entry.event.details["recovers"] { lost[operation] = nil }
            }
            let events = lost.sorted { $0.value < $1.value }.map { operation, sequence in
                AuditEvent(
                    actor: "store", action: "store.recovered", subject: "entry \(sequence)", outcome: .failed,
                    details: ["recovers": operation, "reason": "the change was recorded and never made"])
            }
            try audit.append(events)
            scanned.withLock { $0 = count + events.count }
        }

        static func translating<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
            do {
                return try work()
            } catch let error as DatabaseError {
                switch error.resultCode {
                case .SQLITE_NOTADB, .SQLITE_CORRUPT:
                    throw GovernanceError.corrupt(path: path, place: "database", reason: "\(error)")
                default: throw GovernanceError.database(path: path, reason: "\(error)")
                }
            }
        }
    }
#endif
