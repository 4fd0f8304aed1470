public import LLMTensor

/// What is done about findings, weakest first.
public enum GuardAction: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Nothing; the finding is recorded.
    case allow
    /// It passes and goes to the review queue.
    case flag
    /// The places of the findings are replaced.
    case redact
    /// It does not pass.
    case block

    /// Whether the first is weaker.
    public static func < (left: GuardAction, right: GuardAction) -> Bool { left.strength < right.strength }

    private var strength: Int {
        switch self {
        case .allow: 0
        case .flag: 1
        case .redact: 2
        case .block: 3
        }
    }
}

/// Which findings lead to which action, where.
public struct GuardPolicy: Sendable, Hashable {
    /// One line of a policy.
    public struct Rule: Sendable, Hashable {
        /// The scanner's name; nil for all.
        public var scanner: String?
        /// The findings' kind; nil for all.
        public var kind: String?
        /// Where; nil for everywhere.
        public var points: Set<HookPoint>?
        /// From which risk on.
        public var threshold: Double
        /// What then.
        public var action: GuardAction

        /// A line.
        public init(
            scanner: String? = nil, kind: String? = nil, points: Set<HookPoint>? = nil, threshold: Double = 0.5,
            action: GuardAction
        ) {
            self.scanner = scanner
            self.kind = kind
            self.points = points
            self.threshold = threshold
            self.action = action
        }
    }

    /// All lines count; the strongest action wins.
    public var rules: [Rule]

    /// A policy.
    public init(rules: [Rule]) { self.rules = rules }

    /// Blocks what is almost certainly an attack or a secret, redacts personal data in answers, flags the rest.
    public static let standard = GuardPolicy(rules: [
        Rule(scanner: "prompt-injection", threshold: 0.5, action: .flag),
        Rule(scanner: "prompt-injection", threshold: 0.8, action: .block),
        Rule(scanner: "invisible-text", threshold: 0.5, action: .redact),
        Rule(scanner: "invisible-text", kind: nil, points: [.execution], threshold: 0.5, action: .block),
        Rule(scanner: "output-encoding", threshold: 0.5, action: .flag),
        Rule(kind: "DATA_EXFILTRATION", action: .block),
        Rule(scanner: "prompt-leakage", action: .block),
        Rule(scanner: "limits", action: .block),
        Rule(scanner: "addresses", points: [.execution], action: .block),
        Rule(scanner: "addresses", points: [.output], action: .redact),
        Rule(scanner: "secrets", action: .redact),
        Rule(scanner: "personal-data", points: [.output], action: .redact),
    ])

    /// Reads `{"rules": [{"scanner", "kind", "points", "threshold", "action"}]}`; all but the action may be missing.
    ///
    /// - Throws: ``JSONError`` with the path of what is wrong.
    public init(json: JSONValue, source: String = "policy") throws(JSONError) {
        rules = []
        for entry in try JSONNode(json, source: source)["rules"].elements() {
            guard let action = GuardAction(rawValue: try entry["action"].string()) else {
                throw entry["action"].error(expected: "allow, flag, redact or block")
            }
            var points: Set<HookPoint>?
            if let list = entry["points"].ifPresent {
                var found: Set<HookPoint> = []
                for name in try list.elements() {
                    guard let point = HookPoint(rawValue: try name.string()) else {
                        throw name.error(expected: "input, retrieval, dialog, execution or output")
                    }
                    found.insert(point)
                }
                points = found
            }
            rules.append(
                Rule(
                    scanner: try entry["scanner"].ifPresent?.string(), kind: try entry["kind"].ifPresent?.string(),
                    points: points, threshold: try entry["threshold"].ifPresent?.double() ?? 0.5, action: action))
        }
    }

    /// What to do about a scanner's findings of one kind.
    func action(scanner: String, kind: String, risk: Double, at point: HookPoint) -> GuardAction {
        rules.filter { rule in
            (rule.scanner ?? scanner) == scanner && (rule.kind ?? kind) == kind
                && (rule.points?.contains(point) ?? true) && risk >= rule.threshold
        }.map(\.action).max() ?? .allow
    }
}
