#if Governance
    import Dispatch
    internal import Synchronization

    /// Lets threads that want to append at the same time share one flush to the device.
    ///
    /// The first of them commits for all that have come by then, and hands over to the next that waits: while one group
    /// is being flushed the next one gathers. Nobody is answered before their own entries are safe.
    final class GroupCommit: Sendable {
        /// Largest group, so that a lock between processes is not held for long.
        private static let limit = 256

        private final class Ticket: Sendable {
            let events: [AuditEvent]
            let turn = DispatchSemaphore(value: 0)
            private let outcome = Mutex<Result<[AuditEntry], any Error>?>(nil)

            init(_ events: [AuditEvent]) { self.events = events }

            var result: Result<[AuditEntry], any Error>? {
                get { outcome.withLock { $0 } }
                set { outcome.withLock { $0 = newValue } }
            }
        }

        private struct Line {
            var waiting: [Ticket] = []
            var isCommitting = false
        }

        private let line = Mutex(Line())

        /// Threads that wait for their turn or their group.
        var waitingCount: Int { line.withLock { $0.waiting.count } }

        /// Commits events, alone or together with others'; returns when that is done.
        ///
        /// - Parameter commit: One result for each list of events, in order.
        func submit(
            _ events: [AuditEvent], _ commit: ([[AuditEvent]]) -> [Result<[AuditEntry], any Error>]
        ) throws -> [AuditEntry] {
            let ticket = Ticket(events)
            let mustWait = line.withLock { line in
                line.waiting.append(ticket)
                defer { line.isCommitting = true }
                return line.isCommitting
            }
            if mustWait { ticket.turn.wait() }
            if let result = ticket.result { return try result.get() }

            // The first in line is this one: it found nobody before it, or was handed the turn.
            let group = line.withLock { line in
                let group = Array(line.waiting.prefix(Self.limit))
                line.waiting.removeFirst(group.count)
                return group
            }
            let results = commit(group.map(\.events))
            for (ticket, result) in zip(group, results) { ticket.result = result }
            let next = line.withLock { line in
                line.isCommitting = !line.waiting.isEmpty
                return line.waiting.first
            }
            for other in group where other !== ticket { other.turn.signal() }
            next?.turn.signal()
            guard let result = ticket.result else { return [] }
            return try result.get()
        }
    }
#endif
