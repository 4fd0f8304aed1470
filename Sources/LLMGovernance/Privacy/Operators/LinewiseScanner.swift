/// Runs a scanner on every line by itself, so that one line's words say nothing of the next: for files of one segment per line.
public struct LinewiseScanner: Scanner {
    private let scanner: any Scanner

    /// A scanner of lines.
    public init(_ scanner: any Scanner) { self.scanner = scanner }

    /// The scanner's own name.
    public var name: String { scanner.name }
    /// The scanner's own.
    public var hookPoints: Set<HookPoint> { scanner.hookPoints }

    /// The findings of all lines; offsets count from the start of the text.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        var findings: [Finding] = []
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != 0x0A { end += 1 }
            if end > start {
                for var finding in scanner.scan(UnsafeBufferPointer(rebasing: text[start..<end]), at: point) {
                    finding.range = (finding.range.lowerBound + start)..<(finding.range.upperBound + start)
                    findings.append(finding)
                }
            }
            start = end + 1
        }
        return findings
    }
}
