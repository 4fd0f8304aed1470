#if CommandLine
    public import ArgumentParser
    public import LLMModel
    import LLMTensor

    extension ComputeMode: ExpressibleByArgument {}

    /// `--model M [--compute fast|precise|exact] [--threads N]`.
    struct ModelOptions: ParsableArguments {
        @Option(help: "GGUF file or Hugging Face directory.")
        var model: String

        @Option(help: "How exactly products are computed.")
        var compute: ComputeMode = .fast

        @Option(name: [.customShort("t"), .long], help: "Threads; all processors when left out.")
        var threads: Int?

        func validate() throws {
            if let threads, !(1...1024).contains(threads) {
                throw ValidationError("--threads is \(threads), expected 1 to 1024")
            }
        }

        /// The loaded model, with progress on a terminal, and the seconds that took.
        func load() throws -> (bundle: ModelBundle, seconds: Double) {
            let start = ContinuousClock.now
            let progress = LoadingProgress()
            let bundle = try ModelBundle.load(
                path: model,
                options: LoadOptions(compute: compute, threads: threads) { progress.show($0) })
            progress.clear()
            return (bundle, (ContinuousClock.now - start).seconds)
        }
    }

    /// Shows how far loading a model is; called by one thread at a time.
    private final class LoadingProgress: @unchecked Sendable {
        private var line = ProgressLine()

        func show(_ progress: LoadProgress) {
            line.show("loading: \(progress.stage.rawValue) \(Int(progress.fraction * 100)) %")
        }

        func clear() { line.clear() }
    }
#endif
