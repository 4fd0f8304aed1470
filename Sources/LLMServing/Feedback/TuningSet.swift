public import LLMTensor

/// Turns feedback into what models are tuned on.
///
/// Records that were discarded are left out. Of records with the same conversation the last one counts, so that a
/// correction is learned once.
public enum TuningSet: String, Sendable, CaseIterable {
    /// `{"messages": [...]}` with the right answer last, for supervised tuning; `llmops train finetune` reads it.
    case chat
    /// `{"prompt": [...], "chosen": ..., "rejected": ...}`: corrected answers beside what the model said (DPO).
    case preference
    /// `{"prompt": [...], "completion": ..., "label": true|false}`: single answers with thumbs (KTO).
    case thumbs

    /// One line per usable record, in the order given.
    ///
    /// - Parameters:
    ///   - needsReview: Whether only submitted records count; otherwise pending ones too.
    ///   - scrub: Run over every text before it is written: redaction of personal data.
    public func examples(
        _ records: [FeedbackRecord], needsReview: Bool = true, scrub: (String) -> String = { $0 }
    ) -> [JSONValue] {
        var order: [[FeedbackRecord.Message]] = []
        var latest: [[FeedbackRecord.Message]: FeedbackRecord] = [:]
        for record in records
        where record.status == .submitted || (!needsReview && record.status == .pending) {
            if latest.updateValue(record, forKey: record.messages) == nil { order.append(record.messages) }
        }
        return order.compactMap { latest[$0] }.compactMap { example($0, scrub) }
    }

    private func example(_ original: FeedbackRecord, _ scrub: (String) -> String) -> JSONValue? {
        var record = original
        record.messages = record.messages.map { .init(role: $0.role, content: scrub($0.content)) }
        record.answer = scrub(record.answer)
        record.correction = record.correction.map(scrub)
        switch self {
        case .chat:
            guard let target = record.target else { return nil }
            record.messages.append(.init(role: "assistant", content: target))
            return ["messages": record.conversation]
        case .preference:
            guard let correction = record.correction, correction != record.answer else { return nil }
            return [
                "prompt": record.conversation, "chosen": .string(correction), "rejected": .string(record.answer),
            ]
        case .thumbs:
            guard let isGood = record.isGood else { return nil }
            return ["prompt": record.conversation, "completion": .string(record.answer), "label": .bool(isGood)]
        }
    }

    /// The same as JSON lines.
    public func lines(
        _ records: [FeedbackRecord], needsReview: Bool = true, scrub: (String) -> String = { $0 }
    ) -> [UInt8] {
        examples(records, needsReview: needsReview, scrub: scrub).flatMap { JSONWriter().bytes(of: $0) + [0x0A] }
    }
}
