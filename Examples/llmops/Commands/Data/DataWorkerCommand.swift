#if CommandLine
    import ArgumentParser
    import LLMData
    import LLMTensor

    struct DataWorkerCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "worker", abstract: "Run the stages of a recipe over JSON lines: one line in, one line out.",
            discussion: """
                Reads standard input and writes standard output, in the same order, as lines come: what Spark's \
                rdd.pipe or a Ray task runs on a partition. Stages over all documents, such as deduplication, are not \
                run. Each result has a "status": kept, dropped (with stage and reason) or malformed (with the \
                reason). The last line on standard error is one JSON object of statistics.
                """)

        @Option(help: ArgumentHelp("Recipe: YAML or JSON.", valueName: "file"))
        var recipe: String

        @Option(help: ArgumentHelp("Lines are shared among so many threads.", valueName: "n"))
        var threads = 1

        @Flag(help: "Add the token ids of the recipe's tokenizer to kept documents.")
        var tokens = false

        func validate() throws {
            if threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
        }

        func run() async throws {
            let start = ContinuousClock.now
            let recipe = try Recipe.read(path: recipe)
            if tokens, recipe.tokenization == nil {
                throw CommandFailure(.usage, "--tokens: the recipe names no tokenizer")
            }
            let worker = DataWorker(recipe: recipe, includesTokens: tokens)
            var statistics = PreparationStatistics()
            var record = 0
            var rest: [UInt8] = []
            var isOpen = true
            while isOpen {
                let new = try StandardStreams.readSome()
                isOpen = !new.isEmpty
                rest += new
                // The last line may come without a line feed.
                var end = rest.count
                if isOpen {
                    guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
                    end = last + 1
                }
                let parts = Self.parts(Array(rest[..<end]), count: threads)
                rest.removeFirst(end)
                for result in await Self.results(worker, parts, firstRecord: record) {
                    try StandardStreams.write(result.lines)
                    statistics.merge(result.statistics)
                }
                record = statistics.records
            }
            guard case .object(var object) = statistics.jsonValue else { return }
            object["seconds"] = .number((ContinuousClock.now - start).seconds)
            StandardStreams.writeError(JSONWriter().string(of: .object(object)) + "\n")
        }

        /// Cuts lines into about equal parts.
        private static func parts(_ lines: [UInt8], count: Int) -> [[UInt8]] {
            var parts: [[UInt8]] = []
            var start = 0
            let size = max(1 << 12, lines.count / count)
            while start < lines.count {
                let wanted = min(lines.count, start + size)
                let end = lines[(wanted - 1)...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? lines.count
                parts.append(Array(lines[start..<end]))
                start = end
            }
            return parts
        }

        private static func results(_ worker: DataWorker, _ parts: [[UInt8]], firstRecord: Int) async
            -> [(lines: [UInt8], statistics: PreparationStatistics)]
        {
            guard parts.count > 1 else { return parts.map { worker.results(of: $0, firstRecord: firstRecord) } }
            return await withTaskGroup(of: (Int, [UInt8], PreparationStatistics).self) { group in
                var record = firstRecord
                for (index, part) in parts.enumerated() {
                    let first = record
                    group.addTask {
                        let result = worker.results(of: part, firstRecord: first)
                        return (index, result.lines, result.statistics)
                    }
                    record += part.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
                }
                var results = [(lines: [UInt8], statistics: PreparationStatistics)](
                    repeating: ([], PreparationStatistics()), count: parts.count)
                for await (index, lines, statistics) in group { results[index] = (lines, statistics) }
                return results
            }
        }
    }
#endif
