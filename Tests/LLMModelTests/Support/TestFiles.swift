import Foundation
import LLMTensor

@testable import LLMModel

/// Files the tests read.
enum TestFiles {
    /// The committed golden files.
    static let goldens = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Goldens")

    /// The path of a golden file.
    static func golden(_ name: String) -> String { goldens.appending(path: name).path }

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
    static let miniLM = models.appending(path: "all-MiniLM-L6-v2").path
    static let gemma = models.appending(path: "gemma-3-270m.Q4_K_M.gguf").path

    /// Whether a test that needs real models runs: they are there, or their absence is an error (in CI).
    static func isRequired(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) || ProcessInfo.processInfo.environment["CI"] != nil
    }

    /// Whether the code under test was optimized.
    static var isOptimized: Bool {
        var isOptimized = true
        assert(
            {
                isOptimized = false
                return true
            }())
        return isOptimized
    }

    static func json(_ path: String) throws -> JSONValue {
        let url = goldens.appending(path: path)
        return try JSONValue.parse([UInt8](Data(contentsOf: url)), source: url.path)
    }
}
