/// Finds characters that people do not see and models read: zero-width characters, direction controls, Unicode tags,
/// private use and variation selectors in long rows.
///
/// Joiners are left alone inside words of the scripts that need them and inside emoji sequences; one byte order mark at
/// the start is too.
public struct InvisibleTextScanner: Scanner {
    /// The scanner's name.
    public let name = "invisible-text"
    /// Everywhere.
    public let hookPoints = Set(HookPoint.allCases)

    /// A scanner.
    public init() {}

    /// One finding per row of invisible characters.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        var findings: [Finding] = []
        var offset = 0
        var previous: Unicode.Scalar?
        var isFlag = false
        while offset < text.count {
            // Everything of interest starts with one of these bytes.
            guard text[offset] >= 0xC2 else {
                previous = Unicode.Scalar(text[offset])
                offset += 1
                continue
            }
            guard let (scalar, count) = ScalarDecoding.scalar(text, at: offset) else {
                offset += 1
                continue
            }
            // The flags of England, Scotland and Wales are a black flag followed by up to six tags.
            isFlag = (0xE0020...0xE007F).contains(scalar.value) && (isFlag || previous?.value == 0x1F3F4)
            if !isFlag, let (rule, score) = Self.rule(scalar, previous: previous, isFirst: offset == 0) {
                if let last = findings.last, last.rule == rule, last.range.upperBound == offset {
                    findings[findings.count - 1].range = last.range.lowerBound..<offset + count
                    // A row says more than one.
                    findings[findings.count - 1].score = min(1, last.score + 0.1)
                } else {
                    findings.append(
                        Finding(kind: "INVISIBLE_TEXT", range: offset..<offset + count, score: score, rule: rule))
                }
            }
            previous = scalar
            offset += count
        }
        return findings
    }

    private static func rule(
        _ scalar: Unicode.Scalar, previous: Unicode.Scalar?, isFirst: Bool
    ) -> (rule: String, score: Double)? {
        switch scalar.value {
        case 0xE0000...0xE007F: ("unicode-tag", 0.9)
        case 0x200B, 0x2060, 0x2061...0x2064, 0x180E: ("zero-width", 0.5)
        case 0xFEFF: isFirst ? nil : ("zero-width", 0.5)
        case 0x200C, 0x200D: needsJoiner(previous) ? nil : ("zero-width", 0.5)
        case 0x202A...0x202E, 0x2066...0x2069: ("direction-control", 0.6)
        case 0xE0100...0xE01EF: ("variation-selector", 0.5)
        case 0xFE00...0xFE0E:
            (previous.map { (0xFE00...0xFE0F).contains($0.value) } ?? true) ? ("variation-selector", 0.6) : nil
        case 0xE000...0xF8FF, 0xF0000...0x10FFFD: ("private-use", 0.3)
        case 0x115F, 0x1160, 0x3164, 0xFFA0: ("filler", 0.5)
        default: nil
        }
    }

    private static func needsJoiner(_ previous: Unicode.Scalar?) -> Bool {
        guard let value = previous?.value else { return false }
        return (0x0600...0x08FF).contains(value) || (0x0900...0x0DFF).contains(value)
            || (0x1000...0x109F).contains(value)
            || (0x1780...0x17FF).contains(value) || (0xFB50...0xFEFE).contains(value) || value >= 0x1F000
            || (0x2190...0x2BFF).contains(value) || value == 0xFE0F
    }
}
