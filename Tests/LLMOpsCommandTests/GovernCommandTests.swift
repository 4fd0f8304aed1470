import Foundation
import Testing

/// Refusals, many processes at once, and sudden deaths, with the built program.
@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct GovernCommandTests {
    private let folder: TemporaryFolder
    private var store: String { folder.url.appending(path: "store").path }

    init() throws { folder = try TemporaryFolder() }

    private func govern(_ arguments: String...) throws -> CommandResult {
        try Command.run(["govern"] + arguments + ["--store", store])
    }

    private func key(_ principal: String, _ more: String...) throws -> String {
        let result = try Command.run(["govern", "access", "key", principal, "--json", "--store", store] + more)
        #expect(result.exitCode == 0, "\(result.error)")
        return try #require(try result.json()["key"] as? String)
    }

    /// Refusals in the log, read as a file: asking for it would take a key.
    private func refusals() throws -> Int {
        let log = URL(filePath: store).appending(path: "audit")
        return try FileManager.default.contentsOfDirectory(at: log, includingPropertiesForKeys: nil).reduce(0) {
            let text = String(decoding: try Data(contentsOf: $1), as: UTF8.self)
            return $0 + text.components(separatedBy: #""outcome":"refused""#).count - 1
        }
    }

    @Test func `wrong role, expired and revoked keys, unapproved promotion and changed bytes are refused with 77`()
        throws
    {
        let file = try folder.write("model.bin", Data(repeating: 7, count: 5000)).path
        #expect(try govern("registry", "add", "m", file, "--actor", "eve").exitCode == 0)
        // A first key that could not make others would lock everybody out.
        #expect(try govern("access", "grant", "guest", "viewer", "--actor", "setup").exitCode == 0)
        #expect(try govern("access", "key", "guest", "--actor", "setup").exitCode == 65)
        #expect(try govern("access", "grant", "root", "admin", "--actor", "setup").exitCode == 0)
        let root = try key("root")
        let guest = try key("guest", "--key", root)
        let expired = try key("guest", "--expires", "2020-01-01", "--key", root)
        var expected = try refusals()
        func isRefused(_ arguments: String...) throws {
            let result = try Command.run(["govern"] + arguments + ["--store", store])
            #expect(result.exitCode == 77, "\(arguments): \(result.error)")
            expected += 1
            #expect(try refusals() == expected, "\(arguments) left no entry")
        }
        try isRefused("registry", "promote", "m/1", "champion", "--key", guest)
        try isRefused("registry", "promote", "m/1", "champion", "--key", expired)
        try isRefused("registry", "promote", "m/1", "champion", "--key", "llmops_000000000000_00")
        let rules = try folder.write("rules.yaml", Data("rules:\n  - reviews: 1\n".utf8)).path
        let policy = try govern("registry", "policy", "m", "champion", "--rules", rules, "--key", root)
        #expect(policy.exitCode == 0, "\(policy.error)")
        try isRefused("registry", "promote", "m/1", "champion", "--key", root)
        let verified = try govern("registry", "verify", "--json", "--key", root)
        #expect(verified.exitCode == 0, "\(verified.output)\(verified.error)")
        // One bit of a stored file.
        let blobs = URL(filePath: store).appending(path: "blobs")
        let paths = FileManager.default.enumerator(at: blobs, includingPropertiesForKeys: [.isRegularFileKey])
        let blob = try #require(
            paths?.compactMap { $0 as? URL }.first { (try? Data(contentsOf: $0))?.count == 5000 })
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: blob.path)
        var bytes = try Data(contentsOf: blob)
        bytes[2500] ^= 1
        try bytes.write(to: blob)
        try isRefused("registry", "verify", "--json", "--key", root)
        // An alias without rules.
        try isRefused("registry", "promote", "m/1", "live", "--key", root)
    }

    @Test func `a licence conflict is refused with 77 and an entry, and stands in the way of a promotion`() throws {
        let file = try folder.write("model.bin", Data(repeating: 7, count: 500)).path
        #expect(try govern("registry", "add", "m", file, "--actor", "eve").exitCode == 0)
        let rules = try folder.write("rules.yaml", Data("rules:\n  - evidence: licence\n".utf8)).path
        #expect(try govern("registry", "policy", "m", "champion", "--rules", rules, "--actor", "a").exitCode == 0)
        func check(_ dataset: String) throws -> Int32 {
            try govern("licence", "--base", "Apache-2.0", "--dataset", dataset, "--attach", "m/1", "--actor", "a")
                .exitCode
        }
        #expect(try check("CC-BY-NC-4.0") == 77)
        #expect(try refusals() == 1)
        #expect(try govern("registry", "promote", "m/1", "champion", "--actor", "b").exitCode == 77)
        #expect(try refusals() == 2)
        #expect(try check("CC0-1.0") == 0)
        #expect(try govern("registry", "promote", "m/1", "champion", "--actor", "b").exitCode == 0)
        #expect(try refusals() == 2)
    }

    @Test func `eight processes move an alias, and no move is lost`() async throws {
        for index in 0..<2 {
            let file = try folder.write("model\(index).bin", Data(repeating: UInt8(index), count: 100)).path
            #expect(try govern("registry", "add", "m", file, "--actor", "a").exitCode == 0)
        }
        #expect(try govern("registry", "alias", "m", "live", "1", "--actor", "a").exitCode == 0)
        let (store, moves) = (store, 12)
        // Every process moves the alias to the other version than it saw, until it has won so often.
        let processes = try (0..<8).map { number in
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            let program = try #require(Command.executable).path
            process.arguments = [
                "-c",
                """
                won=0
                while [ $won -lt \(moves) ]; do
                  for pair in "1 2" "2 1"; do
                    set -- $pair
                    "\(program)" govern registry alias m live $2 --expected $1 --actor p\(number) --store "\(store)" \
                      >/dev/null 2>&1 && won=$((won + 1))
                    [ $won -lt \(moves) ] || break
                  done
                done
                """,
            ]
            try process.run()
            return process
        }
        for process in processes { process.waitUntilExit() }
        let log = try govern("audit", "show", "--json", "--last", "10000").output
        let done = log.components(separatedBy: #""registry.alias""#).count - 1
        #expect(done >= 8 * moves + 1)
        let verified = try govern("registry", "verify", "--json")
        #expect(verified.exitCode == 0, "\(verified.output)\(verified.error)")
        #expect(try govern("audit", "verify", "--json").exitCode == 0)
    }

    @Test func `a store whose writers were killed at any moment verifies`() throws {
        let file = try folder.write("model.bin", Data(repeating: 1, count: 2_000_000)).path
        #expect(try govern("registry", "add", "m", file, "--actor", "a").exitCode == 0)
        let program = try #require(Command.executable)
        for round in 0..<25 {
            let process = Process()
            process.executableURL = program
            let content = try folder.write("other.bin", Data(repeating: UInt8(round), count: 2_000_000)).path
            process.arguments =
                round % 2 == 0
                ? ["govern", "registry", "add", "m", content, "--actor", "a", "--store", store]
                : ["govern", "registry", "promote", "m/1", "live", "--actor", "a", "--store", store]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            usleep(UInt32(1000 + round * 1700 % 40_000))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let verified = try govern("registry", "verify", "--json")
        #expect(verified.exitCode == 0, "\(verified.output)\(verified.error)")
        let log = try govern("audit", "verify", "--json")
        #expect(log.exitCode == 0, "\(log.output)\(log.error)")
        #expect(try govern("registry", "add", "m", file, "--actor", "a").exitCode == 0)
    }
}
