/// What is told about a model: the facts from which its card and its bill of materials are written.
///
/// Plain values, filled from the registry, an evaluation report or a file; what is empty is left out.
public struct ModelCard: Sendable, Hashable {
    /// The licence and under what names it goes.
    public struct Licence: Sendable, Hashable {
        /// An SPDX expression; nil for licences that SPDX does not list.
        public var expression: String?
        /// The licence's name, when there is no expression.
        public var name: String?
        /// Where its text is.
        public var link: String?

        /// A licence.
        public init(expression: String? = nil, name: String? = nil, link: String? = nil) {
            self.expression = expression
            self.name = name
            self.link = link
        }
    }

    /// Something the model was made from.
    public struct Source: Sendable, Hashable {
        /// Its name, as `owner/name` where it lies on the hub.
        public var name: String
        /// Its version or revision.
        public var version: String?
        /// SHA-256 of its content, in hexadecimal digits.
        public var digest: String?
        /// Its licence as an SPDX expression.
        public var licence: String?

        /// A source.
        public init(name: String, version: String? = nil, digest: String? = nil, licence: String? = nil) {
            self.name = name
            self.version = version
            self.digest = digest
            self.licence = licence
        }
    }

    /// A measured value.
    public struct Evaluation: Sendable, Hashable {
        /// The task's identifier, as `text-generation`.
        public var task: String
        /// The data set's name.
        public var dataset: String
        /// The data set's identifier; its name when empty.
        public var datasetIdentifier: String
        /// The part of the data set.
        public var split: String?
        /// The metric's identifier, as `perplexity` or `bleu`.
        public var metric: String
        /// The value.
        public var value: Double
        /// The bounds of its 95 % confidence interval.
        public var interval: ClosedRange<Double>?
        /// What exactly was computed.
        public var signature: String?

        /// A value.
        public init(
            task: String = "text-generation", dataset: String, datasetIdentifier: String = "", split: String? = nil,
            metric: String, value: Double, interval: ClosedRange<Double>? = nil, signature: String? = nil
        ) {
            self.task = task
            self.dataset = dataset
            self.datasetIdentifier = datasetIdentifier
            self.split = split
            self.metric = metric
            self.value = value
            self.interval = interval
            self.signature = signature
        }
    }

    /// A check that was made before release: contamination, personal data, canaries, guardrails.
    public struct Check: Sendable, Hashable {
        /// What was checked.
        public var name: String
        /// Whether it was passed.
        public var isPassed: Bool
        /// What was found.
        public var detail: String

        /// A check.
        public init(name: String, isPassed: Bool, detail: String) {
            self.name = name
            self.isPassed = isPassed
            self.detail = detail
        }
    }

    /// A step of the model's making.
    public struct LineageStep: Sendable, Hashable {
        /// What it is: `data`, `run`, `model`, `quantized`.
        public var kind: String
        /// Its name.
        public var name: String
        /// SHA-256 of its content.
        public var digest: String?

        /// A step.
        public init(kind: String, name: String, digest: String? = nil) {
            self.kind = kind
            self.name = name
            self.digest = digest
        }
    }

    /// What people may and should know before they use the model.
    public struct Considerations: Sendable, Hashable {
        /// Who is meant to use it.
        public var users: [String] = []
        /// What for.
        public var uses: [String] = []
        /// What it must not be used for.
        public var prohibitedUses: [String] = []
        /// What it cannot do.
        public var limitations: [String] = []
        /// Risks and what was done about them.
        public var risks: [(name: String, mitigation: String)] {
            get { riskTable.map { ($0.name, $0.mitigation) } }
            set { riskTable = newValue.map { Risk(name: $0.name, mitigation: $0.mitigation) } }
        }
        private var riskTable: [Risk] = []

        private struct Risk: Sendable, Hashable {
            var name: String
            var mitigation: String
        }

        /// Nothing known.
        public init() {}
    }

    /// The model's name.
    public var name: String
    /// Its version.
    public var version: String
    /// SHA-256 of its content, in hexadecimal digits.
    public var digest: String?
    /// One paragraph.
    public var summary: String
    /// Who made it.
    public var developer: String?
    /// Its licence.
    public var licence: Licence
    /// The models it was made from.
    public var baseModels: [Source] = []
    /// How: `finetune`, `adapter`, `merge` or `quantized`.
    public var baseModelRelation: String?
    /// The data it was made from.
    public var datasets: [Source] = []
    /// Languages as ISO 639 codes.
    public var languages: [String] = []
    /// The hub's task, as `text-generation`.
    public var task = "text-generation"
    /// Tags.
    public var tags: [String] = []
    /// Architecture, as `llama`.
    public var architecture: String?
    /// Parameters.
    public var parameterCount: Int?
    /// Settings of the training run.
    public var hyperparameters: [String: String] = [:]
    /// Measured values.
    public var evaluations: [Evaluation] = []
    /// Checks before release.
    public var checks: [Check] = []
    /// The model's making, first step first.
    public var lineage: [LineageStep] = []
    /// Who approved it, when.
    public var approvals: [String] = []
    /// What people should know.
    public var considerations = Considerations()
    /// When the card was written, as RFC 3339 in UTC.
    public var date: String?

    /// A card; set what else is known.
    public init(name: String, version: String, summary: String, licence: Licence) {
        self.name = name
        self.version = version
        self.summary = summary
        self.licence = licence
    }
}
