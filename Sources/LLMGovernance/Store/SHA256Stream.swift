#if Governance
    import Crypto

    /// SHA-256 of bytes and files.
    enum SHA256Stream {
        static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(Crypto.SHA256.hash(data: bytes)) }

        /// Reads a file once; each part is also handed to `part`.
        static func digest(of file: OpenFile, part: ([UInt8], Int) throws -> Void = { _, _ in }) throws -> (
            digest: [UInt8], size: Int
        ) {
            var hash = Crypto.SHA256()
            var offset = 0
            while true {
                let bytes = try file.read(at: offset, count: 1 << 20)
                if bytes.isEmpty { return (Array(hash.finalize()), offset) }
                hash.update(data: bytes)
                try part(bytes, offset)
                offset += bytes.count
            }
        }
    }
#endif
