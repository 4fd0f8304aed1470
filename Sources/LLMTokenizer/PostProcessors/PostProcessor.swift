/// What is put around a text, or around two, when special tokens are wanted.
struct PostProcessor: Sendable, Equatable {
    enum Piece: Sendable, Equatable {
        case special(TokenID, type: Int32)
        /// The first text.
        case first(type: Int32)
        /// The second text of a pair.
        case second(type: Int32)
    }

    var single: [Piece] = [.first(type: 0)]
    var pair: [Piece] = [.first(type: 0), .second(type: 1)]

    /// The ids before and behind a single text.
    var prefix: [TokenID] {
        var ids: [TokenID] = []
        for piece in single {
            if case .special(let id, _) = piece { ids.append(id) } else { break }
        }
        return ids
    }

    var suffix: [TokenID] {
        var ids: [TokenID] = []
        for piece in single.reversed() {
            if case .special(let id, _) = piece { ids.append(id) } else { break }
        }
        return ids.reversed()
    }
}
