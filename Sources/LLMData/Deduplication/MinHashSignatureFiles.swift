internal import LLMTensor

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// MinHash signatures in files, as datatrove 0.10 writes and reads them: `bucket_BBB/RRRRR.minhash.sig`, of each
/// document the hashes of that bucket and its number (32 bits), little-endian, sorted by their values.
///
/// Workers write one rank each; whoever decides reads them all.
public enum MinHashSignatureFiles {
    /// The content of the file of each bucket.
    ///
    /// - Throws: ``DataError/incompatible(what:expected:found:)`` for signatures of another size.
    static func buckets(
        _ signatures: [[UInt8]], _ configuration: MinHashDeduplication.Configuration
    ) throws -> [[UInt8]] {
        for signature in signatures where !signature.isEmpty && signature.count != configuration.signatureSize {
            throw DataError.incompatible(
                what: "MinHash signature", expected: "\(configuration.signatureSize) bytes", found: "\(signature.count)"
            )
        }
        let size = configuration.signatureSize / configuration.bucketCount
        let width = configuration.precision.rawValue / 8
        let present = signatures.indices.filter { !signatures[$0].isEmpty }
        return (0..<configuration.bucketCount).map { bucket in
            let range = (bucket * size)..<((bucket + 1) * size)
            let sorted = present.sorted { precedes(signatures[$0][range], signatures[$1][range], width) ?? ($0 < $1) }
            var file: [UInt8] = []
            file.reserveCapacity(sorted.count * (size + 4))
            for index in sorted {
                file += signatures[index][range]
                for shift in [0, 8, 16, 24] { file.append(UInt8(truncatingIfNeeded: index >> shift)) }
            }
            return file
        }
    }

    /// Compares numbers in order; nil when all are the same.
    private static func precedes(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>, _ width: Int) -> Bool? {
        for start in stride(from: 0, to: a.count, by: width) {
            for byte in (0..<width).reversed() {
                let (x, y) = (a[a.startIndex + start + byte], b[b.startIndex + start + byte])
                if x != y { return x < y }
            }
        }
        return nil
    }

    /// Writes the signatures of one worker's documents.
    ///
    /// - Parameter rank: Number of the worker, from 0.
    /// - Throws: ``DataError`` or a file error.
    public static func write(
        _ signatures: [[UInt8]], to folder: String, rank: Int, configuration: MinHashDeduplication.Configuration
    ) throws {
        try makeFolder(folder)
        for (bucket, content) in try buckets(signatures, configuration).enumerated() {
            let path = path(folder, bucket, rank)
            try makeFolder(folder + "/bucket_" + padded(bucket, 3))
            let writer = try AtomicFileWriter(path: path)
            try writer.write(content)
            try writer.commit()
        }
    }

    /// Reads the signatures of one worker's documents; those of documents without are empty, and documents after the
    /// last one with a signature are not there.
    ///
    /// - Throws: ``DataError/malformed(path:offset:reason:)``, or a file error.
    public static func read(
        from folder: String, rank: Int, configuration: MinHashDeduplication.Configuration
    ) throws -> [[UInt8]] {
        var signatures: [[UInt8]] = []
        let size = configuration.signatureSize / configuration.bucketCount
        for bucket in 0..<configuration.bucketCount {
            let path = path(folder, bucket, rank)
            let file = try MappedFile(path: path).withUnsafeBytes { [UInt8]($0) }
            guard file.count % (size + 4) == 0 else {
                throw DataError.malformed(
                    path: path, offset: nil,
                    reason: "\(file.count) bytes are no whole number of \(size + 4)-byte records")
            }
            for start in stride(from: 0, to: file.count, by: size + 4) {
                let number = (0..<4).reduce(0) { $0 | Int(file[start + size + $1]) << ($1 * 8) }
                guard number < 1 << 31 else {
                    throw DataError.malformed(path: path, offset: start + size, reason: "document number \(number)")
                }
                if bucket == 0 {
                    while signatures.count <= number { signatures.append([]) }
                }
                guard number < signatures.count, signatures[number].count == bucket * size else {
                    throw DataError.malformed(
                        path: path, offset: start, reason: "document \(number) is not in all buckets exactly once")
                }
                signatures[number] += file[start..<(start + size)]
            }
        }
        return signatures
    }

    private static func path(_ folder: String, _ bucket: Int, _ rank: Int) -> String {
        "\(folder)/bucket_\(padded(bucket, 3))/\(padded(rank, 5)).minhash.sig"
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o777) != 0, errno != EEXIST {
            throw DataError.system(operation: "make the folder", path: path, code: errno)
        }
    }
}
