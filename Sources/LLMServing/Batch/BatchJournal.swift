internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The results of a job so far, one per line, in the order they came; survives the process at any moment.
///
/// The first line names the job. A line counts when it is whole: what a killed process left half written at the end is
/// cut off when the journal is opened again. One process at a time, by a lock on the file.
struct BatchJournal: ~Copyable {
    let path: String
    /// Where the result of an input line lies in the file.
    private(set) var places: [Int: Range<Int>] = [:]
    private let descriptor: Int32
    private var end = 0
    private var unsynchronized = 0

    /// Opens or makes the journal of the job `identity`.
    init(path: String, identity: String) throws {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw BatchError.file(path: path, operation: "open", code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw BatchError.busy(path: path) }
        let header = JSONWriter().string(of: .object(Self.object([("job", .string(identity))])))
        let bytes = try Self.contents(descriptor, path)
        var start = 0
        while let feed = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let value = try? JSONValue.parse(Array(bytes[start..<feed]), source: path) else { break }
            if start == 0 {
                guard value["job"]?.stringValue == identity else { throw BatchError.otherJob(path: path) }
            } else {
                guard let line = value["line"]?.integerValue, value["result"] != nil else { break }
                places[line] = start..<feed
            }
            start = feed + 1
        }
        end = start
        guard ftruncate(descriptor, off_t(end)) == 0 else {
            throw BatchError.file(path: path, operation: "shorten", code: errno)
        }
        if end == 0 { _ = try append(header) }
    }

    deinit { close(descriptor) }

    /// Keeps the result of an input line.
    mutating func add(line: Int, result: JSONValue) throws {
        guard places[line] == nil else { return }
        let object = Self.object([("line", .integer(Int64(line))), ("result", result)])
        places[line] = try append(JSONWriter().string(of: .object(object)))
        unsynchronized += 1
        if unsynchronized >= 64 {
            fsync(descriptor)
            unsynchronized = 0
        }
    }

    /// The result of an input line.
    func result(line: Int) throws -> JSONValue? {
        guard let place = places[line] else { return nil }
        var bytes = [UInt8](repeating: 0, count: place.count)
        let count = pread(descriptor, &bytes, place.count, off_t(place.lowerBound))
        guard count == place.count else { throw BatchError.file(path: path, operation: "read", code: errno) }
        return try JSONValue.parse(bytes, source: path)["result"]
    }

    /// Removes the file, once everything in it is in the output.
    consuming func remove() { unlink(path) }

    private mutating func append(_ text: String) throws -> Range<Int> {
        let bytes = Array((text + "\n").utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                pwrite(descriptor, raw.baseAddress.map { $0 + written }, raw.count - written, off_t(end + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BatchError.file(path: path, operation: "write", code: errno) }
            written += count
        }
        defer { end += written }
        return end..<(end + written - 1)
    }

    private static func contents(_ descriptor: Int32, _ path: String) throws -> [UInt8] {
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0 else { throw BatchError.file(path: path, operation: "measure", code: errno) }
        var bytes = [UInt8](repeating: 0, count: size)
        var read = 0
        while read < size {
            let count = bytes.withUnsafeMutableBytes { raw in
                pread(descriptor, raw.baseAddress.map { $0 + read }, size - read, off_t(read))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw BatchError.file(path: path, operation: "read", code: errno) }
            read += count
        }
        return bytes
    }

    static func object(_ members: [(String, JSONValue)]) -> JSONObject {
        var object = JSONObject()
        for (key, value) in members { object[key] = value }
        return object
    }
}
