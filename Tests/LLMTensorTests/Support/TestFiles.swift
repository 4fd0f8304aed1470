import LLMTensor

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Real models that tests use when they are in the cache.
enum RealModel: String, CaseIterable, Sendable {
    case smolLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf"
    case gemma3 = "gemma-3-270m.Q4_K_M.gguf"
    case miniLM = "all-MiniLM-L6-v2/model.safetensors"

    static let root: String = {
        if let root = variable("LLMOPS_CACHE") { return root }
        if let cache = variable("XDG_CACHE_HOME") { return cache + "/swift-llmops" }
        return (variable("HOME") ?? "") + "/.cache/swift-llmops"
    }()

    var path: String { Self.root + "/models/" + rawValue }

    /// Whether a test on this model should run: it is there, or it must be (continuous integration).
    var isExpected: Bool { access(path, R_OK) == 0 || variable("CI") != nil }

    static var allExpected: Bool { allCases.allSatisfy(\.isExpected) }
}

func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
}

/// A folder that is removed when the object goes away.
final class TemporaryFolder {
    let path: String

    init() {
        let base = variable("TMPDIR") ?? "/tmp"
        path = "\(base)/llmtensor-\(UInt64.random(in: .min ... .max))"
        mkdir(path, 0o700)
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink(path + "/" + name) }
        }
        closedir(folder)
        rmdir(path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    /// Names of everything in the folder, hidden files included.
    var names: [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var result: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { result.append(name) }
        }
        return result.sorted()
    }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        let writer = try AtomicFileWriter(path: file(name))
        try writer.write(bytes)
        try writer.commit()
        return file(name)
    }
}

/// A committed golden file.
func golden(_ name: String, of source: StaticString = #filePath) throws -> [UInt8] {
    let parts = "\(source)".split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.prefix { $0 != "LLMTensorTests" }.joined(separator: "/") + "/LLMTensorTests/Goldens/"
    return try MappedFile(path: folder + name).withUnsafeBytes { [UInt8]($0) }
}
