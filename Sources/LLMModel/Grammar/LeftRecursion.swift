/// Finds rules that can begin with themselves, which a machine that reads byte by byte would unfold for ever.
enum LeftRecursion {
    static func check(_ program: GrammarProgram, names: [String]) throws(GrammarError) {
        let canBeEmpty = emptyRules(program)
        // 0 unseen, 1 on the path, 2 done; an explicit path, because grammars may be deep.
        var marks = [UInt8](repeating: 0, count: program.alternatives.count)
        for start in marks.indices where marks[start] == 0 {
            var path: [(rule: Int, next: [Int])] = [(start, firstCalls(program, start, canBeEmpty))]
            marks[start] = 1
            while let top = path.last {
                guard let callee = top.next.last else {
                    marks[top.rule] = 2
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next.removeLast()
                if marks[callee] == 1 {
                    let cycle = path.map(\.rule) + [callee]
                    throw .leftRecursion(cycle.reversed().map { names[$0] }.first { !$0.isEmpty } ?? "root")
                }
                if marks[callee] == 0 {
                    marks[callee] = 1
                    path.append((callee, firstCalls(program, callee, canBeEmpty)))
                }
            }
        }
    }

    /// Rules that a rule can call before it has read a byte.
    private static func firstCalls(_ program: GrammarProgram, _ rule: Int, _ canBeEmpty: [Bool]) -> [Int] {
        var calls: [Int] = []
        for start in program.alternatives[rule] {
            var position = Int(start)
            while case .call(let callee) = program.elements[position] {
                calls.append(Int(callee))
                guard canBeEmpty[Int(callee)] else { break }
                position += 1
            }
        }
        return calls
    }

    /// Which rules match the empty text: the least fixed point.
    private static func emptyRules(_ program: GrammarProgram) -> [Bool] {
        var isEmpty = [Bool](repeating: false, count: program.alternatives.count)
        var callers = [[Int]](repeating: [], count: isEmpty.count)
        for (rule, starts) in program.alternatives.enumerated() {
            for start in starts {
                var position = Int(start)
                while case .call(let callee) = program.elements[position] {
                    callers[Int(callee)].append(rule)
                    position += 1
                }
            }
        }
        var work = Array(isEmpty.indices)
        while let rule = work.popLast() {
            guard !isEmpty[rule] else { continue }
            let found = program.alternatives[rule].contains { start in
                var position = Int(start)
                while case .call(let callee) = program.elements[position], isEmpty[Int(callee)] { position += 1 }
                return program.elements[position] == .end
            }
            guard found else { continue }
            isEmpty[rule] = true
            work += callers[rule]
        }
        return isEmpty
    }
}
