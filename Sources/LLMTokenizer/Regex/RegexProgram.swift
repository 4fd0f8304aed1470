/// A pattern compiled for the backtracking machine.
final class RegexProgram: Sendable {
    enum Operation: UInt8 {
        case set, split, jump, accept, greedySet, possessiveSet, look, lookBehind, atomic, assertion
        case saveProgress, checkProgress, fail
    }

    struct Instruction: BitwiseCopyable {
        var operation: Operation
        var isNegated = false
        var x: Int32 = 0
        var y: Int32 = 0
        var z: Int32 = 0
    }

    /// A class as the machine reads it: a bitmap for ASCII, class bits and a part of `ranges` for the rest.
    struct FlatSet: BitwiseCopyable {
        var low: UInt64
        var high: UInt64
        var classes: UInt64
        var firstRange: Int32
        var rangeCount: Int32
        var isNegated: Bool
    }

    let pattern: String
    let instructions: ConstantBuffer<Instruction>
    let sets: ConstantBuffer<FlatSet>
    let ranges: ConstantBuffer<UInt32>
    let registerCount: Int

    init(_ pattern: String, dialect: RegexDialect) throws(TokenizerError) {
        self.pattern = pattern
        let node = try RegexParser.parse(pattern, dialect: dialect)
        var compiler = RegexCompiler(pattern: pattern)
        try compiler.emit(node)
        compiler.instructions.append(Instruction(operation: .accept))
        instructions = ConstantBuffer(compiler.instructions)
        registerCount = compiler.registerCount
        var flat: [FlatSet] = []
        var bounds: [UInt32] = []
        for set in compiler.sets {
            var low: UInt64 = 0
            var high: UInt64 = 0
            for bit in UInt32(0)..<64 {
                if set.contains(bit) { low |= 1 << UInt64(bit) }
                if set.contains(bit + 64) { high |= 1 << UInt64(bit) }
            }
            let first = bounds.count / 2
            let wide = set.ranges.filter { $0.upperBound > 0x7F }
            for range in wide { bounds += [range.lowerBound, range.upperBound] }
            flat.append(
                FlatSet(
                    low: low, high: high, classes: set.classes.rawValue, firstRange: Int32(first),
                    rangeCount: Int32(wide.count), isNegated: set.isNegated))
        }
        sets = ConstantBuffer(flat)
        ranges = ConstantBuffer(bounds)
    }

    @inline(__always)
    func contains(_ scalar: UInt32, _ index: Int) -> Bool {
        let set = sets.pointer + index
        if scalar < 64 { return set.pointee.low >> UInt64(scalar) & 1 != 0 }
        if scalar < 128 { return set.pointee.high >> UInt64(scalar - 64) & 1 != 0 }
        var inside = UnicodeData.shared.mask(of: scalar) & set.pointee.classes != 0
        if !inside, set.pointee.rangeCount > 0 {
            var low = Int(set.pointee.firstRange)
            var high = low + Int(set.pointee.rangeCount)
            while low < high {
                let middle = (low + high) / 2
                if scalar > ranges.pointer[2 * middle + 1] {
                    low = middle + 1
                } else if scalar < ranges.pointer[2 * middle] {
                    high = middle
                } else {
                    inside = true
                    break
                }
            }
        }
        return inside != set.pointee.isNegated
    }
}

/// Turns a parsed pattern into instructions.
struct RegexCompiler {
    let pattern: String
    var instructions: [RegexProgram.Instruction] = []
    var sets: [ScalarSet] = []
    var registerCount = 0

    init(pattern: String) { self.pattern = pattern }

    private mutating func index(of set: ScalarSet) -> Int32 {
        var set = set
        set.normalize()
        if let known = sets.firstIndex(of: set) { return Int32(known) }
        sets.append(set)
        return Int32(sets.count - 1)
    }

    private mutating func add(_ operation: RegexProgram.Operation, x: Int32 = 0, y: Int32 = 0) -> Int {
        instructions.append(.init(operation: operation, x: x, y: y))
        return instructions.count - 1
    }

