internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The few operations on folders that checkpoints and exports need, with typed errors.
enum FileSystem {
    /// Makes a folder and those above it; one that is there already is fine.
    static func makeFolder(_ path: String) throws(TensorFileError) {
        if SystemCall.kind(of: path) == .directory { return }
        if let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash != path.startIndex {
            try makeFolder(String(path[..<slash]))
        }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw .system(operation: "create the folder", path: path, code: errno)
        }
    }

    /// The names in a folder, unsorted; empty when there is no such folder.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes a folder with the plain files in it.
    static func removeFolder(_ path: String) throws(TensorFileError) {
        for name in names(in: path) {
            guard unlink(path + "/" + name) == 0 || errno == ENOENT else {
                throw .system(operation: "remove", path: path + "/" + name, code: errno)
            }
        }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw .system(operation: "remove the folder", path: path, code: errno)
        }
    }

    /// Gives a finished folder its name, durably.
    static func rename(folder: String, to path: String) throws(TensorFileError) {
        synchronize(folder)
        guard renameFile(folder, path) == 0 else {
            throw .system(operation: "rename the finished folder to", path: path, code: errno)
        }
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        synchronize(slash.map { String(path[..<$0]) } ?? ".")
    }

    /// Asks for the names in a folder to be durable; file systems that cannot are left alone.
    private static func synchronize(_ folder: String) {
        let descriptor = open(folder.isEmpty ? "/" : folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func renameFile(_ old: String, _ new: String) -> Int32 {
        #if canImport(Darwin)
            Darwin.rename(old, new)
        #elseif canImport(Glibc)
            Glibc.rename(old, new)
        #else
            Musl.rename(old, new)
        #endif
    }
}
