/// Drops documents that are nearly the same as an earlier one: MinHash (Broder 1997) with locality-sensitive hashing,
/// with signatures equal, byte for byte, to those of datatrove 0.10.
///
/// The text is simplified and split into words; the hashes of its n-grams of words go through buckets × rows
/// permutations (a·h + b) mod (2^61 − 1), of which the smallest values are the signature. Documents that agree in all
/// rows of a bucket are joined, and the first of each set stays. Two documents whose sets of n-grams have the Jaccard
/// similarity s are joined directly with probability 1 − (1 − s^rows)^buckets: 0.92 at s = 0.8, 0.56 at 0.7, 0.003 at
/// 0.4 with the defaults. Reason: `near_duplicate`. Pure; may be called from many threads.
public struct MinHashDeduplication: CorpusStage {
    /// The family of hashes.
    public struct Configuration: Sendable, Hashable {
        /// Hash function of the n-grams.
        public enum HashFunction: Sendable, Hashable {
            /// XXH64 or XXH32.
            case xxHash
            /// The first bytes of SHA-1.
            case sha1
        }

        /// Bits of a hash.
        public enum Precision: Int, Sendable, Hashable {
            case bits32 = 32
            case bits64 = 64
        }

        /// Words of an n-gram.
        public var gramLength = 5
        /// Buckets.
        public var bucketCount = 14
        /// Hashes of a bucket.
        public var hashesPerBucket = 8
        /// Seed of the permutations (numpy's `RandomState`).
        public var seed: UInt32 = 1
        /// Hash function of the n-grams.
        public var hashFunction = HashFunction.xxHash
        /// Bits of a hash.
        public var precision = Precision.bits64
        /// What is made of a text first.
        public var simplification = TextSimplification()

        /// datatrove's defaults.
        public init() {}

        /// Bytes of a signature.
        var signatureSize: Int { bucketCount * hashesPerBucket * precision.rawValue / 8 }
    }

    /// `minhash_deduplication`.
    public var name: String { "minhash_deduplication" }
    /// The family of hashes.
    public let configuration: Configuration
    /// What finds the words of a simplified text.
    public let words: any WordSplitter
    private let permutations: MinHashPermutations

    /// Makes a stage.
    ///
    /// - Throws: ``DataError/invalidConfiguration(setting:reason:)`` when there are no n-grams, buckets or hashes, or
    ///   more than 65,536 hashes.
    public init(_ configuration: Configuration = Configuration(), words: any WordSplitter = UnicodeWords()) throws {
        let (hashes, isTooMany) = configuration.bucketCount.multipliedReportingOverflow(
            by: configuration.hashesPerBucket)
        guard configuration.gramLength > 0 else {
            throw DataError.invalidConfiguration(setting: "gramLength", reason: "must be at least 1")
        }
        guard configuration.bucketCount > 0, configuration.hashesPerBucket > 0, !isTooMany, hashes <= 65536 else {
            throw DataError.invalidConfiguration(
                setting: "bucketCount × hashesPerBucket", reason: "must be from 1 to 65536")
        }
        self.configuration = configuration
        self.words = words
        permutations = MinHashPermutations(count: hashes, seed: configuration.seed)
    }

    /// The smallest values, bucket after bucket, little-endian; empty for a document of fewer words than an n-gram.
    public func signature(of document: Document) throws -> [UInt8] {
        var copy = document.text
        let text = copy.withUTF8 { configuration.simplification.bytes(of: $0) }
        return try text.withUnsafeBufferPointer { text in
            guard text.count < Int(Int32.max) else {
                throw DataError.tooLarge(what: document.id, count: text.count, limit: Int(Int32.max) - 1)
            }
            var spans = WordSpans()
            try words.split(text, into: &spans)
            guard spans.count >= configuration.gramLength else { return [] }
            var minima = [UInt64](repeating: .max, count: permutations.count)
            forEachGram(text, spans) {
                permutations.lower(&minima, by: $0, is32Bits: configuration.precision == .bits32)
            }
            return bytes(of: minima)
        }
    }

    /// Calls `body` with the hash of each n-gram, its words joined by spaces.
    private func forEachGram(_ text: TextBytes, _ spans: WordSpans, _ body: (UInt64) -> Void) {
        var joined: [UInt8] = []
        joined.reserveCapacity(text.count + spans.count)
        var starts: [Int] = []
        starts.reserveCapacity(spans.count + 1)
        for index in 0..<spans.count {
            starts.append(joined.count)
            joined.append(contentsOf: text[spans[index]])
            joined.append(0x20)
        }
        starts.append(joined.count)
        joined.withUnsafeBufferPointer { joined in
            for index in 0...(spans.count - configuration.gramLength) {
                let end = starts[index + configuration.gramLength] - 1
                body(hash(TextBytes(rebasing: joined[starts[index]..<end])))
            }
        }
    }

    private func hash(_ gram: TextBytes) -> UInt64 {
        switch (configuration.hashFunction, configuration.precision) {
        case (.xxHash, .bits64): XXHash.hash64(gram)
        case (.xxHash, .bits32): UInt64(XXHash.hash32(gram))
        case (.sha1, .bits64): SHA1.hash64(gram)
        case (.sha1, .bits32): UInt64(SHA1.hash32(gram))
        }
    }

    private func bytes(of minima: [UInt64]) -> [UInt8] {
        let width = configuration.precision.rawValue / 8
        var result: [UInt8] = []
        result.reserveCapacity(minima.count * width)
        for value in minima {
            for byte in 0..<width { result.append(UInt8(truncatingIfNeeded: value >> UInt64(byte * 8))) }
        }
        return result
    }

    /// Every document but the first of each set of near duplicates.
    ///
    /// - Throws: ``DataError/incompatible(what:expected:found:)`` for signatures of another size.
    public func removals(signatures: [[UInt8]]) throws -> [CorpusRemoval] {
        guard signatures.count < Int(Int32.max) else {
            throw DataError.tooLarge(what: "the corpus", count: signatures.count, limit: Int(Int32.max) - 1)
        }
        for (index, signature) in signatures.enumerated()
        where !signature.isEmpty && signature.count != configuration.signatureSize {
            throw DataError.incompatible(
                what: "MinHash signature \(index)", expected: "\(configuration.signatureSize) bytes",
                found: "\(signature.count)")
        }
        var sets = UnionFind(count: signatures.count)
        let size = configuration.signatureSize / configuration.bucketCount
        for bucket in 0..<configuration.bucketCount {
            var first: [ArraySlice<UInt8>: Int32] = [:]
            first.reserveCapacity(signatures.count)
            for (index, signature) in signatures.enumerated() where !signature.isEmpty {
                let key = signature[(bucket * size)..<((bucket + 1) * size)]
                if let other = first[key] {
                    sets.join(Int(other), index)
                } else {
                    first[key] = Int32(truncatingIfNeeded: index)
                }
            }
        }
        return signatures.indices.compactMap { index in
            let root = sets.root(index)
            return root == index ? nil : CorpusRemoval(index: index, reason: "near_duplicate", duplicateOf: root)
        }
    }
}
