/// Whether a model, given what stood before a secret, writes the secret: extraction by greedy decoding.
///
/// A secret that greedy decoding does not give may still come out by sampling: see
/// ``CanaryExposure/Entry/queries(probability:)``.
public struct ExtractionTest: Sendable {
    /// One canary's result.
    public struct Entry: Sendable, Hashable {
        /// The canary.
        public var canary: Canary
        /// What the model wrote.
        public var continuation: String
        /// Whether that begins with the secret, white space at the start aside.
        public var isExtracted: Bool
    }

    /// One entry per canary.
    public let entries: [Entry]

    /// Asks a model.
    ///
    /// - Parameter complete: The model: its greedy continuation of a prefix, at least as many UTF-8 bytes as asked for
    ///   unless it ends before.
    /// - Throws: What the model throws.
    public init(
        canaries: [Canary], complete: (_ prefix: String, _ byteCount: Int) throws -> String
    ) rethrows {
        entries = try canaries.map { canary in
            let text = try complete(canary.prefix, canary.secret.utf8.count + 1)
            func trimmed(_ text: String) -> Substring.UTF8View.SubSequence {
                Substring(text).utf8.drop(while: { $0 == 0x20 || (9...13).contains($0) })
            }
            return Entry(
                canary: canary, continuation: text, isExtracted: trimmed(text).starts(with: trimmed(canary.secret)))
        }
    }

    /// Extracted and all canaries by number of repetitions, fewest first.
    public var levels: [(repetitions: Int, extracted: Int, count: Int)] {
        Set(entries.map(\.canary.repetitions)).sorted().map { repetitions in
            let group = entries.filter { $0.canary.repetitions == repetitions }
            return (repetitions, group.count(where: \.isExtracted), group.count)
        }
    }
}
