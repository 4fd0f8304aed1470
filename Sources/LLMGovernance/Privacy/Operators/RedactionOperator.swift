/// What is put in the place of a finding.
///
/// The set is Presidio's: redact, replace, mask, hash, encrypt, keep, custom; and pseudonymize, which gives one value one name throughout a
/// session. Hashing and encryption need the trait `Governance`. Immutable; may be used from any thread.
public struct RedactionOperator: Sendable {
    /// The name, as reports and the command line use it.
    public let name: String

    enum Action: Sendable {
        case keep
        case pseudonymize
        case write(@Sendable (_ kind: String, _ text: UnsafeBufferPointer<UInt8>) -> [UInt8])
    }
    let action: Action

    init(name: String, action: Action) {
        self.name = name
        self.action = action
    }

    /// Leaves the text as it is; the finding is still reported.
    public static let keep = RedactionOperator(name: "keep", action: .keep)

    /// Takes the text out.
    public static let redact = RedactionOperator(name: "redact", action: .write { _, _ in [] })

    /// Puts the kind in angle brackets in its place: `<EMAIL_ADDRESS>`.
    public static let replace = RedactionOperator(
        name: "replace", action: .write { kind, _ in Array("<\(kind)>".utf8) })

    /// Puts a fixed text in its place.
    public static func replace(with text: String) -> RedactionOperator {
        RedactionOperator(name: "replace", action: .write { _, _ in Array(text.utf8) })
    }

    /// Overwrites characters (Unicode scalars) with another.
    ///
    /// - Parameters:
    ///   - count: How many are overwritten; nil for all.
    ///   - fromEnd: Whether they are counted from the end.
    public static func mask(with character: Unicode.Scalar = "*", count: Int? = nil, fromEnd: Bool = true)
        -> RedactionOperator
    {
        RedactionOperator(
            name: "mask",
            action: .write { _, text in
                var scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
                let masked = min(scalars.count, max(0, count ?? scalars.count))
                let first = fromEnd ? scalars.count - masked : 0
                for index in first..<(first + masked) { scalars[index] = character }
                return scalars.flatMap { Array(String($0).utf8) }
            })
    }

    /// Gives every value a name of its own, `<PERSON_1>`, the same whenever it comes again in a session; ``PseudonymMap`` turns them back.
    public static let pseudonymize = RedactionOperator(name: "pseudonymize", action: .pseudonymize)

    /// Keeps the last four digits of a year in a date and nothing else; a date without one becomes `<DATE>`.
    public static let year = RedactionOperator(
        name: "year",
        action: .write { _, text in
            var run = 0
            for (index, byte) in text.enumerated() {
                run = ByteClass.isDigit(byte) ? run + 1 : 0
                let isEnd = index + 1 == text.count || !ByteClass.isDigit(text[index + 1])
                if run == 4, isEnd { return Array(text[(index - 3)...index]) }
            }
            return Array("<DATE>".utf8)
        })

    /// Calls a function of the host program with the kind and the text.
    public static func custom(
        name: String, _ replacement: @escaping @Sendable (_ kind: String, _ text: String) -> String
    )
        -> RedactionOperator
    {
        RedactionOperator(
            name: name,
            action: .write { kind, text in Array(replacement(kind, String(decoding: text, as: UTF8.self)).utf8) })
    }
}
