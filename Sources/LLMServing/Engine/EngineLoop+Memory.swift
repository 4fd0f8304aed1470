extension EngineLoop {
    /// Offers the state of a prompt that is read to later requests: whole pages of it, so that nothing is copied.
    func keepPrompt(of generation: Generation) {
        let prompt = generation.record.request.prompt
        guard generation.position >= prompt.count, let sequence = generation.sequence else { return }
        generation.isPromptKept = true
        let whole = prompt.count / batch.pagePositions * batch.pagePositions
        guard generation.record.request.reusesPrefix, whole > 0 else { return }
        let fork = batch.forkSequence(sequence)
        guard (try? batch.truncateSequence(fork, to: whole)) != nil else { return }
        prefixes.insert(Array(prompt.prefix(whole)), fork)
    }

    /// Keeps a finished sequence: the next turn of a conversation begins with it.
    func keepWhole(_ generation: Generation) {
        guard let sequence = generation.sequence.take(), generation.record.request.reusesPrefix else { return }
        prefixes.insert(Array(generation.tokens.prefix(sequence.position)), sequence)
    }

    /// Sees to it that the next step's pages fit: drops kept prefixes, then puts requests aside.
    func makeRoom() {
        while batch.keyValueByteCount + nextStepPages * batch.pageByteCount > configuration.keyValueByteLimit {
            if prefixes.evictOldest() { continue }
            guard active.count > 1, let victim = leastUrgent() else { return }
            putAside(victim)
        }
    }

    /// Pages the next step may add: at least one more token for each sequence, at most a step's worth of prompts.
    private var nextStepPages: Int {
        let size = batch.pagePositions
        var pages = 0
        var room = configuration.stepTokens
        for generation in active {
            let count = min(generation.pendingTokens, max(1, room))
            room -= count
            let position = generation.position
            pages += (position + count + size - 1) / size - (position + size - 1) / size
            if generation.sharesLastPage { pages += 1 }
        }
        return pages
    }

    /// The one to be put aside: never the one that came first among the most urgent, so that work always goes on.
    private func leastUrgent() -> Generation? {
        active.max { left, right in
            let (a, b) = (left.record, right.record)
            if a.request.priority != b.request.priority { return a.request.priority > b.request.priority }
            return (a.number, left.choice) < (b.number, right.choice)
        }
    }

    private func putAside(_ generation: Generation) {
        generation.sequence = nil
        generation.sharesLastPage = false
        active.removeAll { $0 === generation }
        aside.append(generation)
        aside.sort { ($0.record.number, $0.choice) < ($1.record.number, $1.choice) }
        generation.record.preemptions += 1
        counts.preemptions += 1
        report(generation.record, .preempted)
    }

    /// Goes on with those put aside as far as their whole state fits, the others' next pages counted.
    func resumeAside() {
        while let generation = aside.first {
            let size = batch.pagePositions
            let own = (generation.tokens.count + size) / size
            let free = configuration.keyValueByteLimit - batch.keyValueByteCount + prefixes.byteCount
            let needed = (own + active.count) * batch.pageByteCount
            guard active.isEmpty || free >= needed else { return }
            aside.removeFirst()
            _ = giveSequence(to: generation)
            active.append(generation)
        }
    }
}
