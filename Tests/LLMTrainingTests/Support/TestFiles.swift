import Foundation
import LLMTensor
import Testing

/// Files the tests read and write.
enum TestFiles {
    static let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Goldens")

    static func golden(_ name: String) -> String { goldens.appending(path: name).path }

    static func json(_ name: String) throws -> JSONValue {
        try JSONValue.parse([UInt8](Data(contentsOf: goldens.appending(path: name))), source: name)
    }

    /// Where `Scripts/fetch-models` puts the real models.
    static let models: URL = {
        let environment = ProcessInfo.processInfo.environment
        if let root = environment["LLMOPS_CACHE"] { return URL(filePath: root).appending(path: "models") }
        let cache =
            environment["XDG_CACHE_HOME"].map { URL(filePath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache")
        return cache.appending(path: "swift-llmops/models")
    }()

    static let smolLM = models.appending(path: "SmolLM2-135M-Instruct.Q4_1.gguf").path

    /// Whether a test that needs real models runs: they are there, or their absence is an error (in CI).
    static func isRequired(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) || ProcessInfo.processInfo.environment["CI"] != nil
    }
}

/// A folder that is removed with the last reference to it.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "llmops-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path + "/" + name)) }

    @discardableResult func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        return path + "/" + name
    }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
