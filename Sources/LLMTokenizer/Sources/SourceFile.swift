import LLMTensor

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Files that tokenizers come from.
enum SourceFile {
    static func exists(_ path: String) -> Bool { access(path, R_OK) == 0 }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Runs `body` with the bytes of a file, which is mapped meanwhile.
    static func reading<R>(
        _ path: String, _ body: (UnsafeRawBufferPointer) throws(TokenizerError) -> R
    ) throws(TokenizerError) -> R {
        let file: MappedFile
        do {
            file = try MappedFile(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        defer { withExtendedLifetime(file) {} }
        return try body(file.bytes)
    }
}
