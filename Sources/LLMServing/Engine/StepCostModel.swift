/// What a step costs, learned from the steps computed: `base + perPromptToken × p + perSequence × s`.
///
/// Least squares with forgetting, held near a prior while there is little to learn from. A value; 3 × 3 equations.
struct StepCostModel: Sendable, Hashable {
    /// Seconds of an empty step, per prompt token, and per decoding sequence.
    private var weights: [Double]
    private let prior: [Double]
    /// Sums of products, row by row, and of products with the time.
    private var products = [Double](repeating: 0, count: 9)
    private var targets = [Double](repeating: 0, count: 3)
    private(set) var observations = 0

    /// What each observation leaves of those before it: about 200 steps count.
    private static let memory = 0.995
    /// How strongly the prior pulls, relative to one observation of typical size.
    private static let ridge: [Double] = [0.05, 10, 0.05]

    /// Starts from a guess: 20 ms a step, 1 ms a prompt token, 4 ms a sequence; a small model on two cores.
    init(base: Double = 0.02, promptToken: Double = 0.001, sequence: Double = 0.004) {
        prior = [base, promptToken, sequence]
        weights = prior
    }

    /// Learns from a step.
    mutating func observe(promptTokens: Int, sequences: Int, seconds: Double) {
        guard seconds.isFinite, seconds >= 0 else { return }
        let x = [1, Double(promptTokens), Double(sequences)]
        for row in 0..<3 {
            for column in 0..<3 {
                products[3 * row + column] = Self.memory * products[3 * row + column] + x[row] * x[column]
            }
            targets[row] = Self.memory * targets[row] + x[row] * seconds
        }
        observations += 1
        solve()
    }

    /// Seconds of a step.
    func seconds(promptTokens: Int, sequences: Int) -> Double {
        weights[0] + weights[1] * Double(promptTokens) + weights[2] * Double(sequences)
    }

    /// Coordinate descent on the normal equations with weights kept at zero or above.
    private mutating func solve() {
        for _ in 0..<20 {
            for row in 0..<3 {
                var rest = targets[row] + Self.ridge[row] * prior[row]
                for column in 0..<3 where column != row { rest -= products[3 * row + column] * weights[column] }
                weights[row] = max(0, rest / (products[4 * row] + Self.ridge[row]))
            }
        }
    }
}
