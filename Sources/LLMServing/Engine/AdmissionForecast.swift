/// Work of one request that is still to be done.
struct PendingWork: Sendable, Hashable {
    /// Prompt tokens still to be read.
    var promptTokens: Int
    /// Tokens still to be generated, at most, per choice.
    var decodeTokens: Int
    /// Sequences it takes.
    var choices = 1
    /// When it must be done, by the engine's clock.
    var deadline: Duration?
}

/// Estimates when requests will be done, from the work before them and what steps cost.
///
/// Replays the queue over the engine's slots: a slot serves one sequence after another. Prompts are read in pieces
/// beside the streams, so each step is longer by what the prompts that come to a slot in its time take. Upper bounds are
/// taken for lengths, so the estimate errs on the late side.
struct AdmissionForecast {
    let costs: StepCostModel
    let slots: Int
    /// Most prompt tokens of a step beside streams.
    let promptPiece: Int
    let running: [PendingWork]

    /// Seconds from now until each of `waiting`, served in this order, is done.
    ///
    /// - Complexity: O((running + waiting) × log slots).
    func completions(of waiting: [PendingWork]) -> [Double] {
        let busy = min(slots, (running + waiting).reduce(0) { $0 + $1.choices })
        let empty = costs.seconds(promptTokens: 0, sequences: 0)
        let promptToken = costs.seconds(promptTokens: 1, sequences: 0) - empty
        let prompts = waiting.reduce(0) { $0 + $1.promptTokens }
        let tokens = waiting.reduce(0) { $0 + max(1, $1.decodeTokens) * $1.choices }
        // Prompt tokens read per step, when every slot takes the next request as soon as it is free.
        let beside = min(Double(promptPiece), Double(busy * prompts) / Double(max(1, tokens)))
        let plain = costs.seconds(promptTokens: 0, sequences: busy)
        let step = plain + beside * promptToken
        func service(_ work: PendingWork) -> Double {
            let pieces = (work.promptTokens + promptPiece - 1) / promptPiece
            return Double(work.decodeTokens) * step + Double(work.promptTokens) * promptToken + Double(pieces) * plain
        }
        var free = MinimumHeap(slots: slots)
        for work in running {
            let end = service(work)
            for _ in 0..<work.choices { free.occupy(until: end) }
        }
        return waiting.map { work in
            var begin = 0.0
            for _ in 0..<min(work.choices, slots) { begin = max(begin, free.popSmallest()) }
            let end = begin + service(work)
            for _ in 0..<min(work.choices, slots) { free.occupy(until: end) }
            return end
        }
    }
}

/// When slots come free: a binary heap of at most `slots` times; slots not in it are free now.
private struct MinimumHeap {
    private var times: [Double] = []
    private let slots: Int

    init(slots: Int) { self.slots = slots }

    /// Takes the slot that comes free first.
    mutating func popSmallest() -> Double {
        guard times.count >= slots, let first = times.first, let last = times.popLast() else { return 0 }
        guard !times.isEmpty else { return first }
        times[0] = last
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < times.count && times[child] < times[least] {
                least = child
            }
            guard least != index else { return first }
            times.swapAt(index, least)
            index = least
        }
    }

    mutating func occupy(until time: Double) {
        times.append(time)
        var index = times.count - 1
        while index > 0, times[index] < times[(index - 1) / 2] {
            times.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }
}
