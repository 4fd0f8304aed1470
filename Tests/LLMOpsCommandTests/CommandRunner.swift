import Foundation
import Testing

/// What a run of the built `llmops` left behind.
struct CommandResult {
    var exitCode: Int32
    var output: String
    var error: String

    /// The one JSON object on standard output.
    func json() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
    }
}

/// Runs the executable that was built next to the test bundle.
enum Command {
    /// Nil when the tests were built without it.
    static let executable: URL? = {
        var folders = [URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()]
        #if canImport(Darwin)
            folders += Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        #endif
        return folders.map { $0.appending(path: "llmops") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    static var isBuilt: Bool { executable != nil }

    /// A file of the model cache, or nil when it was not fetched.
    static func model(_ name: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        let cache =
            environment["LLMOPS_CACHE"]
            ?? (environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache") + "/swift-llmops"
        let path = "\(cache)/models/\(name)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// A continuous integration run must have the models; elsewhere their tests are skipped.
    static func hasModel(_ name: String) -> Bool {
        model(name) != nil || ProcessInfo.processInfo.environment["CI"] != nil
    }

    /// Runs `llmops`, or the example of this name that was built beside it.
    static func run(
        _ arguments: [String], input: String = "", example: String? = nil
    ) throws -> CommandResult {
        let folder = try TemporaryFolder()
        let process = Process()
        let program = try #require(executable)
        process.executableURL = example.map { program.deletingLastPathComponent().appending(path: $0) } ?? program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["COLUMNS": "80"]) { $1 }
        // Files and not pipes: a pipe that nobody empties would stop the program.
        process.standardInput = try FileHandle(forReadingFrom: folder.write("input", Data(input.utf8)))
        let output = try folder.write("output", Data())
        let error = try folder.write("error", Data())
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: error)
        try process.run()
        process.waitUntilExit()
        return CommandResult(
            exitCode: process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            error: try String(contentsOf: error, encoding: .utf8))
    }
}

/// A folder that is removed with the last reference to it.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "llmops-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    @discardableResult func write(_ name: String, _ data: Data) throws -> URL {
        let file = url.appending(path: name)
        try data.write(to: file)
        return file
    }
}
