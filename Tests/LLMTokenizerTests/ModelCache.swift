import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where `Scripts/fetch-models` puts models and vocabularies that are never committed.
enum ModelCache {
    static let root: String = {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        if let root = variable("LLMOPS_CACHE") { return root }
        let base = variable("XDG_CACHE_HOME") ?? (variable("HOME") ?? ".") + "/.cache"
        return base + "/swift-llmops"
    }()

    static func path(_ name: String) -> String { root + "/models/" + name }

    /// Whether a test that needs the file should run: it is there, or this is CI, where it has to be.
    static func has(_ name: String) -> Bool {
        access(path(name), R_OK) == 0 || getenv("CI") != nil
    }
}

/// Reads a whole file.
func readFile(_ path: String) throws -> [UInt8] {
    struct Unreadable: Error { let path: String }
    guard let file = fopen(path, "rb") else { throw Unreadable(path: path) }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return result }
        result += buffer[0..<count]
    }
}

/// The directory of goldens beside these tests.
let goldens: String = {
    var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    parts.removeLast()
    return parts.joined(separator: "/") + "/Goldens"
}()

/// A directory for files that a test makes and removes.
func temporaryDirectory() -> String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

func removeFile(_ path: String) { unlink(path) }
