public import LLMGovernance

/// What a guardrail says about a text on its way.
public enum ScreeningVerdict: Sendable, Hashable {
    /// It may pass.
    case pass
    /// This passes in its place.
    case replace(String)
    /// It may not pass; why, for the client.
    case refuse(String)
}

/// Looks at prompts before the model reads them, and at answers before anybody sees them.
///
/// With screening of outputs a stream is held back until its answer is complete.
public struct Screening: Sendable {
    /// The verdict about a text.
    public var judge: @Sendable (_ text: String, _ point: HookPoint) -> ScreeningVerdict
    /// Where it looks.
    public var hookPoints: Set<HookPoint>

    /// A screening.
    public init(
        hookPoints: Set<HookPoint> = [.input, .output],
        judge: @escaping @Sendable (_ text: String, _ point: HookPoint) -> ScreeningVerdict
    ) {
        self.judge = judge
        self.hookPoints = hookPoints
    }

    /// Applies guardrails to prompts and answers.
    public init(_ guardrails: Guardrails) {
        self.init { text, point in
            let decision = guardrails.check(text, at: point)
            switch decision.action {
            case .allow, .flag: return .pass
            case .redact: return .replace(decision.text)
            case .block: return .refuse(decision.reasons.joined(separator: "; "))
            }
        }
    }
}
