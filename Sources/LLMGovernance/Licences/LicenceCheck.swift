public import LLMTensor

/// Whether what a model is made from allows what is to be done with it.
///
/// Looks at data, base model and adapter together. Knows only the terms in ``LicenceTerms``; not legal advice.
public struct LicenceCheck: Sendable, Hashable {
    /// Something that goes into a model.
    public struct Input: Sendable, Hashable {
        /// What it is.
        public enum Role: String, Sendable, Hashable, CaseIterable {
            case dataset
            case baseModel = "base_model"
            case adapter
        }

        /// What it is.
        public var role: Role
        /// Its name.
        public var name: String
        /// Its licence: an SPDX expression, or a hub identifier as `llama3.2`.
        public var licence: String

        /// An input.
        public init(role: Role, name: String, licence: String) {
            self.role = role
            self.name = name
            self.licence = licence
        }
    }

    /// What is to be done.
    public struct Use: Sendable, Hashable {
        /// For money or in business.
        public var isCommercial: Bool
        /// The model is given to others.
        public var isDistributed: Bool
        /// The model answers others over a network.
        public var isService: Bool
        /// The licence that the result is to have; nil when none is given.
        public var outputLicence: String?
        /// The result's name, to check naming duties.
        public var outputName: String?
        /// Users a month.
        public var monthlyUsers: Int?

        /// A use.
        public init(
            isCommercial: Bool = true, isDistributed: Bool = false, isService: Bool = false,
            outputLicence: String? = nil, outputName: String? = nil, monthlyUsers: Int? = nil
        ) {
            self.isCommercial = isCommercial
            self.isDistributed = isDistributed
            self.isService = isService
            self.outputLicence = outputLicence
            self.outputName = outputName
            self.monthlyUsers = monthlyUsers
        }
    }

    /// The answer.
    public enum Verdict: String, Sendable, Hashable, Comparable {
        case allowed
        case conditions
        case conflict

        /// Whether the first is better.
        public static func < (left: Verdict, right: Verdict) -> Bool { left.weight < right.weight }
        private var weight: Int { self == .allowed ? 0 : self == .conditions ? 1 : 2 }
    }

    /// The answer for all together.
    public private(set) var verdict = Verdict.allowed
    /// What has to be done.
    public private(set) var conditions: [String] = []
    /// What is forbidden; a conflict when not empty.
    public private(set) var conflicts: [String] = []
    /// The inputs' licences as chosen where there was a choice.
    public private(set) var chosen: [String] = []

    /// Checks inputs for a use.
    ///
    /// - Throws: ``LicenceError`` for expressions that are none.
    public init(inputs: [Input], use: Use) throws(LicenceError) {
        var shareAlike: [(input: Input, identifier: String)] = []
        for input in inputs {
            // Of alternatives the one that asks for least counts.
            var best: LicenceFacts?
            for licences in try Self.expression(input.licence).alternatives() {
                let facts = LicenceFacts(licences, input: input, use: use)
                if best.map({ facts.weight < $0.weight }) ?? true { best = facts }
            }
            guard let best else { continue }
            conditions += best.conditions
            conflicts += best.conflicts
            chosen.append(best.text)
            shareAlike += best.shareAlike.map { (input, $0) }
        }
        if let first = shareAlike.first {
            for other in shareAlike.dropFirst()
            where !LicenceCompatibility.allowsBoth(first.identifier, other.identifier) {
                conflicts.append(
                    "\(first.input.name) (\(first.identifier)) and \(other.input.name) (\(other.identifier)) each demand their own licence for the result"
                )
            }
            if let output = use.outputLicence {
                for entry in shareAlike where !LicenceCompatibility.allows(entry.identifier, under: output) {
                    conflicts.append(
                        "\(entry.input.name): \(entry.identifier) demands itself for the result, not \(output)")
                }
            } else {
                let fitting = shareAlike.first { output in
                    shareAlike.allSatisfy { LicenceCompatibility.allows($0.identifier, under: output.identifier) }
                }
                conditions.append("the result is passed on under \((fitting ?? first).identifier)")
            }
        }
        conditions = conditions.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        verdict = !conflicts.isEmpty ? .conflict : conditions.isEmpty ? .allowed : .conditions
    }

    private static func expression(_ text: String) throws(LicenceError) -> LicenceExpression {
        // Hub identifiers such as "openrail++" are no SPDX.
        if LicenceTerms.find(text) != nil { return .licence(text, orLater: false, exception: nil) }
        return try LicenceExpression(text)
    }

    /// As JSON.
    public var json: JSONValue {
        [
            "verdict": .string(verdict.rawValue), "conflicts": .array(conflicts.map { .string($0) }),
            "conditions": .array(conditions.map { .string($0) }), "chosen": .array(chosen.map { .string($0) }),
            "note": "summary of the terms, not legal advice",
        ]
    }
}

/// What one choice of licences of one input means.
private struct LicenceFacts {
    var conditions: [String] = []
    var conflicts: [String] = []
    var shareAlike: [String] = []
    var text = ""
    var weight: Int { conflicts.count * 1_000_000 + shareAlike.count * 1000 + conditions.count }

    init(_ licences: [LicenceExpression], input: LicenceCheck.Input, use: LicenceCheck.Use) {
        text = licences.map(\.description).joined(separator: " AND ")
        for case .licence(let name, let orLater, _) in licences {
            let identifier = orLater && LicenceTerms.find(name + "-or-later") != nil ? name + "-or-later" : name
            guard let terms = LicenceTerms.find(identifier) else {
                conflicts.append("\(input.name): the terms of \(name) are not known here; have them read")
                continue
            }
            add(terms, input: input, use: use)
        }
    }

    private mutating func add(_ terms: LicenceTerms, input: LicenceCheck.Input, use: LicenceCheck.Use) {
        let who = "\(input.name) (\(terms.identifier))"
        if use.isCommercial, !terms.allowsCommercialUse { conflicts.append("\(who): no commercial use") }
        if let most = terms.largestMonthlyUsers, let users = use.monthlyUsers, users > most {
            conflicts.append("\(who): more than \(most) users a month need a licence of their own")
        }
        if use.isDistributed {
            if terms.reach == .forbidden { conflicts.append("\(who): nothing made from it may be passed on") }
            if let output = use.outputLicence, terms.reach == .none || terms.reach == .files,
                !LicenceCompatibility.allows(terms.identifier, under: output)
            {
                conflicts.append("\(who): what contains it cannot be passed on under \(output)")
            }
            if terms.reach == .files { conditions.append("\(who): changed files stay under it, with their source") }
            if terms.needsAttribution { conditions.append("\(who): name the makers and add the licence text") }
            if let name = terms.naming {
                if let output = use.outputName, !output.hasPrefix(name),
                    !output.lowercased().hasPrefix(name.lowercased())
                {
                    conflicts.append("\(who): the result's name has to begin with \"\(name)\", not \"\(output)\"")
                } else if use.outputName == nil {
                    conditions.append("\(who): the result's name begins with \"\(name)\"")
                }
            }
        }
        let reaches =
            terms.reach == .derivatives && use.isDistributed
            || terms.reach == .network && (use.isDistributed || use.isService)
        if reaches { shareAlike.append(terms.identifier) }
        if terms.restrictsUse {
            conditions.append("\(who): its use restrictions apply and are passed on to users")
        }
        if let most = terms.largestMonthlyUsers { conditions.append("\(who): up to \(most) users a month") }
        conditions += terms.notes.map { "\(who): \($0)" }
    }
}
