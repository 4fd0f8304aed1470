public import LLMGovernance
internal import Synchronization

/// Makes the request for the version that will answer: tokens depend on its tokenizer and chat template.
public typealias RequestMaker = @Sendable (ServedModel) throws(ServingError) -> ServingRequest

/// Routes requests by name to loaded model versions; swaps, tries and rolls back versions while requests run.
///
/// A swap drops nothing: streams under way end on the version they began on, whose memory is free after the last of
/// them. May be used from any task.
///
/// ```swift
/// let pool = ServingPool()
/// try pool.deploy(try await ServedModel.load(repository.resolve("production")), as: "support")
/// let stream = try pool.submit(to: "support", routingKey: user) { model in … }
/// ```
public final class ServingPool: Sendable {
    /// How models are guarded.
    public let configuration: PoolConfiguration
    let clock: any EngineClock
    let audit: (any AuditSink)?
    let onDecision: (@Sendable (RolloutDecision) async -> Void)?

    let state: Mutex<PoolState>

    /// A pool without models.
    ///
    /// - Parameters:
    ///   - audit: Where swaps, trials, promotions and rollbacks are recorded. All but a rollback wait for their record
    ///     and do not happen without it; a rollback makes things safe and is never held up.
    ///   - onDecision: Told about promotions and rollbacks by the pool itself: move the registry's alias here.
    public init(
        configuration: PoolConfiguration = PoolConfiguration(), audit: (any AuditSink)? = nil,
        clock: any EngineClock = SystemEngineClock(),
        onDecision: (@Sendable (RolloutDecision) async -> Void)? = nil
    ) {
        self.configuration = configuration
        self.audit = audit
        self.clock = clock
        self.onDecision = onDecision
        state = Mutex(PoolState(budget: RetryBudget(configuration.retry)))
    }

    // MARK: Requests

    /// Takes a request in for a name.
    ///
    /// - Parameters:
    ///   - routingKey: A user or session: during a trial, the same key always meets the same version.
    ///   - make: Called with the version that will answer; again when the request is tried again on another one.
    /// - Throws: ``ServingError``, within milliseconds. What fails before its first token is tried again within
    ///   ``PoolConfiguration/retry``; what fails later ends the stream.
    public func submit(
        to name: String, routingKey: String? = nil, _ make: @escaping RequestMaker
    ) throws(ServingError) -> ServingStream {
        state.withLock { $0.budget.deposit() }
        let routed = try route(name, routingKey, make)
        let source = RoutedSource(pool: self, name: name, routingKey: routingKey, make: make, first: routed)
        return ServingStream(id: routed.stream.id, model: routed.stream.model, source: source)
    }

    /// The version that would answer, to be looked at or asked directly.
    ///
    /// - Throws: ``ServingError/unknownModel(_:)``.
    public func model(_ name: String, routingKey: String? = nil) throws(ServingError) -> ServedModel {
        let found = state.withLock { state -> ServedModel? in
            guard let key = state.key(name), let side = state.deployments[key]?.order(routingKey: routingKey).first
            else { return nil }
            return state.deployments[key]?.lane(side)?.model
        }
        guard let found else { throw .unknownModel(name) }
        return found
    }

    /// All names.
    public var models: [ModelStatus] {
        state.withLock { state in
            state.deployments.keys.sorted().compactMap { name in
                guard let deployment = state.deployments[name] else { return nil }
                return ModelStatus(
                    name: name, version: deployment.stable.model.version,
                    canary: deployment.canary?.lane.model.version,
                    canaryShare: deployment.canary?.judge.policy.share ?? 0,
                    aliases: state.aliases.filter { $0.value == name }.map(\.key).sorted())
            }
        }
    }

    /// One try on the version the request falls to; a version that is just being swapped out is passed over.
    func route(
        _ name: String, _ routingKey: String?, _ make: RequestMaker, avoidsCanary: Bool = false
    ) throws(ServingError) -> RoutedRequest {
        for _ in 0..<8 {
            let model = try pick(name, routingKey, avoidsCanary: avoidsCanary)
            do throws(ServingError) {
                let stream = try model.engine.submit(try make(model))
                return RoutedRequest(stream: stream, model: model)
            } catch {
                settle(name, model.version) { lane, _, _ in lane.breaker.record(nil, now: self.clock.now) }
                guard case .draining = error, !state.withLock(\.isDraining) else { throw error }
            }
        }
        throw .draining
    }

    private func pick(
        _ name: String, _ routingKey: String?, avoidsCanary: Bool
    ) throws(ServingError) -> ServedModel {
        let now = clock.now
        let result = state.withLock { state -> Result<ServedModel, ServingError> in
            guard let key = state.key(name), var deployment = state.deployments[key] else {
                return .failure(.unknownModel(name))
            }
            defer { state.deployments[key] = deployment }
            var wait = Duration.zero
            for side in avoidsCanary ? [.stable] : deployment.order(routingKey: routingKey) {
                guard let lane = deployment.lane(side) else { continue }
                if lane.underWay >= lane.limit.limit {
                    wait = max(wait, .seconds(1))
                    continue
                }
                var refused: Duration?
                deployment.update(lane.model.version) { lane in
                    // A version on trial is guarded by its judge, who must see how it fails.
                    refused = side == .canary ? nil : lane.breaker.admit(now: now)
                    if refused == nil { lane.underWay += 1 }
                }
                guard let refused else { return .success(lane.model) }
                wait = max(wait, refused)
            }
            return .failure(.overloaded(retryAfter: wait))
        }
        return try result.get()
    }

    /// Whether a request may be tried again.
    func mayRetry() -> Bool { state.withLock { $0.budget.withdraw() } }

    /// A try is over: `change` learns from it.
    private func settle(
        _ name: String, _ version: String,
        _ change: (inout Deployment.Lane, inout CanaryJudge?, CanaryJudge.Side) -> Void

    ) {
        state.withLock { state in
            guard let key = state.key(name), var deployment = state.deployments[key] else { return }
            var judge = deployment.canary?.judge
            // Not what it was when the request was routed: trials may have ended and begun since.
            let side = deployment.canary?.lane.model.version == version ? CanaryJudge.Side.canary : .stable
            deployment.update(version) { lane in
                lane.underWay = max(0, lane.underWay - 1)
                change(&lane, &judge, side)
            }
            if let judge { deployment.canary?.judge = judge }
            state.deployments[key] = deployment
        }
    }

    /// A try is over: what it says about the version's health.
    func record(_ outcome: RequestOutcome, of routed: RoutedRequest, name: String) {
        let now = clock.now
        settle(name, routed.model.version) { lane, judge, side in
            lane.breaker.record(outcome.succeeded, now: now)
            if let succeeded = outcome.succeeded {
                let isLate = outcome.timeToFirstToken.map { $0 > self.configuration.lateAfter } ?? false
                lane.limit.record(isGood: succeeded && !isLate)
                judge?.add(.failure, succeeded ? 0 : 1, side)
            }
            if let latency = outcome.secondsPerToken { judge?.add(.latency, latency, side) }
        }
        decide(name)
    }

    /// Tells how good an answer was, larger is better; counts while a trial runs.
    public func recordQuality(_ score: Double, name: String, version: String) {
        state.withLock { state in
            guard let key = state.key(name), let deployment = state.deployments[key], let canary = deployment.canary
            else { return }
            if version == canary.lane.model.version {
                state.deployments[key]?.canary?.judge.add(.quality, score, .canary)
            } else if version == deployment.stable.model.version {
                state.deployments[key]?.canary?.judge.add(.quality, score, .stable)
            }
        }
        decide(name)
    }
}
