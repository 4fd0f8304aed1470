import LLMTensor

/// Plants what cleaning has to find.
struct Planter {
    let configuration: ServiceDeskWorld.Configuration
    var generator: CounterGenerator

    /// Makes noise or a short record out of a record, now and then.
    mutating func spoil(_ record: inout ServiceDeskRecord) {
        let draw = generator.nextDouble()
        if draw < configuration.noise {
            let (kind, text) = noise(around: record.text)
            record.plant = .noise(kind)
            record.text = text
        } else if draw < configuration.noise + configuration.short, record.form == .export {
            record.plant = .short
            record.text = generator.pick([
                "Still broken.", "Does not work!", "Same as last week.", "Please help, urgent.",
            ])
        }
    }

    /// A copy of an earlier record, exact or with some words changed, now and then.
    mutating func duplicate(_ records: [ServiceDeskRecord], number: Int) -> ServiceDeskRecord? {
        let draw = generator.nextDouble()
        guard draw < configuration.exactDuplicates + configuration.nearDuplicates else { return nil }
        for _ in 0..<8 {
            let original = generator.pick(records)
            guard original.plant == .none, original.text.utf8.count > 300 else { continue }
            var copy = original
            copy.id = RecordWriter.identifier(number)
            if draw < configuration.exactDuplicates {
                copy.plant = .exactDuplicate(of: original.id)
            } else {
                copy.plant = .nearDuplicate(of: original.id)
                copy.text = changed(original.text)
            }
            return copy
        }
        return nil
    }

    /// The same text with a share of its words replaced.
    private mutating func changed(_ text: String) -> String {
        var words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let places = words.indices.filter { words[$0].utf8.allSatisfy { (97...122).contains($0) } }
        let count = max(1, Int(Double(words.count) * configuration.changedWords))
        for _ in 0..<count where !places.isEmpty {
            words[generator.pick(places)] = generator.pick(["really", "somehow", "apparently", "again", "maybe", "now"])
        }
        return words.joined(separator: " ")
    }

    private mutating func noise(around text: String) -> (kind: String, text: String) {
        switch generator.below(5) {
        case 0:
            let line = "Free offer, click the link below and save money with the best price of the week."
            return ("repeated_lines", Array(repeating: line, count: 8 + generator.below(8)).joined(separator: "\n"))
        case 1:
            let symbols = (0..<120).map { _ in generator.pick(["#", "...", "{", "=", "%%", "//", "<>", "#", "…"]) }
            return ("symbols", symbols.joined(separator: " "))
        case 2:
            return ("filler", "Lorem ipsum dolor sit amet, consectetur adipiscing elit. " + text)
        case 3:
            let words = (0..<90).map { _ in generator.digits(3 + generator.below(6)) }
            return ("numbers", words.joined(separator: " "))
        default:
            let lines = text.split(whereSeparator: \.isNewline).flatMap { $0.split(separator: " ") }
            return ("bullets", lines.prefix(90).map { "- \($0)" }.joined(separator: "\n"))
        }
    }
}
