package import LLMTokenizer

/// What to continue, and how.
package struct GenerationRequest: Sendable {
    /// The tokens to continue.
    package var prompt: [TokenID]
    /// How and how far.
    package var parameters: GenerationParameters
    /// Run on the logits of each step.
    package var processors: [any LogitsProcessor] = []
    /// Prompt tokens computed between two looks at cancellation.
    package var prefillChunk = 512

    /// A request.
    package init(
        prompt: [TokenID], parameters: GenerationParameters, processors: [any LogitsProcessor] = []
    ) {
        self.prompt = prompt
        self.parameters = parameters
        self.processors = processors
    }

    package func check(vocabularySize: Int, contextLength: Int) throws(GenerationError) {
        guard !prompt.isEmpty else { throw .emptyPrompt }
        for token in prompt where token < 0 || Int(token) >= vocabularySize {
            throw .tokenOutOfRange(token: Int(token), vocabularySize: vocabularySize)
        }
        guard prompt.count <= contextLength else {
            throw .promptExceedsContext(tokens: prompt.count, contextLength: contextLength)
        }
    }
}

/// The state of one generation between two events.
package struct GenerationRun: Sendable {
    package let request: GenerationRequest
    package var sampler: Sampler
    package var timings = GenerationTimings()
    /// The latest token, as the list a step takes; never reallocated.
    private(set) var lastToken: [TokenID] = [0]
    private(set) var isFinished = false
    private var pendingReason: FinishReason?
    private let endTokens: Set<TokenID>
    private var decoder: TokenStreamDecoder
    private var matcher: StopMatcher
    private let start = ContinuousClock.now

    package init(
        _ request: GenerationRequest, tokenizer: any Tokenizer, vocabularySize: Int
    ) throws(GenerationError) {
        let parameters = request.parameters
        self.request = request
        do throws(SamplingError) {
            sampler = try Sampler(
                parameters.sampling, vocabularySize: vocabularySize, processors: request.processors)
            try sampler.accept(contentsOf: request.prompt)
        } catch {
            throw .sampling(error)
        }
        let own = parameters.ignoresEndOfGeneration ? [] : tokenizer.specialTokens.endOfGeneration
        endTokens = own.union(parameters.additionalEndTokens)
        decoder = tokenizer.makeStreamDecoder(skipSpecialTokens: parameters.skipsSpecialTokens)
        matcher = StopMatcher(stops: parameters.stopStrings)
        timings.promptTokens = request.prompt.count
    }

    package var wantsMoreTokens: Bool {
        request.parameters.maximumTokens.map { timings.generatedTokens < $0 } ?? true
    }

    /// Takes a token in; returns the text that became certain.
    ///
    /// - Parameter hasRoom: whether the token could still be added to the context.
    package mutating func accept(_ token: TokenID, hasRoom: Bool) throws(GenerationError) -> String {
        do throws(SamplingError) { try sampler.accept(token) } catch { throw .sampling(error) }
        timings.generatedTokens += 1
        lastToken[0] = token
        guard !endTokens.contains(token) else {
            pendingReason = .stop
            return flush()
        }
        var text = matcher.append(decoder.append(token))
        if matcher.isStopped {
            pendingReason = .stopString
        } else if !wantsMoreTokens || !hasRoom {
            pendingReason = wantsMoreTokens ? .contextFull : .length
            text += flush()
        }
        return text
    }

    /// The text still held back; a stop string can become complete here too.
    private mutating func flush() -> String {
        let text = matcher.append(decoder.finish())
        guard !matcher.isStopped else {
            pendingReason = .stopString
            return text
        }
        return text + matcher.finish()
    }

    mutating func record(_ time: Duration, isFirst: Bool) {
        if isFirst {
            timings.prefill = time
            timings.timeToFirstToken = ContinuousClock.now - start
        } else {
            timings.decode += time
        }
    }

    package mutating func takePendingFinish() -> GenerationEvent? {
        pendingReason.take().map { finish($0) }
    }

    mutating func finish(_ reason: FinishReason) -> GenerationEvent {
        isFinished = true
        return .finished(GenerationSummary(reason: reason, seed: sampler.seed, timings: timings))
    }
}
