extension PersonalDataScan {
    /// Identifiers of fixed formats, cards and IBANs that start at a word.
    mutating func identifiers(_ start: Int) {
        guard isLeftBoundary(start) else { return }
        var left = Neighbour.none
        if start >= 2 {
            let before = bytes[start - 1]
            let isNumberBefore = ByteClass.isDigit(bytes[start - 2])
            switch before {
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ","):
                if isNumberBefore { return }
            case UInt8(ascii: " "): if isNumberBefore { left = .number }
            default: break
            }
        }
        if start >= 1, bytes[start - 1] == UInt8(ascii: "$") { return }
        gatherGroups(start)
        var layout: UInt64 = 0
        var compactStart = 0
        var nearby: NearbyTopics?
        for group in 0..<groups.groupCount {
            let end = groups.end(group)
            layout = IdentifierFormat.layout(layout, adding: end.compact - compactStart)
            compactStart = end.compact
            if end.compact < 5 { continue }
            guard let right = rightNeighbour(end.text) else { continue }
            let neighbour: Neighbour = left == .number || right == .number ? .number : .none
            let range = start..<end.text
            for format in table.formats(layout) where fits(format) {
                guard kinds.contains(format.kind), isWanted(format.kind) else { continue }
                if let check = format.check, !check(groups.text, end.compact) { continue }
                let topics = nearby ?? topics(around: range)
                nearby = topics
                let score = score(format, topics, neighbour)
                add(format.kind, range, score, format.rule)
            }
            card(range, group, neighbour, &nearby)
            if end.compact >= 15 { iban(range, end.compact, &nearby) }
        }
    }

    /// What stands next to a candidate after a space.
    enum Neighbour { case none, number }

    /// What follows a candidate that ends at `index`; nil when the candidate goes on.
    private func rightNeighbour(_ index: Int) -> Neighbour? {
        guard isRightBoundary(index) else { return nil }
        guard index + 1 < count else { return Neighbour.none }
        let next = bytes[index + 1]
        switch bytes[index] {
        case UInt8(ascii: "-"), UInt8(ascii: "/"): return ByteClass.isWord(next) ? nil : Neighbour.none
        case UInt8(ascii: "."), UInt8(ascii: ","): return ByteClass.isDigit(next) ? nil : Neighbour.none
        case UInt8(ascii: " "): return ByteClass.isDigit(next) ? .number : Neighbour.none
        case UInt8(ascii: "%"), UInt8(ascii: "@"): return nil
        default: return Neighbour.none
        }
    }

    func isWanted(_ kind: PersonalDataKind) -> Bool {
        guard let regions, let region = kind.region else { return true }
        return regions.contains(region)
    }

    /// Cuts what starts at `start` into groups of letters and digits.
    private mutating func gatherGroups(_ start: Int) {
        groups.removeAll()
        var index = start
        var separator: UInt8 = 0
        while index < count {
            let first = index
            var hasDigit = false
            var hasLower = false
            while index < count, index - first <= CandidateGroups.textCapacity, ByteClass.isWord(bytes[index]) {
                hasDigit = hasDigit || ByteClass.isDigit(bytes[index])
                hasLower = hasLower || ByteClass.isLower(bytes[index])
                index += 1
            }
            guard index > first else { return }
            // A word of prose ends the candidate.
            if !hasDigit,
                index - first > 6 || hasLower && (index - first > 1 || separator == IdentifierFormat.Separator.space)
            {
                return
            }
            guard groups.append(bytes, first..<index, separator: separator), index < count else { return }
            switch bytes[index] {
            case UInt8(ascii: " "): separator = IdentifierFormat.Separator.space
            case UInt8(ascii: "-"): separator = IdentifierFormat.Separator.hyphen
            case UInt8(ascii: "."): separator = IdentifierFormat.Separator.stop
            case UInt8(ascii: "/"): separator = IdentifierFormat.Separator.slash
            case UInt8(ascii: "+"): separator = IdentifierFormat.Separator.plus
            default:
                guard let wide = wideSeparator(index) else { return }
                separator = wide.byte == 0x20 ? IdentifierFormat.Separator.space : IdentifierFormat.Separator.hyphen
                index += wide.length - 1
            }
            index += 1
        }
    }

    /// Whether the groups have the classes and separators of a format with the same group lengths.
    private func fits(_ format: IdentifierFormat) -> Bool {
        for (index, wanted) in format.classes.enumerated() where ByteClass.of(groups.text[index]) & wanted == 0 {
            return false
        }
        for (index, wanted) in format.separators.enumerated() where groups.end(index + 1).separator != wanted {
            return false
        }
        return true
    }

    /// The score of a match by the words around it.
    private func score(_ format: IdentifierFormat, _ topics: NearbyTopics, _ neighbour: Neighbour) -> Double {
        let wanted = topics.distance(to: format.topics)
        let other = topics.distance(to: ContextTopics(.other).rawValue)
        if let wanted {
            // The nearer word decides; far words count less.
            let far = Double(max(0, wanted - 3)) * 0.03
            if let other, other < wanted { return max(format.alone * 0.7, format.inContext - 0.3 - far) }
            return max(format.alone, format.inContext - far)
        }
        var score = format.alone
        if groups.hasLowercase { score -= 0.25 }
        if neighbour == .number { score -= 0.3 }
        if other.map({ $0 <= 5 }) ?? false { score *= format.check == nil || score < 0.65 ? 0.5 : 0.75 }
        return score
    }

    /// An IBAN, printed in groups or not.
    private mutating func iban(_ range: Range<Int>, _ length: Int, _ nearby: inout NearbyTopics?) {
        let text = groups.text
        guard kinds.contains(.ibanCode), ByteClass.isLetter(text[0]), ByteClass.isLetter(text[1]),
            ByteClass.isDigit(text[2]), ByteClass.isDigit(text[3]), CheckDigits.iban(text, length)
        else { return }
        add(.ibanCode, range, groups.hasLowercase ? 0.85 : 1, "iban")
    }
}
