/// One file of a model.
public struct ManifestFile: Sendable, Hashable {
    /// Its path in the model's folder, with `/`; the file's name when the model is a single file.
    public var path: String
    /// SHA-256 of its bytes, in hexadecimal.
    public var sha256: String
    /// Bytes.
    public var size: Int

    /// A file.
    public init(path: String, sha256: String, size: Int) {
        self.path = path
        self.sha256 = sha256
        self.size = size
    }
}

/// A version of a model: never changes once it is registered.
public struct ModelVersion: Sendable, Hashable, CustomStringConvertible {
    /// The model's name.
    public var model: String
    /// 1, 2, 3, ...
    public var number: Int
    /// SHA-256 over the canonical manifest of its files, in hexadecimal.
    public var digest: String
    /// Bytes of all files.
    public var byteCount: Int
    /// Who registered it.
    public var author: String
    /// When.
    public var created: UTCTime
    /// What it is.
    public var summary: String
    /// Whether it may not be used any more.
    public var isWithdrawn: Bool

    /// `model/number`, as it is named in audit entries, reviews and commands.
    public var description: String { "\(model)/\(number)" }
}

/// A move of an alias, as its history has it.
public struct AliasMove: Sendable, Hashable {
    /// Why it moved.
    public enum Kind: String, Sendable, Hashable {
        /// Set by compare-and-set, where no rules stand.
        case set
        /// All rules passed.
        case promote
        /// Back to the version before.
        case rollback
    }

    /// Why.
    public var kind: Kind
    /// The version before; nil when there was none.
    public var old: Int?
    /// The version from then on; nil when the alias was removed.
    public var new: Int?
    /// Who.
    public var actor: String
    /// When.
    public var time: UTCTime
}

/// A measured value of a version.
public struct EvaluationResult: Sendable, Hashable {
    /// `accuracy`, `perplexity`, ...
    public var metric: String
    /// The value.
    public var value: Double
    /// Measured on what.
    public var dataset: String
    /// How exactly: the metric's own signature, as LLMEval prints it.
    public var signature: String

    /// A value.
    public init(metric: String, value: Double, dataset: String, signature: String = "") {
        self.metric = metric
        self.value = value
        self.dataset = dataset
        self.signature = signature
    }
}

/// The outcome of a check of a version: licence, personal data, contamination, a card, ...
public struct CheckEvidence: Sendable, Hashable {
    /// `licence`, `pii`, `contamination`, `card`, ...
    public var kind: String
    /// Whether the check was passed.
    public var passed: Bool
    /// One line for people.
    public var summary: String
    /// SHA-256 of the report, if it is kept.
    public var digest: String

    /// An outcome.
    public init(kind: String, passed: Bool, summary: String, digest: String = "") {
        self.kind = kind
        self.passed = passed
        self.summary = summary
        self.digest = digest
    }
}
