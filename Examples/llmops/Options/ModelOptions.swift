#if CommandLine
    public import ArgumentParser
    public import LLMModel
    public import LLMTensor

    extension ComputeMode: ExpressibleByArgument {}
    extension KeyValueType: ExpressibleByArgument {}

    /// `--model M [--compute fast|precise|exact] [--kv-cache f32|f16|bf16|q8_0] [--threads N]`.
    struct ModelOptions: ParsableArguments {
        @Option(help: "GGUF file or Hugging Face directory.")
        var model: String

        @Option(help: "How exactly products are computed.")
        var compute: ComputeMode = .fast

        @Option(
            name: .customLong("kv-cache"),
            help: "How keys and values are kept (f16 when left out, f32 with --compute exact).")
        var keyValueType: KeyValueType?

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
                options: LoadOptions(compute: compute, threads: threads, keyValueType: keyValueType) {
                    progress.show($0)
                })
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
