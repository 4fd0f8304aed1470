#if CommandLine
    import ArgumentParser
    import LLMModel
    import LLMServing
    import LLMTraining

    /// `NAME=PLACE`: an adapter, and what it is called behind the model's name.
    struct AdapterOption: Sendable, ExpressibleByArgument {
        var name: String
        /// A folder; with a registry, `MODEL@ALIAS`.
        var place: String

        init?(argument: String) {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(":"), !parts[1].isEmpty else { return nil }
            (name, place) = (parts[0], parts[1])
        }
    }

    extension LoadOptions {
        /// The options, with an adapter merged in while the model is loaded; as they are when there is none.
        func merging(adapterAt folder: String?) throws -> LoadOptions {
            guard let folder else { return self }
            let adapter = try PEFTAdapter(path: folder)
            var options = self
            options.changeWeights = { try adapter.merged(into: $0, of: $1) }
            return options
        }
    }

    /// What answers requests of `llmops serve`.
    struct ServedSource: Sendable {
        /// The model, and one for each of its adapters.
        var endpoints: [ModelEndpoint]
        var statistics: @Sendable () -> EngineStatistics
        var drain: @Sendable () async -> Void
        var deployment: RegistryDeployment?
    }

    extension ServeCommand {
        /// A file's model, each adapter behind an engine of its own; or whatever a registry's alias stands for.
        func source(_ metrics: EngineMetrics, created: Int) async throws -> ServedSource {
            let observer = EngineObservers([metrics, EngineTracing()])
            if let registry { return try await source(registry: registry, metrics, observer, created) }
            let base = name ?? ServedNames.name(ofPath: model.model)
            var bundles = [(base, try model.load().bundle)]
            let options = LoadOptions(
                compute: model.compute, threads: model.threads, keyValueType: model.keyValueType)
            for adapter in adapter {
                let merged = try options.merging(adapterAt: adapter.place)
                bundles.append(("\(base):\(adapter.name)", try ModelBundle.load(path: model.model, options: merged)))
            }
            var endpoints: [ModelEndpoint] = []
            var engines: [ServingEngine] = []
            for (name, bundle) in bundles {
                let engine = try ServingEngine(
                    model: bundle, name: name, configuration: engineConfiguration, observer: observer)
                metrics.watch(engine)
                engines.append(engine)
                endpoints.append(ModelEndpoint(name: name, created: created, bundle: bundle, engine: engine))
            }
            let served = engines
            return ServedSource(
                endpoints: endpoints, statistics: { ServerStatus.total(served.map(\.statistics)) },
                drain: {
                    await withTaskGroup(of: Void.self) { group in
                        for engine in served { group.addTask { await engine.drain() } }
                    }
                })
        }

        private func source(
            registry: String, _ metrics: EngineMetrics, _ observer: EngineObservers, _ created: Int
        ) async throws -> ServedSource {
            let options = LoadOptions(
                compute: model.compute, threads: model.threads, keyValueType: model.keyValueType)
            let configuration = engineConfiguration
            let deployment = RegistryDeployment(
                store: try GovernOptions.existingStore(registry), reference: model.model, name: name, adapters: adapter
            ) { resolved, adapter in
                let served = try await ServedModel.load(
                    resolved, options: options.merging(adapterAt: adapter), configuration: configuration,
                    observer: observer)
                metrics.watch(served.engine)
                return served
            }
            do { try await deployment.start() } catch ServingError.unknownModel(let name) {
                throw CommandFailure(.missingInput, "\(registry): the registry has no '\(name)'")
            }
            return ServedSource(
                endpoints: deployment.endpoints(created: created), statistics: { deployment.statistics },
                drain: { await deployment.pool.drain() }, deployment: deployment)
        }
    }
#endif
