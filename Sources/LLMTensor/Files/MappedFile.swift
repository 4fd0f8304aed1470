#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file mapped into memory, read-only.
///
/// Pages are read when touched and belong to the system's cache, so opening a model costs nothing until it is used,
/// and two processes share one copy. May be used from any thread. The file must not be truncated while it is mapped:
/// the system signals a touch past the new end, as with any mapping.
public final class MappedFile: Sendable {
    /// The file as the caller named it.
    public let path: String

    /// The whole content; valid only while this object lives, so hold on to the object while using it
    /// (``withUnsafeBytes(_:)`` does). Empty for an empty file.
    nonisolated(unsafe) public let bytes: UnsafeRawBufferPointer

    /// Maps a regular file.
    ///
    /// - Throws: ``TensorFileError/notFound(path:)``, ``TensorFileError/system(operation:path:code:)``, or
    ///   ``TensorFileError/unsupported(at:reason:)`` when `path` is no regular file.
    public init(path: String) throws(TensorFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let code = errno
            throw code == ENOENT ? .notFound(path: path) : .system(operation: "open", path: path, code: code)
        }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw .system(operation: "examine", path: path, code: errno)
        }
        guard information.st_mode & S_IFMT == S_IFREG else {
            throw .unsupported(at: FileLocation(path: path), reason: "not a regular file")
        }
        guard let size = Int(exactly: information.st_size), size >= 0 else {
            throw .unsupported(at: FileLocation(path: path), reason: "the file is larger than the address space")
        }
        self.path = path
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
            throw .system(operation: "map", path: path, code: errno)
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        if let address = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: address), bytes.count) }
    }

    /// Tells the system that this process does not need a part of the file in its memory for now.
    ///
    /// The mapping stays valid: what is touched is mapped again, from the system's cache or the file. Whole pages are
    /// released, also those the part shares with its neighbours.
    package func releasePages(_ part: UnsafeRawBufferPointer) {
        guard let base = part.baseAddress, let first = bytes.baseAddress, !part.isEmpty else { return }
        let page = sysconf(Int32(_SC_PAGESIZE))
        let start = (base - first) / page * page
        let end = min((base - first + part.count + page - 1) / page * page, bytes.count)
        let address = UnsafeMutableRawPointer(mutating: first + start)
        #if canImport(Darwin)
            // Read-only pages of a file are clean: Darwin drops them when told that the mapping may be read anew.
            posix_madvise(address, end - start, POSIX_MADV_DONTNEED)
        #else
            madvise(address, end - start, Int32(MADV_DONTNEED))
        #endif
    }

    /// The same for the whole file.
    package func releasePages() { releasePages(bytes) }

    /// Calls `body` with the whole content; the pointer is valid during the call.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(self) { try body(bytes) }
    }
}
