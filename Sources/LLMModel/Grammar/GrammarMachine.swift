internal import Synchronization

/// Follows a grammar byte by byte: a pushdown automaton whose reachable configurations are numbered as they are met.
///
/// A configuration is a set of stacks of positions to go on from. Stacks share their lower parts and equal ones have
/// equal numbers, so a configuration is a sorted list of numbers, and each (configuration, byte) pair is worked out
/// once: afterwards a byte costs one look into a table. A call that ends an alternative pushes nothing, which keeps
/// repetitions from growing the stack. Shared by all texts that follow one grammar; safe to use from any thread.
final class GrammarMachine: Sendable {
    /// The state of a text that cannot go on.
    static let dead: Int32 = -1
    /// The state of an empty text.
    static let start: Int32 = 0

    let program: GrammarProgram
    private let tables: Mutex<GrammarTables>

    init(_ program: GrammarProgram) {
        self.program = program
        tables = Mutex(GrammarTables(program))
    }

    /// Works with the tables under their lock.
    func withTables<Result>(_ body: (inout GrammarTables) -> Result) -> Result {
        tables.withLock { body(&$0) }
    }
}

/// What a ``GrammarMachine`` has met so far.
struct GrammarTables: Sendable {
    private let program: GrammarProgram
    /// Stacks: a position, and the stack below it (-1 for none), with its height.
    private var stacks: [(position: Int32, below: Int32, height: Int32)] = []
    private var stackNumbers: [UInt64: Int32] = [:]
    private var states: [[Int32]] = []
    private var stateNumbers: [[Int32]: Int32] = [:]
    /// 256 per state; `unknown` until asked for.
    private var transitions: [Int32] = []
    private(set) var isAccepting: [Bool] = []
    /// Allowed tokens per state, one bit each; empty until asked for.
    var masks: [[UInt64]] = []
    /// Bytes in `masks`.
    var maskBytes = 0
    /// Counts how often the tables were emptied: a state number belongs to one epoch.
    private(set) var epoch = 0

    private static let unknown: Int32 = -2
    /// Where a text is complete; not an element.
    private static let finished: Int32 = -1
    private static let largestHeight: Int32 = 512
    private static let largestStateCount = 32_768

    init(_ program: GrammarProgram) {
        self.program = program
        fill()
    }

    /// Empties the tables when they have grown too large; states met before are void then.
    mutating func trim() {
        guard states.count > Self.largestStateCount else { return }
        self = GrammarTables(program, epoch: epoch + 1)
    }

    private init(_ program: GrammarProgram, epoch: Int) {
        self.program = program
        self.epoch = epoch
        fill()
    }

    private mutating func fill() {
        var found: Set<Int32> = []
        var seen: Set<UInt64> = []
        for alternative in program.alternatives[0] {
            open(alternative, below: -1, &found, &seen)
        }
        _ = number(of: found)
    }

    /// The state behind a byte.
    @inline(__always)
    mutating func step(_ state: Int32, _ byte: UInt8) -> Int32 {
        guard state >= 0 else { return GrammarMachine.dead }
        let known = transitions[Int(state) << 8 | Int(byte)]
        return known == Self.unknown ? workOut(state, byte) : known
    }

    /// The state behind some bytes.
    mutating func step(_ state: Int32, _ bytes: some Sequence<UInt8>) -> Int32 {
        var state = state
        for byte in bytes {
            state = step(state, byte)
            if state < 0 { break }
        }
        return state
    }

    private mutating func workOut(_ state: Int32, _ byte: UInt8) -> Int32 {
        var found: Set<Int32> = []
        var seen: Set<UInt64> = []
        for stack in states[Int(state)] {
            let top = stacks[Int(stack)]
            guard top.position >= 0, case .bytes(let set) = program.elements[Int(top.position)],
                GrammarProgram.contains(program.sets[Int(set)], byte)
            else { continue }
            open(top.position + 1, below: top.below, &found, &seen)
        }
        let result = found.isEmpty ? GrammarMachine.dead : number(of: found)
        transitions[Int(state) << 8 | Int(byte)] = result
        return result
    }

    /// Unfolds calls and ends until each stack has a byte to read on top, or the text is complete.
    private mutating func open(
        _ position: Int32, below: Int32, _ found: inout Set<Int32>, _ seen: inout Set<UInt64>
    ) {
        var work: [(position: Int32, below: Int32)] = [(position, below)]
        while let (position, below) = work.popLast() {
            guard seen.insert(Self.key(position, below)).inserted else { continue }
            switch program.elements[Int(position)] {
            case .bytes: found.insert(stack(position, below))
            case .end:
                if below < 0 {
                    found.insert(stack(Self.finished, -1))
                } else {
                    let next = stacks[Int(below)]
                    work.append((next.position, next.below))
                }
            case .call(let rule):
                var returning = below
                if program.elements[Int(position) + 1] != .end {
                    guard below < 0 || stacks[Int(below)].height < Self.largestHeight else { continue }
                    returning = stack(position + 1, below)
                }
                for alternative in program.alternatives[Int(rule)] { work.append((alternative, returning)) }
            }
        }
    }

    private static func key(_ position: Int32, _ below: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: position)) << 32 | UInt64(UInt32(bitPattern: below))
    }

    private mutating func stack(_ position: Int32, _ below: Int32) -> Int32 {
        let key = Self.key(position, below)
        if let number = stackNumbers[key] { return number }
        let number = Int32(stacks.count)
        stacks.append((position, below, below < 0 ? 0 : stacks[Int(below)].height + 1))
        stackNumbers[key] = number
        return number
    }

    private mutating func number(of found: Set<Int32>) -> Int32 {
        let list = found.sorted()
        if let number = stateNumbers[list] { return number }
        let number = Int32(states.count)
        states.append(list)
        stateNumbers[list] = number
        transitions += repeatElement(Self.unknown, count: 256)
        isAccepting.append(list.contains { stacks[Int($0)].position == Self.finished })
        masks.append([])
        return number
    }
}