    private var here: Int32 { Int32(instructions.count) }

    mutating func emit(_ node: RegexNode) throws(TokenizerError) {
        if instructions.count > 100_000 {
            throw .invalidPattern(pattern: pattern, offset: 0, reason: "it is too large")
        }
        switch node {
        case .empty: break
        case .set(let set):
            let index = index(of: set)
            _ = add(.set, x: index)
        case .sequence(let nodes):
            for node in nodes { try emit(node) }
        case .alternatives(let nodes): try emitAlternatives(nodes)
        case .repeated(let node, let minimum, let maximum, let kind):
            try emitRepeat(node, minimum, maximum, kind)
        case .look(let node, let ahead, let negated): try emitLook(node, ahead: ahead, negated: negated)
        case .atomic(let node):
            let start = add(.atomic)
            try emit(node)
            _ = add(.accept)
            instructions[start].x = here
        case .assertion(let kind): _ = add(.assertion, x: kind.rawValue)
        }
    }

    private mutating func emitAlternatives(_ nodes: [RegexNode]) throws(TokenizerError) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index + 1 < nodes.count else {
                try emit(node)
                break
            }
            let split = add(.split)
            instructions[split].x = here
            try emit(node)
            jumps.append(add(.jump))
            instructions[split].y = here
        }
        for jump in jumps { instructions[jump].x = here }
    }

    private mutating func emitLook(_ node: RegexNode, ahead: Bool, negated: Bool) throws(TokenizerError) {
        guard !ahead else {
            let start = add(.look)
            instructions[start].isNegated = negated
            try emit(node)
            _ = add(.accept)
            instructions[start].x = here
            return
        }
        // Branches of different lengths are looked for one by one.
        var branches = [node]
        if case .alternatives(let nodes) = node { branches = nodes }
        if branches.count > 1, !negated {
            let looks = branches.map { RegexNode.look($0, ahead: false, negated: false) }
            try emitAlternatives(looks)
            return
        }
        for branch in branches {
            guard let length = branch.fixedLength else {
                throw .invalidPattern(pattern: pattern, offset: 0, reason: "a look-behind of variable length")
            }
            let start = add(.lookBehind, y: Int32(length))
            instructions[start].isNegated = negated
            try emit(branch)
            _ = add(.accept)
            instructions[start].x = here
        }
    }

    private mutating func emitRepeat(
        _ node: RegexNode, _ minimum: Int, _ maximum: Int, _ kind: RegexNode.Quantifier
    ) throws(TokenizerError) {
        if case .set(let set) = node, kind != .lazy {
            let index = index(of: set)
            let at = add(kind == .greedy ? .greedySet : .possessiveSet, x: index, y: Int32(minimum))
            instructions[at].z = maximum >= Int(Int32.max) ? .max : Int32(maximum)
            return
        }
        if kind == .possessive {
            try emit(.atomic(.repeated(node, minimum: minimum, maximum: maximum, kind: .greedy)))
            return
        }
        for _ in 0..<minimum { try emit(node) }
        if maximum == .max {
            let register = Int32(registerCount)
            registerCount += 1
            let split = add(.split)
            _ = add(.saveProgress, x: register)
            try emit(node)
            _ = add(.checkProgress, x: register)
            _ = add(.jump, x: Int32(split))
            setBranches(split, into: Int32(split) + 1, past: here, kind)
        } else {
            var splits: [Int] = []
            for _ in 0..<(maximum - minimum) {
                splits.append(add(.split))
                try emit(node)
            }
            for split in splits { setBranches(split, into: Int32(split) + 1, past: here, kind) }
        }
    }

    private mutating func setBranches(_ split: Int, into: Int32, past: Int32, _ kind: RegexNode.Quantifier) {
        instructions[split].x = kind == .lazy ? past : into
        instructions[split].y = kind == .lazy ? into : past
    }
}
