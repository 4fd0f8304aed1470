/// How a feature of the window is compared with the reference.
public enum DriftMeasure: Sendable, Hashable {
    /// Population stability index; numbers in this many bins of the reference's quantiles, categories as they are.
    case populationStabilityIndex(bins: Int = 10)
    /// The Kolmogorov-Smirnov distance of numbers.
    case kolmogorovSmirnov
    /// One less the probability of the Kolmogorov-Smirnov test (numbers) or the chi-square test of two samples (categories).
    case significance
    /// The Jensen-Shannon distance to base 2, 0 to 1; numbers in this many bins.
    case jensenShannon(bins: Int = 10)
    /// The Wasserstein distance of numbers in standard deviations of the reference.
    case wasserstein
    /// The change of a category's share, up or down.
    case shareChange(category: String)
    /// One less the cosine of the centroids of vectors.
    case centroidDistance
}

/// When a measure raises an alert, and what is to be done then.
public struct DriftRule: Sendable, Hashable {
    /// What is to be done.
    public enum Action: String, Sendable, Hashable, CaseIterable {
        /// Tell somebody.
        case alert
        /// Put the previous model back.
        case rollback
        /// Take no more requests.
        case pause
        /// Ask a person to look.
        case openReview = "open_review"
    }

    /// The rule's name, unique in a monitor.
    public var name: String
    /// The feature that is looked at.
    public var feature: String
    /// How it is compared.
    public var measure: DriftMeasure
    /// The measure above which the rule is broken.
    public var threshold: Double
    /// The measure below which a raised alert ends; at most the threshold, so that it does not flap.
    public var clearThreshold: Double
    /// How long the rule must be broken without a break before the alert is raised.
    public var duration: Duration
    /// Observations in the window without which nothing is said.
    public var minimumCount: Int
    /// What is to be done when the alert is raised.
    public var actions: [Action]

    /// A rule; an alert ends at 80 % of the threshold unless told otherwise.
    public init(
        name: String, feature: String, measure: DriftMeasure, threshold: Double, clearThreshold: Double? = nil,
        for duration: Duration = .zero, minimumCount: Int = 50, actions: [Action] = [.alert]
    ) {
        self.name = name
        self.feature = feature
        self.measure = measure
        self.threshold = threshold
        self.clearThreshold = min(clearThreshold ?? threshold * 0.8, threshold)
        self.duration = duration
        self.minimumCount = minimumCount
        self.actions = actions
    }
}

/// Where a rule stands.
public enum AlertState: Sendable, Hashable {
    /// Nothing is wrong.
    case quiet
    /// Broken since then, not yet for long enough.
    case pending(since: Duration)
    /// The alert was raised then.
    case raised(at: Duration)

    /// The state after a measurement at a time.
    mutating func advance(_ value: Double, rule: DriftRule, at now: Duration) -> Transition? {
        switch self {
        case .quiet where value > rule.threshold:
            self = .pending(since: now)
            return advance(value, rule: rule, at: now)
        case .pending(let since) where value > rule.threshold:
            guard now - since >= rule.duration else { return nil }
            self = .raised(at: now)
            return .raised
        case .pending:
            self = .quiet
            return nil
        case .raised where value < rule.clearThreshold:
            self = .quiet
            return .cleared
        case .quiet, .raised:
            return nil
        }
    }

    /// A change worth telling.
    enum Transition: Sendable {
        case raised, cleared
    }
}
