import LLMTensor

@testable import LLMData

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A folder that goes when the object does.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/llmops-data-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { remove(path) }

    private func remove(_ folder: String) {
        for entry in (try? FolderSource(path: folder).files) ?? [] { unlink(entry) }
        for bucket in 0..<20 { rmdir("\(folder)/bucket_0\(bucket < 10 ? "0" : "")\(bucket)") }
        rmdir(folder + "/inner")
        rmdir(folder)
    }

    /// Writes a file and gives its path.
    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        if name.hasPrefix("inner/") { mkdir(path + "/inner", 0o777) }
        let writer = try AtomicFileWriter(path: path + "/" + name)
        try writer.write(bytes)
        try writer.commit()
        return path + "/" + name
    }

    func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }
}

extension DocumentSource {
    /// All records of the source.
    func all() async throws -> [SourceRecord] {
        var result: [SourceRecord] = []
        for try await record in records() { result.append(record) }
        return result
    }
}

extension SourceRecord {
    /// The text of a document, or "!" and the reason why there is none.
    var summary: String {
        switch self {
        case .document(let document): document.text
        case .malformed(let record): "!\(record.origin.byteOffset ?? -1) \(record.reason)"
        }
    }
}

/// Numbers for tests: the same in every run.
struct TestNumbers {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
