public import LLMTensor

/// Runs scanners over texts at the five hook points and applies a policy.
///
/// Immutable; may be used from any thread.
public struct Guardrails: Sendable {
    /// What is to be done with a text.
    public struct Decision: Sendable, Hashable {
        /// The strongest action that any finding asks for.
        public var action: GuardAction
        /// The text to go on with: redacted where the policy says so; empty when blocked.
        public var text: String
        /// All findings, by scanner in the order of the scanners, each in order of place.
        public var findings: [Finding]
        /// Why, one line for each kind of finding that led to more than `allow`.
        public var reasons: [String]
        /// The highest risk by kind.
        public var risks: [String: Double]
    }

    /// The scanners.
    public let scanners: [any Scanner]
    /// The policy.
    public let policy: GuardPolicy

    /// Guardrails.
    public init(scanners: [any Scanner], policy: GuardPolicy = .standard) {
        self.scanners = scanners
        self.policy = policy
    }

    /// The scanners that need no configuration: injection, invisible text, output encoding, limits, secrets,
    /// personal data.
    public static let standard = Guardrails(scanners: [
        TextLimitsScanner(), InvisibleTextScanner(), InjectionScanner(), OutputEncodingScanner(), SecretScanner(),
        PersonalDataDetector(),
    ])

    /// Checks a text.
    public func check(_ text: String, at point: HookPoint) -> Decision {
        var decision = Decision(action: .allow, text: text, findings: [], reasons: [], risks: [:])
        var redacted: [Finding] = []
        for scanner in scanners where scanner.hookPoints.contains(point) {
            let findings = scanner.scan(text, at: point)
            decision.findings += findings
            for kind in findings.map(\.kind).reduce(into: [String](), { if !$0.contains($1) { $0.append($1) } }) {
                let group = findings.filter { $0.kind == kind }
                // Rules about injection add up; elsewhere the surest finding counts.
                let risk =
                    scanner is InjectionScanner
                    ? InjectionScanner.risk(group) : group.map(\.score).max() ?? 0
                decision.risks[kind] = max(decision.risks[kind] ?? 0, risk)
                let action = policy.action(scanner: scanner.name, kind: kind, risk: risk, at: point)
                decision.action = max(decision.action, action)
                if action == .redact { redacted += group }
                if action != .allow {
                    let rules = Set(group.map(\.rule)).sorted().joined(separator: ", ")
                    decision.reasons.append("\(scanner.name): \(kind) (\(rules)), \(action.rawValue)")
                }
            }
            // A text that is too large is not looked at by the others.
            if decision.action == .block, findings.contains(where: { $0.kind == "TOO_LONG" }) { break }
        }
        if decision.action == .block {
            decision.text = ""
        } else if !redacted.isEmpty {
            decision.text = Self.redact(text, redacted)
        }
        return decision
    }

    /// Replaces the places of findings by their kinds; invisible characters disappear.
    static func redact(_ text: String, _ findings: [Finding]) -> String {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        var position = 0
        for finding in findings.sorted(by: {
            ($0.range.lowerBound, -$0.range.count) < ($1.range.lowerBound, -$1.range.count)
        }) {
            let range = finding.range.clamped(to: 0..<bytes.count)
            guard range.upperBound > position else { continue }
            if range.lowerBound >= position {
                output += bytes[position..<range.lowerBound]
                if finding.kind != "INVISIBLE_TEXT" { output += "[\(finding.kind)]".utf8 }
            }
            position = range.upperBound
        }
        output += bytes[position...]
        return String(decoding: output, as: UTF8.self)
    }
}

extension Guardrails.Decision {
    /// As JSON; of findings kind, rule, score and place, never the text.
    public var json: JSONValue {
        [
            "action": .string(action.rawValue),
            "reasons": .array(reasons.map { .string($0) }),
            "risks": .object(
                risks.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = .number($1.value) }),
            "findings": .array(
                findings.map { finding in
                    [
                        "kind": .string(finding.kind), "rule": .string(finding.rule), "score": .number(finding.score),
                        "start": .integer(Int64(finding.range.lowerBound)),
                        "end": .integer(Int64(finding.range.upperBound)),
                    ]
                }),
        ]
    }
}
