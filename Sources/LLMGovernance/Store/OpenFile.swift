import LLMTensor

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

func systemMessage(_ code: Int32) -> String { SystemCall.message(code) }

/// An open file, closed with its last reference. Calls on one object from several threads need a lock.
final class OpenFile: @unchecked Sendable {
    let path: String
    let descriptor: Int32

    enum Mode { case readOnly, readWrite, createNew }

    init(path: String, mode: Mode, permissions: UInt16 = 0o644) throws(GovernanceError) {
        self.path = path
        let flags =
            switch mode {
            case .readOnly: O_RDONLY
            case .readWrite: O_RDWR | O_CREAT
            case .createNew: O_RDWR | O_CREAT | O_EXCL
            }
        descriptor = open(path, flags | O_CLOEXEC, mode_t(permissions))
        guard descriptor >= 0 else {
            let code = errno
            throw code == ENOENT
                ? .notFound(kind: "file", name: path) : .system(operation: "open", path: path, code: code)
        }
    }

    deinit { close(descriptor) }

    func size() throws(GovernanceError) -> Int {
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw failure("look at") }
        return Int(information.st_size)
    }

    /// Bytes from `offset` on, fewer where the file ends.
    func read(at offset: Int, count: Int) throws(GovernanceError) -> [UInt8] {
        var done = 0
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while done < count {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset + done))
                if got < 0 {
                    if errno == EINTR { continue }
                    code = errno
                    break
                }
                if got == 0 { break }
                done += got
            }
            initialized = done
        }
        if code != 0 { throw .system(operation: "read", path: path, code: code) }
        return bytes
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(GovernanceError) {
        var done = 0
        while done < bytes.count {
            let put = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, off_t(offset + done))
            }
            if put < 0 {
                if errno == EINTR { continue }
                throw failure("write")
            }
            done += put
        }
    }

    func truncate(to size: Int) throws(GovernanceError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("cut") }
    }

    /// Waits until what was written is on the device.
    func synchronize() throws(GovernanceError) {
        #if canImport(Darwin)
            // fsync leaves data in the drive's cache here.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        guard fsync(descriptor) == 0 else { throw failure("flush") }
    }

    private func failure(_ operation: String) -> GovernanceError {
        .system(operation: operation, path: path, code: errno)
    }
}

/// A lock between processes: `flock` on a file made for it. Each object locks against all others, also of its process.
struct ProcessLock {
    private let file: OpenFile

    /// Waits for the lock; it is given up with the last reference, or when the process ends, however it ends.
    init(path: String, shared: Bool = false) throws(GovernanceError) {
        file = try OpenFile(path: path, mode: .readWrite)
        while flock(file.descriptor, shared ? LOCK_SH : LOCK_EX) != 0 {
            if errno == EINTR { continue }
            throw .system(operation: "lock", path: path, code: errno)
        }
    }

    static func with<Result>(_ path: String, shared: Bool = false, _ work: () throws -> Result) throws -> Result {
        let lock = try ProcessLock(path: path, shared: shared)
        return try withExtendedLifetime(lock) { try work() }
    }
}

/// What is done with files and folders by name.
enum FileSystem {
    static func makeFolder(_ path: String) throws(GovernanceError) {
        if SystemCall.kind(of: path) == .directory { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw .system(operation: "make the folder", path: path, code: errno)
        }
    }

    /// Names in a folder in the order of their bytes; names that are not UTF-8 are an error.
    static func names(in path: String) throws(GovernanceError) -> [String] {
        guard let folder = opendir(path) else {
            throw .system(operation: "list", path: path, code: errno)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name else { throw .invalid(subject: path, reason: "holds a file whose name is not UTF-8") }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Puts bytes under a name so that readers see the old content or the new one, also after a crash.
    static func replace(_ path: String, with bytes: [UInt8], permissions: UInt16 = 0o644) throws(GovernanceError) {
        let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
        do throws(GovernanceError) {
            let file = try OpenFile(path: temporary, mode: .createNew, permissions: permissions)
            try file.write(bytes, at: 0)
            try file.synchronize()
            try rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
    }

    static func rename(_ path: String, to destination: String) throws(GovernanceError) {
        #if canImport(Darwin)
            let result = Darwin.rename(path, destination)
        #elseif canImport(Glibc)
            let result = Glibc.rename(path, destination)
        #else
            let result = Musl.rename(path, destination)
        #endif
        guard result == 0 else { throw .system(operation: "rename to \(destination)", path: path, code: errno) }
    }

    static func remove(_ path: String) { unlink(path) }

    /// All of a file that should be small.
    static func read(_ path: String, limit: Int = 1 << 24) throws(GovernanceError) -> [UInt8] {
        if SystemCall.kind(of: path) == .directory {
            throw .invalid(subject: path, reason: "is a folder, expected a file")
        }
        let file = try OpenFile(path: path, mode: .readOnly)
        let bytes = try file.read(at: 0, count: min(try file.size(), limit + 1))
        guard bytes.count <= limit else {
            throw .invalid(subject: path, reason: "has more than \(limit) bytes")
        }
        return bytes
    }
}

/// Lower-case hexadecimal.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        func value(_ digit: UInt8) -> UInt8? {
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x57
            default: nil
            }
        }
        var result: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }
}
