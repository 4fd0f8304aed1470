/// Runs compiled patterns by backtracking, over well-formed UTF-8.
///
/// Holds only working memory, so one can be used for any number of patterns, by one thread at a time.
struct RegexMatcher {
    private struct Frame: BitwiseCopyable {
        var next: Int32
        /// -1: go on at `next`; -2: give register `next` its old value back; else: one scalar fewer, down to here.
        var minimum: Int
        var position: Int
    }

    /// How many steps one attempt at a position may take; patterns of real tokenizers need a few per byte.
    private static let stepLimit = 200_000_000

    private var stack: [Frame] = []
    private var registers: [Int] = []
    private var steps = 0
    /// Steps of all matches, those inside repeated sets included.
    private(set) var work = 0

    /// Where a match that begins exactly at `position` ends, or -1.
    mutating func match(_ program: RegexProgram, _ text: Bytes, at position: Int, in span: Span) -> Int {
        stack.removeAll(keepingCapacity: true)
        if registers.count < program.registerCount { registers = Array(repeating: -1, count: program.registerCount) }
        steps = 0
        defer { work &+= steps }
        return run(program, text, 0, position, span)
    }

    /// The leftmost match at or behind `position`.
    mutating func search(_ program: RegexProgram, _ text: Bytes, from position: Int, in span: Span) -> Span? {
        var start = position
        while start <= span.end {
            let end = match(program, text, at: start, in: span)
            if end >= 0 { return Span(start: start, end: end) }
            guard start < span.end else { return nil }
            start += UTF8Text.length(text[start])
        }
        return nil
    }

    private mutating func run(
        _ program: RegexProgram, _ text: Bytes, _ entry: Int, _ start: Int, _ span: Span
    ) -> Int {
        let code = program.instructions.pointer
        let floor = stack.count
        var pc = entry
        var position = start
        while true {
            steps += 1
            if steps > Self.stepLimit {
                stack.removeLast(stack.count - floor)
                return -1
            }
            let instruction = code[pc]
            var matched = true
            switch instruction.operation {
            case .accept:
                stack.removeLast(stack.count - floor)
                return position
            case .set:
                if position < span.end {
                    let (scalar, length) = UTF8Text.scalar(text, at: position)
                    matched = program.contains(scalar, Int(instruction.x))
                    position += length
                } else {
                    matched = false
                }
                pc += 1
            case .split:
                stack.append(Frame(next: instruction.y, minimum: -1, position: position))
                pc = Int(instruction.x)
            case .jump: pc = Int(instruction.x)
            case .greedySet, .possessiveSet:
                pc += 1
                matched = repeatSet(program, instruction, text, &position, span, Int32(pc))
            case .look:
                let end = run(program, text, pc + 1, position, span)
                matched = (end >= 0) != instruction.isNegated
                pc = Int(instruction.x)
            case .lookBehind:
                matched = lookBehind(program, instruction, text, pc, position, span) != instruction.isNegated
                pc = Int(instruction.x)
            case .atomic:
                let end = run(program, text, pc + 1, position, span)
                matched = end >= 0
                position = end
                pc = Int(instruction.x)
            case .assertion:
                matched = RegexAssertions.holds(instruction.x, text, position, span)
                pc += 1
            case .saveProgress:
                let register = Int(instruction.x)
                stack.append(Frame(next: instruction.x, minimum: -2, position: registers[register]))
                registers[register] = position
                pc += 1
            case .checkProgress:
                // A turn of a loop that matched nothing ends the loop.
                pc += registers[Int(instruction.x)] == position ? 2 : 1
            case .fail: matched = false
            }
            if matched { continue }
            guard backtrack(text, floor, &pc, &position) else { return -1 }
        }
    }

    @inline(__always)
    private mutating func repeatSet(
        _ program: RegexProgram, _ instruction: RegexProgram.Instruction, _ text: Bytes, _ position: inout Int,
        _ span: Span, _ next: Int32
    ) -> Bool {
        var count: Int32 = 0
        var minimum = position
        while count < instruction.z, position < span.end {
            let (scalar, length) = UTF8Text.scalar(text, at: position)
            if !program.contains(scalar, Int(instruction.x)) { break }
            position += length
            count += 1
            if count == instruction.y { minimum = position }
        }
        work &+= Int(count)
        if count < instruction.y { return false }
        if instruction.operation == .greedySet, position > minimum {
            stack.append(Frame(next: next, minimum: minimum, position: position))
        }
        return true
    }

    private mutating func lookBehind(
        _ program: RegexProgram, _ instruction: RegexProgram.Instruction, _ text: Bytes, _ pc: Int, _ position: Int,
        _ span: Span
    ) -> Bool {
        var start = position
        for _ in 0..<instruction.y {
            guard start > span.start else { return false }
            start = UTF8Text.start(text, before: start)
        }
        return run(program, text, pc + 1, start, Span(start: span.start, end: position)) == position
    }

    private mutating func backtrack(
        _ text: Bytes, _ floor: Int, _ pc: inout Int, _ position: inout Int
    ) -> Bool {
        while stack.count > floor {
            let top = stack.count - 1
            let frame = stack[top]
            if frame.minimum == -2 {
                registers[Int(frame.next)] = frame.position
                stack.removeLast()
                continue
            }
            pc = Int(frame.next)
            if frame.minimum == -1 {
                position = frame.position
                stack.removeLast()
            } else {
                position = UTF8Text.start(text, before: frame.position)
                if position > frame.minimum { stack[top].position = position } else { stack.removeLast() }
            }
            return true
        }
        return false
    }
}

/// Conditions on a place between two scalars.
enum RegexAssertions {
    static func holds(_ kind: Int32, _ text: Bytes, _ position: Int, _ span: Span) -> Bool {
        switch RegexNode.Assertion(rawValue: kind) {
        case .textStart: return position == span.start
        case .textEnd: return position == span.end
        case .textEndBeforeNewline:
            return position == span.end || (position + 1 == span.end && text[position] == 0x0A)
        case .lineStart: return position == span.start || text[position - 1] == 0x0A
        case .lineEnd: return position == span.end || text[position] == 0x0A
        case .wordBoundary: return isBoundary(text, position, span)
        case .notWordBoundary: return !isBoundary(text, position, span)
        case nil: return false
        }
    }

    private static func isBoundary(_ text: Bytes, _ position: Int, _ span: Span) -> Bool {
        var before = false
        if position > span.start {
            let scalar = UTF8Text.scalar(text, at: UTF8Text.start(text, before: position)).value
            before = UnicodeData.shared.contains(scalar, .word)
        }
        var after = false
        if position < span.end {
            after = UnicodeData.shared.contains(UTF8Text.scalar(text, at: position).value, .word)
        }
        return before != after
    }
}
