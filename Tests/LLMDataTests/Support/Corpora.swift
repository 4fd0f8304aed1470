import LLMTensor
import Testing

@testable import LLMData

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Files of real text that Scripts/fetch-corpora brings.
enum Corpora {
    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func path(_ name: String) -> String {
        let root =
            variable("LLMOPS_CACHE")
            ?? (variable("XDG_CACHE_HOME") ?? (variable("HOME") ?? "") + "/.cache") + "/swift-llmops"
        return root + "/corpora/" + name
    }

    /// Whether tests of a file run: when it is there, and in CI always, so that a missing file fails.
    static func has(_ name: String) -> Bool { access(path(name), R_OK) == 0 || variable("CI") != nil }
}

/// Files beside the tests.
enum Goldens {
    static func path(_ name: String) -> String {
        var parts = "\(#filePath)".split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(2)
        return (parts + ["Goldens", Substring(name)]).joined(separator: "/")
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try MappedFile(path: path(name)).withUnsafeBytes { [UInt8]($0) }
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }
}

/// The lines of a file, split at "\n" only.
func linesOfFile(_ path: String) throws -> [[UInt8]] {
    try MappedFile(path: path).withUnsafeBytes { bytes in
        bytes.split(separator: 0x0A).map { [UInt8]($0) }
    }
}

extension String {
    /// The first eight hexadecimal digits of the SHA-1 of the text.
    var shortDigest: String {
        var copy = self
        let digest = copy.withUTF8 { SHA1.digest($0) }
        return digest.prefix(4).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
