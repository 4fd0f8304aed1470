#if Governance
    import GRDB

    /// Something that people have to look at.
    public struct ReviewItem: Sendable, Hashable {
        /// Where it stands.
        public enum State: String, Sendable, Hashable { case open, approved, rejected }

        /// Its number.
        public var id: Int
        /// `model`, `document`, `response`, ...
        public var kind: String
        /// What is to be looked at: for a model version `model/3`.
        public var subject: String
        /// Who made it and so cannot approve it.
        public var author: String
        /// What is asked.
        public var question: String
        /// How many approvals it takes.
        public var requiredApprovals: Int
        /// Where it stands.
        public var state: State
        /// When it was asked for.
        public var created: UTCTime
        /// When it should be done.
        public var deadline: UTCTime?
        /// When it was escalated because it was not.
        public var escalated: UTCTime?
        /// Who was asked; empty for everybody.
        public var reviewers: [String]
    }

    /// What a reviewer said.
    public struct ReviewDecision: Sendable, Hashable {
        /// The three things that can be said.
        public enum Verdict: String, Sendable, Hashable, CaseIterable { case approve, reject, comment }

        /// Who.
        public var reviewer: String
        /// What.
        public var verdict: Verdict
        /// Why.
        public var reason: String
        /// When.
        public var time: UTCTime
    }

    /// A decision that may not be made.
    public enum ReviewRefusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// Two persons: who made something does not approve it.
        case author(String, review: Int)
        /// Others were asked.
        case notAssigned(String, review: Int)
        /// It was decided already.
        case closed(review: Int, state: ReviewItem.State)

        /// A sentence.
        public var description: String {
            switch self {
            case .author(let name, let review): "review \(review): \(name) is the author and cannot decide"
            case .notAssigned(let name, let review): "review \(review): \(name) was not asked"
            case .closed(let review, let state): "review \(review) is \(state.rawValue) already"
            }
        }
    }

    /// Reviews by people, and what they block. A version with an open review is not promoted, nor one that was rejected, until
    /// a review that ends later approves it.
    public struct ReviewQueue: Sendable {
        /// The store that it keeps everything in.
        public let store: GovernanceStore

        /// The queue of a store.
        public init(store: GovernanceStore) { self.store = store }

        /// Asks for a review.
        ///
        /// - Parameters:
        ///   - author: Who made the thing; for a registered model version the registry's author counts too.
        ///   - reviewers: Who may decide; empty for everybody but the author.
        public func request(
            kind: String = "model", subject: String, author: String, question: String = "", requiredApprovals: Int = 1,
            reviewers: [String] = [], deadline: UTCTime? = nil, actor: String
        ) throws -> ReviewItem {
            guard (1...100).contains(requiredApprovals), !subject.isEmpty else {
                throw GovernanceError.invalid(
                    subject: "review of '\(subject)'", reason: "expected a subject and 1 to 100 approvals")
            }
            let event = AuditEvent(
                actor: actor, action: "review.request", subject: subject, details: ["kind": kind, "author": author])
            return try store.change(event) { database, event in
                try database.execute(
                    sql: """
                        INSERT INTO review (kind, subject, author, requester, question, required, state, created, deadline)
                        VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?)
                        """,
                    arguments: [
                        kind, subject, author, actor, question, requiredApprovals, "\(store.clock())",
                        deadline.map { "\($0)" },
                    ])
                let id = Int(database.lastInsertedRowID)
                for reviewer in Set(reviewers) {
                    try database.execute(sql: "INSERT INTO assignment VALUES (?, ?)", arguments: [id, reviewer])
                }
                event.details["review"] = "\(id)"
                return try Self.item(database, id)
            }
        }

        /// Says yes, no, or something else.
        ///
        /// Enough approvals by different persons close a review, and so does one rejection.
        ///
        /// - Throws: ``ReviewRefusal``.
        @discardableResult public func decide(
            _ review: Int, _ verdict: ReviewDecision.Verdict, reason: String, reviewer: String
        ) throws -> ReviewItem {
            let event = AuditEvent(
                actor: reviewer, action: "review.\(verdict.rawValue)", subject: "review \(review)",
                details: ["why": reason])
            return try store.change(event) { database, event in
                var item = try Self.item(database, review)
                event.details["of"] = item.subject
                if verdict != .comment {
                    guard item.state == .open else { throw ReviewRefusal.closed(review: review, state: item.state) }
                    let registered =
                        item.kind == "model"
                        ? (try? ModelRegistry.resolve(database, item.subject))?.author : nil
                    guard reviewer != item.author, reviewer != registered else {
                        throw ReviewRefusal.author(reviewer, review: review)
                    }
                    guard item.reviewers.isEmpty || item.reviewers.contains(reviewer) else {
                        throw ReviewRefusal.notAssigned(reviewer, review: review)
                    }
                }
                try database.execute(
                    sql: "INSERT INTO decision (review, reviewer, verdict, reason, time) VALUES (?, ?, ?, ?, ?)",
                    arguments: [review, reviewer, verdict.rawValue, reason, "\(store.clock())"])
                let approvals = try Int.fetchOne(
                    database,
                    sql: "SELECT count(DISTINCT reviewer) FROM decision WHERE review = ? AND verdict = 'approve'",
                    arguments: [review])
                if verdict == .reject { item.state = .rejected }
                if verdict == .approve, (approvals ?? 0) >= item.requiredApprovals { item.state = .approved }
                try database.execute(
                    sql: "UPDATE review SET state = ? WHERE id = ?", arguments: [item.state.rawValue, review])
                event.details["state"] = item.state.rawValue
                return item
            }
        }

        /// Asks more persons.
        public func assign(_ review: Int, to reviewers: [String], actor: String) throws {
            let event = AuditEvent(
                actor: actor, action: "review.assign", subject: "review \(review)",
                details: ["to": reviewers.sorted().joined(separator: " ")])
            try store.change(event) { database, _ in
                _ = try Self.item(database, review)
                for reviewer in reviewers {
                    try database.execute(
                        sql: "INSERT OR IGNORE INTO assignment VALUES (?, ?)", arguments: [review, reviewer])
                }
            }
        }

        /// Marks the open reviews whose deadline has passed as escalated, once each, and opens them to `reviewers` too.
        ///
        /// - Returns: those that were escalated by this call.
        public func escalateOverdue(to reviewers: [String], actor: String) throws -> [ReviewItem] {
            let now = store.clock()
            let overdue = try list(state: .open).filter {
                $0.escalated == nil && $0.deadline.map { $0 < now } ?? false
            }
            for item in overdue {
                let event = AuditEvent(
                    actor: actor, action: "review.escalate", subject: "review \(item.id)", details: ["of": item.subject]
                )
                try store.change(event) { database, _ in
                    try database.execute(
                        sql: "UPDATE review SET escalated = ? WHERE id = ?", arguments: ["\(now)", item.id])
                    guard !item.reviewers.isEmpty else { return }
                    for reviewer in reviewers {
                        try database.execute(
                            sql: "INSERT OR IGNORE INTO assignment VALUES (?, ?)", arguments: [item.id, reviewer])
                    }
                }
            }
            return overdue
        }

        /// Reviews, the oldest first.
        public func list(state: ReviewItem.State? = nil, subject: String? = nil) throws -> [ReviewItem] {
            try store.read { database in
                try Int.fetchAll(
                    database,
                    sql: """
                        SELECT id FROM review WHERE (? IS NULL OR state = ?) AND (? IS NULL OR subject = ?) ORDER BY id
                        """,
                    arguments: [state?.rawValue, state?.rawValue, subject, subject]
                ).map { try Self.item(database, $0) }
            }
        }

        /// A review by number.
        public func item(_ review: Int) throws -> ReviewItem { try store.read { try Self.item($0, review) } }

        /// What was said in a review, the oldest first.
        public func decisions(_ review: Int) throws -> [ReviewDecision] {
            try store.read {
                try Row.fetchAll($0, sql: "SELECT * FROM decision WHERE review = ? ORDER BY id", arguments: [review])
                    .map {
                        ReviewDecision(
                            reviewer: $0["reviewer"], verdict: .init(rawValue: $0["verdict"]) ?? .comment,
                            reason: $0["reason"], time: try ModelRegistry.time($0["time"]))
                    }
            }
        }

        // MARK: In a transaction

        private static func item(_ database: Database, _ id: Int) throws -> ReviewItem {
            guard let row = try Row.fetchOne(database, sql: "SELECT * FROM review WHERE id = ?", arguments: [id]) else {
                throw GovernanceError.notFound(kind: "review", name: "\(id)")
            }
            return ReviewItem(
                id: row["id"], kind: row["kind"], subject: row["subject"], author: row["author"],
                question: row["question"], requiredApprovals: row["required"],
                state: ReviewItem.State(rawValue: row["state"]) ?? .open,
                created: try ModelRegistry.time(row["created"]),
                deadline: try (row["deadline"] as String?).map(ModelRegistry.time),
                escalated: try (row["escalated"] as String?).map(ModelRegistry.time),
                reviewers: try String.fetchAll(
                    database, sql: "SELECT reviewer FROM assignment WHERE review = ? ORDER BY reviewer", arguments: [id]
                ))
        }

        /// Who approved a subject, in reviews that were not rejected and after the last rejection.
        static func approvers(_ database: Database, subject: String) throws -> Set<String> {
            let rejection = try lastRejection(database, subject: subject) ?? 0
            return Set(
                try String.fetchAll(
                    database,
                    sql: """
                        SELECT DISTINCT reviewer FROM decision JOIN review ON decision.review = review.id
                        WHERE subject = ? AND state != 'rejected' AND verdict = 'approve' AND decision.id > ?
                        """,
                    arguments: [subject, rejection]))
        }

        static func hasOpenReview(_ database: Database, subject: String) throws -> Bool {
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM review WHERE subject = ? AND state = 'open')",
                arguments: [subject]) ?? false
        }

        /// Whether a rejection stands: no review was closed by an approval that came after it.
        static func isRejected(_ database: Database, subject: String) throws -> Bool {
            guard let rejection = try lastRejection(database, subject: subject) else { return false }
            return try Bool.fetchOne(
                database,
                sql: """
                    SELECT NOT EXISTS (SELECT 1 FROM decision JOIN review ON decision.review = review.id
                    WHERE subject = ? AND state = 'approved' AND verdict = 'approve' AND decision.id > ?)
                    """,
                arguments: [subject, rejection]) ?? true
        }

        /// The number of the last decision that rejected a subject.
        private static func lastRejection(_ database: Database, subject: String) throws -> Int? {
            try Int.fetchOne(
                database,
                sql: """
                    SELECT max(decision.id) FROM decision JOIN review ON decision.review = review.id
                    WHERE subject = ? AND verdict = 'reject'
                    """,
                arguments: [subject])
        }
    }
#endif
