internal import LLMTensor

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Documents from all files of a folder, each read by what its name ends in.
///
/// `.jsonl` and `.ndjson` by ``JSONLinesSource``, `.csv` and `.tsv` by ``CSVSource``, `.html`, `.htm` and `.xhtml` by
/// ``HTMLSource``, everything else by ``PlainTextSource``. Files are read in the order of their paths' bytes, whose
/// names may be limited by patterns (`*` and `?`). A file that cannot be opened comes as a malformed record. Hidden
/// files and links to folders are left out. May be used from any thread.
public struct FolderSource: DocumentSource {
    /// Which files, and how to read them.
    public struct Configuration: Sendable, Hashable {
        /// Patterns of names, of which one must fit; all files when empty.
        public var patterns: [String] = []
        /// Whether folders in the folder are read, too.
        public var isRecursive = true
        /// Whether ids hold paths as seen from the folder, so that a copy of the folder elsewhere gives the same ids, and
        /// thus the same split. Otherwise they begin with the folder's path as given; origins always do.
        public var hasRelativeIDs = false
        /// How JSON Lines are read.
        public var jsonLines = JSONLinesSource.Configuration()
        /// How comma-separated values are read (tabs between fields in `.tsv`).
        public var csv = CSVSource.Configuration()
        /// How HTML is read.
        public var html = HTMLText.Configuration()
        /// How other files are read.
        public var text = PlainTextSource.Configuration()

        /// All files.
        public init(patterns: [String] = []) { self.patterns = patterns }
    }

    /// The path.
    public let name: String
    /// Which files.
    public let configuration: Configuration
    /// The files, in the order they are read.
    public let files: [String]
    private let isFolder: Bool

    /// Lists a folder; a file is a folder of one.
    ///
    /// - Throws: ``DataError/notFound(path:)`` or ``DataError/system(operation:path:code:)``.
    public init(path: String, _ configuration: Configuration = Configuration()) throws {
        name = path
        self.configuration = configuration
        var information = stat()
        guard stat(path, &information) == 0 else {
            throw errno == ENOENT
                ? DataError.notFound(path: path) : DataError.system(operation: "examine", path: path, code: errno)
        }
        isFolder = information.st_mode & S_IFMT == S_IFDIR
        guard isFolder else {
            files = [path]
            return
        }
        var files: [String] = []
        try Self.list(path, configuration, depth: 0, into: &files)
        self.files = files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Size of all files.
    public var byteCount: Int? { files.reduce(0) { $0 + (FileReader.size(of: $1) ?? 0) } }

    /// The documents of one file after the other.
    public func records() -> SourceRecords {
        SourceRecords { Reader(files: files, folder: isFolder ? name : nil, configuration: configuration) }
    }

    private static func list(_ folder: String, _ configuration: Configuration, depth: Int, into files: inout [String])
        throws
    {
        guard let directory = opendir(folder) else {
            throw DataError.system(operation: "list", path: folder, code: errno)
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.utf8.first == UInt8(ascii: ".") { continue }
            let path = folder.utf8.last == UInt8(ascii: "/") ? folder + name : folder + "/" + name
            var information = stat()
            guard lstat(path, &information) == 0 else { continue }
            let isLink = information.st_mode & S_IFMT == S_IFLNK
            if isLink, stat(path, &information) != 0 { continue }
            switch information.st_mode & S_IFMT {
            case S_IFDIR where configuration.isRecursive && !isLink && depth < 100:
                try list(path, configuration, depth: depth + 1, into: &files)
            case S_IFREG:
                let isWanted = configuration.patterns.isEmpty || configuration.patterns.contains { fits(name, $0) }
                if isWanted { files.append(path) }
            default: break
            }
        }
    }

    /// Whether a name fits a pattern with `*` (any characters) and `?` (one byte).
    static func fits(_ name: String, _ pattern: String) -> Bool {
        let (name, pattern) = (Array(name.utf8), Array(pattern.utf8))
        var (place, step) = (0, 0)
        var star: (place: Int, step: Int)?
        while place < name.count {
            if step < pattern.count, pattern[step] == UInt8(ascii: "*") {
                star = (place, step)
                step += 1
            } else if step < pattern.count, pattern[step] == UInt8(ascii: "?") || pattern[step] == name[place] {
                place += 1
                step += 1
            } else if let last = star {
                star = (last.place + 1, last.step)
                (place, step) = (last.place + 1, last.step + 1)
            } else {
                return false
            }
        }
        return pattern[step...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    private final class Reader: RecordReader {
        let files: [String]
        let configuration: Configuration
        /// What is taken off the ids, if anything.
        let prefix: String?
        var position = 0
        var current: (any RecordReader)?

        init(files: [String], folder: String?, configuration: Configuration) {
            self.files = files
            self.configuration = configuration
            prefix =
                configuration.hasRelativeIDs
                ? folder.map { $0.utf8.last == UInt8(ascii: "/") ? $0 : $0 + "/" } : nil
        }

        func next() throws -> SourceRecord? {
            while true {
                if let record = try current?.next() { return relative(record) }
                current = nil
                guard position < files.count else { return nil }
                let path = files[position]
                position += 1
                do {
                    current = try open(path)
                } catch let error as DataError {
                    return .malformed(
                        MalformedRecord(origin: DocumentOrigin(name: path), reason: error.description))
                }
            }
        }

        private func relative(_ record: SourceRecord) -> SourceRecord {
            guard let prefix, case .document(var document) = record, document.id.utf8.starts(with: prefix.utf8) else {
                return record
            }
            document.id = String(decoding: document.id.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
            return .document(document)
        }

        private func open(_ path: String) throws -> any RecordReader {
            let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) ?? path.utf8.endIndex
            switch String(path[dot...]).lowercased() {
            case ".jsonl", ".ndjson": return try JSONLinesSource(path: path, configuration.jsonLines).records().open()
            case ".csv": return try CSVSource(path: path, configuration.csv).records().open()
            case ".tsv":
                var tabs = configuration.csv
                tabs.delimiter = "\t"
                return try CSVSource(path: path, tabs).records().open()
            case ".html", ".htm", ".xhtml": return try HTMLSource(path: path, configuration.html).records().open()
            default: return try PlainTextSource(path: path, configuration.text).records().open()
            }
        }
    }
}
