/// What a pool knows: who answers to which name, and who is on the way out.
struct PoolState: Sendable {
    var deployments: [String: Deployment] = [:]
    var aliases: [String: String] = [:]
    var budget: RetryBudget
    var draining: [ObjectIdentifier: Task<Void, Never>] = [:]
    var isDraining = false

    init(budget: RetryBudget) { self.budget = budget }

    /// The deployment a name or alias means.
    func key(_ name: String) -> String? {
        if deployments[name] != nil { return name }
        return aliases[name].flatMap { deployments[$0] == nil ? nil : $0 }
    }
}
