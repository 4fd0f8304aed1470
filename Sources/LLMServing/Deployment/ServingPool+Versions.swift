internal import LLMGovernance
internal import Synchronization

extension ServingPool {
    /// Makes a version serve a name from now on. The version before ends its streams; a trial under way ends too.
    ///
    /// - Throws: what the audit sink throws; nothing is changed then.
    public func deploy(_ model: ServedModel, as name: String, actor: String = "serving") throws {
        let before = try? self.model(name).version
        try record("serving.deploy", model.version, actor, ["name": name, "before": before ?? ""])
        replace(name, keepsHistory: true) { _ in model }
    }

    /// Loads the version an alias stands for and makes it serve `name`; nothing happens when it serves already.
    ///
    /// - Throws: what the repository, loading, or the audit sink throws.
    public func deploy(
        _ alias: String, from repository: any ModelRepository, as name: String, actor: String = "serving",
        load: @Sendable (ResolvedModel) async throws -> ServedModel
    ) async throws {
        let resolved = try await repository.resolve(alias)
        guard (try? self.model(name).version) != resolved.version else { return }
        try deploy(try await load(resolved), as: name, actor: actor)
    }

    /// Lets another name stand for a model.
    public func setAlias(_ alias: String, to name: String) { state.withLock { $0.aliases[alias] = name } }

    /// Takes a name away; streams under way end as usual.
    public func remove(_ name: String) {
        let gone = state.withLock { state -> [ServedModel] in
            let deployment = state.deployments.removeValue(forKey: name)
            return [deployment?.stable.model, deployment?.canary?.lane.model].compactMap { $0 }
        }
        for model in gone { drain(model) }
    }

    /// Tries a version on part of a name's requests; the pool promotes it or rolls it back by itself.
    ///
    /// - Throws: ``ServingError/unknownModel(_:)``, ``ServingError/invalidRequest(_:)`` for a policy out of range or
    ///   the version that serves already, what the audit sink throws.
    public func startCanary(
        _ model: ServedModel, as name: String, policy: CanaryPolicy = CanaryPolicy(), actor: String = "serving"
    ) throws {
        guard (0...1).contains(policy.share), !policy.measures.isEmpty else {
            throw ServingError.invalidRequest("a trial needs a share of 0 to 1 and something to be judged by")
        }
        let stable = try stableVersion(name)
        guard stable != model.version else {
            throw ServingError.invalidRequest("version \(model.version) serves \(name) already")
        }
        try record(
            "serving.canary", model.version, actor, ["name": name, "stable": stable, "share": "\(policy.share)"])
        let before = state.withLock { state -> ServedModel? in
            guard let key = state.key(name) else { return nil }
            defer {
                state.deployments[key]?.canary = Deployment.Canary(
                    lane: makeLane(model), judge: CanaryJudge(policy: policy))
            }
            return state.deployments[key]?.canary?.lane.model
        }
        if let before { drain(before) }
    }

    /// Ends a trial: the version on trial takes all requests, or none.
    ///
    /// - Throws: ``ServingError/invalidRequest(_:)`` when there is no trial; for a promotion, what the audit sink throws.
    public func endCanary(
        _ name: String, _ action: RolloutDecision.Action, reason: String, actor: String = "serving"
    ) throws {
        guard try finishCanary(name, action, reason: reason, actor: actor, only: nil) != nil else {
            throw ServingError.invalidRequest("no version is on trial under the name \"\(name)\"")
        }
    }

    /// Goes back to the version that served a name before; loads it again if need be.
    ///
    /// - Throws: ``ServingError/invalidRequest(_:)`` when there is none, what loading or the audit sink throws.
    public func rollback(
        _ name: String, actor: String = "serving", load: @Sendable (ResolvedModel) async throws -> ServedModel
    ) async throws {
        let previous = state.withLock { state in state.key(name).flatMap { state.deployments[$0]?.history.last } }
        guard let previous else {
            throw ServingError.invalidRequest("no version served \"\(name)\" before this one")
        }
        let model = try await load(previous)
        try? record("serving.rollback", model.version, actor, ["name": name, "before": try stableVersion(name)])
        replace(name, keepsHistory: false) { deployment in
            if deployment?.history.last == previous { deployment?.history.removeLast() }
            return model
        }
    }

