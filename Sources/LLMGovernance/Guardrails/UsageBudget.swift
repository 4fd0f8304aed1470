internal import Synchronization

/// What somebody may use: requests, tokens and money per window of time, with room for bursts.
public struct UsageLimits: Sendable, Hashable {
    /// Requests a minute.
    public var requestsPerMinute: Double
    /// Tokens a minute, read and written.
    public var tokensPerMinute: Double
    /// Cost a day, in the host's unit.
    public var costPerDay: Double
    /// Seconds of computing a minute.
    public var secondsPerMinute: Double
    /// The largest burst, as a share of one window's allowance.
    public var burst: Double

    /// Limits; infinity where there is none.
    public init(
        requestsPerMinute: Double = .infinity, tokensPerMinute: Double = .infinity, costPerDay: Double = .infinity,
        secondsPerMinute: Double = .infinity, burst: Double = 1
    ) {
        self.requestsPerMinute = requestsPerMinute
        self.tokensPerMinute = tokensPerMinute
        self.costPerDay = costPerDay
        self.secondsPerMinute = secondsPerMinute
        self.burst = burst
    }
}

/// A refused use.
public struct BudgetExceeded: Error, Sendable, Hashable, CustomStringConvertible {
    /// Who.
    public var principal: String
    /// Of what: `requests`, `tokens`, `cost` or `seconds`.
    public var resource: String
    /// When there will be enough, in seconds; infinite when the use is larger than any burst.
    public var retryAfterSeconds: Double

    /// What a user can act on.
    public var description: String {
        retryAfterSeconds.isFinite
            ? "\(principal) has used up its \(resource); again in \(Int(retryAfterSeconds.rounded(.up))) s"
            : "\(principal) asks for more \(resource) at once than its limit ever allows"
    }
}

/// Counts what principals use and refuses what is over their limits: token buckets.
///
/// Thread-safe. Time comes from the caller's clock, in seconds, and must not run backwards (if it does, nothing flows in).
public final class UsageBudget: Sendable {
    /// A use.
    public struct Use: Sendable, Hashable {
        /// Requests.
        public var requests: Double
        /// Tokens.
        public var tokens: Double
        /// Cost.
        public var cost: Double
        /// Seconds of computing.
        public var seconds: Double

        /// A use.
        public init(requests: Double = 1, tokens: Double = 0, cost: Double = 0, seconds: Double = 0) {
            self.requests = requests
            self.tokens = tokens
            self.cost = cost
            self.seconds = seconds
        }

        var values: [Double] { [requests, tokens, cost, seconds] }
    }

    private struct Account: Sendable {
        var levels: [Double]
        var time: Double
    }

    private static let resources = ["requests", "tokens", "cost", "seconds"]
    private let limits: UsageLimits
    private let exceptions: [String: UsageLimits]
    private let largestAccountCount: Int
    private let accounts = Mutex<[String: Account]>([:])

    /// A budget: the same limits for everybody, others for some.
    ///
    /// - Parameter largestAccountCount: Principals remembered at most; full accounts are forgotten first.
    public init(limits: UsageLimits, exceptions: [String: UsageLimits] = [:], largestAccountCount: Int = 100_000) {
        self.limits = limits
        self.exceptions = exceptions
        self.largestAccountCount = max(1, largestAccountCount)
    }

    /// Takes a use from a principal's account.
    ///
    /// - Throws: ``BudgetExceeded``; then nothing is taken.
    public func take(_ use: Use, from principal: String, at time: Double) throws(BudgetExceeded) {
        let refusal = accounts.withLock { accounts -> BudgetExceeded? in
            if accounts[principal] == nil, accounts.count >= largestAccountCount {
                forget(&accounts, at: time)
                if accounts.count >= largestAccountCount {
                    return BudgetExceeded(principal: principal, resource: "requests", retryAfterSeconds: 60)
                }
            }
            var account = refilled(accounts[principal], principal, at: time)
            let (rates, capacities) = Self.rates(exceptions[principal] ?? limits)
            for (index, wanted) in use.values.enumerated() where capacities[index].isFinite {
                guard wanted >= 0, wanted <= account.levels[index] else {
                    let missing = wanted - account.levels[index]
                    let wait = wanted > capacities[index] || !(wanted >= 0) ? Double.infinity : missing / rates[index]
                    return BudgetExceeded(
                        principal: principal, resource: Self.resources[index], retryAfterSeconds: wait)
                }
            }
            for (index, wanted) in use.values.enumerated() where capacities[index].isFinite {
                account.levels[index] -= wanted
            }
            accounts[principal] = account
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Enters what a request took beyond what was taken before it; the account may go below zero.
    public func settle(_ use: Use, of principal: String, at time: Double) {
        accounts.withLock { accounts in
            var account = refilled(accounts[principal], principal, at: time)
            for (index, used) in use.values.enumerated() where used.isFinite { account.levels[index] -= used }
            accounts[principal] = account
        }
    }

    private func refilled(_ account: Account?, _ principal: String, at time: Double) -> Account {
        let (rates, capacities) = Self.rates(exceptions[principal] ?? limits)
        guard var account else { return Account(levels: capacities, time: time) }
        let passed = max(0, time - account.time)
        for index in rates.indices where capacities[index].isFinite {
            account.levels[index] = min(capacities[index], account.levels[index] + rates[index] * passed)
        }
        account.time = max(account.time, time)
        return account
    }

    private func forget(_ accounts: inout [String: Account], at time: Double) {
        for (principal, account) in accounts {
            let (_, capacities) = Self.rates(exceptions[principal] ?? limits)
            if refilled(account, principal, at: time).levels == capacities { accounts[principal] = nil }
        }
    }

    private static func rates(_ limits: UsageLimits) -> (rates: [Double], capacities: [Double]) {
        let perWindow = [
            limits.requestsPerMinute, limits.tokensPerMinute, limits.costPerDay, limits.secondsPerMinute,
        ]
        let seconds: [Double] = [60, 60, 86_400, 60]
        return (zip(perWindow, seconds).map { $0 / $1 }, perWindow.map { $0 * limits.burst })
    }
}
