import LLMTensor

/// Writes the records of one problem, each in its own words.
struct RecordWriter {
    var generator: CounterGenerator

    private static let sites = ["Aarhus", "Bristol", "Coimbra", "Dresden", "Espoo", "Ghent", "Lyon", "Parma", "Toledo"]
    private static let applications = ["Atlas", "Borealis", "Cashbook", "Ledgerline", "Orbit", "Quarry", "Tracewell"]
    private static let folders = ["audit", "budget", "contracts", "payroll", "planning", "recruiting", "tenders"]
    private static let agents = ["Alex", "Charlie", "Jordan", "Morgan", "Robin", "Sam"]

    /// A record about a problem, without plants.
    mutating func record(number: Int, problem index: Int, form: ServiceDeskRecord.Form) -> ServiceDeskRecord {
        let problem = Problem.all[index]
        let person = Person(using: &generator)
        var slots = makeSlots()
        let subject = fill(problem.subject, slots)
        let title = fill(generator.pick(problem.titles), slots)
        // The fix at the same place helps against a cause.
        let pair = generator.below(min(problem.causes.count, problem.fixes.count))
        let cause = fill(problem.causes[pair], slots)
        let fix = fill(problem.fixes[pair], slots)
        let symptom = fill(generator.pick(problem.symptoms), slots)
        let detail = fill(generator.pick(problem.details), slots)
        let question = fill(generator.pick(problem.questions), slots)
        slots["subject"] = subject
        slots["symptom"] = symptom
        slots["agent"] = generator.pick(Self.agents)
        slots["first"] = person.firstName
        let site = slots["site"] ?? ""
        let priority = generator.pick(["low", "normal", "normal", "high"])
        let opening = fill("[Hello|Hi|Good morning|Dear service desk], {symptom}.", slots)
        let report = sentence("\(opening) \(detail) \(trial(slots)) \(impact(slots))")
        let summary =
            "\(person.firstName) at \(site) had trouble with the \(subject): \(cause), and \(slots["agent"] ?? "") \(fix)."
        var record = ServiceDeskRecord(
            id: Self.identifier(number), form: form, queue: problem.queue, problem: index, text: "", summary: summary,
            report: "\(title). \(report)",
            attributes: [
                .init(name: "title", value: title), .init(name: "site", value: site),
                .init(name: "date", value: date()), .init(name: "priority", value: priority),
                .init(name: "reporter", value: person.fullName),
            ], personalData: [], plant: .none)
        let story = Story(
            person: person, title: title, report: report, question: question, cause: cause, fix: fix, summary: summary,
            priority: priority, slots: slots)
        record.text =
            switch form {
            case .mail: mail(story)
            case .export: export(story)
            case .chat: chat(story)
            case .article: article(story, problem)
            }
        return record
    }

