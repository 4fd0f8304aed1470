import LLMTensor

/// Golden files of contamination, licences and cards.
enum GuardGolden {
    private static let here: String = #filePath

    /// The bytes of a file in Goldens.
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = here.split(separator: "/").dropLast().joined(separator: "/")
        return try MappedFile(path: "/" + folder + "/Goldens/" + name).withUnsafeBytes { Array($0) }
    }
}
