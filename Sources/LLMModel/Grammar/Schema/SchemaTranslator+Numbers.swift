internal import LLMTensor

extension SchemaTranslator {
    mutating func addNumberRules() {
        let digit = GrammarExpression.scalars(StringText.digit)
        // As many digits as a Double tells apart: longer numbers only keep a model busy.
        let whole = GrammarExpression.choice([
            .text("0"),
            .sequence([
                .scalars(ScalarRanges([0x31...0x39])), .repeated(digit, minimum: 0, maximum: 15),
            ]),
        ])
        rules["integer"] = .sequence([.optional(.text("-")), whole])
        let fraction = GrammarExpression.sequence([.text("."), .repeated(digit, minimum: 1, maximum: 16)])
        let exponent = GrammarExpression.sequence([
            .scalars(ScalarRanges([0x45...0x45, 0x65...0x65])),
            .optional(.scalars(ScalarRanges([0x2B...0x2B, 0x2D...0x2D]))), .repeated(digit, minimum: 1, maximum: 2),
        ])
        rules["number"] = .sequence([.rule("integer"), .optional(fraction), .optional(exponent)])
    }

    /// An integer, written without fraction and exponent.
    func integer(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        guard let (lower, upper) = try bounds(object, pointer, isWhole: true) else { return .rule("integer") }
        var options: [GrammarExpression] = []
        if lower < 0 {
            options.append(.sequence([.text("-"), DecimalRange.expression(max(1, -min(upper, -1)), -lower)]))
        }
        if upper >= 0 { options.append(DecimalRange.expression(max(0, lower), upper)) }
        return .choice(options)
    }

    /// A number; with bounds it is written without exponent.
    func number(_ object: JSONObject, _ pointer: String) throws(GrammarError) -> GrammarExpression {
        guard let (lower, upper) = try bounds(object, pointer, isWhole: false) else { return .rule("number") }
        let fraction = GrammarExpression.optional(
            .sequence([.text("."), .repeated(.scalars(StringText.digit), minimum: 1, maximum: 16)]))
        let zeros = GrammarExpression.optional(
            .sequence([.text("."), .repeated(.text("0"), minimum: 1, maximum: 16)]))
        /// Numbers from `first` to `last`, both 0 or more, signs apart.
        func magnitudes(_ first: Int, _ last: Int) -> GrammarExpression {
            let end = GrammarExpression.sequence([DecimalRange.expression(last, last), zeros])
            return first == last
                ? end : .choice([.sequence([DecimalRange.expression(first, last - 1), fraction]), end])
        }
        var options: [GrammarExpression] = []
        if lower < 0 { options.append(.sequence([.text("-"), magnitudes(max(0, -upper), -lower)])) }
        if upper >= 0 { options.append(magnitudes(max(0, lower), upper)) }
        return .choice(options)
    }

    /// The bounds that keywords give; nil when there is none. A bound that is not given is 16 digits away.
    private func bounds(
        _ object: JSONObject, _ pointer: String, isWhole: Bool
    ) throws(GrammarError) -> (lower: Int, upper: Int)? {
        let far = 9_999_999_999_999_999
        var lower = -far
        var upper = far
        var isBounded = false
        for keyword in ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"] {
            guard let value = object[keyword] else { continue }
            let place = "\(pointer)/\(keyword)"
            guard let number = value.doubleValue else {
                throw .invalidSchema(pointer: place, reason: "expected a number")
            }
            guard abs(number) <= Double(far) else {
                throw .unsupportedSchema(pointer: place, reason: "more than 16 digits")
            }
            let isExclusive = keyword.hasPrefix("exclusive")
            if !isWhole, isExclusive || number != number.rounded() {
                throw .unsupportedSchema(
                    pointer: place, reason: "bounds of numbers other than whole and inclusive ones")
            }
            isBounded = true
            if keyword.hasSuffix("inimum") {
                let least = Int(number.rounded(.up)) + (isExclusive && number == number.rounded() ? 1 : 0)
                lower = max(lower, least)
            } else {
                let most = Int(number.rounded(.down)) - (isExclusive && number == number.rounded() ? 1 : 0)
                upper = min(upper, most)
            }
        }
        guard isBounded else { return nil }
        guard lower <= upper else { throw .invalidSchema(pointer: pointer, reason: "no number lies within the bounds") }
        return (lower, upper)
    }
}

/// Decimal numbers between two others.
enum DecimalRange {
    /// Digits of the integers from `first` to `last`, both 0 or more, without leading zeros.
    static func expression(_ first: Int, _ last: Int) -> GrammarExpression {
        var options: [GrammarExpression] = []
        var lower = first
        // One option per number of digits.
        while lower <= last {
            let length = String(lower).count
            let longest = Int(String(repeating: "9", count: length)) ?? .max
            let upper = min(last, longest)
            options.append(sameLength(Array(String(lower).utf8)[...], Array(String(upper).utf8)[...]))
            lower = upper + 1
        }
        return options.count == 1 ? options[0] : .choice(options)
    }

    private static func sameLength(_ lower: ArraySlice<UInt8>, _ upper: ArraySlice<UInt8>) -> GrammarExpression {
        guard let low = lower.first, let high = upper.first else { return .empty }
        let lowRest = lower.dropFirst()
        let highRest = upper.dropFirst()
        if low == high { return .sequence([.literal([low]), sameLength(lowRest, highRest)]) }
        var options: [GrammarExpression] = []
        var first = low
        var last = high
        if lowRest.contains(where: { $0 != 0x30 }) {
            let nines = [UInt8](repeating: 0x39, count: lowRest.count)
            options.append(.sequence([.literal([low]), sameLength(lowRest, nines[...])]))
            first += 1
        }
        if highRest.contains(where: { $0 != 0x39 }) {
            let zeros = [UInt8](repeating: 0x30, count: highRest.count)
            options.append(.sequence([.literal([high]), sameLength(zeros[...], highRest)]))
            last -= 1
        }
        if first <= last {
            let any = GrammarExpression.repeated(
                .scalars(StringText.digit), minimum: lowRest.count, maximum: lowRest.count)
            options.append(.sequence([.scalars(ScalarRanges([UInt32(first)...UInt32(last)])), any]))
        }
        return .choice(options)
    }
}