    static func identifier(_ number: Int) -> String {
        let digits = String(number)
        return "R" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    /// What all forms tell.
    private struct Story {
        let person: Person
        let title: String
        let report: String
        let question: String
        let cause: String
        let fix: String
        let summary: String
        let priority: String
        let slots: [String: String]
    }

    private mutating func mail(_ story: Story) -> String {
        let person = story.person
        return """
            Subject: \(story.title)
            From: \(person.fullName) <\(person.mail)>
            Asset: \(person.asset)

            \(story.report)\(personalLine(person))

            \(fill("[Kind regards|Thank you|Best wishes]", [:])), \(person.fullName), \(person.phone)

            \(answer(story))
            """
    }

    private mutating func export(_ story: Story) -> String {
        """
        \(story.title). \(story.report)\(personalLine(story.person)) \(answer(story)) Asset \(story.person.asset), \
        priority \(story.priority).
        """
    }

    private mutating func chat(_ story: Story) -> String {
        let agent = story.slots["agent"] ?? ""
        let first = story.person.firstName
        let reply = fill("[Yes, it does|No, it does not|I have checked, and yes|Not that I can see].", [:])
        return """
            \(first): \(story.report)
            \(agent): \(fill("[Hello|Hi] {first}, [sorry to hear that|thank you for the report]. ", story.slots))\
            \(story.question)
            \(first): \(reply)\(personalLine(story.person))
            \(agent): \(fill("[I see|Understood]", [:])): \(story.cause). \
            \(fill("[I have|We have|We just]", [:])) \(story.fix). [ticket of \(story.person.asset)]
            \(first): \(fill("[Thank you, it works again|Great, that helped|Perfect, all is well now], {agent}.", story.slots))
            Summary: \(story.summary)
            """
    }

    private mutating func article(_ story: Story, _ problem: Problem) -> String {
        let other = fill(generator.pick(problem.fixes), story.slots)
        return """
            \(story.title)

            \(fill("[Applies to|This page is about] the {subject} at {site}.", story.slots)) \
            People report that \(story.slots["symptom"] ?? "").

            First ask: \(story.question) In most cases \(story.cause). What helped: \
            \(story.slots["agent"] ?? "") \(story.fix). If that is not enough, see whether somebody has already \(other).

            \(fill("[Last changed|Reviewed] by {agent}", story.slots)), priority \(story.priority), \
            example of asset \(story.person.asset).
            """
    }

    private mutating func answer(_ story: Story) -> String {
        let greeting = fill("[Hello|Hi] {first}, {agent} here. ", story.slots)
        return """
            \(greeting)\(story.question) \(fill("[We looked into it|We checked this today]", [:])): \(story.cause). \
            \(fill("[I have|We have]", [:])) \(story.fix). Summary: \(story.summary)
            """
    }

    /// Now and then somebody writes what does not belong into a ticket.
    private mutating func personalLine(_ person: Person) -> String {
        guard generator.chance(0.15) else { return "" }
        switch generator.below(4) {
        case 0: return " You reach me at \(person.phone) or \(person.mail)."
        case 1: return " The fee may go to my account \(generator.bankAccount())."
        case 2: return " I paid the cable with my card \(generator.cardNumber())."
        default: return " The address of my computer is \(generator.networkAddress())."
        }
    }

    private mutating func trial(_ slots: [String: String]) -> String {
        fill(
            "[I have restarted everything twice|I tried another cable|I asked a colleague without success|"
                + "I followed the guide of {site}|A restart helped for {minutes} minutes].", slots)
    }

    private mutating func impact(_ slots: [String: String]) -> String {
        fill(
            "[I cannot work|Our team of {count} is waiting|It is not urgent|"
                + "There is a deadline at {time}|Please call before {time}].", slots)
    }

    private mutating func makeSlots() -> [String: String] {
        [
            "minutes": String(2 + generator.below(28)), "percent": String(20 + generator.below(79)),
            "version": "\(1 + generator.below(9)).\(generator.below(10)).\(generator.below(10))",
            "rate": String(20 + generator.below(60)), "tray": String(1 + generator.below(4)),
            "floor": generator.pick(["the ground floor", "floor 1", "floor 2", "floor 3", "floor 4"]),
            "time": "\(8 + generator.below(9)):\(generator.pick(["00", "15", "30", "45"]))",
            "count": String(3 + generator.below(60)),
            "error": "\(generator.pick(["E", "0x", "S"]))\(generator.digits(4))",
            "site": generator.pick(Self.sites),
            "room": "\(generator.pick(["A", "B", "C"]))\(1 + generator.below(4))\(generator.digits(2))",
            "drive": generator.pick(["G", "H", "K", "P", "S"]), "folder": generator.pick(Self.folders),
            "application": generator.pick(Self.applications),
        ]
    }

    private mutating func date() -> String {
        let month = 1 + generator.below(12)
        let day = 1 + generator.below(28)
        return "2026-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)"
    }

    private mutating func fill(_ template: String, _ slots: [String: String]) -> String {
        Template(template).expand(slots, using: &generator)
    }

    /// The first letter of the text as a capital, and of what follows a greeting as it is.
    private func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst()
    }
}
