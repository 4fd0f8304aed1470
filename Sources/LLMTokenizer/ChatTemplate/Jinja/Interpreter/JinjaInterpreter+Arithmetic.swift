#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `+ - * / // % **` with Python's types and roundings.
extension JinjaInterpreter {
    func arithmetic(
        _ operation: JinjaArithmetic, _ left: JinjaValue, _ right: JinjaValue
    ) throws(ChatTemplateError) -> JinjaValue {
        if operation == .remainder, left.textValue != nil { return try formatPercent(left, right) }
        if case .undefined(let undefined) = left { throw undefined.error }
        if case .undefined(let undefined) = right { throw undefined.error }
        if let one = left.integerValue, let other = right.integerValue {
            return try integerArithmetic(operation, one, other)
        }
        if let one = Self.double(left), let other = Self.double(right) {
            return .number(try floatArithmetic(operation, one, other))
        }
        switch operation {
        case .add: if let result = try concatenate(left, right) { return result }
        case .multiply:
            if let count = right.integerValue, let result = try repeating(left, count) { return result }
            if let count = left.integerValue, let result = try repeating(right, count) { return result }
        default: break
        }
        throw failure(
            .type,
            "unsupported operand type(s) for \(operation.rawValue): '\(left.typeName)' and '\(right.typeName)'")
    }

    func signed(_ value: JinjaValue, isNegative: Bool) throws(ChatTemplateError) -> JinjaValue {
        switch value {
        case .undefined(let undefined): throw undefined.error
        case .number(let number): return .number(isNegative ? -number : number)
        default:
            guard let integer = value.integerValue else {
                throw failure(.type, "bad operand type for unary \(isNegative ? "-" : "+"): '\(value.typeName)'")
            }
            return isNegative ? try integerArithmetic(.subtract, 0, integer) : .integer(integer)
        }
    }

    static func double(_ value: JinjaValue) -> Double? {
        if case .number(let number) = value { return number }
        return value.integerValue.map(Double.init)
    }

    private func concatenate(_ left: JinjaValue, _ right: JinjaValue) throws(ChatTemplateError) -> JinjaValue? {
        switch (left, right) {
        case (.text(let one), .text(let other)):
            try reserve(bytes: one.bytes.count + other.bytes.count)
            return .text(one + other)
        case (.markup(let one), .markup(let other)):
            try reserve(bytes: one.bytes.count + other.bytes.count)
            return .markup(one + other)
        case (.markup(let one), .text(let other)): return .markup(one + (try escaped(other)))
        case (.text(let one), .markup(let other)): return .markup(try escaped(one) + other)
        case (.list(let one), .list(let other)):
            try spend(one.items.count + other.items.count)
            return .list(one.items + other.items)
        case (.tuple(let one), .tuple(let other)):
            try spend(one.items.count + other.items.count)
            return .tuple(one.items + other.items)
        default: return nil
        }
    }

    private func repeating(_ value: JinjaValue, _ count: Int) throws(ChatTemplateError) -> JinjaValue? {
        let count = max(0, count)
        switch value {
        case .text(let text), .markup(let text):
            let (bytes, overflow) = text.bytes.count.multipliedReportingOverflow(by: count)
            try reserve(bytes: overflow ? Int.max / 2 : bytes)
            var result: [UInt8] = []
            if text.bytes.count == 1 {
                result = Array(repeating: text.bytes[0], count: count)
            } else if !text.isEmpty {
                result.reserveCapacity(bytes)
                for _ in 0..<count { result += text.bytes }
            }
            if case .markup = value { return .markup(JinjaText(bytes: result)) }
            return .text(JinjaText(bytes: result))
        case .list(let list), .tuple(let list):
            let (total, overflow) = list.items.count.multipliedReportingOverflow(by: count)
            try spend(overflow ? Int.max / 2 : total)
            var items: [JinjaValue] = []
            if total > 0 { for _ in 0..<count { items += list.items } }
            if case .tuple = value { return .tuple(items) }
            return .list(items)
        default: return nil
        }
    }

    // MARK: Numbers

    private func integerArithmetic(
        _ operation: JinjaArithmetic, _ left: Int, _ right: Int
    ) throws(ChatTemplateError) -> JinjaValue {
        let result: (partialValue: Int, overflow: Bool)
        switch operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        case .divide: return .number(try floatArithmetic(.divide, Double(left), Double(right)))
        case .floorDivide, .remainder:
            guard right != 0 else { throw failure(.value, "integer division or modulo by zero") }
            if right == -1 {
                result = operation == .remainder ? (0, false) : (0).subtractingReportingOverflow(left)
                break
            }
            let remainder = left % right
            let isOff = remainder != 0 && (remainder < 0) != (right < 0)
            result = (
                operation == .remainder ? (isOff ? remainder + right : remainder) : left / right - (isOff ? 1 : 0),
                false
            )
        case .power:
            if right < 0 { return .number(try floatArithmetic(.power, Double(left), Double(right))) }
            result = Self.power(left, right)
        }
        guard !result.overflow else {
            throw failure(.value, "the result of '\(operation.rawValue)' does not fit a 64-bit integer")
        }
        return .integer(result.partialValue)
    }

    static func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
        if exponent == 0 { return (1, false) }
        if base == 0 || base == 1 { return (base, false) }
        if base == -1 { return (exponent % 2 == 0 ? 1 : -1, false) }
        guard exponent < 64 else { return (0, true) }
        var result = 1
        for _ in 0..<exponent {
            let (product, overflow) = result.multipliedReportingOverflow(by: base)
            if overflow { return (0, true) }
            result = product
        }
        return (result, false)
    }

    private func floatArithmetic(
        _ operation: JinjaArithmetic, _ left: Double, _ right: Double
    ) throws(ChatTemplateError) -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide:
            guard right != 0 else { throw failure(.value, "division by zero") }
            return left / right
        case .floorDivide, .remainder:
            guard right != 0 else { throw failure(.value, "float floor division by zero") }
            var remainder = left.truncatingRemainder(dividingBy: right)
            var quotient = (left - remainder) / right
            if remainder != 0 {
                if (right < 0) != (remainder < 0) {
                    remainder += right
                    quotient -= 1
                }
            } else {
                remainder = Double(signOf: right, magnitudeOf: 0)
            }
            if operation == .remainder { return remainder }
            guard quotient != 0 else { return Double(signOf: left / right, magnitudeOf: 0) }
            let floor = quotient.rounded(.down)
            return quotient - floor > 0.5 ? floor + 1 : floor
        case .power:
            guard left != 0 || right >= 0 else {
                throw failure(.value, "0.0 cannot be raised to a negative power")
            }
            let result = pow(left, right)
            if result.isNaN, !left.isNaN, !right.isNaN { throw failure(.value, "the power is a complex number") }
            if result.isInfinite, left.isFinite, right.isFinite {
                throw failure(.value, "numerical result out of range")
            }
            return result
        }
    }
}
