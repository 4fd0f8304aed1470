/// The team a ticket goes to: what a model tuned on this world learns to predict.
public enum Queue: String, Sendable, CaseIterable, Codable {
    case access, email, facilities, hardware, network, printing, software, telephony
}

/// One kind of trouble: how people report it, what was behind it, and what helped. All texts are templates.
struct Problem {
    let queue: Queue
    /// The device or service concerned.
    let subject: String
    let titles: [String]
    let symptoms: [String]
    let details: [String]
    let questions: [String]
    /// What was behind it; `fixes` has the remedy at the same place.
    let causes: [String]
    let fixes: [String]
}
