/// Drops documents whose text is the same as that of an earlier one.
///
/// The signature is 16 bytes: SHA-1 of the text, cut off. Two different texts with the same signature are not to be
/// expected below 10^18 documents, unless someone made them on purpose. Reason: `exact_duplicate`. Pure.
public struct ExactDeduplication: CorpusStage {
    /// What counts as the same.
    public struct Configuration: Sendable, Hashable {
        /// What is made of each text before it is compared; nil compares the bytes as they are.
        public var simplification: TextSimplification?

        /// The same bytes.
        public init() {}

        /// The same text after simplification.
        public init(simplification: TextSimplification?) { self.simplification = simplification }
    }

    /// `exact_deduplication`.
    public var name: String { "exact_deduplication" }
    /// What counts as the same.
    public let configuration: Configuration

    /// Makes a stage.
    public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// 16 bytes for every document.
    public func signature(of document: Document) -> [UInt8] {
        var text = document.text
        return text.withUTF8 { bytes in
            guard let simplification = configuration.simplification else { return Array(SHA1.digest(bytes).prefix(16)) }
            return simplification.bytes(of: bytes).withUnsafeBufferPointer { Array(SHA1.digest($0).prefix(16)) }
        }
    }

    /// Every document but the first of those with the same signature.
    public func removals(signatures: [[UInt8]]) -> [CorpusRemoval] {
        var first: [[UInt8]: Int] = [:]
        first.reserveCapacity(signatures.count)
        var removals: [CorpusRemoval] = []
        for (index, signature) in signatures.enumerated() where !signature.isEmpty {
            if let original = first[signature] {
                removals.append(CorpusRemoval(index: index, reason: "exact_duplicate", duplicateOf: original))
            } else {
                first[signature] = index
            }
        }
        return removals
    }
}
