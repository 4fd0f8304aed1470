extension PostProcessor {
    /// One of several processors, each working on what the one before gave.
    enum Stage: Sendable {
        case bert(cls: TokenID, sep: TokenID)
        case roberta(cls: TokenID, sep: TokenID)
        /// The special tokens of one name stay together.
        case template(single: [[Piece]], pair: [[Piece]])
    }

    /// What the stages give together; nil when a template meets something else than one text or two, which the
    /// reference cannot do either.
    init?(stages: [Stage]) {
        guard let single = Self.run(stages, isPair: false, addsSpecial: true),
            let pair = Self.run(stages, isPair: true, addsSpecial: true)
        else { return nil }
        self.single = single
        self.pair = pair
        plainSingle = Self.run(stages, isPair: false, addsSpecial: false)
        plainPair = Self.run(stages, isPair: true, addsSpecial: false)
        var reserved = (single: 0, pair: 0)
        for stage in stages {
            switch stage {
            case .bert: reserved = (reserved.single + 2, reserved.pair + 3)
            case .roberta: reserved = (reserved.single + 2, reserved.pair + 4)
            case .template(let single, let pair):
                reserved.single += single.joined().count(where: \.isSpecial)
                reserved.pair += pair.joined().count(where: \.isSpecial)
            }
        }
        self.reserved = reserved
    }

    private static func run(_ stages: [Stage], isPair: Bool, addsSpecial: Bool) -> [Piece]? {
        var texts: [[Piece]] = [[.first(type: 0)]]
        if isPair { texts.append([.second(type: 1)]) }
        for stage in stages {
            switch stage {
            case .bert(let cls, let sep):
                guard addsSpecial else { continue }
                for index in texts.indices {
                    for place in texts[index].indices { texts[index][place].isMarked = false }
                    texts[index].append(.special(sep, type: index == 0 ? 0 : 1))
                    if index == 0 { texts[index].insert(.special(cls, type: 0), at: 0) }
                }
            case .roberta(let cls, let sep):
                for index in texts.indices {
                    for place in texts[index].indices {
                        texts[index][place].type = 0
                        guard addsSpecial else { continue }
                        texts[index][place].overflowType = 0
                        texts[index][place].isMarked = false
                    }
                    guard addsSpecial else { continue }
                    texts[index].insert(.special(index == 0 ? cls : sep, type: 0), at: 0)
                    texts[index].append(.special(sep, type: 0))
                }
            case .template(let single, let pair):
                guard texts.count == 1 || texts.count == 2 else { return nil }
                guard let result = apply(texts.count == 1 ? single : pair, to: texts, addsSpecial) else { return nil }
                texts = result
            }
        }
        return texts.flatMap { $0 }
    }

    private static func apply(_ template: [[Piece]], to texts: [[Piece]], _ addsSpecial: Bool) -> [[Piece]]? {
        var result: [[Piece]] = []
        for group in template {
            guard let piece = group.first else { continue }
            let index: Int
            switch piece.content {
            case .special:
                if addsSpecial { result.append(group) }
                continue
            case .firstText: index = 0
            case .secondText: index = 1
            }
            guard index < texts.count else { return nil }
            result.append(
                texts[index].map { part in
                    var part = part
                    part.type = piece.type
                    return part
                })
        }
        return result
    }
}
