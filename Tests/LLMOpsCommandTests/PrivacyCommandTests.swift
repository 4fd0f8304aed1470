import Foundation
import Testing

@Suite(.enabled(if: Command.isBuilt, "llmops was not built next to the tests"))
struct PrivacyCommandTests {
    private func write(_ text: String) throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "llmops-privacy-\(UUID().uuidString).txt")
            .path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func `Scan tells line and bytes of a finding and fails when asked to`() throws {
        let path = try write("first line\né mail ann@example.com\npassword: hunter22\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let result = try Command.run(["govern", "scan", "--input", path, "--json", "--fail-on-findings"])
        #expect(result.exitCode == 77)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let findings = try #require(object["findings"] as? [[String: Any]])
        #expect(findings.count == 1)
        #expect(findings[0]["line"] as? Int == 2)
        #expect(findings[0]["start"] as? Int == 8)
        #expect(findings[0]["end"] as? Int == 23)
        #expect(findings[0]["offset"] as? Int == 19)
        #expect(findings[0]["kind"] as? String == "EMAIL_ADDRESS")
        let secrets = try Command.run(["govern", "scan", "--input", path, "--secrets", "--text"])
        #expect(secrets.exitCode == 0)
        #expect(secrets.output.contains("PASSWORD") && secrets.output.contains("hunter22"))
        #expect(try Command.run(["govern", "scan", "--kinds", "NO_SUCH"]).exitCode == 64)
        #expect(try Command.run(["govern", "scan", "--input", "/no/such/file"]).exitCode == 66)
    }

    @Test func `Redact writes the text without personal data, and pseudonyms can be undone`() throws {
        let text = "Call 212-555-0187 or write to ann@example.com\nann@example.com again"
        let path = try write(text)
        let map = path + ".map"
        let out = path + ".out"
        defer { for path in [path, map, out] { try? FileManager.default.removeItem(atPath: path) } }
        let plain = try Command.run(["govern", "redact", "--input", path])
        #expect(plain.output == "Call <PHONE_NUMBER> or write to <EMAIL_ADDRESS>\n<EMAIL_ADDRESS> again")
        let result = try Command.run([
            "govern", "redact", "--input", path, "--operator", "pseudonymize", "--map", map, "--out", out, "--json",
        ])
        #expect(result.exitCode == 0)
        #expect(
            try String(contentsOfFile: out, encoding: .utf8)
                == "Call <PHONE_NUMBER_1> or write to <EMAIL_ADDRESS_1>\n<EMAIL_ADDRESS_1> again")
        let back = try Command.run(["govern", "redact", "--input", out, "--restore", "--map", map])
        #expect(back.output == text)
    }
}
