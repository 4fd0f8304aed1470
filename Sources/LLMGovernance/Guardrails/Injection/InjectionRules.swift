/// A rule: terms of these classes in this order, not too far apart.
struct InjectionRule: Sendable {
    var name: String
    var steps: [TermClasses]
    /// The most words between one step and the next.
    var gaps: [Int]
    var score: Double
    /// Whether the steps may stand in different sentences.
    var crossesSentences = false

    static let standard: [InjectionRule] = [
        InjectionRule(
            name: "override-prior-instruction", steps: [.override, .prior, .instruction], gaps: [3, 4], score: 0.9),
        InjectionRule(name: "override-told", steps: [.override, .told], gaps: [3], score: 0.8),
        InjectionRule(
            name: "override-own-instruction", steps: [.override, .own, .instruction], gaps: [2, 3], score: 0.75),
        InjectionRule(name: "override-prompt", steps: [.override, .prompt], gaps: [4], score: 0.75),
        InjectionRule(name: "override-limit", steps: [.override, .limit], gaps: [3], score: 0.5),
        InjectionRule(
            name: "instruction-overridden", steps: [.prior, .instruction, .override], gaps: [2, 3], score: 0.6),
        InjectionRule(name: "new-task", steps: [.newTask], gaps: [], score: 0.5),
        InjectionRule(name: "role-persona", steps: [.role, .persona], gaps: [10], score: 0.65),
        InjectionRule(name: "role-unrestricted", steps: [.role, .negation, .limit], gaps: [15, 3], score: 0.65),
        InjectionRule(name: "unrestricted", steps: [.negation, .limit], gaps: [3], score: 0.3),
        InjectionRule(name: "jailbreak", steps: [.jailbreak], gaps: [], score: 0.7),
        InjectionRule(name: "staging", steps: [.staging], gaps: [], score: 0.35),
        InjectionRule(name: "refusal-suppression", steps: [.refusal], gaps: [], score: 0.35),
        InjectionRule(name: "reveal-prompt", steps: [.reveal, .prompt], gaps: [6], score: 0.7),
        InjectionRule(name: "ask-prompt", steps: [.question, .prompt], gaps: [3], score: 0.55),
        InjectionRule(name: "prompt-verbatim", steps: [.prompt, .verbatim], gaps: [6], score: 0.5),
        InjectionRule(name: "send-secret", steps: [.send, .secret, .address], gaps: [8, 12], score: 0.6),
        InjectionRule(name: "send-prompt", steps: [.send, .prompt], gaps: [6], score: 0.6),
        InjectionRule(name: "conceal", steps: [.conceal], gaps: [], score: 0.5),
        InjectionRule(name: "agent-must", steps: [.agent, .must], gaps: [4], score: 0.3),
        InjectionRule(name: "authority", steps: [.authority], gaps: [], score: 0.45),
        InjectionRule(name: "approve", steps: [.approve], gaps: [], score: 0.3),
    ]
}

/// A term found in a text.
struct TermHit {
    var classes: TermClasses
    /// Place of its first and behind its last word.
    var first: Int
    var end: Int
    var sentence: Int32
    var bytes: Range<Int>
}

extension InjectionRule {
    /// Where the rule holds, beginning with a hit; nil if nowhere.
    func match(_ hits: [TermHit], from start: Int) -> Range<Int>? {
        guard hits[start].classes.contains(steps[0]) else { return nil }
        return extend(hits, at: start, step: 1).map { hits[start].bytes.lowerBound..<$0 }
    }

    private func extend(_ hits: [TermHit], at place: Int, step: Int) -> Int? {
        guard step < steps.count else { return hits[place].bytes.upperBound }
        var next = place + 1
        while next < hits.count, hits[next].first - hits[place].end <= gaps[step - 1] {
            if !crossesSentences, hits[next].sentence != hits[place].sentence { return nil }
            if hits[next].classes.contains(steps[step]), hits[next].first >= hits[place].end,
                let end = extend(hits, at: next, step: step + 1)
            {
                return end
            }
            next += 1
        }
        return nil
    }
}
