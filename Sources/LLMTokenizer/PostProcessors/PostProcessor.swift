/// What is put around a text, or around two.
struct PostProcessor: Sendable, Equatable {
    /// A part of the result.
    struct Piece: Sendable, Equatable {
        enum Content: Sendable, Equatable {
            case special(TokenID)
            case firstText
            case secondText
        }

        var content: Content
        /// The type id of its tokens.
        var type: Int32
        /// Their type id in what truncation cut off, which templates of the reference do not reach.
        var overflowType: Int32
        /// Whether its tokens count as put in; a processor behind another one forgets.
        var isMarked = true

        static func special(_ id: TokenID, type: Int32) -> Piece {
            Piece(content: .special(id), type: type, overflowType: type)
        }

        /// The first text.
        static func first(type: Int32) -> Piece { Piece(content: .firstText, type: type, overflowType: 0) }

        /// The second text of a pair.
        static func second(type: Int32) -> Piece { Piece(content: .secondText, type: type, overflowType: 1) }

        var isSpecial: Bool { if case .special = content { true } else { false } }
    }

    /// With special tokens.
    var single: [Piece] = [.first(type: 0)]
    var pair: [Piece] = [.first(type: 0), .second(type: 1)]
    /// Without special tokens; nil where that is the same but for these.
    var plainSingle: [Piece]?
    var plainPair: [Piece]?
    /// By how many tokens truncation cuts earlier; nil for as many as are special.
    var reserved: (single: Int, pair: Int)?

    static func == (left: PostProcessor, right: PostProcessor) -> Bool {
        left.single == right.single && left.pair == right.pair && left.plainSingle == right.plainSingle
            && left.plainPair == right.plainPair && left.reserved?.single == right.reserved?.single
            && left.reserved?.pair == right.reserved?.pair
    }

    /// The parts of the result, and how many tokens truncation leaves room for.
    func pieces(isPair: Bool, addsSpecialTokens: Bool) -> (pieces: [Piece], reserved: Int) {
        let full = isPair ? pair : single
        guard addsSpecialTokens else {
            return ((isPair ? plainPair : plainSingle) ?? full.filter { !$0.isSpecial }, 0)
        }
        let room = reserved.map { isPair ? $0.pair : $0.single }
        return (full, room ?? full.count(where: \.isSpecial))
    }

    /// The ids before and behind a single text.
    var prefix: [TokenID] { Self.specialIDs(single) }
    var suffix: [TokenID] { Self.specialIDs(single.reversed()).reversed() }

    private static func specialIDs(_ pieces: some Sequence<Piece>) -> [TokenID] {
        var ids: [TokenID] = []
        for piece in pieces {
            guard case .special(let id) = piece.content else { break }
            ids.append(id)
        }
        return ids
    }
}
