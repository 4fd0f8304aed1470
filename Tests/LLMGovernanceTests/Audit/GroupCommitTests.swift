#if Governance
    import Dispatch
    import Foundation
    import Synchronization
    import Testing

    @testable import LLMGovernance

    struct GroupCommitTests {
        private static func event(_ name: String, length: Int = 1) -> AuditEvent {
            AuditEvent(
                actor: "user", action: "access.denied", subject: name, outcome: .refused,
                details: ["reason": String(repeating: "x", count: length)])
        }

        @Test func `Threads that append while a group is written share the next flush and get their own entries`()
            throws
        {
            let commit = GroupCommit()
            let groups = Mutex<[Int]>([])
            let gate = DispatchSemaphore(value: 0)
            let answers = Mutex<[String: String]>([:])
            let done = DispatchGroup()
            for number in 0..<20 {
                let thread = Thread {
                    let entries = try? commit.submit([Self.event("\(number)")]) { lists in
                        let isFirst = groups.withLock { groups in
                            groups.append(lists.count)
                            return groups.count == 1
                        }
                        if isFirst { gate.wait() }
                        return lists.map { list in
                            .success(list.map { AuditEntry(sequence: 0, time: UTCTime.now(), event: $0) })
                        }
                    }
                    answers.withLock { $0["\(number)"] = entries?.first?.event.subject }
                    done.leave()
                }
                done.enter()
                thread.start()
                if number == 0 { while groups.withLock({ $0.isEmpty }) { Thread.sleep(forTimeInterval: 0.001) } }
            }
            while commit.waitingCount < 19 { Thread.sleep(forTimeInterval: 0.001) }
            gate.signal()
            done.wait()
            #expect(groups.withLock { $0 } == [1, 19])
            #expect(answers.withLock { $0.allSatisfy { $0.key == $0.value } && $0.count == 20 })
        }

        @Test func `Many threads lose no entry, and one that cannot be kept takes no other with it`() throws {
            let folder = try TestFolder()
            let log = try AuditLog(directory: folder.path + "/log")
            let refused = Mutex(0)
            DispatchQueue.concurrentPerform(iterations: 16) { thread in
                for number in 0..<10 {
                    do {
                        let isTooLong = thread == 3 && number % 2 == 0
                        let name = "\(thread)/\(number)"
                        let entries = try log.append([
                            Self.event(name, length: isTooLong ? 1 << 20 : 1), Self.event(name + "b"),
                        ])
                        #expect(entries.map(\.event.subject) == [name, name + "b"])
                        #expect(entries[1].sequence == entries[0].sequence + 1)
                    } catch {
                        refused.withLock { $0 += 1 }
                    }
                }
            }
            #expect(refused.withLock { $0 } == 5)
            #expect(try log.count == 2 * (16 * 10 - 5))
            #expect(try Set(log.entries(0..<1000).map(\.event.subject)).count == 2 * (16 * 10 - 5))
            #expect(try log.verify().problems.isEmpty)
        }
    }
#endif
