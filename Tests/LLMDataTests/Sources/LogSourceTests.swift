import LLMTensor
import Testing

@testable import LLMData

@Suite struct LogSourceTests {
    private let folder = TemporaryFolder()
    private static let pattern = #"(?<date>\d{4}-\d\d-\d\d) (?<level>[A-Z]+)(?: #(?<request>\d+))? (?<text>.*)"#

    private let lines = """
        2026-01-02 INFO #7 started\r
        2026-01-02 ERROR it broke
          at one
          at two

        no log line
        2026-01-03 INFO done
        """

    @Test func `a line gives a document, its groups attributes, and others are reported`() async throws {
        let path = try folder.file("a.log", lines)
        let records = try await LogSource(path: path, .init(pattern: Self.pattern, idGroup: "request")).all()
        #expect(
            records.map(\.summary) == [
                "started", "it broke", "!54 the line does not fit the pattern", "!63 the line does not fit the pattern",
                "!73 the line does not fit the pattern", "done",
            ])
        guard case .document(let first) = records[0], case .document(let last) = records[5] else { return }
        #expect(first.id == "7" && JSONValue.object(first.attributes) == ["date": "2026-01-02", "level": "INFO"])
        #expect(last.id == path + "#5" && last.origin == DocumentOrigin(name: path, record: 5, byteOffset: 85))
    }

    @Test func `other lines may belong to the entry before them`() async throws {
        let path = try folder.file("a.log", "in front\n" + lines)
        var configuration = LogSource.Configuration(pattern: Self.pattern, joinsOtherLines: true)
        let records = try await LogSource(path: path, configuration).all()
        #expect(
            records.map(\.summary) == [
                "!0 the line does not fit the pattern", "started", "it broke\n  at one\n  at two\n\nno log line",
                "done",
            ])
        configuration.maximumLineBytes = 27
        let short = try await LogSource(path: path, configuration).all()
        #expect(short.map(\.summary)[2] == "it broke\n  at one\n  at two\n")
        #expect(short.map(\.summary)[3] == "!82 the line does not fit the pattern")
    }

    @Test func `an expression that is none, or has no group for the text, is refused`() throws {
        #expect(throws: DataError.self) { try LogSource(path: "x", .init(pattern: "(?<text>")) }
        #expect(
            throws: DataError.invalidConfiguration(setting: "pattern", reason: "has no group (?<body>...)")
        ) { try LogSource(path: "x", .init(pattern: "(?<text>.*)", textGroup: "body")) }
    }
}
