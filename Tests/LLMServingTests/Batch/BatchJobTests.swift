import Foundation
import LLMTensor
import Synchronization
import Testing

@testable import LLMServing

@Suite struct BatchJobTests {
    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.appending(path: "batch-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func write(_ lines: [String], to path: String) throws {
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: path))
    }

    static func lines(_ path: String) throws -> [JSONValue] {
        try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self).split(separator: "\n").map {
            try JSONValue.parse(String($0))
        }
    }

    static let echo: BatchJob.Handler = { body, _ in body }

    @Test func `every line has its answer or its error, in order`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.write(
            [
                #"{"custom_id":"a","body":{"n":1}}"#, "", "not json", #"{"custom_id":"a","body":{"n":2}}"#,
                #"{"body":{}}"#, #"{"custom_id":"c"}"#, #"{"custom_id":"d","url":"/v1/x","body":{"n":4}}"#,
                #"{"custom_id":"e","body":{"n":5}}"#,
            ], to: folder + "/in")
        let busy = Mutex(2)
        let job = BatchJob(input: folder + "/in", output: folder + "/out", identity: "echo", concurrency: 3)
        let result = try await job.run { body, url in
            if body["n"]?.integerValue == 5 { throw ServingError.failed("no luck") }
            if busy.withLock({ count in
                count -= 1
                return count >= 0
            }) {
                throw ServingError.overloaded(retryAfter: .milliseconds(1))
            }
            try await Task.sleep(for: .milliseconds(5 - (body["n"]?.integerValue ?? 0)))
            return body
        }
        #expect(result == BatchJob.Progress(lines: 7, done: 7, resumed: 0, failed: 5))
        let lines = try Self.lines(folder + "/out")
        #expect(lines.map { $0["custom_id"]?.stringValue } == ["a", nil, "a", nil, "c", "d", "e"])
        #expect(lines.map { $0["response"]?["body"]?["n"]?.integerValue } == [1, nil, nil, nil, nil, 4, nil])
        #expect(lines.map { $0["error"]?.isNull } == [true, false, false, false, false, true, false])
        #expect(lines[6]["error"]?["code"]?.stringValue == "failed")
        #expect(!FileManager.default.fileExists(atPath: folder + "/out.progress"))
    }

    @Test func `a job cut off at any byte goes on and loses or doubles nothing`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (input, output) = (folder + "/in", folder + "/out")
        try Self.write((0..<40).map { #"{"custom_id":"\#($0)","body":{"n":\#($0)}}"# }, to: input)
        let job = BatchJob(input: input, output: output, identity: "echo", concurrency: 4)
        _ = try await job.run(Self.echo)
        let whole = try Data(contentsOf: URL(filePath: output))
        try FileManager.default.removeItem(atPath: output)

        // What a killed process leaves: the journal up to some byte.
        struct Stop: Error {}
        let saved = ServingPoolTests.Box(Data())
        _ = try await job.run(
            progress: { state in
                if state.done == 30, let data = FileManager.default.contents(atPath: output + ".progress") {
                    saved.value = data
                }
            }, Self.echo)
        #expect(saved.value.count > 1000)
        for cut in stride(from: 0, through: saved.value.count, by: 97) {
            try? FileManager.default.removeItem(atPath: output)
            try saved.value.prefix(cut).write(to: URL(filePath: output + ".progress"))
            let asked = Mutex(0)
            let result = try await job.run { body, _ in
                asked.withLock { $0 += 1 }
                return body
            }
            #expect(result.resumed + asked.withLock { $0 } == 40)
            #expect(try Data(contentsOf: URL(filePath: output)) == whole, "cut at \(cut)")
        }
    }

    @Test func `the progress of another job is not taken for one's own`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (input, output) = (folder + "/in", folder + "/out")
        try Self.write([#"{"custom_id":"a","body":{}}"#, #"{"custom_id":"b","body":{}}"#], to: input)
        let job = BatchJob(input: input, output: output, identity: "one", concurrency: 1)
        let task = Task {
            try await job.run { _, _ in
                try await Task.sleep(for: .seconds(60))
                return .null
            }
        }
        try await EngineSchedulingTests.wait { FileManager.default.fileExists(atPath: output + ".progress") }
        try await Task.sleep(for: .milliseconds(50))
        await #expect(throws: BatchError.busy(path: output + ".progress")) { try await job.run(Self.echo) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        let other = BatchJob(input: input, output: output, identity: "two")
        await #expect(throws: BatchError.otherJob(path: output + ".progress")) { try await other.run(Self.echo) }
        #expect(try await job.run(Self.echo).done == 2)
    }
}
