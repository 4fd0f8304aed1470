/// Porter's suffix stripping (1980) with the extensions of NLTK, which `rouge-score` stems with.
///
/// Words are lower-case ASCII letters and digits.
struct PorterStemmer: Sendable {
    private var word: [UInt8] = []

    /// The stem of `original`.
    mutating func stem(_ original: some Collection<UInt8>) -> [UInt8] {
        word.removeAll(keepingCapacity: true)
        word.append(contentsOf: original)
        if let irregular = Self.irregularForms[word] { return irregular }
        guard word.count > 2 else { return word }
        removePlural()
        removePastAndParticiple()
        if ends("y"), word.count > 2, isConsonant(word.count - 2) { replace("y", by: "i") }
        reduceDoubleSuffix()
        reduceLaterSuffix()
        removeSuffix()
        removeFinalE()
        if ends("ll"), measure(word.count - 1) > 1 { word.removeLast() }
        return word
    }

    // MARK: Steps

    /// Step 1a.
    private mutating func removePlural() {
        if ends("ies"), word.count == 4 { return replace("ies", by: "ie") }
        if ends("sses") { return replace("sses", by: "ss") }
        if ends("ies") { return replace("ies", by: "i") }
        if ends("ss") { return }
        if ends("s") { word.removeLast() }
    }

    /// Step 1b.
    private mutating func removePastAndParticiple() {
        if ends("ied") { return replace("ied", by: word.count == 4 ? "ie" : "i") }
        if ends("eed") {
            if measure(word.count - 3) > 0 { word.removeLast() }
            return
        }
        if ends("ed"), containsVowel(word.count - 2) {
            word.removeLast(2)
        } else if ends("ing"), containsVowel(word.count - 3) {
            word.removeLast(3)
        } else {
            return
        }
        if ends("at") || ends("bl") || ends("iz") {
            word.append(UInt8(ascii: "e"))
        } else if endsInDoubleConsonant {
            let last = word[word.count - 1]
            if last != UInt8(ascii: "l"), last != UInt8(ascii: "s"), last != UInt8(ascii: "z") { word.removeLast() }
        } else if measure(word.count) == 1, endsConsonantVowelConsonant(word.count) {
            word.append(UInt8(ascii: "e"))
        }
    }

    /// Step 2.
    private mutating func reduceDoubleSuffix() {
        while ends("alli"), measure(word.count - 4) > 0 { word.removeLast(2) }
        for rule in Self.secondStep where ends(rule.suffix) {
            if measure(word.count - rule.suffix.utf8CodeUnitCount) > 0 { replace(rule.suffix, by: rule.replacement) }
            return
        }
        // The l belongs to the stem here, so that short stems like "geo" count.
        if ends("logi"), measure(word.count - 3) > 0 { replace("logi", by: "log") }
    }

    /// Step 3.
    private mutating func reduceLaterSuffix() {
        for rule in Self.thirdStep where ends(rule.suffix) {
            if measure(word.count - rule.suffix.utf8CodeUnitCount) > 0 { replace(rule.suffix, by: rule.replacement) }
            return
        }
    }

    /// Step 4.
    private mutating func removeSuffix() {
        for suffix in Self.fourthStep where ends(suffix) {
            let length = word.count - suffix.utf8CodeUnitCount
            if measure(length) > 1 { word.removeLast(suffix.utf8CodeUnitCount) }
            return
        }
        if ends("ion") {
            let length = word.count - 3
            if measure(length) > 1, word[length - 1] == UInt8(ascii: "s") || word[length - 1] == UInt8(ascii: "t") {
                word.removeLast(3)
            }
            return
        }
        for suffix in Self.fourthStepAfterIon where ends(suffix) {
            if measure(word.count - suffix.utf8CodeUnitCount) > 1 { word.removeLast(suffix.utf8CodeUnitCount) }
            return
        }
    }

    /// Step 5a.
    private mutating func removeFinalE() {
        guard ends("e") else { return }
        let stem = word.count - 1
        let measure = measure(stem)
        if measure > 1 || measure == 1 && !endsConsonantVowelConsonant(stem) { word.removeLast() }
    }

    // MARK: Rules

    private struct Rule {
        var suffix: StaticString
        var replacement: StaticString
    }

