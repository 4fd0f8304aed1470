/// Payment cards.
extension PersonalDataScan {
    /// A payment card in the groups gathered, up to `group`.
    ///
    /// One number in ten passes Luhn by chance, so what else a number may be counts: trade items, telephone numbers, orders.
    mutating func card(_ range: Range<Int>, _ group: Int, _ neighbour: Neighbour, _ nearby: inout NearbyTopics?) {
        let length = groups.end(group).compact
        guard (12...19).contains(length), kinds.contains(.creditCard), isCardLayout(group),
            CheckDigits.cardNumber(groups.text, length)
        else { return }
        let topics = nearby ?? topics(around: range)
        nearby = topics
        let other = topics.distance(to: ContextTopics(.other).rawValue)
        // A word of cards, unless another word stands nearer.
        let named = topics.distance(to: ContextTopics(.card).rawValue).flatMap { card in
            other.map { $0 < card } ?? false ? nil : card
        }
        guard PaymentCardRange.contain(groups.text, length) else {
            // No range we know: new ones are given out every year, and the text says what it is.
            if let named { add(.creditCard, range, 0.7 - Double(max(0, named - 3)) * 0.02, "credit-card-context") }
            return
        }
        if let named {
            add(.creditCard, range, 1 - Double(max(0, named - 3)) * 0.02, "credit-card")
            return
        }
        let isGrouped = group > 0
        var score = Self.cardScore(length: length, isGrouped: isGrouped)
        if neighbour == .number { score -= 0.25 }
        if let other, other <= 4 {
            score -= isGrouped ? 0.15 : 0.25
        } else if !isGrouped, isRareCard(length), isOtherNumber(range, length, topics) {
            score -= 0.25
        }
        add(.creditCard, range, score, "credit-card")
    }

    /// The score without a word that speaks of cards, by how common such numbers are.
    private static func cardScore(length: Int, isGrouped: Bool) -> Double {
        switch length {
        case 15, 16: isGrouped ? 0.9 : 0.75
        case 14: isGrouped ? 0.9 : 0.6
        case 12: isGrouped ? 0.7 : 0.55
        case 13, 19: isGrouped ? 0.9 : 0.55
        // Hardly any issuer uses these.
        default: isGrouped ? 0.9 : 0.4
        }
    }

    /// Lengths that most cards do not have and many other numbers do.
    private func isRareCard(_ length: Int) -> Bool { length <= 13 || length >= 17 }

    /// Whether a number in one piece looks like something else: a barcode, a telephone number, a part of a path, an identifier.
    private func isOtherNumber(_ range: Range<Int>, _ length: Int, _ topics: NearbyTopics) -> Bool {
        if length <= 13, CheckDigits.tradeItem(groups.text, length) { return true }
        if length <= 13, topics.distance(to: ContextTopics(.phone).rawValue).map({ $0 <= 4 }) ?? false { return true }
        if topics.distance(to: ContextTopics(.nationalID).rawValue).map({ $0 <= 1 }) ?? false { return true }
        guard range.lowerBound > 0 else { return false }
        switch bytes[range.lowerBound - 1] {
        case UInt8(ascii: "/"), UInt8(ascii: "#"), UInt8(ascii: "+"): return true
        default: return false
        }
    }

    /// Whether digits stand in groups as cards print them, or in one.
    private func isCardLayout(_ group: Int) -> Bool {
        for index in 0..<groups.end(group).compact where !ByteClass.isDigit(groups.text[index]) { return false }
        guard group > 0 else { return true }
        let separator = groups.end(1).separator
        guard separator != IdentifierFormat.Separator.slash, separator != IdentifierFormat.Separator.plus else {
            return false
        }
        var start = 0
        for index in 0...group {
            let end = groups.end(index)
            if index > 0, end.separator != separator { return false }
            let length = end.compact - start
            start = end.compact
            if index == 0, length != 4 { return false }
            if length > 7 || length < 1 { return false }
        }
        return group <= 4
    }
}
