/// Finds credentials in a text: keys and tokens whose issuers gave them a recognizable form, private keys, passwords in addresses and
/// connection strings, values assigned to names like `password`, and strings too random to be words.
///
/// One pass over bytes without regular expressions; linear time on any input; invalid UTF-8 is no error. Immutable; any number of threads may
/// use one scanner. Values that only stand for a secret (`changeme`, `<your token>`, `${TOKEN}`, `xxxx`) are passed over; keys of a known form that
/// call themselves an example get the score 0.5.
public struct SecretScanner: Scanner {
    /// The lowest score that is reported, 0 to 1.
    public var threshold: Double
    /// The kinds that are reported; nil for all.
    public var kinds: Set<String>?

    /// A scanner that reports scores from 0.5.
    public init(threshold: Double = 0.5, kinds: Set<String>? = nil) {
        self.threshold = threshold
        self.kinds = kinds
    }

    /// `secrets`.
    public var name: String { "secrets" }
    /// Everywhere.
    public var hookPoints: Set<HookPoint> { Set(HookPoint.allCases) }

    /// The secrets in a text, in order of their place and without overlaps.
    ///
    /// - Complexity: linear in the length of the text.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        guard let base = text.baseAddress, text.count > 0 else { return [] }
        var scan = SecretScan(bytes: base, count: text.count)
        scan.run()
        let found = scan.findings.filter { $0.score >= threshold && (kinds?.contains($0.kind) ?? true) }
        guard found.count > 1 else { return found }
        let order = found.indices.sorted { left, right in
            let (a, b) = (found[left], found[right])
            if a.score != b.score { return a.score > b.score }
            if a.range.count != b.range.count { return a.range.count > b.range.count }
            return left < right
        }
        var cover = IntervalCover(found.map(\.range))
        var kept: [Finding] = []
        for index in order where cover.insert(found[index].range) { kept.append(found[index]) }
        return kept.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// Every kind that may be reported.
    public static let allKinds: [String] = {
        var kinds = Set(SecretFormat.all.map(\.kind))
        kinds.formUnion([
            "JWT", "PRIVATE_KEY", "CONNECTION_STRING", "BASIC_AUTH_URL", "PASSWORD", "SECRET_ASSIGNMENT",
            "AWS_SECRET_KEY",
            "HIGH_ENTROPY_STRING", "TELEGRAM_TOKEN",
        ])
        return kinds.sorted()
    }()
}
