/// Lets text through until a stop string appears, holding back what could still become one.
///
/// The stop string that is complete first wins, the longest among those that are complete at the same byte; so
/// the result does not depend on how the text was cut into pieces.
struct StopMatcher: Sendable {
    private let stops: [[UInt8]]
    /// Text that is a proper prefix of a stop string so far.
    private var held: [UInt8] = []
    /// Whether a stop string was found; nothing comes after it.
    private(set) var isStopped = false

    /// A matcher for `stops`, which must not be empty strings.
    init(stops: [String]) {
        self.stops = stops.map { Array($0.utf8) }.sorted { $0.count > $1.count }
    }

    /// The text that is certain after `text`.
    mutating func append(_ text: String) -> String {
        guard !isStopped else { return "" }
        guard !stops.isEmpty else { return text }
        let start = held.count
        held.append(contentsOf: text.utf8)
        for end in start..<held.count {
            if let stop = stops.first(where: { ends($0, at: end + 1) }) {
                isStopped = true
                defer { held.removeAll() }
                return String(decoding: held[..<(end + 1 - stop.count)], as: UTF8.self)
            }
        }
        // A stop string begins with the first byte of a scalar, so the cut lies between scalars.
        let certain = firstPossibleStart()
        guard certain > 0 else { return "" }
        defer { held.removeFirst(certain) }
        return String(decoding: held[..<certain], as: UTF8.self)
    }

    /// What is still held back, when no more text comes.
    mutating func finish() -> String {
        defer { held.removeAll() }
        return String(decoding: held, as: UTF8.self)
    }

    private func ends(_ stop: [UInt8], at end: Int) -> Bool {
        stop.count <= end && held[(end - stop.count)..<end].elementsEqual(stop)
    }

    /// The first offset from which the rest of the text is a prefix of a stop string.
    private func firstPossibleStart() -> Int {
        let longest = (stops.first?.count ?? 1) - 1
        for start in max(0, held.count - longest)..<held.count {
            let rest = held[start...]
            if stops.contains(where: { $0.count > rest.count && $0.starts(with: rest) }) { return start }
        }
        return held.count
    }
}
