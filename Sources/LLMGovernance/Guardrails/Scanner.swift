/// A place in a request's way where scanners look.
public enum HookPoint: String, Sendable, Hashable, CaseIterable {
    /// What the user sent.
    case input
    /// What a store or the web returned, before the model reads it.
    case retrieval
    /// The whole conversation, before the model answers.
    case dialog
    /// A tool call, before it is carried out.
    case execution
    /// What the model said, before anybody sees it.
    case output
}

/// Something a scanner found in a text.
public struct Finding: Sendable, Hashable {
    /// What it is, in the scanner's terms: `EMAIL_ADDRESS`, `AWS_ACCESS_KEY`, `PROMPT_INJECTION`.
    public var kind: String
    /// Where: UTF-8 offsets into the text.
    public var range: Range<Int>
    /// How sure the scanner is, 0 to 1.
    public var score: Double
    /// Which rule said so.
    public var rule: String

    /// A finding.
    public init(kind: String, range: Range<Int>, score: Double, rule: String) {
        self.kind = kind
        self.range = range
        self.score = score
        self.rule = rule
    }
}

/// Looks at a text and says what is wrong with it.
///
/// Immutable; may be used from any thread. A scanner never changes the text; what happens on a finding is the policy's.
public protocol Scanner: Sendable {
    /// The scanner's name, as reports and policies use it.
    var name: String { get }
    /// Where it is of use.
    var hookPoints: Set<HookPoint> { get }
    /// The findings in a text, in order of their place.
    ///
    /// - Parameter text: UTF-8; invalid bytes are no error.
    func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding]
}

extension Scanner {
    /// The findings in a text.
    public func scan(_ text: String, at point: HookPoint = .input) -> [Finding] {
        var text = text
        return text.withUTF8 { scan($0, at: point) }
    }
}