    private static let secondStep = [
        Rule(suffix: "ational", replacement: "ate"), Rule(suffix: "tional", replacement: "tion"),
        Rule(suffix: "enci", replacement: "ence"), Rule(suffix: "anci", replacement: "ance"),
        Rule(suffix: "izer", replacement: "ize"), Rule(suffix: "bli", replacement: "ble"),
        Rule(suffix: "alli", replacement: "al"), Rule(suffix: "entli", replacement: "ent"),
        Rule(suffix: "eli", replacement: "e"), Rule(suffix: "ousli", replacement: "ous"),
        Rule(suffix: "ization", replacement: "ize"), Rule(suffix: "ation", replacement: "ate"),
        Rule(suffix: "ator", replacement: "ate"), Rule(suffix: "alism", replacement: "al"),
        Rule(suffix: "iveness", replacement: "ive"), Rule(suffix: "fulness", replacement: "ful"),
        Rule(suffix: "ousness", replacement: "ous"), Rule(suffix: "aliti", replacement: "al"),
        Rule(suffix: "iviti", replacement: "ive"), Rule(suffix: "biliti", replacement: "ble"),
        Rule(suffix: "fulli", replacement: "ful"),
    ]

    private static let thirdStep = [
        Rule(suffix: "icate", replacement: "ic"), Rule(suffix: "ative", replacement: ""),
        Rule(suffix: "alize", replacement: "al"), Rule(suffix: "iciti", replacement: "ic"),
        Rule(suffix: "ical", replacement: "ic"), Rule(suffix: "ful", replacement: ""),
        Rule(suffix: "ness", replacement: ""),
    ]

    private static let fourthStep: [StaticString] = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent",
    ]

    private static let fourthStepAfterIon: [StaticString] = [
        "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ]

    private static let irregularForms: [[UInt8]: [UInt8]] = {
        let forms = [
            "sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
            "innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing",
            "cannings": "canning", "canning": "canning", "howe": "howe", "proceed": "proceed",
            "exceed": "exceed", "succeed": "succeed",
        ]
        return Dictionary(uniqueKeysWithValues: forms.map { (Array($0.key.utf8), Array($0.value.utf8)) })
    }()

    // MARK: Conditions

    private func ends(_ suffix: StaticString) -> Bool {
        let count = suffix.utf8CodeUnitCount
        guard word.count >= count else { return false }
        for index in 0..<count where word[word.count - count + index] != suffix.utf8Start[index] { return false }
        return true
    }

    private mutating func replace(_ suffix: StaticString, by replacement: StaticString) {
        word.removeLast(suffix.utf8CodeUnitCount)
        for index in 0..<replacement.utf8CodeUnitCount { word.append(replacement.utf8Start[index]) }
    }

    /// Whether the letter is none of a, e, i, o, u, and not a y behind a consonant.
    private func isConsonant(_ index: Int) -> Bool {
        switch word[index] {
        case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"):
            return false
        case UInt8(ascii: "y"):
            var first = index
            while first > 0, word[first] == UInt8(ascii: "y") { first -= 1 }
            let isFirstConsonant = word[first] == UInt8(ascii: "y") || isConsonant(first)
            return isFirstConsonant == ((index - first) % 2 == 0)
        default:
            return true
        }
    }

    /// How often a vowel is followed by a consonant in the first `count` letters.
    private func measure(_ count: Int) -> Int {
        var measure = 0
        var wasConsonant = true
        for index in 0..<max(0, count) {
            let isConsonant = isConsonant(index, after: wasConsonant)
            if isConsonant, !wasConsonant { measure += 1 }
            wasConsonant = isConsonant
        }
        return measure
    }

    private func containsVowel(_ count: Int) -> Bool {
        var wasConsonant = true
        for index in 0..<max(0, count) {
            wasConsonant = isConsonant(index, after: wasConsonant)
            if !wasConsonant { return true }
        }
        return false
    }

    private func isConsonant(_ index: Int, after wasConsonant: Bool) -> Bool {
        word[index] == UInt8(ascii: "y") ? index == 0 || !wasConsonant : isConsonant(index)
    }

    private var endsInDoubleConsonant: Bool {
        word.count >= 2 && word[word.count - 1] == word[word.count - 2] && isConsonant(word.count - 1)
    }

    /// Condition *o of the paper, or a two-letter stem of vowel and consonant.
    private func endsConsonantVowelConsonant(_ count: Int) -> Bool {
        if count == 2 { return !isConsonant(0) && isConsonant(1) }
        guard count >= 3, isConsonant(count - 3), !isConsonant(count - 2), isConsonant(count - 1) else { return false }
        let last = word[count - 1]
        return last != UInt8(ascii: "w") && last != UInt8(ascii: "x") && last != UInt8(ascii: "y")
    }
}
