internal import LLMTensor

/// Sends every document to one of several parts, such as training, validation and test, by a hash of its group.
///
/// Documents of one group always land in the same part: give duplicates, translations or pages of one book a common
/// attribute and none of them leaks from training into test. The part depends on the group, the seed and the shares
/// only: not on the run, the machine, the order, or which other documents there are. A value type.
public struct DocumentSplit: Sendable, Equatable {
    /// A part and its share of the groups.
    public struct Part: Sendable, Equatable {
        /// What the part is called: the prefix of its shards.
        public var name: String
        /// Its share; shares are divided by their sum.
        public var share: Double

        /// Makes a part.
        public init(name: String, share: Double) {
            self.name = name
            self.share = share
        }
    }

    /// The parts in order.
    public let parts: [Part]
    /// The attribute that names a document's group; nil, or a document without it, makes the id the group.
    public let groupAttribute: String?
    /// Another seed sends groups to other parts.
    public let seed: UInt64

    /// Where each part ends on the scale from 0 to 2^64 - 1.
    private let ends: [UInt64]

    /// All documents in one part.
    public static let trainingOnly = DocumentSplit(parts: [Part(name: "train", share: 1)])

    /// Makes a split.
    ///
    /// - Precondition: there is a part with a positive share, and no share is negative or infinite.
    public init(parts: [Part], groupAttribute: String? = nil, seed: UInt64 = 0) {
        let sum = parts.reduce(0) { $0 + $1.share }
        precondition(sum > 0 && sum.isFinite && parts.allSatisfy { $0.share >= 0 }, "shares of \(parts)")
        self.parts = parts
        self.groupAttribute = groupAttribute
        self.seed = seed
        var before = 0.0
        var ends: [UInt64] = []
        for part in parts {
            before += part.share
            let end = before / sum * 0x1p64
            ends.append(end >= 0x1p64 ? .max : UInt64(end))
        }
        // The last part with a share takes what rounding leaves.
        let last = parts.lastIndex { $0.share > 0 } ?? 0
        for index in last..<ends.count { ends[index] = .max }
        self.ends = ends
    }

    /// The number of the part that a document belongs to.
    public func part(of document: Document) -> Int { part(ofGroup: group(of: document)) }

    /// The group of a document: its attribute as text, or its id.
    public func group(of document: Document) -> String {
        guard let groupAttribute, let value = document.attributes[groupAttribute], !value.isNull else {
            return document.id
        }
        return value.stringValue ?? JSONWriter(sortsKeys: true).string(of: value)
    }

    /// The number of the part that a group belongs to.
    public func part(ofGroup group: String) -> Int {
        var hash = SHA256()
        hash.update(field: "LLMData split 1")
        hash.update(number: Int(bitPattern: UInt(seed)))
        hash.update(field: group)
        let place = hash.finish().prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // Parts without a share end where the one before ends: `<` never chooses them, except at the very top.
        return ends.firstIndex { place < $0 } ?? ends.firstIndex(of: .max) ?? 0
    }
}