    /// Returns when versions that were swapped out have ended their streams and are gone.
    public func waitForDraining() async {
        while let task = state.withLock({ $0.draining.values.first }) { await task.value }
    }

    /// Refuses new requests and returns when all streams have ended.
    public func drain() async {
        let models = state.withLock { state -> [ServedModel] in
            state.isDraining = true
            return state.deployments.values.flatMap { [$0.stable.model, $0.canary?.lane.model].compactMap { $0 } }
        }
        await withTaskGroup(of: Void.self) { group in
            for model in models { group.addTask { await model.engine.drain() } }
        }
        await waitForDraining()
    }
}

extension ServingPool {
    private func makeLane(_ model: ServedModel) -> Deployment.Lane {
        Deployment.Lane(
            model: model, breaker: CircuitBreaker(configuration.breaker), limit: AdaptiveLimit(configuration.underWay))
    }

    private func stableVersion(_ name: String) throws(ServingError) -> String {
        let version = state.withLock { state in state.key(name).flatMap { state.deployments[$0]?.stable.model.version }
        }
        guard let version else { throw .unknownModel(name) }
        return version
    }

    /// Puts another version in a name's place and lets those before end their streams.
    private func replace(_ name: String, keepsHistory: Bool, _ choose: (inout Deployment?) -> ServedModel) {
        let gone = state.withLock { state -> [ServedModel] in
            let key = state.key(name) ?? name
            var deployment = state.deployments[key]
            let model = choose(&deployment)
            let before = [deployment?.stable.model, deployment?.canary?.lane.model].compactMap { $0 }
            var history = deployment?.history ?? []
            if keepsHistory, let source = deployment?.stable.model.source { history.append(source) }
            state.deployments[key] = Deployment(
                stable: makeLane(model), history: history.suffix(configuration.historyLimit))
            return before.filter { $0 !== model }
        }
        for model in gone { drain(model) }
    }

    /// Lets a version end its streams; it is gone with the last of them.
    private func drain(_ model: ServedModel) {
        let id = ObjectIdentifier(model)
        state.withLock { state in
            state.draining[id] = Task { [weak self] in
                await model.engine.drain()
                self?.state.withLock { _ = $0.draining.removeValue(forKey: id) }
            }
        }
    }

    /// Acts on what the trial of a name says, if it says anything.
    func decide(_ name: String) {
        let found = state.withLock { state -> (version: String, action: RolloutDecision.Action, reason: String)? in
            guard let key = state.key(name), let canary = state.deployments[key]?.canary,
                let (action, reason) = canary.judge.decision
            else { return nil }
            return (canary.lane.model.version, action, reason)
        }
        guard let found else { return }
        let decision = try? finishCanary(
            name, found.action, reason: found.reason, actor: "serving", only: found.version)
        if let decision, let onDecision { Task { await onDecision(decision) } }
    }

    /// Ends a trial; nil when there is none, or not of the version `only`.
    private func finishCanary(
        _ name: String, _ action: RolloutDecision.Action, reason: String, actor: String, only: String?
    ) throws -> RolloutDecision? {
        // Taken out first, so that only one of several deciding threads goes on.
        let taken = state.withLock { state -> (key: String, canary: Deployment.Canary, stable: ServedModel)? in
            guard let key = state.key(name), let deployment = state.deployments[key], let canary = deployment.canary,
                only == nil || canary.lane.model.version == only
            else { return nil }
            state.deployments[key]?.canary = nil
            return (key, canary, deployment.stable.model)
        }
        guard let (key, canary, stable) = taken else { return nil }
        let model = canary.lane.model
        let decision = RolloutDecision(
            action: action, name: key, version: model.version, stable: stable.version, reason: reason,
            pairs: canary.judge.pairs)
        let details = ["name": key, "stable": stable.version, "reason": reason, "pairs": "\(decision.pairs)"]
        switch action {
        case .rollback:
            drain(model)
            try? record("serving.rollback", model.version, actor, details)
        case .promote:
            do { try record("serving.promote", model.version, actor, details) } catch {
                drain(model)
                throw error
            }
            replace(key, keepsHistory: true) { _ in model }
        }
        return decision
    }

    private func record(_ action: String, _ version: String, _ actor: String, _ details: [String: String]) throws {
        try audit?.record(AuditEvent(actor: actor, action: action, subject: version, details: details))
    }
}
