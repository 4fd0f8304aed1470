/// When a test item counts as seen in training.
///
/// Published rules, each over units: words (see ``WordUnits``) or token identifiers. N-grams do not see a paraphrase.
public struct ContaminationRule: Sendable, Hashable {
    /// How units that also stand in training are turned into a verdict.
    public enum Measure: Sendable, Hashable {
        /// Dirty when any n-gram of the item stands in training.
        case anyNGram
        /// Dirty when at least this share of the item's n-grams stands in training.
        case shareOfNGrams(Double)
        /// Dirty when at least this share of the item's units lies in an n-gram that stands in training.
        case shareOfUnits(Double)
        /// Units in spans that agree with training in their first n units and then but for `skips` places, end
        /// agreeing, and are longer than n; clean below `clean`, dirty from `dirty` on, partial between.
        case spans(skips: Int, clean: Double, dirty: Double)
        /// Dirty when the longest span that stands word for word in training is at least this share of the item.
        case longestSpan(Double)
    }

    /// The rule's name in reports and on the command line.
    public var name: String
    /// Units of an n-gram; items with fewer are not judged.
    public var length: Int
    /// What is measured.
    public var measure: Measure

    /// A rule.
    public init(name: String, length: Int, measure: Measure) {
        self.name = name
        self.length = length
        self.measure = measure
    }

    /// Any 13-gram of words (Brown et al. 2020, appendix C; there n is the 5th percentile of lengths, 8 to 13).
    public static let gpt3 = ContaminationRule(name: "gpt3", length: 13, measure: .anyNGram)
    /// 70 % of the 8-grams (Chowdhery et al. 2022, section 8).
    public static let palm = ContaminationRule(name: "palm", length: 8, measure: .shareOfNGrams(0.7))
    /// Spans longer than 10 tokens with four skips; clean below 20 %, dirty from 80 % (Touvron et al. 2023, A.6).
    public static let llama2 = ContaminationRule(
        name: "llama2", length: 10, measure: .spans(skips: 4, clean: 0.2, dirty: 0.8))
    /// Share of tokens in 8-grams (Llama 3, 2024, 5.1.4), where the threshold is chosen per data set; here one half.
    public static let llama3 = ContaminationRule(name: "llama3", length: 8, measure: .shareOfUnits(0.5))
    /// Longest contaminated span (Singh et al. 2024, arXiv 2411.03923), dirty from half of the item; spans from 8.
    public static let longest = ContaminationRule(name: "longest", length: 8, measure: .longestSpan(0.5))
    /// All five.
    public static let published: [ContaminationRule] = [.gpt3, .palm, .llama2, .llama3, .longest]

    /// GPT-3's choice of n for a test set: the 5th percentile of its items' lengths, at least 8, at most 13.
    public static func gpt3(itemLengths: [Int]) -> ContaminationRule {
        var rule = gpt3
        let sorted = itemLengths.sorted()
        if !sorted.isEmpty { rule.length = min(13, max(8, sorted[sorted.count / 20])) }
        return rule
    }

    /// The most that an n-gram may have.
    static let largestLength = 1024

    func checked() throws(ContaminationError) -> ContaminationRule {
        guard (1...Self.largestLength).contains(length) else {
            throw .invalidRule(name: name, reason: "n-grams have 1 to \(Self.largestLength) units, not \(length)")
        }
        let shares: [Double] =
            switch measure {
            case .anyNGram: []
            case .shareOfNGrams(let share), .shareOfUnits(let share), .longestSpan(let share): [share]
            case .spans(_, let clean, let dirty): [clean, dirty]
            }
        guard shares.allSatisfy({ (0...1).contains($0) }), shares == shares.sorted() else {
            throw .invalidRule(name: name, reason: "thresholds are shares from 0 to 1 in rising order")
        }
        if case .spans(let skips, _, _) = measure, !(0...length).contains(skips) {
            throw .invalidRule(name: name, reason: "0 to \(length) skips, not \(skips)")
        }
        return self
    }
}

/// Why contamination cannot be checked.
public enum ContaminationError: Error, Sendable, Hashable {
    /// A rule makes no sense.
    case invalidRule(name: String, reason: String)
    /// The test items are too many for the index.
    case tooLarge(units: Int, limit: Int)
    /// Two checks were made for different items or rules.
    case otherItems
    /// Scores and items differ in number.
    case scoreCount(scores: Int, items: Int)
}

extension ContaminationError: CustomStringConvertible {
    /// What a user can act on.
    public var description: String {
        switch self {
        case .invalidRule(let name, let reason): "contamination rule \(name): \(reason)"
        case .tooLarge(let units, let limit):
            "the test items have \(units) units, at most \(limit) are indexed; check them in parts"
        case .otherItems: "checks of different test items or rules cannot be merged"
        case .scoreCount(let scores, let items): "\(scores) scores for \(items) test items"
        }
    }
}
