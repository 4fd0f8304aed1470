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

    /// Refuses texts in which a scanner finds something.
    public init(refusing scanners: [any Scanner], atLeast score: Double = 0.5) {
        let points = scanners.reduce(into: Set<HookPoint>()) { $0.formUnion($1.hookPoints) }
        self.init(hookPoints: points.intersection([.input, .output])) { text, point in
            for scanner in scanners where scanner.hookPoints.contains(point) {
                if let finding = scanner.scan(text, at: point).first(where: { $0.score >= score }) {
                    return .refuse("\(scanner.name): \(finding.kind)")
                }
            }
            return .pass
        }
    }
}
