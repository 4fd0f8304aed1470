#if Governance
    public import LLMTensor
    import Yams

    /// A condition for promotion.
    public enum ApprovalRule: Sendable, Hashable {
        /// The latest value of a metric (on a data set, if one is named) lies in bounds.
        case metric(String, dataset: String? = nil, minimum: Double? = nil, maximum: Double? = nil)
        /// The latest value is at most `margin` worse than that of the version that an alias names. Without such a version
        /// there is nothing to be worse than; one that was not measured refuses.
        case notWorse(String, than: String = "champion", margin: Double, higherIsBetter: Bool, dataset: String? = nil)
        /// So many persons other than the author approved the version, and nobody's rejection stands.
        case reviews(Int)
        /// Who promotes is not who registered the version, or somebody else approved it.
        case twoPersons
        /// The latest check of this kind (`licence`, `pii`, `contamination`, ...) was passed.
        case evidence(String)
    }

    /// All the conditions of an alias. YAML and JSON: see ``init(yaml:source:)``.
    public struct ApprovalPolicy: Sendable, Hashable {
        /// All have to pass.
        public var rules: [ApprovalRule]

        /// A policy.
        public init(_ rules: [ApprovalRule]) { self.rules = rules }
    }

    /// A rule that a version failed.
    public struct RuleFailure: Sendable, Hashable, CustomStringConvertible {
        /// Which.
        public var rule: String
        /// Why.
        public var reason: String

        /// `rule: reason`.
        public var description: String { "\(rule): \(reason)" }
    }

    /// A promotion that the rules forbid.
    public struct PromotionRefusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// The version.
        public var subject: String
        /// The alias that it was to have.
        public var alias: String
        /// Every rule that failed.
        public var failures: [RuleFailure]

        /// A sentence with all reasons.
        public var description: String {
            "\(subject) may not become \(alias): \(failures.map(\.description).joined(separator: "; "))"
        }
    }

    extension ApprovalPolicy {
        /// Reads `rules:` with entries `{metric, dataset, minimum, maximum}`, `{metric, not_worse_than, margin,
        /// higher_is_better, dataset}`, `{reviews: 2}`, `{two_persons: true}` or `{evidence: licence}`.
        ///
        /// - Throws: ``GovernanceError/invalid(subject:reason:)`` with the place of the mistake.
        public init(yaml text: String, source: String = "policy") throws {
            guard text.utf8.count <= 1 << 20 else {
                throw GovernanceError.invalid(subject: source, reason: "has more than 1 MiB")
            }
            let node: Node?
            do {
                node = try compose(yaml: text)
            } catch {
                throw GovernanceError.invalid(subject: source, reason: "is no YAML: \(error)")
            }
            var count = 0
            try self.init(json: try node.map { try Self.value($0, source, &count, 0) } ?? .null, source: source)
        }

        /// Reads the same as JSON text.
        public init(json text: String, source: String = "policy") throws {
            do {
                try self.init(json: JSONValue.parse(text, source: source), source: source)
            } catch let error as JSONError {
                throw GovernanceError.invalid(subject: source, reason: "\(error)")
            }
        }

        private static func value(_ node: Node, _ source: String, _ count: inout Int, _ depth: Int) throws -> JSONValue
        {
            count += 1
            guard count < 10_000, depth < 16 else {
                throw GovernanceError.invalid(subject: source, reason: "is too large or nested too deeply")
            }
            if let mapping = node.mapping {
                var object = JSONObject()
                for (key, value) in mapping {
                    object[key.string ?? ""] = try self.value(value, source, &count, depth + 1)
                }
                return .object(object)
            }
            if let sequence = node.sequence {
                return .array(try sequence.map { try value($0, source, &count, depth + 1) })
            }
            if case .scalar(let scalar) = node, scalar.style != .plain { return .string(scalar.string) }
            if let number = node.int { return .integer(Int64(number)) }
            if let number = node.float { return .number(number) }
            if let flag = node.bool { return .bool(flag) }
            return .string(node.string ?? "")
        }

        init(json: JSONValue, source: String) throws {
            guard let list = json["rules"]?.arrayValue, json.objectValue?.count == 1 else {
                throw GovernanceError.invalid(subject: source, reason: "expected 'rules' with a list, and nothing else")
            }
            rules = try list.enumerated().map { index, value in
                guard let rule = Self.rule(value) else {
                    throw GovernanceError.invalid(
                        subject: source,
                        reason: "rule \(index + 1) is none of metric with minimum or maximum, metric with "
                            + "not_worse_than and margin, reviews, two_persons, evidence")
                }
                return rule
            }
        }

        private static func rule(_ value: JSONValue) -> ApprovalRule? {
            guard let object = value.objectValue else { return nil }
            let keys = Set(object.keys)
            if let metric = value["metric"]?.stringValue {
                let dataset = value["dataset"]?.stringValue
                if keys.contains("not_worse_than") {
                    guard keys.isSubset(of: ["metric", "not_worse_than", "margin", "higher_is_better", "dataset"]),
                        let alias = value["not_worse_than"]?.stringValue,
                        let margin = value["margin"]?.doubleValue, margin >= 0,
                        let higher = value["higher_is_better"]?.boolValue
                    else { return nil }
                    return .notWorse(metric, than: alias, margin: margin, higherIsBetter: higher, dataset: dataset)
                }
                let (minimum, maximum) = (value["minimum"]?.doubleValue, value["maximum"]?.doubleValue)
                guard keys.isSubset(of: ["metric", "dataset", "minimum", "maximum"]),
                    keys.contains("minimum") == (minimum != nil), keys.contains("maximum") == (maximum != nil)
                else { return nil }
                return .metric(metric, dataset: dataset, minimum: minimum, maximum: maximum)
            }
            guard keys.count == 1 else { return nil }
            if let count = value["reviews"]?.integerValue, (1...100).contains(count) { return .reviews(count) }
            if value["two_persons"]?.boolValue == true { return .twoPersons }
            return value["evidence"]?.stringValue.map { .evidence($0) }
        }

        /// The rules as JSON.
        public var json: JSONValue {
            let list = rules.map { rule -> JSONValue in
                var object = JSONObject()
                switch rule {
                case .metric(let name, let dataset, let minimum, let maximum):
                    object["metric"] = .string(name)
                    object["dataset"] = dataset.map { .string($0) }
                    object["minimum"] = minimum.map { .number($0) }
                    object["maximum"] = maximum.map { .number($0) }
                case .notWorse(let name, let alias, let margin, let higher, let dataset):
                    object["metric"] = .string(name)
                    object["not_worse_than"] = .string(alias)
                    object["margin"] = .number(margin)
                    object["higher_is_better"] = .bool(higher)
                    object["dataset"] = dataset.map { .string($0) }
                case .reviews(let count): object["reviews"] = .integer(Int64(count))
                case .twoPersons: object["two_persons"] = .bool(true)
                case .evidence(let kind): object["evidence"] = .string(kind)
                }
                return .object(object)
            }
            var object = JSONObject()
            object["rules"] = .array(list)
            return .object(object)
        }
    }
#endif
