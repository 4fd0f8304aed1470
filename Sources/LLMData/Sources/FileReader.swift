#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Reads a file piece by piece; one owner.
final class FileReader {
    let path: String
    /// What was read and not yet taken: `buffer[start..<end]`.
    private(set) var buffer: [UInt8] = []
    private(set) var start = 0
    private(set) var end = 0
    /// Offset in the file of `buffer[start]`.
    private(set) var offset = 0
    private(set) var isAtEnd = false
    private var descriptor: Int32

    /// Bytes read at once.
    static let pieceSize = 1 << 20

    init(path: String) throws {
        self.path = path
        descriptor = openFile(path)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? DataError.notFound(path: path) : DataError.system(operation: "open", path: path, code: errno)
        }
    }

    deinit { close(descriptor) }

    /// Size of a regular file; nil when there is none.
    static func size(of path: String) -> Int? {
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(information.st_size)
    }

    /// Reads another piece; false at the end of the file.
    func fill() throws -> Bool {
        if isAtEnd { return false }
        if start > 0 {
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress, end > start else { return }
                memmove(base, base + start, end - start)
            }
            end -= start
            start = 0
        }
        if buffer.count - end < Self.pieceSize {
            buffer += [UInt8](
                repeating: 0, count: max(Self.pieceSize, buffer.count) + Self.pieceSize - (buffer.count - end))
        }
        let count = buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            while true {
                let count = read(descriptor, base + end, Self.pieceSize)
                if count >= 0 || errno != EINTR { return count }
            }
        }
        guard count >= 0 else { throw DataError.system(operation: "read", path: path, code: errno) }
        isAtEnd = count == 0
        end += count
        return count > 0
    }

    /// Takes bytes off the front.
    func take(_ count: Int) {
        start += count
        offset += count
    }

    /// Everything that is left, as long as it is not more than `limit`; nil when it is more.
    func rest(limit: Int) throws -> [UInt8]? {
        while try fill() { if end - start > limit { return nil } }
        return Array(buffer[start..<end])
    }

    /// A line without its end ("\n" or "\r\n").
    enum Line {
        case bytes([UInt8], offset: Int)
        case tooLong(offset: Int, count: Int)
    }

    /// The next line; nil after the last. A longer line is read over in bounded memory.
    func nextLine(limit: Int) throws -> Line? {
        var searched = 0
        while true {
            let newline = buffer.withUnsafeBufferPointer { TextScan.find(0x0A, $0, from: start + searched, to: end) }
            if newline < end {
                let line = trimmed(newline)
                let place = offset
                take(newline + 1 - start)
                return line.count > limit
                    ? .tooLong(offset: place, count: line.count) : .bytes(Array(buffer[line]), offset: place)
            }
            searched = end - start
            if searched > limit + 1 { return try skipLine() }
            if try !fill() {
                guard end > start else { return nil }
                let line = trimmed(end)
                let place = offset
                take(end - start)
                return line.count > limit
                    ? .tooLong(offset: place, count: line.count) : .bytes(Array(buffer[line]), offset: place)
            }
        }
    }

    private func trimmed(_ end: Int) -> Range<Int> {
        start..<(end > start && buffer[end - 1] == 0x0D ? end - 1 : end)
    }

    private func skipLine() throws -> Line {
        let place = offset
        while true {
            let newline = buffer.withUnsafeBufferPointer { TextScan.find(0x0A, $0, from: start, to: end) }
            if newline < end {
                take(newline + 1 - start)
                return .tooLong(offset: place, count: offset - place - 1)
            }
            take(end - start)
            if try !fill() { return .tooLong(offset: place, count: offset - place) }
        }
    }
}

private func openFile(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
