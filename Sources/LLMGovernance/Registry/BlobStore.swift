#if Governance
    import LLMTensor

    #if canImport(Darwin)
        import Darwin
    #elseif canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// Files by the SHA-256 of their bytes: `blobs/ab/ab12...`, read-only.
    struct BlobStore {
        let directory: String

        func path(_ sha256: String) -> String { "\(directory)/\(sha256.prefix(2))/\(sha256)" }

        /// Copies the files of a model; a folder is walked, links to files are followed.
        func add(modelAt path: String) throws -> ModelManifest {
            switch SystemCall.kind(of: path) {
            case nil: throw GovernanceError.notFound(kind: "file", name: path)
            case .regular:
                let name = path.split(separator: "/").last.map(String.init) ?? path
                return ModelManifest([try add(path, as: name)])
            case .other: throw GovernanceError.invalid(subject: path, reason: "is no file and no folder")
            case .directory: break
            }
            var files: [ManifestFile] = []
            try walk(path, prefix: "", depth: 0, into: &files)
            guard !files.isEmpty else { throw GovernanceError.invalid(subject: path, reason: "holds no files") }
            return ModelManifest(files)
        }

        private func walk(_ path: String, prefix: String, depth: Int, into files: inout [ManifestFile]) throws {
            guard depth < 32, files.count < 100_000 else {
                throw GovernanceError.invalid(subject: path, reason: "is nested too deeply or has too many files")
            }
            for name in try FileSystem.names(in: path) {
                try Task.checkCancellation()
                let child = "\(path)/\(name)"
                switch SystemCall.kind(of: child) {
                case .directory: try walk(child, prefix: prefix + name + "/", depth: depth + 1, into: &files)
                case .regular: files.append(try add(child, as: prefix + name))
                case .other, nil:
                    throw GovernanceError.invalid(subject: child, reason: "is no file and no folder")
                }
            }
        }

        /// Copies a file under a temporary name while it is hashed, then gives it the name of its hash.
        private func add(_ path: String, as name: String) throws -> ManifestFile {
            let source = try OpenFile(path: path, mode: .readOnly)
            let temporary = "\(directory)/incoming-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            defer { unlink(temporary) }
            let target = try OpenFile(path: temporary, mode: .createNew, permissions: 0o444)
            let (digest, size) = try SHA256Stream.digest(of: source) { bytes, offset in
                try target.write(bytes, at: offset)
            }
            let sha256 = Hexadecimal.text(digest)
            let destination = self.path(sha256)
            // One of the same size may have been changed since; what is there is only kept when it is right.
            if (try? check(ManifestFile(path: name, sha256: sha256, size: size))) != nil {
                return ManifestFile(path: name, sha256: sha256, size: size)
            }
            try target.synchronize()
            try FileSystem.makeFolder("\(directory)/\(sha256.prefix(2))")
            try FileSystem.rename(temporary, to: destination)
            return ManifestFile(path: name, sha256: sha256, size: size)
        }

        /// Reads a blob and compares it with what it should be.
        func check(_ file: ManifestFile) throws {
            let path = self.path(file.sha256)
            let blob: OpenFile
            do {
                blob = try OpenFile(path: path, mode: .readOnly)
            } catch GovernanceError.notFound {
                throw GovernanceError.corrupt(path: path, place: file.path, reason: "the blob is missing")
            }
            guard try blob.size() == file.size else {
                throw GovernanceError.corrupt(
                    path: path, place: file.path, reason: "has \(try blob.size()) bytes, expected \(file.size)")
            }
            guard Hexadecimal.text(try SHA256Stream.digest(of: blob).digest) == file.sha256 else {
                throw GovernanceError.corrupt(path: path, place: file.path, reason: "its bytes were changed")
            }
        }

        private static func isSameFile(_ first: String, _ second: String) -> Bool {
            var (one, other) = (stat(), stat())
            return lstat(first, &one) == 0 && lstat(second, &other) == 0 && one.st_ino == other.st_ino
                && one.st_dev == other.st_dev
        }

        /// Puts the files of a manifest under their names in a folder, as links to the blobs where the system can.
        func lay(_ manifest: ModelManifest, in folder: String) throws {
            for file in manifest.files {
                let path = "\(folder)/\(file.path)"
                if let slash = path.lastIndex(of: "/") { try FileSystem.makeFolder(String(path[..<slash])) }
                if Self.isSameFile(path, self.path(file.sha256)) { continue }
                // Something else that lies there was not put there by a registry.
                unlink(path)
                guard link(self.path(file.sha256), path) == 0 || errno == EEXIST else {
                    throw GovernanceError.system(operation: "link", path: path, code: errno)
                }
            }
        }
    }
#endif
