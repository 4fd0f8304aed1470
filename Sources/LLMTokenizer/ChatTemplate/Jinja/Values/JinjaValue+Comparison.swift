/// Python's `==`, `<` and `in`.
extension JinjaValue {
    /// `==`. Never fails: values of different types are unequal.
    func isEqual(to other: JinjaValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.text(let left), .text(let right)), (.text(let left), .markup(let right)),
            (.markup(let left), .text(let right)), (.markup(let left), .markup(let right)):
            return left == right
        case (.number(let left), .number(let right)): return left == right
        case (.number(let left), _):
            guard let right = other.integerValue else { return false }
            return Self.compare(right, left) == 0
        case (_, .number(let right)):
            guard let left = integerValue else { return false }
            return Self.compare(left, right) == 0
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            if left === right { return true }
            guard left.items.count == right.items.count else { return false }
            for (one, another) in zip(left.items, right.items) where !one.isEqual(to: another) { return false }
            return true
        case (.dictionary(let left), .dictionary(let right)):
            guard left.count == right.count else { return false }
            for (position, key) in left.keys.enumerated() {
                guard let value = right.value(key), value.isEqual(to: left.values[position]) else { return false }
            }
            return true
        case (.range(let left), .range(let right)):
            guard left.count == right.count else { return false }
            if left.count == 0 { return true }
            return left.start == right.start && (left.count == 1 || left.step == right.step)
        case (.dictionaryView(let left, let leftView), .dictionaryView(let right, let rightView)):
            guard leftView != .values, rightView != .values else { return left === right && leftView == rightView }
            guard left.count == right.count else { return false }
            let elements = (0..<right.count).map { right.element($0, rightView) }
            return (0..<left.count).allSatisfy { position in
                elements.contains { $0.isEqual(to: left.element(position, leftView)) }
            }
        default:
            if let left = integerValue, let right = other.integerValue { return left == right }
            return isIdentical(to: other)
        }
    }

    /// `is`, as far as it is defined for values without an address.
    func isIdentical(to other: JinjaValue) -> Bool {
        switch (self, other) {
        case (.none, .none): true
        case (.boolean(let left), .boolean(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.undefined(let left), .undefined(let right)): left === right
        case (.text(let left), .text(let right)): left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): left === right
        case (.dictionary(let left), .dictionary(let right)): left === right
        case (.namespace(let left), .namespace(let right)): left === right
        case (.macro(let left), .macro(let right)): left === right
        case (.loop(let left), .loop(let right)): left === right
        case (.generator(let left), .generator(let right)): left === right
        case (.cycler(let left), .cycler(let right)): left === right
        case (.joiner(let left), .joiner(let right)): left === right
        case (.function(let left), .function(let right)): left == right
        default: false
        }
    }

    /// Sign of `integer - number`, exactly; nil with a NaN.
    static func compare(_ integer: Int, _ number: Double) -> Int? {
        if number.isNaN { return nil }
        if number >= 0x1p63 { return -1 }
        if number < -0x1p63 { return 1 }
        let whole = Int(number.rounded(.down))
        if integer != whole { return integer < whole ? -1 : 1 }
        return number > number.rounded(.down) ? -1 : 0
    }

    /// `self < other`; a pair of types without an order throws as in Python.
    func isLess(than other: JinjaValue) throws(ChatTemplateError) -> Bool {
        switch (self, other) {
        case (.undefined(let undefined), _), (_, .undefined(let undefined)): throw undefined.error
        case (.number(let left), .number(let right)): return left < right
        case (.number(let left), _):
            if let right = other.integerValue { return Self.compare(right, left).map { $0 > 0 } ?? false }
        case (_, .number(let right)):
            if let left = integerValue { return Self.compare(left, right).map { $0 < 0 } ?? false }
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
            for (one, another) in zip(left.items, right.items) where !one.isEqual(to: another) {
                return try one.isLess(than: another)
            }
            return left.items.count < right.items.count
        default:
            if let left = integerValue, let right = other.integerValue { return left < right }
            if let left = textValue, let right = other.textValue { return left < right }
        }
        throw ChatTemplateError(
            .type, "'<' not supported between instances of '\(typeName)' and '\(other.typeName)'")
    }

    /// The rich comparison an operator stands for.
    func compare(_ relation: JinjaComparison, _ other: JinjaValue) throws(ChatTemplateError) -> Bool {
        switch relation {
        case .equal: return isEqual(to: other)
        case .notEqual: return !isEqual(to: other)
        case .less: return try isLess(than: other)
        case .greater: return try other.isLess(than: self)
        case .lessOrEqual, .greaterOrEqual:
            if case .number(let value) = self, value.isNaN { return false }
            if case .number(let value) = other, value.isNaN { return false }
            return relation == .lessOrEqual ? try !other.isLess(than: self) : try !isLess(than: other)
        case .contained: return try other.contains(self)
        case .notContained: return try !other.contains(self)
        }
    }

    /// `element in self`.
    func contains(_ element: JinjaValue) throws(ChatTemplateError) -> Bool {
        switch self {
        case .text(let text), .markup(let text):
            guard let needle = element.textValue else {
                throw ChatTemplateError(
                    .type, "'in <string>' requires string as left operand, not \(element.typeName)")
            }
            return text.contains(needle)
        case .list(let list), .tuple(let list):
            return list.items.contains { $0.isIdentical(to: element) || $0.isEqual(to: element) }
        case .dictionary(let dictionary), .dictionaryView(let dictionary, .keys):
            try element.checkHashable()
            return dictionary.value(element) != nil
        case .range(let range):
            if let value = element.integerValue { return range.contains(value) }
            if case .number(let number) = element, let value = Int(exactly: number) { return range.contains(value) }
            return false
        case .dictionaryView, .undefined, .generator, .loop:
            let iterator = try makeIterator()
            while let item = try iterator.next() {
                if item.isEqual(to: element) { return true }
            }
            return false
        default:
            throw ChatTemplateError(.type, "argument of type '\(typeName)' is not iterable")
        }
    }
}
