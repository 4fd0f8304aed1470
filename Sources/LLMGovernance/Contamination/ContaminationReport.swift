public import LLMTensor

/// What a rule says about one test item.
public struct ContaminatedItem: Sendable, Hashable {
    /// The verdict of a rule.
    public enum Verdict: String, Sendable, Hashable, CaseIterable {
        case clean
        /// Between clean and dirty, for rules with two thresholds.
        case partial
        case dirty
        /// Fewer units than an n-gram: nothing can be said.
        case tooShort = "too_short"
    }

    /// The verdict.
    public var verdict: Verdict
    /// What the rule measures, 0 to 1: share of n-grams, of units, or the longest span's share of the item.
    public var share: Double
    /// Units of the item.
    public var unitCount: Int
    /// The longest span that stands in training, in units of the item; rules over spans only.
    public var longestSpan: Range<Int>?
    /// Its words; checks of texts only.
    public var longestText: String?
}

/// What a rule says about all items.
public struct ContaminationResult: Sendable, Hashable {
    /// The rule.
    public var rule: ContaminationRule
    /// One entry per item, in order.
    public var items: [ContaminatedItem]

    /// How many items have a verdict.
    public func count(_ verdict: ContaminatedItem.Verdict) -> Int { items.count { $0.verdict == verdict } }

    /// Dirty items over judged items; 0 when none was judged.
    public var dirtyShare: Double {
        let judged = items.count - count(.tooShort)
        return judged == 0 ? 0 : Double(count(.dirty)) / Double(judged)
    }

    /// Scores of the items split by verdict: what the benchmark says without the items that were in training.
    ///
    /// - Parameter scores: One per item, for instance 1 for a right answer.
    /// - Throws: ``ContaminationError/scoreCount(scores:items:)``
    public func split(_ scores: [Double]) throws(ContaminationError) -> ContaminationScores {
        guard scores.count == items.count else { throw .scoreCount(scores: scores.count, items: items.count) }
        func mean(_ keep: (ContaminatedItem.Verdict) -> Bool) -> ContaminationScores.Mean {
            let kept = zip(items, scores).filter { keep($0.0.verdict) }.map(\.1)
            return ContaminationScores.Mean(kept)
        }
        return ContaminationScores(
            all: mean { _ in true }, clean: mean { $0 == .clean }, dirty: mean { $0 == .dirty },
            notDirty: mean { $0 != .dirty })
    }
}

/// Mean scores of a benchmark by what training has seen.
public struct ContaminationScores: Sendable, Hashable {
    /// A mean.
    public struct Mean: Sendable, Hashable {
        /// Number of items.
        public var count: Int
        /// The mean; nil when there are no items.
        public var mean: Double?
        /// The standard error of the mean; nil for fewer than two items.
        public var standardError: Double?

        init(_ values: [Double]) {
            count = values.count
            guard !values.isEmpty else { return }
            let mean = values.reduce(0, +) / Double(values.count)
            self.mean = mean
            guard values.count > 1 else { return }
            let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            standardError = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
        }
    }

    /// All items.
    public var all: Mean
    /// Clean items.
    public var clean: Mean
    /// Dirty items.
    public var dirty: Mean
    /// Clean, partial and unjudged items.
    public var notDirty: Mean

    /// How much better the benchmark looks than its clean items do; nil when there are none.
    public var inflation: Double? {
        guard let all = all.mean, let clean = clean.mean else { return nil }
        return all - clean
    }
}

/// What all rules say.
public struct ContaminationReport: Sendable, Hashable {
    /// Training documents looked at.
    public var documentCount: Int
    /// Words or tokens of training looked at.
    public var unitCount: Int
    /// One entry per rule.
    public var results: [ContaminationResult]

    /// The result of a rule by its name.
    public subscript(rule: String) -> ContaminationResult? { results.first { $0.rule.name == rule } }

    /// As JSON: per rule the counts, and with `scores` the means by verdict.
    ///
    /// - Throws: ``ContaminationError/scoreCount(scores:items:)``
    public func json(scores: [Double]? = nil, listsItems: Bool = false) throws(ContaminationError) -> JSONValue {
        var rules: [JSONValue] = []
        for result in results {
            var object: JSONObject = JSONObject()
            object["rule"] = .string(result.rule.name)
            object["n"] = .integer(Int64(result.rule.length))
            object["items"] = .integer(Int64(result.items.count))
            for verdict in ContaminatedItem.Verdict.allCases {
                object[verdict.rawValue] = .integer(Int64(result.count(verdict)))
            }
            object["dirty_share"] = .number(result.dirtyShare)
            if let scores { object["scores"] = try result.split(scores).json }
            if listsItems { object["verdicts"] = .array(result.items.map(\.json)) }
            rules.append(.object(object))
        }
        return [
            "documents": .integer(Int64(documentCount)), "units": .integer(Int64(unitCount)), "rules": .array(rules),
        ]
    }
}

extension ContaminationScores {
    /// As JSON.
    public var json: JSONValue {
        func value(_ mean: Mean) -> JSONValue {
            [
                "count": .integer(Int64(mean.count)), "mean": mean.mean.map { .number($0) } ?? .null,
                "stderr": mean.standardError.map { .number($0) } ?? .null,
            ]
        }
        return [
            "all": value(all), "clean": value(clean), "dirty": value(dirty), "not_dirty": value(notDirty),
            "inflation": inflation.map { .number($0) } ?? .null,
        ]
    }
}

extension ContaminatedItem {
    /// As JSON.
    public var json: JSONValue {
        var object = JSONObject()
        object["verdict"] = .string(verdict.rawValue)
        object["share"] = .number(share)
        object["units"] = .integer(Int64(unitCount))
        if let longestSpan { object["longest"] = .integer(Int64(longestSpan.count)) }
        if let longestText { object["longest_text"] = .string(longestText) }
        return .object(object)
    }
}
