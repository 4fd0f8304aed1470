#if CommandLine
    import ArgumentParser
    import LLMGovernance

    struct ReviewCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "review", abstract: "Ask people to look at something, and decide.",
            subcommands: [ReviewRequestCommand.self, ReviewDecideCommand.self, ReviewListCommand.self])
    }

    struct ReviewRequestCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "request", abstract: "Ask for a review.")

        @Argument(help: "What is to be looked at; a model version as model/3.") var subject: String
        @Option(help: "model, document, response, ...") var kind = "model"
        @Option(help: "Who made it and so cannot approve it; the one who asks when left out.") var author: String?
        @Option(help: "What is asked.") var question = ""
        @Option(help: "How many approvals it takes.") var approvals = 1
        @Option(help: "Who may decide, may be repeated; everybody when left out.") var reviewer: [String] = []
        @Option(help: "Until when: 2027-01-31 or 2027-01-31T12:00:00Z.") var deadline: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let until = try deadline.map { text in
                guard let time = UTCTime(text) else {
                    throw ValidationError("--deadline is \(text), expected a moment in UTC")
                }
                return time
            }
            let (store, actor) = try options.open("review.request", making: true)
            let item = try ReviewQueue(store: store).request(
                kind: kind, subject: subject, author: author ?? actor, question: question, requiredApprovals: approvals,
                reviewers: reviewer, deadline: until, actor: actor)
            try options.show(item.object)
        }
    }

    struct ReviewDecideCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "decide", abstract: "Approve, reject or comment.")

        @Argument(help: "Number of the review.") var review: Int
        @Argument(help: "approve, reject or comment.") var verdict: String
        @Option(help: "Why.") var reason: String
        @OptionGroup var options: GovernOptions

        func run() throws {
            guard let verdict = ReviewDecision.Verdict(rawValue: verdict) else {
                throw ValidationError("\(verdict) is no verdict; expected approve, reject or comment")
            }
            let (store, actor) = try options.open("review.decide")
            let item = try ReviewQueue(store: store).decide(review, verdict, reason: reason, reviewer: actor)
            try options.show(item.object)
        }
    }

    struct ReviewListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List reviews.")

        @Option(help: "open, approved or rejected.") var state: String?
        @Option(help: "Only those of this subject.") var subject: String?
        @OptionGroup var options: GovernOptions

        func run() throws {
            let wanted = try state.map { text in
                guard let state = ReviewItem.State(rawValue: text) else {
                    throw ValidationError("--state is \(text), expected open, approved or rejected")
                }
                return state
            }
            let queue = ReviewQueue(store: try options.open("review.read").store)
            try options.show([
                "reviews": .array(try queue.list(state: wanted, subject: subject).map { .object($0.object) })
            ])
        }
    }

    extension ReviewItem {
        var object: OutputObject {
            [
                "review": .integer(id), "kind": .text(kind), "subject": .text(subject), "author": .text(author),
                "question": .text(question), "approvals": .integer(requiredApprovals), "state": .text(state.rawValue),
                "created": .text("\(created)"), "deadline": .time(deadline), "escalated": .time(escalated),
                "reviewers": .array(reviewers.map { .text($0) }),
            ]
        }
    }
#endif
