#if Governance
    import LLMTensor

    /// The files of a model by path; its digest names the version's content.
    public struct ModelManifest: Sendable, Hashable {
        /// In the order of their paths' bytes.
        public private(set) var files: [ManifestFile]

        /// A manifest.
        public init(_ files: [ManifestFile]) {
            self.files = files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        }

        /// SHA-256 over the canonical JSON of the files, in hexadecimal.
        public func digest() throws(GovernanceError) -> String {
            var list: [JSONValue] = []
            for file in files {
                var object = JSONObject()
                object["path"] = .string(file.path)
                object["sha256"] = .string(file.sha256)
                object["size"] = .integer(Int64(file.size))
                list.append(.object(object))
            }
            var object = JSONObject()
            object["files"] = .array(list)
            return Hexadecimal.text(SHA256Stream.digest(try CanonicalJSON.bytes(of: .object(object))))
        }
    }
#endif
