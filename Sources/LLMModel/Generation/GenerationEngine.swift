package import LLMTokenizer

/// Owns a sequence and its cache, and runs one generation after another on it, outside the cooperative pool.
///
/// Tokens of a new prompt that are already in the cache are not computed again.
package actor GenerationEngine {
    private let executor = ComputeExecutor(label: "swift-llmops.generation")
    private let tokenizer: any Tokenizer
    private let makePredictor: @Sendable () throws -> any TokenPredictor
    private var predictor: (any TokenPredictor)?
    /// The tokens in the predictor's cache; nil when a failed step left it unknown.
    private var cached: [TokenID]? = []
    private var run: GenerationRun?
    private var latestRun = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// An engine that makes its predictor when it is first used.
    package init(tokenizer: any Tokenizer, makePredictor: @escaping @Sendable () throws -> any TokenPredictor) {
        self.tokenizer = tokenizer
        self.makePredictor = makePredictor
    }

    /// Starts a generation, which ends the one before; returns its number.
    package func start(_ request: GenerationRequest) throws(GenerationError) -> Int {
        try request.parameters.validate()
        let predictor = try preparedPredictor()
        try request.check(vocabularySize: predictor.vocabularySize, contextLength: predictor.contextLength)
        latestRun += 1
        // The list of cached tokens grows with every step: not while steps are counted in milliseconds.
        let limit = predictor.contextLength
        let longest = request.parameters.maximumTokens.map { min($0, limit) } ?? limit
        cached?.reserveCapacity(min(limit, request.prompt.count + longest))
        run = try GenerationRun(request, tokenizer: tokenizer, vocabularySize: predictor.vocabularySize)
        return latestRun
    }

    /// The next event of the generation `number`; nil after the last.
    ///
    /// Computes at most one chunk of the prompt after the calling task was cancelled.
    package func next(of number: Int) throws(GenerationError) -> GenerationEvent? {
        guard number == latestRun, var run else { throw .superseded }
        // Moved out and back, so that its buffers are never copied.
        self.run = nil
        defer { self.run = run }
        return try step(&run)
    }

    /// Forgets the cached tokens.
    package func reset() {
        predictor?.reset()
        cached = []
    }

    private func preparedPredictor() throws(GenerationError) -> any TokenPredictor {
        if let predictor { return predictor }
        do {
            let made = try makePredictor()
            predictor = made
            return made
        } catch {
            throw .computation(error)
        }
    }

    private func step(_ run: inout GenerationRun) throws(GenerationError) -> GenerationEvent? {
        if let last = run.takePendingFinish() { return last }
        guard !run.isFinished else { return nil }
        guard !Task.isCancelled, run.wantsMoreTokens else {
            return run.finish(Task.isCancelled ? .cancelled : .length)
        }
        let predictor = try preparedPredictor()
        let clock = ContinuousClock()
        let begin = clock.now
        let isFirst = run.timings.generatedTokens == 0
        guard let token = try isFirst ? prefill(&run, predictor) : decode(&run, predictor) else {
            return run.finish(.cancelled)
        }
        let text = try run.accept(token, hasRoom: predictor.position < predictor.contextLength)
        run.record(clock.now - begin, isFirst: isFirst)
        return .token(id: token, text: text)
    }

    /// Computes the prompt in chunks and chooses the first token; nil when cancelled.
    private func prefill(
        _ run: inout GenerationRun, _ predictor: any TokenPredictor
    ) throws(GenerationError) -> TokenID? {
        let prompt = run.request.prompt
        var position = reusePrefix(of: prompt, predictor)
        run.timings.reusedTokens = position
        while true {
            let end = min(position + run.request.prefillChunk, prompt.count)
            let chunk = Array(prompt[position..<end])
            position = end
            if end == prompt.count { return try append(chunk, &run, predictor) }
            guard try compute(chunk, predictor, wantsLogits: false, .all, { _ in }), !Task.isCancelled else {
                return nil
            }
        }
    }

    private func decode(
        _ run: inout GenerationRun, _ predictor: any TokenPredictor
    ) throws(GenerationError) -> TokenID? {
        try append(run.lastToken, &run, predictor)
    }

    /// Adds tokens and chooses the next one; nil when cancelled.
    private func append(
        _ tokens: [TokenID], _ run: inout GenerationRun, _ predictor: any TokenPredictor
    ) throws(GenerationError) -> TokenID? {
        var token: TokenID = 0
        var failure: SamplingError?
        let wanted: WantedLogits
        do throws(SamplingError) { wanted = try run.sampler.wantedLogits() } catch { throw .sampling(error) }
        let isComplete = try compute(tokens, predictor, wantsLogits: true, wanted) { logits in
            do throws(SamplingError) { token = try run.sampler.sample(logits) } catch { failure = error }
        }
        if let failure { throw .sampling(failure) }
        return isComplete ? token : nil
    }

    /// Adds tokens to the sequence; returns false, with the sequence unchanged, when cancelled.
    private func compute(
        _ tokens: [TokenID], _ predictor: any TokenPredictor, wantsLogits: Bool,
        _ wanted: WantedLogits, _ body: (UnsafeBufferPointer<Float>) -> Void
    ) throws(GenerationError) -> Bool {
        do {
            if wantsLogits {
                try predictor.append(tokens, wanted: wanted, body)
            } else {
                try predictor.append(tokens, wantsLogits: false, body)
            }
            cached?.append(contentsOf: tokens)
            return true
        } catch is CancellationError {
            return false
        } catch {
            cached = nil
            throw .computation(error)
        }
    }

    /// Cuts the cache down to what it shares with the prompt; at least the prompt's last token is computed again,
    /// because its logits are needed.
    private func reusePrefix(of prompt: [TokenID], _ predictor: any TokenPredictor) -> Int {
        if let cached {
            var shared = 0
            while shared < min(cached.count, prompt.count - 1), cached[shared] == prompt[shared] { shared += 1 }
            if shared == predictor.position { return shared }
            if shared > 0, (try? predictor.truncate(to: shared)) != nil, predictor.position == shared {
                self.cached?.removeLast(cached.count - shared)
                return shared
            }
        }
        predictor.reset()
        cached = []
        return 0
    }
}
