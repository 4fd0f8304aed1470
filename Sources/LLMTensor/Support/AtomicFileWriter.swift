#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes a file so that readers see either the old content or all of the new one.
///
/// Bytes go to a hidden file beside the destination; ``commit()`` flushes it to the device and renames it. An object
/// that is dropped before ``commit()`` removes its temporary file. A destination that is a pipe or a device is written
/// directly. One owner at a time; not thread-safe.
package final class AtomicFileWriter {
    /// The destination as the caller named it.
    package let path: String
    /// Bytes written so far.
    package private(set) var position = 0

    private let destination: String
    private let temporary: String?
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 18

    /// Opens the temporary file.
    package init(path: String) throws(TensorFileError) {
        self.path = path
        let kind = SystemCall.kind(of: path)
        if kind == .directory {
            throw .system(operation: "write", path: path, code: EISDIR)
        }
        destination = SystemCall.resolved(path) ?? path
        if kind == .other {
            temporary = nil
            descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .system(operation: "open", path: path, code: errno) }
        } else {
            let (folder, name) = Self.split(destination)
            let unique = String(UInt64.random(in: .min ... .max), radix: 36)
            let hidden = "\(folder).\(name.prefix(100)).\(unique).tmp"
            temporary = hidden
            descriptor = open(hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw .system(operation: "create", path: path, code: errno) }
        }
        buffer.reserveCapacity(Self.bufferSize)
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if let temporary { unlink(temporary) }
    }

    /// Appends bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(TensorFileError) {
        if let code = append(bytes) { throw .system(operation: "write", path: path, code: code) }
    }

    /// Appends bytes.
    package func write(_ bytes: [UInt8]) throws(TensorFileError) {
        if let code = bytes.withUnsafeBytes({ append($0) }) {
            throw .system(operation: "write", path: path, code: code)
        }
    }

    /// Appends the UTF-8 bytes of a string.
    package func write(_ text: String) throws(TensorFileError) {
        try write([UInt8](text.utf8))
    }

    /// Appends zero bytes until `position` is a multiple of `alignment`.
    package func pad(to alignment: Int, with byte: UInt8 = 0) throws(TensorFileError) {
        let remainder = position % alignment
        if remainder != 0 { try write([UInt8](repeating: byte, count: alignment - remainder)) }
    }

    /// Makes the new content visible under the destination's name. Nothing may be written afterwards.
    package func commit() throws(TensorFileError) {
        if let code = flushBuffer() { throw .system(operation: "write", path: path, code: code) }
        if let temporary {
            guard fsync(descriptor) == 0 else { throw .system(operation: "flush", path: path, code: errno) }
            let closed = close(descriptor)
            descriptor = -1
            guard closed == 0, rename(temporary, destination) == 0 else {
                let code = errno
                unlink(temporary)
                throw .system(operation: "rename the finished file to", path: path, code: code)
            }
            Self.synchronizeFolder(of: destination)
        } else {
            close(descriptor)
            descriptor = -1
        }
    }

    /// Buffers small writes. Returns an `errno`, or nil.
    private func append(_ bytes: UnsafeRawBufferPointer) -> Int32? {
        if buffer.count + bytes.count > Self.bufferSize, let code = flushBuffer() { return code }
        if bytes.count >= Self.bufferSize {
            if let code = SystemCall.writeAll(descriptor, bytes) { return code }
        } else {
            buffer.append(contentsOf: bytes)
        }
        position += bytes.count
        return nil
    }

    private func flushBuffer() -> Int32? {
        let code = buffer.withUnsafeBytes { SystemCall.writeAll(descriptor, $0) }
        buffer.removeAll(keepingCapacity: true)
        return code
    }

    /// Folder with its trailing slash ("" for the working directory), and the last component.
    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", path) }
        return (String(path[...slash]), String(path[path.utf8.index(after: slash)...]))
    }

    /// Asks for the rename itself to be durable; file systems that cannot are left alone.
    private static func synchronizeFolder(of path: String) {
        let folder = split(path).folder
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
