internal import LLMTensor

/// One sequence of a ``DecoderBatch``: its key/value memory and its length.
///
/// Has one owner, the batch's; hold it only to name the sequence in calls to the batch.
public final class DecoderSequence {
    /// Tokens in the sequence.
    public internal(set) var position = 0
    /// Bytes of the key/value memory it refers to; forks share pages.
    public var keyValueByteCount: Int { cache.byteCount }

    /// The pages it refers to, by identity: what it shares with other sequences can be told from them.
    package var pageIdentifiers: [ObjectIdentifier] { cache.pages.map { ObjectIdentifier($0) } }

    var cache: KeyValueCache
    /// Set while a step's inputs are checked.
    var isInStep = false

    init(layout: KeyValueLayout) { cache = KeyValueCache(layout: layout) }

    init(forking other: DecoderSequence) {
        cache = other.cache
        position = other.position
    }
}
