internal import LLMTensor

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// Models in a directory: `aliases/NAME` holds the name of a version, `versions/VERSION` is its file or directory.
///
/// Moving an alias is replacing its file by a rename, so readers see the old version or the new one.
public struct DirectoryModelRepository: ModelRepository {
    /// The directory.
    public let root: String

    /// A repository over a directory.
    public init(root: String) { self.root = root }

    /// The version of an alias.
    ///
    /// - Throws: ``ServingError/unknownModel(_:)`` when alias or version are not there.
    public func resolve(_ alias: String) async throws -> ResolvedModel {
        guard Self.isName(alias), let file = try? MappedFile(path: "\(root)/aliases/\(alias)") else {
            throw ServingError.unknownModel(alias)
        }
        let version = String(decoding: file.bytes, as: UTF8.self).filter { !$0.isWhitespace }
        let path = "\(root)/versions/\(version)"
        guard Self.isName(version), access(path, R_OK) == 0 else { throw ServingError.unknownModel(version) }
        return ResolvedModel(version: version, path: path)
    }

    /// Makes an alias stand for a version.
    ///
    /// - Throws: when the version is not there or the file cannot be written.
    public func setAlias(_ alias: String, to version: String) throws {
        guard Self.isName(alias), Self.isName(version), access("\(root)/versions/\(version)", R_OK) == 0 else {
            throw ServingError.unknownModel(version)
        }
        let writer = try AtomicFileWriter(path: "\(root)/aliases/\(alias)")
        try writer.write(version + "\n")
        try writer.commit()
    }

    /// Names are path components, and never lead out of their directory.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/"))
            && !name.utf8.contains(0)
    }
}
