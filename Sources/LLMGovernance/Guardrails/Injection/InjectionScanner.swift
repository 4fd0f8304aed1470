/// Finds attempts to take a model over by its input: role override, demands for the system prompt, delimiters of chat
/// formats, hidden and encoded instructions.
///
/// Rules over terms in twelve languages, after look-alike letters, invisible characters, "1337" and spaced spelling are
/// folded; base64, hexadecimal, percent and binary runs, Unicode tags and reversed text are decoded and scanned again.
/// Rules find known forms and miss paraphrases: measure with Benchmarks/peers/prompt-injection before relying on it.
public struct InjectionScanner: Scanner {
    /// The scanner's name.
    public let name = "prompt-injection"
    /// Input, what was retrieved, and the conversation.
    public let hookPoints: Set<HookPoint> = [.input, .retrieval, .dialog, .execution]
    /// The kind of its findings.
    public static let kind = "PROMPT_INJECTION"
    private let lexicon = InjectionLexicon.standard
    private let rules = InjectionRule.standard

    /// A scanner with the library's rules.
    public init() {}

    /// The findings in a text, in order of their place; scores are those of the rules.
    public func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint) -> [Finding] {
        scan(text, at: point, depth: 0).sorted { ($0.range.lowerBound, $0.rule) < ($1.range.lowerBound, $1.rule) }
    }

    /// How sure the rules are together that a text is an attack, 0 to 1; 0.5 is the usual threshold.
    public func risk(_ text: String, at point: HookPoint = .input) -> Double { Self.risk(scan(text, at: point)) }

    /// Findings taken together: each rule counts once, suppressed refusals up to three times.
    public static func risk(_ findings: [Finding]) -> Double {
        var best: [String: Double] = [:]
        var repeated = 1.0
        var repeats = 0
        for finding in findings {
            if finding.rule == "refusal-suppression" {
                if repeats < 3 { repeated *= 1 - finding.score }
                repeats += 1
            } else {
                best[finding.rule] = max(best[finding.rule] ?? 0, finding.score)
            }
        }
        return 1 - best.values.sorted().reduce(repeated) { $0 * (1 - $1) }
    }

    func scan(_ text: UnsafeBufferPointer<UInt8>, at point: HookPoint, depth: Int) -> [Finding] {
        guard text.count < Int(Int32.max) else { return [] }
        var findings = ChatDelimiters.find(text)
        let hits = hits(text)
        for rule in rules {
            var end = 0
            for place in hits.indices where hits[place].bytes.lowerBound >= end {
                guard let range = rule.match(hits, from: place) else { continue }
                findings.append(
                    Finding(kind: Self.kind, range: range, score: score(of: rule, at: point), rule: rule.name))
                end = range.upperBound
            }
        }
        if depth < 2 { findings += hidden(text, at: point, depth: depth, hits: hits) }
        return findings
    }

    /// Text that came from elsewhere has no business to talk to the model.
    private func score(of rule: InjectionRule, at point: HookPoint) -> Double {
        guard point == .retrieval || point == .execution else { return rule.score }
        return switch rule.name {
        case "agent-must", "approve", "conceal", "authority", "new-task": min(0.9, rule.score + 0.2)
        default: rule.score
        }
    }

    private func hidden(
        _ text: UnsafeBufferPointer<UInt8>, at point: HookPoint, depth: Int, hits: [TermHit]
    ) -> [Finding] {
        var findings: [Finding] = []
        var runs = EncodedText.runs(in: text)
        let words = hits.count { $0.classes.contains(.reversed) }
        if words >= 2, text.count <= 1 << 16 {
            runs.append(EncodedText.Run(encoding: "reversed", range: 0..<text.count, content: text.reversed()))
        }
        for run in runs {
            let inner = run.content.withUnsafeBufferPointer { scan($0, at: point, depth: depth + 1) }
            let risk = Self.risk(inner)
            guard risk >= 0.3 else { continue }
            findings.append(
                Finding(
                    kind: Self.kind, range: run.range, score: min(0.95, risk + 0.15), rule: "encoded-" + run.encoding))
        }
        return findings
    }

    /// The terms in a text, in order.
    private func hits(_ text: UnsafeBufferPointer<UInt8>) -> [TermHit] {
        let words = FoldedWords(text).words
        var hits: [TermHit] = []
        var singles = 0
        for place in words.indices {
            singles = words[place].single != 0 ? singles + 1 : 0
            if singles == 4 { spaced(words, from: place - 3, into: &hits) }
            if lexicon.mayHave(words[place].hash) { match(words, place, words[place].hash, into: &hits) }
            let other = words[place].alternative
            if other != 0, other != words[place].hash, lexicon.mayHave(other) {
                match(words, place, other, into: &hits)
            }
        }
        return hits
    }

    private func match(_ words: [FoldedWords.Word], _ place: Int, _ hash: UInt64, into hits: inout [TermHit]) {
        for term in lexicon.terms(hash) ?? [] {
            let end = place + term.rest.count + 1
            guard end <= words.count else { continue }
            let agrees = term.rest.indices.allSatisfy {
                let word = words[place + 1 + $0]
                return word.hash == term.rest[$0] || word.alternative == term.rest[$0]
            }
            guard agrees else { continue }
            hits.append(
                TermHit(
                    classes: term.classes, first: place, end: end, sentence: words[place].sentence,
                    bytes: Int(words[place].start)..<Int(words[end - 1].end)))
        }
    }

    /// Reads "i g n o r e" as a word: known words, longest first, in a run of single letters.
    private func spaced(_ words: [FoldedWords.Word], from start: Int, into hits: inout [TermHit]) {
        var end = start
        while end < words.count, words[end].single != 0, end - start < 400 { end += 1 }
        var place = start
        while place < end {
            var found = 0
            for length in stride(from: min(14, end - place), through: 3, by: -1) {
                let hash = FoldedWords.hash(words[place..<place + length].map(\.single))
                guard let term = lexicon.terms(hash)?.first(where: { $0.rest.isEmpty }) else { continue }
                hits.append(
                    TermHit(
                        classes: term.classes, first: place, end: place + length, sentence: words[start].sentence,
                        bytes: Int(words[place].start)..<Int(words[place + length - 1].end)))
                found = length
                break
            }
            place += max(found, 1)
        }
    }
}
