package import LLMTensor

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The few things that are done with folders.
package enum Folder {
    /// The names in a folder in the order of their bytes, `.` and `..` left out.
    package static func names(in path: String) throws(TensorFileError) -> [String] {
        guard let folder = opendir(path) else {
            let code = errno
            throw code == ENOENT ? .notFound(path: path) : .system(operation: "list", path: path, code: code)
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes a folder and those above it, unless they are there.
    package static func make(_ path: String) throws(TensorFileError) {
        if SystemCall.kind(of: path) == .directory { return }
        if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try make(String(path[..<slash])) }
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw .system(operation: "make the folder", path: path, code: errno)
        }
    }

    /// Removes a file, or a folder with all it holds, if it is there. Symbolic links are removed and not followed.
    package static func remove(_ path: String) throws(TensorFileError) {
        if unlink(path) == 0 || errno == ENOENT { return }
        let code = errno
        guard code == EISDIR || code == EPERM else { throw .system(operation: "remove", path: path, code: code) }
        for name in try names(in: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw .system(operation: "remove", path: path, code: errno)
        }
    }

    /// Gives a file another name in the same file system, in place of what has it.
    package static func move(_ path: String, to destination: String) throws(TensorFileError) {
        guard rename(path, destination) == 0 else {
            throw .system(operation: "rename to \(destination)", path: path, code: errno)
        }
    }
}
