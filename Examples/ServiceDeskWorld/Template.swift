import LLMTensor

/// Text with choices and slots: `The [printer|scanner] on {floor} is [still |]broken.`
///
/// A choice is drawn uniformly; slots are filled from a table. Choices nest; slots are filled after choosing.
struct Template {
    let source: String

    init(_ source: String) { self.source = source }

    /// Draws the choices and fills the slots; an unknown slot stays visible.
    func expand(_ slots: [String: String], using generator: inout CounterGenerator) -> String {
        var result = ""
        var slot: String?
        for character in chosen(Array(source.unicodeScalars)[...], &generator).unicodeScalars {
            switch (character, slot) {
            case ("{", nil): slot = ""
            case ("}", let name?):
                result += slots[name] ?? "{\(name)}"
                slot = nil
            case (_, let name?): slot = name + String(character)
            case (_, nil): result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private func chosen(_ text: ArraySlice<Unicode.Scalar>, _ generator: inout CounterGenerator) -> String {
        var result = String.UnicodeScalarView()
        var place = text.startIndex
        while place < text.endIndex {
            guard text[place] == "[" else {
                result.append(text[place])
                place += 1
                continue
            }
            var alternatives: [ArraySlice<Unicode.Scalar>] = []
            var depth = 1
            var start = place + 1
            var end = start
            while end < text.endIndex {
                if text[end] == "[" { depth += 1 }
                if text[end] == "]" {
                    depth -= 1
                    if depth == 0 { break }
                }
                if text[end] == "|", depth == 1 {
                    alternatives.append(text[start..<end])
                    start = end + 1
                }
                end += 1
            }
            alternatives.append(text[start..<end])
            let pick = generator.pick(alternatives)
            result.append(contentsOf: chosen(pick, &generator).unicodeScalars)
            place = min(end + 1, text.endIndex)
        }
        return String(result)
    }
}

extension CounterGenerator {
    /// One of the elements; the collection must not be empty.
    mutating func pick<Elements: RandomAccessCollection>(_ elements: Elements) -> Elements.Element
    where Elements.Index == Int {
        elements[elements.startIndex + below(elements.count)]
    }

    /// A number in `0..<bound`.
    mutating func below(_ bound: Int) -> Int { Int(UInt64.random(in: 0..<UInt64(bound), using: &self)) }

    /// True with the given probability.
    mutating func chance(_ probability: Double) -> Bool { nextDouble() < probability }

    /// `count` random decimal digits.
    mutating func digits(_ count: Int) -> String { (0..<count).map { _ in String(below(10)) }.joined() }
}
