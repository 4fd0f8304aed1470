internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A file that grows while others may read it: each write is one call of the system at the end of the file.
final class AppendingFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file, or makes it and the folders above it.
    init(path: String) throws(TensorFileError) {
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
            try FileSystem.makeFolder(String(path[..<slash]))
        }
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .system(operation: "open", path: path, code: errno) }
        self.path = path
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(TensorFileError) {
        let code = bytes.withUnsafeBytes { bytes -> Int32? in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = write(descriptor, part.baseAddress, part.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(count)
            }
            return nil
        }
        if let code { throw .system(operation: "write", path: path, code: code) }
    }
}

/// The time of day.
enum WallClock {
    /// Seconds since 1970.
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
