import Foundation
import LLMTensor
import Testing

@testable import LLMData

@Suite struct PreparationPipelineTests {
    /// 300 lines: short texts, repeated ones, equal ids, failing ones and lines that are no records.
    static func input() -> String {
        (0..<300).map { number in
            switch number % 10 {
            case 3: "{\"id\": \"\(number)\", \"text\": \"abc\"}"
            case 5: "{\"id\": \"same\", \"text\": \"text of number \(number)\", \"thread\": \"t\(number % 4)\"}"
            case 6: "{\"id\": \"\(number)\", \"text\": \"said again and again\", \"thread\": 5}"
            case 7: number % 20 == 7 ? "{\"id\": \"\(number)\", \"text\": \"fail" + "ing\"}" : "{\"text\": 12}"
            case 8: number % 20 == 8 ? "{\"id\": \"x\", \"text\": \"cut o" : "[1]"
            default:
                "{\"id\": \"\(number)\", \"text\": \"a text with number \(number) — é\", \"thread\": \"t\(number % 4)\"}"
            }
        }.joined(separator: "\n") + "\n"
    }

    static let recipe = """
        {"stages": [{"short": {"minimum": 4}}], "deduplicate": ["equal"], "chunk": {"records": 16},
         "split": {"parts": {"train": 8, "test": 2}, "group": "thread"}, "output": {"excluded": true}}
        """

    static func run(
        _ folder: ScratchFolder, _ out: String, threads: Int = 2, overwrites: Bool = false, recipe: String = recipe,
        progress: @escaping @Sendable (PreparationProgress) -> Void = { _ in }
    ) async throws -> PreparationResult {
        let recipe = try Recipe(ConfigurationNode.parse(recipe), registry: .standIns)
        return try await PreparationPipeline(
            recipe: recipe, sources: [try RecordLines(path: folder.file("in.jsonl"))], folder: folder.file(out),
            options: .init(threads: threads, overwrites: overwrites), progress: progress
        ).run()
    }

    /// A run that is cancelled at the first event for which `isEnough` holds.
    static func cancel(
        _ folder: ScratchFolder, _ out: String, when isEnough: @escaping @Sendable (PreparationProgress) -> Bool
    ) async {
        let box = LockedValue<Task<Void, any Error>?>(nil)
        let task = Task {
            while box.withLock({ $0 == nil }) { await Task.yield() }
            _ = try await run(folder, out) { event in
                if isEnough(event) { box.withLock { $0?.cancel() } }
            }
        }
        box.withLock { $0 = task }
        _ = try? await task.value
    }

