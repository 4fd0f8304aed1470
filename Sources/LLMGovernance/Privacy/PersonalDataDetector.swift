/// Finds personal data in a text by its formats, check digits and the words around it.
///
/// Everything is read as bytes: no regular expression runs, a scan takes linear time on any input, and invalid UTF-8 is no
/// error. The same text always gives the same findings, in order of their place and without overlaps. Immutable; any number of
/// threads may use one detector.
///
/// A finding's score starts with what the format alone says, rises with a check digit that fits or a word nearby that names the kind
/// (in some twenty languages), and falls near words such as "order" or "version". The defaults report what is more likely personal than not.
public struct PersonalDataDetector: Scanner {
    /// What to look for and how strictly.
    public struct Configuration: Sendable {
        /// The kinds to report.
        public var kinds: Set<PersonalDataKind>
        /// The lowest score that is reported, 0 to 1.
        public var threshold: Double
        /// Countries whose national numbers are looked for, as in the kinds' names (`US`, `UK`, `DE`, ...); nil for all.
        public var regions: Set<String>?
        /// Texts that are never reported: the company's own number, its support address. Compared byte by byte, ASCII letters in either case.
        public var allowed: Set<String>
        /// Texts that are always reported, and as what.
        public var denied: [String: PersonalDataKind]
        /// Recognizers of what has no format, names above all.
        public var recognizers: [any PersonalDataRecognizer]

        /// The defaults: all kinds but plain dates, scores from 0.5, names by ``HeuristicNameRecognizer``.
        public init(
            kinds: Set<PersonalDataKind> = PersonalDataKind.standard, threshold: Double = 0.5,
            regions: Set<String>? = nil, allowed: Set<String> = [], denied: [String: PersonalDataKind] = [:],
            recognizers: [any PersonalDataRecognizer] = [HeuristicNameRecognizer()]
        ) {
            self.kinds = kinds
            self.threshold = threshold
            self.regions = regions
            self.allowed = allowed
            self.denied = denied
            self.recognizers = recognizers
        }
    }

    /// How this detector was set up.
    public let configuration: Configuration

    private let kinds: PersonalDataKinds
    private let recognizers: [any PersonalDataRecognizer]
    private let allowed: Set<[UInt8]>
    private let denied: [(text: [UInt8], kind: PersonalDataKind)]

    /// A detector.
    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        kinds = PersonalDataKinds(configuration.kinds)
        recognizers = configuration.recognizers.filter { !$0.kinds.isDisjoint(with: configuration.kinds) }
        allowed = Set(configuration.allowed.map { $0.utf8.map(ByteClass.lowercased) })
        denied = configuration.denied.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { ($0.key.utf8.map(ByteClass.lowercased), $0.value) }
            .filter { !$0.text.isEmpty }
    }

    /// `personal-data`.
    public var name: String { "personal-data" }
    /// Everywhere but tool calls.
    public var hookPoints: Set<HookPoint> { [.input, .retrieval, .dialog, .output] }

    /// The personal data in a text.
    ///
    /// - Complexity: linear in the length of the text.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        findings(in: text).map { Finding(kind: $0.kind.rawValue, range: $0.range, score: $0.score, rule: $0.rule) }
    }

    func findings(in text: UnsafeBufferPointer<UInt8>) -> [PersonalDataMatch] {
        guard text.count > 0 else { return [] }
        var scan = PersonalDataScan(text, kinds: kinds, regions: configuration.regions)
        scan.run()
        var matches = scan.matches
        for recognizer in recognizers {
            for finding in recognizer.recognize(text) where configuration.kinds.contains(finding.kind) {
                guard finding.range.lowerBound >= 0, finding.range.upperBound <= text.count, !finding.range.isEmpty
                else {
                    continue
                }
                matches.append(
                    PersonalDataMatch(
                        kind: finding.kind, range: finding.range, score: finding.score, rule: recognizer.name))
            }
        }
        addDenied(text, &matches)
        matches.removeAll { $0.score < configuration.threshold || isAllowed(text, $0.range) }
        return Self.withoutOverlaps(matches)
    }

    private func isAllowed(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard !allowed.isEmpty else { return false }
        return allowed.contains(text[range].map(ByteClass.lowercased))
    }

    private func addDenied(_ text: UnsafeBufferPointer<UInt8>, _ matches: inout [PersonalDataMatch]) {
        guard let base = text.baseAddress else { return }
        for (word, kind) in denied where word.count <= text.count {
            var index = 0
            let last = text.count - word.count
            while index <= last {
                if ByteClass.lowercased(base[index]) == word[0],
                    (1..<word.count).allSatisfy({ ByteClass.lowercased(base[index + $0]) == word[$0] })
                {
                    matches.append(
                        PersonalDataMatch(kind: kind, range: index..<(index + word.count), score: 1, rule: "denied"))
                    index += word.count
                } else {
                    index += 1
                }
            }
        }
    }

    /// Of matches that overlap, keeps the higher score, then the longer, then the earlier, then the kind that comes first.
    static func withoutOverlaps(_ matches: [PersonalDataMatch]) -> [PersonalDataMatch] {
        guard matches.count > 1 else { return matches }
        let order = matches.indices.sorted { left, right in
            let (a, b) = (matches[left], matches[right])
            if a.score != b.score { return a.score > b.score }
            if a.range.count != b.range.count { return a.range.count > b.range.count }
            if a.range.lowerBound != b.range.lowerBound { return a.range.lowerBound < b.range.lowerBound }
            if a.kind != b.kind { return a.kind.index < b.kind.index }
            return left < right
        }
        // Overlaps live in runs of matches that touch; a cover per run keeps this near linear.
        var kept: [PersonalDataMatch] = []
        var cover = IntervalCover(matches.map(\.range))
        for index in order where cover.insert(matches[index].range) { kept.append(matches[index]) }
        return kept.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }
}
