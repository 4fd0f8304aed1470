#if Governance
    import Foundation
    import LLMTensor
    import Testing

    @testable import LLMGovernance

    struct AuditTamperingTests {
        /// The file contents of a log, changed in memory and put back for each case.
        private struct Files {
            let directory: String
            static let names = ["log.jsonl", "hashes", "index", "checkpoint"]
            var contents: [String: [UInt8]] = [:]

            init(_ directory: String) throws {
                self.directory = directory
                for name in Self.names { contents[name] = try FileSystem.read("\(directory)/\(name)") }
            }

            func restore(_ name: String) throws { try write(name, contents[name] ?? []) }

            func write(_ name: String, _ bytes: [UInt8]) throws {
                try Data(bytes).write(to: URL(filePath: "\(directory)/\(name)"))
            }
        }

        private static func event(_ number: Int) -> AuditEvent {
            AuditEvent(
                actor: "user\(number % 7)", action: "registry.tag", subject: "model/\(number)",
                details: ["note": "n\u{F6}te \(number)", "value": "\(number * 31 % 101)"])
        }

        /// 10,000 in an optimized build (seconds), 500 in one for debugging.
        private static let rounds: Int = {
            var isDebug = false
            assert(
                {
                    isDebug = true
                    return true
                }())
            return isDebug ? 500 : 10_000
        }()

        @Test func `Each of 10,000 random tamperings is detected`() throws {
            let folder = try TestFolder()
            let log = try AuditLog(directory: folder.path, clock: { UTCTime(secondsSince1970: 1_800_000_000) })
            try log.append((0..<20).map(Self.event))
            let early = try log.checkpoint()
            try log.append((20..<40).map(Self.event))
            let outside = try log.checkpoint()
            #expect(try log.verify(against: [early, outside]).isIntact)

            let files = try Files(folder.path)
            let lines = (files.contents["log.jsonl"] ?? []).split(separator: 0x0A).map(Array.init)
            let foreign = AuditSigningKey()
            var random = CounterGenerator(seed: 20_261_123)
            var missed: [String] = []
            for round in 0..<Self.rounds {
                var changed = ["log.jsonl"]
                var what = ""
                func join(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [0x0A] } }
                func put(_ lines: [[UInt8]]) throws { try files.write("log.jsonl", join(lines)) }
                let place = Int.random(in: 0..<lines.count, using: &random)
                switch round % 10 {
                case 0...2:
                    let name = Files.names[Int.random(in: 0..<4, using: &random)]
                    var bytes = files.contents[name] ?? []
                    let bit = Int.random(in: 0..<(bytes.count * 8), using: &random)
                    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
                    (changed, what) = ([name], "bit \(bit) of \(name)")
                    try files.write(name, bytes)
                case 3:
                    var some = lines
                    some.remove(at: place)
                    what = "delete \(place)"
                    try put(some)
                case 4:
                    var some = lines
                    let other = (place + Int.random(in: 1..<lines.count, using: &random)) % lines.count
                    some.swapAt(place, other)
                    what = "swap \(place) \(other)"
                    try put(some)
                case 5:
                    var some = lines
                    some.insert(lines[Int.random(in: 0..<lines.count, using: &random)], at: place)
                    what = "duplicate at \(place)"
                    try put(some)
                case 6:
                    var some = lines
                    some.insert(
                        try AuditEntry(sequence: place, time: .now(), event: Self.event(round)).canonicalBytes(),
                        at: Int.random(in: 0...lines.count, using: &random))
                    what = "insert at \(place)"
                    try put(some)
                case 7:
                    let bytes = files.contents["log.jsonl"] ?? []
                    let cut = Int.random(in: 0..<bytes.count, using: &random)
                    what = "cut to \(cut) bytes"
                    try files.write("log.jsonl", Array(bytes.prefix(cut)))
                case 8:
                    // A whole log that is right in itself and signed by the right key, but shorter or another.
                    (changed, what) = (Files.names, "rewritten with another entry \(place)")
                    try FileManager.default.createDirectory(
                        atPath: folder.path + "/other", withIntermediateDirectories: true)
                    let other = try AuditLog(
                        directory: folder.path + "/other", key: AuditSigningKey(path: folder.path + "/checkpoint.key"))
                    var events = (0..<40).map(Self.event)
                    if round % 20 == 8 { events.removeLast(1 + place % 39) } else { events[place].actor = "mallory" }
                    try other.append(events)
                    for name in Files.names {
                        try files.write(name, try FileSystem.read("\(folder.path)/other/\(name)"))
                    }
                    try FileManager.default.removeItem(atPath: folder.path + "/other")
                default:
                    changed = ["checkpoint"]
                    let size = round % 20 == 9 ? 40 : Int.random(in: 0..<40, using: &random)
                    what = "checkpoint of \(size) by another key"
                    let root = try log.root(size: size)
                    let checkpoint = try Checkpoint(origin: log.origin, size: size, root: root, key: foreign)
                    try files.write("checkpoint", Array(checkpoint.text.utf8))
                }
                let result = try AuditLog.verify(
                    directory: folder.path, publicKey: log.publicKey, against: [early, outside])
                if result.isIntact, result.unacknowledgedBytes == 0 { missed.append(what) }
                for name in changed { try files.restore(name) }
            }
            #expect(missed.isEmpty, "\(missed.prefix(10))")
            #expect(try log.verify(against: [early, outside]).isIntact)
        }

        @Test func `Verification names the entry that was changed`() throws {
            let folder = try TestFolder()
            let log = try AuditLog(directory: folder.path)
            try log.append((0..<9).map(Self.event))
            let file = "\(folder.path)/log.jsonl"
            let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
            try Data(text.replacingOccurrences(of: "model/5", with: "model/6").utf8).write(to: URL(filePath: file))
            let result = try log.verify()
            #expect(result.problems.first?.entry == 5)
            #expect(!result.isIntact)
        }

        @Test func `What a dead process left is cut, kept and written down`() throws {
            let folder = try TestFolder()
            let log = try AuditLog(directory: folder.path)
            try log.append((0..<3).map(Self.event))
            let file = "\(folder.path)/log.jsonl"
            let whole = try FileSystem.read(file)
            try Data(whole + Array("{\"action\":\"torn".utf8)).write(to: URL(filePath: file))
            #expect(try log.verify().isIntact)
            #expect(try log.verify().unacknowledgedBytes == 15)
            #expect(try log.append([Self.event(3)]).map(\.sequence) == [4])
            let entries = try log.entries(0..<10)
            #expect(entries.map(\.event.action).suffix(2) == ["audit.recovered", "registry.tag"])
            #expect(try FileSystem.read("\(folder.path)/unacknowledged-3") == Array("{\"action\":\"torn".utf8))
            #expect(try log.verify().isIntact)
            // Hashes and index are made anew after a power cut took them.
            try Data().write(to: URL(filePath: "\(folder.path)/hashes"))
            try Data().write(to: URL(filePath: "\(folder.path)/index"))
            try AuditLog(directory: folder.path).record(Self.event(4))
            #expect(try log.verify().isIntact)
        }

        @Test func `Bad files give errors that name them`() throws {
            let folder = try TestFolder()
            let log = try AuditLog(directory: folder.path)
            try log.append((0..<3).map(Self.event))
            let files = try Files(folder.path)
            try files.write("log.jsonl", [0xFF, 0xFE, 0x0A] + [UInt8](repeating: 0x61, count: 3 << 20))
            let result = try log.verify()
            #expect(result.problems.contains { $0.reason.contains("UTF-8") })
            #expect(result.problems.contains { $0.reason.contains("longer") || $0.reason.contains("middle") })
            try files.restore("log.jsonl")
            try files.write("checkpoint.key", Array("secret".utf8))
            #expect(throws: GovernanceError.self) { try AuditLog(directory: folder.path) }
            let stranger = AuditSigningKey()
            #expect(throws: GovernanceError.self) {
                try AuditLog(directory: folder.path, key: stranger).record(Self.event(9))
            }
            #expect(throws: GovernanceError.self) {
                try log.record(
                    AuditEvent(actor: "a", action: "b", subject: String(repeating: "x", count: 1 << 20)))
            }
            try log.record(Self.event(3))
            #expect(try log.verify().isIntact)
        }
    }
#endif
