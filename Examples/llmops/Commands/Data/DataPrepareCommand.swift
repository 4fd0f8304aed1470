#if CommandLine
    import ArgumentParser
    import LLMData
    import LLMTensor
    import Synchronization

    struct DataPrepareCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prepare", abstract: "Filter, deduplicate, split and tokenize documents as a recipe says.",
            discussion: """
                Writes shards of token ids, the documents of each part, malformed.jsonl, statistics.json and a \
                manifest with the SHA-256 of every file. The sources of the recipe (SQL queries, XML, logs) are read \
                first. A run that was killed is taken up by the same command and ends with the same bytes. A folder \
                with the result of another recipe or other inputs is left alone unless --overwrite is given.
                """)

        @Option(help: ArgumentHelp("Recipe: YAML or JSON.", valueName: "file"))
        var recipe: String

        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("Files or folders to read: .jsonl, .csv, .html, text.", valueName: "path"))
        var input: [String] = []

        @Option(help: ArgumentHelp("Folder for the result.", valueName: "folder"))
        var out: String

        @Option(help: ArgumentHelp("Chunks to work on at once; all processors if not given.", valueName: "n"))
        var threads: Int?

        @Flag(help: "Replace the result of another recipe or other inputs.")
        var overwrite = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
        }

        func run() async throws {
            let start = ContinuousClock.now
            let recipe = try Recipe.read(path: recipe)
            let sources = recipe.sources + (try InputSources.open(input, recipe: recipe))
            if sources.isEmpty { throw CommandFailure(.usage, "no --input, and the recipe names no sources") }
            let line = DataProgressLine()
            let pipeline = PreparationPipeline(
                recipe: recipe, sources: sources, folder: out,
                options: .init(threads: threads ?? ComputePool.processorCount, overwrites: overwrite),
                progress: { line.show($0) })
            let result = try await pipeline.run()
            line.clear()
            let seconds = (ContinuousClock.now - start).seconds
            try report(result, seconds: seconds)
        }

        private func report(_ result: PreparationResult, seconds: Double) throws {
            let statistics = result.statistics
            if json {
                guard case .object(var object) = statistics.jsonValue else { return }
                object["seconds"] = .number(seconds)
                object["files"] = .array(result.files.map { .string($0) })
                object["manifest"] = .string("manifest.json")
                object["was_finished"] = .bool(result.wasFinished)
                return try StandardStreams.write(JSONWriter().bytes(of: .object(object)) + [0x0A])
            }
            if result.wasFinished { Console.note("\(out) was finished before; nothing was done.") }
            try StandardStreams.write(
                """
                records    \(statistics.records)
                kept       \(statistics.kept)
                dropped    \(statistics.droppedCount)
                malformed  \(statistics.malformed)
                tokens     \(statistics.tokens)
                seconds    \(seconds.formatted(decimals: 1))

                """)
        }
    }

    /// The line that says how far a preparation is.
    final class DataProgressLine: Sendable {
        private let line = Mutex(ProgressLine())
        private let start = ContinuousClock.now

        func show(_ event: PreparationProgress) {
            let seconds = max(0.001, (ContinuousClock.now - start).seconds)
            let text =
                switch event.step {
                case .filter:
                    "filter: \(event.done) records, "
                        + "\((Double(event.bytes) / seconds / 1e6).formatted(decimals: 1)) MB/s"
                case .deduplicate, .tokenize, .write: "\(event.step.rawValue): \(event.done) of \(event.total ?? 0)"
                }
            line.withLock { $0.show(text) }
        }

        func clear() { line.withLock { $0.clear() } }
    }
#endif
