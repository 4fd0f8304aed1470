#if CommandLine
    import ArgumentParser
    import LLMData
    import LLMTensor
    import LLMTraining

    /// `--config F [--resume] [--json]`, and the run itself.
    struct TrainingOptions: ParsableArguments {
        @Option(help: "The recipe: a YAML or JSON file.")
        var config: String

        @Flag(help: "Go on from the latest checkpoint in the output folder, if there is one.")
        var resume = false

        @Option(
            help: ArgumentHelp(
                "Write the batches of the run and the initial adapter here, and stop: to compare with other trainers.",
                valueName: "folder"))
        var inspect: String?

        @Flag(help: "Print one JSON object when done.")
        var json = false

        func configuration() throws -> ConfigurationNode { try ConfigurationNode.read(path: config) }

        /// Trains, shows how it goes on standard error, and exports.
        func run(_ recipe: TrainingRecipe) async throws {
            let session = TrainingSession { [resume] in try recipe.makeTrainer(resumes: resume) }
            if let inspect {
                try await session.withTrainer { trainer in try RunInspection.write(trainer, to: inspect) }
                return
            }
            let events = Task { try await Self.watch(session) }
            let summary = try await Interruption.cancelling(events) { try await events.value }
            var members: [(String, JSONValue)] = []
            if let summary, summary.reason == .completed {
                for (format, path) in try await session.withTrainer({ try recipe.export($0) }) {
                    members.append((format.rawValue, .string(path)))
                    Console.note("wrote \(path)")
                }
            }
            try report(summary, recipe, exports: members)
            if summary?.reason == .cancelled { throw ExitCode(130) }
        }

        private static func watch(_ session: TrainingSession) async throws -> TrainingSummary? {
            var progress = ProgressLine()
            var summary: TrainingSummary?
            for try await event in session.events {
                switch event {
                case .started(let start):
                    let resumed = start.completedSteps > 0 ? ", from step \(start.completedSteps)" : ""
                    Console.note(
                        "\(start.totalSteps) steps\(resumed), \(start.trainableParameterCount) of "
                            + "\(start.parameterCount) parameters, \(start.rowCount) rows")
                case .step(let step): progress.show(step.line)
                case .skipped(let step, let reason): note("step \(step) left out: \(reason)", &progress)
                case .evaluation(let evaluation):
                    note(
                        "step \(evaluation.step): held-out loss \(evaluation.loss.formatted(decimals: 4)), perplexity "
                            + evaluation.perplexity.formatted(decimals: 3), &progress)
                case .checkpoint(let step, let path): note("step \(step): saved \(path)", &progress)
                case .finished(let result): summary = result
                }
            }
            progress.clear()
            return summary
        }

        private static func note(_ text: String, _ progress: inout ProgressLine) {
            progress.clear()
            Console.note(text)
        }

        private func report(
            _ summary: TrainingSummary?, _ recipe: TrainingRecipe, exports: [(String, JSONValue)]
        ) throws {
            guard let summary, case .object(var object) = TrainingEvent.finished(summary).json else { return }
            object["event"] = nil
            object["output"] = .string(recipe.output)
            let latest = recipe.trainer.checkpoints.flatMap { CheckpointFolder($0.directory).latest }
            object["checkpoint"] = latest.map { .string($0.path) } ?? .null
            var paths = JSONObject()
            for (format, path) in exports { paths[format] = path }
            object["exports"] = .object(paths)
            if json {
                try StandardStreams.write(JSONWriter().bytes(of: .object(object)) + Array("\n".utf8))
            } else {
                let loss = summary.loss.map { ", loss \($0.formatted(decimals: 4))" } ?? ""
                try StandardStreams.write(
                    "\(summary.reason.rawValue) after \(summary.steps) steps, \(summary.tokens) tokens\(loss)\n")
            }
        }
    }

    extension TrainingStep {
        /// One line for people.
        var line: String {
            "step \(step)/\(totalSteps) loss \(loss.formatted(decimals: 4)) rate \(learningRate) norm "
                + "\(gradientNorm.formatted(decimals: 3)) \(tokensPerSecond.formatted(decimals: 0)) tokens/s"
        }
    }
#endif
