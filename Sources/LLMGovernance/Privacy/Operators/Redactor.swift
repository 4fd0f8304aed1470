/// Finds personal data and secrets and puts something harmless in their place.
///
/// ```swift
/// let redactor = Redactor(operators: ["PHONE_NUMBER": .mask(count: 4)])
/// redactor.redact("Mail ann@example.com").text  // "Mail <EMAIL_ADDRESS>"
/// ```
/// Immutable; may be used from any thread. Takes time linear in the text when its scanners do.
public struct Redactor: Sendable {
    /// The scanners whose findings are replaced.
    public let scanners: [any Scanner]
    /// What happens to a kind; the others get ``defaultOperator``.
    public let operators: [String: RedactionOperator]
    /// What happens to kinds that are not named.
    public let defaultOperator: RedactionOperator

    /// A redactor.
    public init(
        scanners: [any Scanner] = [PersonalDataDetector()], defaultOperator: RedactionOperator = .replace,
        operators: [String: RedactionOperator] = [:]
    ) {
        self.scanners = scanners
        self.defaultOperator = defaultOperator
        self.operators = operators
    }

    /// A text without what the scanners found; pseudonyms hold within the text.
    public func redact(_ text: String) -> RedactionResult {
        var pseudonyms = PseudonymMap()
        return redact(text, pseudonyms: &pseudonyms)
    }

    /// A text without what the scanners found; pseudonyms hold within the session.
    public func redact(_ text: String, pseudonyms: inout PseudonymMap) -> RedactionResult {
        var text = text
        let (bytes, items) = text.withUTF8 { redact($0, pseudonyms: &pseudonyms) }
        return RedactionResult(text: String(decoding: bytes, as: UTF8.self), items: items)
    }

    /// The same over bytes, which need not be valid UTF-8.
    public func redact(_ text: UnsafeBufferPointer<UInt8>, pseudonyms: inout PseudonymMap) -> (
        bytes: [UInt8], items: [RedactedItem]
    ) {
        let findings = findings(in: text)
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var items: [RedactedItem] = []
        var copied = 0
        for finding in findings {
            output += text[copied..<finding.range.lowerBound]
            let part = UnsafeBufferPointer(rebasing: text[finding.range])
            let operation = operators[finding.kind] ?? defaultOperator
            let start = output.count
            switch operation.action {
            case .keep: output += part
            case .pseudonymize:
                output += pseudonyms.pseudonym(of: String(decoding: part, as: UTF8.self), kind: finding.kind).utf8
            case .write(let replacement): output += replacement(finding.kind, part)
            }
            items.append(
                RedactedItem(finding: finding, operation: operation.name, replacement: start..<output.count))
            copied = finding.range.upperBound
        }
        output += text[copied...]
        return (output, items)
    }

    /// What all scanners found, without overlaps.
    public func findings(in text: UnsafeBufferPointer<UInt8>) -> [Finding] {
        let found = scanners.flatMap { $0.scan(text, at: .input) }
            .filter { !$0.range.isEmpty && $0.range.lowerBound >= 0 && $0.range.upperBound <= text.count }
        return scanners.count == 1 ? found : Finding.withoutOverlaps(found)
    }
}

/// A text after redaction.
public struct RedactionResult: Sendable {
    /// What is left.
    public var text: String
    /// What was found, in order.
    public var items: [RedactedItem]
}

/// A finding and what became of it.
public struct RedactedItem: Sendable, Hashable {
    /// What was found; its range counts in the original text.
    public var finding: Finding
    /// The operator's name.
    public var operation: String
    /// Where the replacement stands in the new text: UTF-8 offsets.
    public var replacement: Range<Int>
}

extension Finding {
    /// Of findings that overlap, keeps the higher score, then the longer, then the earlier. In order of place.
    public static func withoutOverlaps(_ findings: [Finding]) -> [Finding] {
        guard findings.count > 1 else { return findings }
        let order = findings.indices.sorted { left, right in
            let (a, b) = (findings[left], findings[right])
            if a.score != b.score { return a.score > b.score }
            if a.range.count != b.range.count { return a.range.count > b.range.count }
            if a.range.lowerBound != b.range.lowerBound { return a.range.lowerBound < b.range.lowerBound }
            return left < right
        }
        var cover = IntervalCover(findings.map(\.range))
        var kept: [Finding] = []
        for index in order where cover.insert(findings[index].range) { kept.append(findings[index]) }
        return kept.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