    static func contents(_ folder: ScratchFolder, _ name: String) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for file in try Folder.names(in: folder.file(name)) { contents[file] = try folder.bytes("\(name)/\(file)") }
        return contents
    }

    static func lines(_ folder: ScratchFolder, _ name: String) throws -> [JSONValue] {
        try String(decoding: folder.bytes(name), as: UTF8.self).split(separator: "\n").map {
            try JSONValue.parse(String($0))
        }
    }

    @Test func `every record is kept, dropped with a reason, or named as malformed`() async throws {
        let folder = try ScratchFolder()
        try folder.write("in.jsonl", Self.input())
        let result = try await Self.run(folder, "out")
        let statistics = result.statistics
        #expect(statistics.records == 300)
        #expect(statistics.kept + statistics.droppedCount + statistics.malformed == 300)
        #expect(statistics.dropped == ["short": ["too_short": 30], "equal": ["equal": 29]])
        #expect(statistics.malformed == 60)
        #expect(statistics.renamed == 29)
        #expect(statistics.partDocuments.values.reduce(0, +) == statistics.kept)
        let malformed = try Self.lines(folder, "out/malformed.jsonl")
        #expect(malformed.count == 60)
        #expect(
            malformed.compactMap { $0["record"]?.integerValue }
                == (0..<300).filter { $0 % 10 == 7 || $0 % 10 == 8 })
        #expect(malformed.allSatisfy { $0["reason"]?.stringValue?.isEmpty == false })
        let excluded = try Self.lines(folder, "out/excluded.jsonl")
        #expect(excluded.count == 59)
        #expect(
            excluded.filter { $0["reason"]?.stringValue == "equal" }.allSatisfy {
                $0["duplicate_of"]?.stringValue == "6"
            })
        let train = try Self.lines(folder, "out/train.jsonl")
        let test = try Self.lines(folder, "out/test.jsonl")
        #expect(train.count + test.count == statistics.kept)
        let ids = (train + test).compactMap { $0["id"]?.stringValue }
        #expect(Set(ids).count == statistics.kept && ids.contains("same#2"))
        #expect((train + test).allSatisfy { $0["history"] == .array([.string("short")]) })
        let trained = Set(train.compactMap { $0["metadata"]?["thread"].map { JSONWriter().string(of: $0) } })
        let tested = Set(test.compactMap { $0["metadata"]?["thread"].map { JSONWriter().string(of: $0) } })
        #expect(trained.isDisjoint(with: tested))
        #expect(try Self.contents(folder, "out")[".work"] == nil)
    }

    @Test func `threads do not change a byte, and a finished folder is left alone`() async throws {
        let folder = try ScratchFolder()
        try folder.write("in.jsonl", Self.input())
        for threads in [1, 2, 5] { _ = try await Self.run(folder, "out\(threads)", threads: threads) }
        let first = try Self.contents(folder, "out1")
        #expect(
            first.keys.sorted() == [
                "excluded.jsonl", "malformed.jsonl", "manifest.json", "statistics.json", "test.jsonl", "train.jsonl",
            ])
        #expect(try Self.contents(folder, "out2") == first)
        #expect(try Self.contents(folder, "out5") == first)
        let again = try await Self.run(folder, "out1")
        #expect(again.wasFinished && again.statistics.records == 300)
        #expect(try Self.contents(folder, "out1") == first)
        // A file that went missing is made again.
        try FileManager.default.removeItem(atPath: folder.file("out1/train.jsonl"))
        _ = try await Self.run(folder, "out1")
        #expect(try Self.contents(folder, "out1") == first)
    }

    @Test func `a run that was cancelled at any step goes on and ends with the same bytes`() async throws {
        let folder = try ScratchFolder()
        try folder.write("in.jsonl", Self.input())
        _ = try await Self.run(folder, "whole")
        let whole = try Self.contents(folder, "whole")
        for (attempt, limit) in [1, 4, 12, 20, 21, 30, 45, 55].enumerated() {
            let events = LockedValue(0)
            await Self.cancel(folder, "part\(attempt)") { _ in
                events.withLock {
                    $0 += 1
                    return $0 >= limit
                }
            }
            _ = try await Self.run(folder, "part\(attempt)")
            #expect(try Self.contents(folder, "part\(attempt)") == whole)
        }
    }

    @Test func `damage to the files of a step is repaired by doing the step again`() async throws {
        let folder = try ScratchFolder()
        try folder.write("in.jsonl", Self.input())
        _ = try await Self.run(folder, "whole")
        await Self.cancel(folder, "out") { $0.step == .tokenize }
        let work = try Folder.names(in: folder.file("out/.work")).filter { $0.hasPrefix("filtered") }
        #expect(work.count == 19)
        for (index, name) in work.enumerated() {
            var bytes = try folder.bytes("out/.work/\(name)")
            if index % 3 == 0 { bytes[bytes.count / 2] ^= 1 } else if index % 3 == 1 { bytes.removeLast() }
            try folder.write("out/.work/\(name)", bytes)
        }
        _ = try await Self.run(folder, "out")
        #expect(try Self.contents(folder, "out") == Self.contents(folder, "whole"))
    }

    @Test func `another recipe or input is refused unless it may overwrite, and leaves nothing behind`() async throws {
        let folder = try ScratchFolder()
        try folder.write("in.jsonl", Self.input())
        _ = try await Self.run(folder, "out")
        try folder.write("out/mine.txt", "not of the pipeline")
        let other = Self.recipe.replacing("\"test\"", with: "\"validation\"")
        await #expect(throws: PreparationError.otherJob(folder: folder.file("out"), difference: "recipe")) {
            try await Self.run(folder, "out", recipe: other)
        }
        _ = try await Self.run(folder, "out", overwrites: true, recipe: other)
        #expect(
            try Self.contents(folder, "out").keys.sorted() == [
                "excluded.jsonl", "malformed.jsonl", "manifest.json", "mine.txt", "statistics.json", "train.jsonl",
                "validation.jsonl",
            ])
        try folder.write("in.jsonl", Self.input() + "{\"text\": \"one more text\"}\n")
        await #expect(throws: PreparationError.otherJob(folder: folder.file("out"), difference: "list of inputs")) {
            try await Self.run(folder, "out", recipe: other)
        }
        // The layout of a recipe is not part of it.
        _ = try await Self.run(folder, "out", overwrites: true, recipe: other)
        let spaced = try await Self.run(folder, "out", recipe: other.replacing(", ", with: ",\n   "))
        #expect(spaced.wasFinished)
    }

    @Test func `damaged chunk files are no chunk files`() throws {
        let folder = try ScratchFolder()
        try ChunkFile.write([("a", Array("text".utf8)), ("b", [])], to: folder.file("c"))
        let original = try folder.bytes("c")
        #expect(ChunkFile(path: folder.file("c"))?.bytes("a") == Array("text".utf8))
        #expect(ChunkFile(path: folder.file("none")) == nil)
        for place in original.indices {
            var bytes = original
            bytes[place] ^= 0x40
            try folder.write("c", bytes)
            #expect(ChunkFile(path: folder.file("c")) == nil)
            try folder.write("c", Array(original[..<place]))
            #expect(ChunkFile(path: folder.file("c")) == nil)
        }
    }
}
