import Foundation
import LLMTensor
import LLMTokenizer
import Testing

@testable import LLMModel

/// What a loaded model keeps in memory. Each test runs in a process of its own; Linux alone tells what is resident.
@Suite(.enabled(if: TestFiles.isOptimized && TestFiles.isLinux, "needs a release build on Linux"))
struct MemoryTests {
    /// A figure of /proc/self/status in bytes: `VmRSS` is what is resident, `VmHWM` the most that ever was.
    static func status(_ name: String) throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(name + ":") })
        return try #require(Int(line.filter(\.isNumber))) * 1024
    }

    /// Bytes of a mapping that lie in this process's page table (proc_pid_pagemap(5): bit 63 of a page's entry).
    static func mappedBytes(_ bytes: UnsafeRawBufferPointer) throws -> Int {
        let page = 4096
        let base = try #require(bytes.baseAddress)
        let first = Int(bitPattern: base) / page
        let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/pagemap"))
        try file.seek(toOffset: UInt64(first * 8))
        let entries = try #require(try file.read(upToCount: (bytes.count + page - 1) / page * 8))
        return entries.withUnsafeBytes { raw in
            raw.bindMemory(to: UInt64.self).reduce(0) { $0 + Int($1 >> 63) } * page
        }
    }

    @Test func `released pages of a file leave the process and can be read again`() async {
        await #expect(processExitsWith: .success) {
            let name = "pages-\(ProcessInfo.processInfo.processIdentifier)"
            let path = FileManager.default.temporaryDirectory.appending(path: name).path
            defer { try? FileManager.default.removeItem(atPath: path) }
            try Data((0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 4) }).write(to: URL(filePath: path))
            let file = try MappedFile(path: path)
            func sum() -> Int { file.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } } }
            let expected = sum()
            #expect(try MemoryTests.mappedBytes(file.bytes) == 1 << 20)
            file.releasePages(UnsafeRawBufferPointer(rebasing: file.bytes[5000..<9000]))
            #expect(try MemoryTests.mappedBytes(file.bytes) == 1 << 20 - 2 * 4096)
            file.releasePages()
            #expect(try MemoryTests.mappedBytes(file.bytes) == 0)
            #expect(sum() == expected)
        }
    }

    @Test(.enabled(if: TestFiles.isRequired(TestFiles.smolLM)))
    func `loading and generating takes little more memory than the file has bytes`() async {
        await #expect(processExitsWith: .success) {
            let size = try FileManager.default.attributesOfItem(atPath: TestFiles.smolLM)[.size] as? Int ?? 0
            let before = try MemoryTests.status("VmRSS")
            let model = try ModelBundle.load(path: TestFiles.smolLM)
            let file = try #require(model.decoder.tokenEmbedding.storage.file)
            // Vocabulary and template are not read from the mapping again; nothing of the weights is left in it.
            #expect(try MemoryTests.mappedBytes(file.bytes) == 0)
            // The packed form is as large as what it was made from.
            #expect(model.decoder.packedByteCount < size * 102 / 100)
            let parameters = GenerationParameters(maximumTokens: 40, ignoresEndOfGeneration: true)
            let result = try await model.generate("The capital of France is", parameters: parameters).collect()
            #expect(result.tokens.count == 40)
            let growth = try MemoryTests.status("VmHWM") - before
            #expect(growth > size * 9 / 10)
            #expect(growth < size * 5 / 4, "\(growth) of \(size)")
            // Rows of the embedding table that were read are given back now and then.
            #expect(try MemoryTests.mappedBytes(file.bytes) < 8 << 20)
        }
    }
}

extension TestFiles {
    /// Whether the system tells what is resident.
    static var isLinux: Bool {
        #if os(Linux)
            true
        #else
            false
        #endif
    }
}
