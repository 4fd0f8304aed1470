/// What is known about a population of requests and responses, in sketches that merge.
public struct TrafficProfile: Sendable, Hashable {
    /// Numbers by feature: `prompt_characters`, `output_tokens`, `mean_logprob`, ...
    public private(set) var numbers: [String: QuantileSketch] = [:]
    /// Categories by feature: `script`, `refusal`, `finish_reason`, `token`, ...
    public private(set) var categories: [String: CategoryCounts] = [:]
    /// Vectors by feature: `prompt_embedding`.
    public private(set) var vectors: [String: VectorSum] = [:]
    /// How many observations were added.
    public private(set) var count = 0

    /// An empty profile.
    public init() {}

    /// Adds an observation.
    public mutating func add(_ observation: TrafficObservation) {
        count += 1
        for (feature, value) in observation.numbers { numbers[feature, default: QuantileSketch()].add(value) }
        for (feature, counts) in observation.categories {
            for (category, number) in counts {
                categories[feature, default: CategoryCounts()].add(category, count: number)
            }
        }
        for (feature, vector) in observation.vectors { vectors[feature, default: VectorSum()].add(vector) }
    }

    /// Adds another profile.
    public mutating func merge(_ other: TrafficProfile) {
        count += other.count
        for (feature, sketch) in other.numbers { numbers[feature, default: QuantileSketch()].merge(sketch) }
        for (feature, counts) in other.categories {
            categories[feature, default: CategoryCounts(limit: counts.limit)].merge(counts)
        }
        for (feature, sum) in other.vectors { vectors[feature, default: VectorSum()].merge(sum) }
    }
}
