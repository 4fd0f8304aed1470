#if CommandLine
    import ArgumentParser
    import LLMModel

    /// How tokens are chosen; what is left out is as the model's files recommend.
    struct SamplingOptions: ParsableArguments {
        @Option(help: "Most tokens to generate.")
        var maxTokens = 512

        @Option(help: "Divides the logits; 0 always takes the most likely token.")
        var temperature: Double?

        @Option(help: "Keep only this many of the most likely tokens, 0 for all.")
        var topK: Int?

        @Option(help: "Keep the most likely tokens that together reach this probability.")
        var topP: Double?

        @Option(help: "Drop tokens less likely than this share of the most likely one.")
        var minP: Double?

        @Option(help: "Seed of the draws; the same seed gives the same text.")
        var seed: UInt64?

        @Option(help: "Stop when the text contains this; may be given more than once.")
        var stop: [String] = []

        func validate() throws {
            do {
                try parameters(defaults: GenerationParameters()).validate()
            } catch {
                throw ValidationError(error.description)
            }
        }

        func parameters(defaults: GenerationParameters) -> GenerationParameters {
            var parameters = defaults
            parameters.maximumTokens = maxTokens
            parameters.stopStrings = stop
            // Temperature 0 asks for the model's own most likely text: no penalty may change it.
            if temperature == 0 { parameters.sampling = .greedy }
            if let temperature { parameters.sampling.temperature = temperature }
            if let topK { parameters.sampling.topK = topK }
            if let topP { parameters.sampling.topP = topP }
            if let minP { parameters.sampling.minP = minP }
            if let seed { parameters.sampling.seed = seed }
            return parameters
        }
    }
#endif
