internal import LLMModel
internal import LLMTokenizer

extension EngineLoop {
    /// What a generation brings to a step.
    struct Work {
        let generation: Generation
        let input: BatchInput
    }

    /// A chosen token.
    private struct Choice {
        let generation: Generation
        let token: TokenID
        let logprobs: TokenLogprobs?
    }

    /// Chooses what the next step computes: a token of every stream being continued, then pieces of prompts.
    func compose() -> [Work] {
        makeRoom()
        let now = clock.now
        let ready = active.filter { $0.record.buffer.fullSince(now: now) == nil }
        var work: [Work] = []
        for generation in ready where generation.isDecoding {
            if let item = piece(of: generation, count: 1) { work.append(item) }
        }
        let limit = min(configuration.stepTokens, batch.stepLimit)
        var room = limit - work.count
        if !work.isEmpty { room = min(room, configuration.promptTokensBesideStreams) }
        for generation in ready where !generation.isDecoding && room > 0 {
            guard let item = piece(of: generation, count: min(room, generation.pendingTokens)) else { continue }
            room -= item.input.tokens.count
            work.append(item)
        }
        return work
    }

    private func piece(of generation: Generation, count: Int) -> Work? {
        guard let sequence = generation.sequence, count > 0 else { return nil }
        let start = sequence.position
        let tokens = Array(generation.tokens[start..<(start + count)])
        let wantsLogits = start + count == generation.tokens.count
        // Probabilities of what a grammar forbids are told, too, where they are asked for. A processor's error comes again
        // when the token is chosen.
        let wantsAll = generation.record.request.topLogprobs != nil
        let wanted = wantsLogits && !wantsAll ? (try? generation.run.sampler.wantedLogits()) ?? .all : .all
        return Work(
            generation: generation,
            input: BatchInput(sequence: sequence, tokens: tokens, wantsLogits: wantsLogits, wanted: wanted))
    }

    /// Computes a step and hands out its tokens.
    func step(_ work: [Work]) {
        let begin = clock.now
        let decoding = work.count { $0.generation.isDecoding }
        let promptTokens = work.reduce(0) { $0 + $1.input.tokens.count } - decoding
        var choices: [Choice] = []
        do {
            try advance(work, &choices)
        } catch {
            // One request's trouble must not be the others': each on its own, those that fail again end.
            for item in work where item.generation.position + item.input.tokens.count <= item.generation.tokens.count {
                guard !item.generation.record.isOver else { continue }
                do { try advance([item], &choices) } catch { end(item.generation.record, .failed("\(error)")) }
            }
        }
        for item in work { item.generation.sharesLastPage = false }
        for item in work where !item.generation.isPromptKept { keepPrompt(of: item.generation) }
        deliver(choices)
        let duration = clock.now - begin
        costs.observe(promptTokens: promptTokens, sequences: decoding, seconds: duration / .seconds(1))
        counts.steps += 1
        counts.stepTime += duration
        observer?.engineDid(
            EngineEvent(
                request: "", model: model, time: clock.now,
                kind: .step(
                    EngineStep(promptTokens: promptTokens, decodingSequences: decoding, duration: duration))))
    }

    private func advance(_ work: [Work], _ choices: inout [Choice]) throws {
        var failures: [(RequestRecord, SamplingError)] = []
        try batch.advance(work.map(\.input)) { index, logits in
            let generation = work[index].generation
            do throws(SamplingError) {
                choices.append(try choose(generation, logits))
                for sibling in try siblings(of: generation) { choices.append(try choose(sibling, logits)) }
            } catch {
                failures.append((generation.record, error))
            }
        }
        for (record, error) in failures { end(record, .failed("\(error)")) }
    }

    private func choose(
        _ generation: Generation, _ logits: UnsafeBufferPointer<Float>
    ) throws(SamplingError) -> Choice {
        let token = try generation.run.sampler.sample(logits)
        let logprobs = generation.record.request.topLogprobs.map {
            TokenLogprobs(logits: logits, token: token, topCount: $0)
        }
        return Choice(generation: generation, token: token, logprobs: logprobs)
    }

    /// The further choices of a request whose prompt was just read: forks of the first.
    private func siblings(of generation: Generation) throws(SamplingError) -> [Generation] {
        let record = generation.record
        guard record.request.choiceCount > 1, generation.choice == 0, generation.run.timings.generatedTokens == 0,
            let sequence = generation.sequence
        else { return [] }
        var siblings: [Generation] = []
        for choice in 1..<record.request.choiceCount {
            let run: GenerationRun
            do throws(GenerationError) { run = try makeRun(record, choice: choice) } catch {
                throw .processorFailed(description: "\(error)")
            }
            let sibling = Generation(record: record, choice: choice, run: run, tokens: generation.tokens)
            sibling.sequence = batch.forkSequence(sequence)
            sibling.sharesLastPage = true
            sibling.isPromptKept = true
            siblings.append(sibling)
        }
        generation.sharesLastPage = true
        active += siblings
        return siblings
    }

    private func deliver(_ choices: [Choice]) {
        let now = clock.now
        for choice in choices where !choice.generation.record.isOver {
            let generation = choice.generation
            let record = generation.record
            generation.tokens.append(choice.token)
            do throws(GenerationError) {
                let text = try generation.run.accept(choice.token, hasRoom: generation.position < contextLength)
                record.usage.completionTokens += 1
                counts.generatedTokens += 1
                record.buffer.push(
                    .token(
                        ServedToken(
                            choice: generation.choice, id: choice.token, text: text, logprobs: choice.logprobs)))
                if record.firstTokenAt == nil {
                    record.firstTokenAt = now
                    report(record, .firstToken)
                } else {
                    report(record, .newTokens(1))
                }
                if case .finished(let summary) = generation.run.takePendingFinish() {
                    finish(generation, choice: generation.choice, summary.reason)
                }
            } catch {
                end(record, .failed("\(error)"))
            }
        }
    }

    /// A choice is complete; with the last of them, the request.
    func finish(_ generation: Generation, choice: Int, _ reason: FinishReason) {
        let record = generation.record
        guard !record.isOver, record.reasons[choice] == nil else { return }
        record.reasons[choice] = reason
        record.buffer.push(.choiceFinished(index: choice, reason: reason))
        active.removeAll { $0 === generation }
        keepWhole(generation)
        guard !record.reasons.contains(nil) else { return }
        record.isOver = true
        let summary = record.summary(model: model, now: clock.now)
        counts.completed += 1
        report(record, .finished(summary))
        record.buffer.push(.finished(summary))
        record.buffer.close()
        shared.release()
    }

    /// A request is over without being complete; its memory is free at once.
    func end(_ record: RequestRecord, _ error: ServingError) {
        guard !record.isOver else { return }
        record.isOver = true
        for generation in active + aside where generation.record === record { generation.sequence = nil }
        active.removeAll { $0.record === record }
        aside.removeAll { $0.record === record }
        switch error {
        case .cancelled, .slowReader: counts.cancelled += 1
        case .deadlineExceeded: counts.expired += 1
        default: counts.failed += 1
        }
        report(record, .ended(error, record.usage))
        record.buffer.close(error)
        shared.release()
    }
}
