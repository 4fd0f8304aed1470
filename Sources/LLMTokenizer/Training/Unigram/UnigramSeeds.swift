/// The candidates that training begins with: all scalars, then the substrings of words that would save most.
struct UnigramSeeds {
    /// A candidate and what it saves: occurrences times scalars.
    struct Seed {
        var piece: [UInt8]
        var weight: Double
    }

    /// - Parameters:
    ///   - longest: scalars in a substring at most.
    ///   - limit: candidates at most, if there are not more scalars.
    static func collect(_ corpus: UnigramCorpus, longest: Int, limit: Int) -> [Seed] {
        var seeds = corpus.scalars.filter { $0.scalar != 0 }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.scalar > $1.scalar }
            .map { item -> Seed in
                var bytes: [UInt8] = []
                UTF8Text.append(item.scalar, to: &bytes)
                return Seed(piece: bytes, weight: Double(item.count))
            }
        let symbols = SymbolText(corpus)
        var found = SubstringFinder(symbols.symbols, longest: longest).substrings()
        found.sort { left, right in
            if left.weight != right.weight { return left.weight > right.weight }
            return symbols.isGreater(left, right)
        }
        // The reference looks at the limit after it has added one.
        for substring in found {
            var piece: [UInt8] = []
            for place in substring.start..<(substring.start + substring.length) {
                UTF8Text.append(symbols.scalar(at: place), to: &piece)
            }
            seeds.append(Seed(piece: piece, weight: Double(substring.weight)))
            if seeds.count >= limit { break }
        }
        return seeds
    }
}

/// The words as numbers in the order of scalars, each word ended by 0.
private struct SymbolText {
    private(set) var symbols: [Int32] = []
    private let values: [UInt32]

    init(_ corpus: UnigramCorpus) {
        values = [0] + corpus.scalars.map(\.scalar).filter { $0 != 0 }
        var numbers: [UInt32: Int32] = [:]
        for (number, value) in values.enumerated() { numbers[value] = Int32(truncatingIfNeeded: number) }
        let reader = UnitReader(isByteLevel: false)
        symbols.reserveCapacity(corpus.text.count + corpus.wordCount)
        for word in 0..<corpus.wordCount {
            let start = corpus.starts[word]
            reader.forEach(
                UnsafeBufferPointer(start: corpus.text.pointer + start, count: corpus.starts[word + 1] - start)
            ) { scalar, _, _ in
                symbols.append(numbers[scalar] ?? 0)
            }
            symbols.append(0)
        }
    }

    func scalar(at place: Int) -> UInt32 { values[Int(symbols[place])] }

    func isGreater(_ left: SubstringFinder.Substring, _ right: SubstringFinder.Substring) -> Bool {
        for index in 0..<min(left.length, right.length) {
            let (a, b) = (symbols[left.start + index], symbols[right.start + index])
            if a != b { return a > b }
        }
        return left.length > right.length
    }
}

/// Finds the substrings that are followed by different symbols: the inner nodes of the words' suffix tree, down to a
/// depth, by sorting suffixes.
struct SubstringFinder {
    struct Substring {
        var start: Int
        var length: Int
        /// Occurrences times length.
        var weight: Int
    }

    private let symbols: [Int32]
    private let longest: Int

    init(_ symbols: [Int32], longest: Int) {
        self.symbols = symbols
        self.longest = longest
    }

    func substrings() -> [Substring] {
        var order = (0..<symbols.count).filter { symbols[$0] != 0 }.map { Int32(truncatingIfNeeded: $0) }
        return symbols.withUnsafeBufferPointer { symbols in
            guard let base = symbols.baseAddress else { return [] }
            order.withUnsafeMutableBufferPointer { order in
                if let first = order.baseAddress { sort(first, order.count, base, 0) }
            }
            return collect(order, base)
        }
    }

    /// Sorts suffixes that agree in their first `depth` symbols (Bentley and Sedgewick 1997).
    private func sort(
        _ order: UnsafeMutablePointer<Int32>, _ count: Int, _ symbols: UnsafePointer<Int32>, _ depth: Int
    ) {
        var first = order
        var count = count
        var depth = depth
        while count > 1, depth <= longest {
            let pivot = Self.median(
                symbols[Int(first[0]) + depth], symbols[Int(first[count / 2]) + depth],
                symbols[Int(first[count - 1]) + depth])
            var low = 0
            var high = count
            var index = 0
            while index < high {
                let symbol = symbols[Int(first[index]) + depth]
                if symbol < pivot {
                    (first[index], first[low]) = (first[low], first[index])
                    low += 1
                    index += 1
                } else if symbol > pivot {
                    high -= 1
                    (first[index], first[high]) = (first[high], first[index])
                } else {
                    index += 1
                }
            }
            // The two sides can be long, so the longest of the three parts goes on in the loop.
            let middle = high - low
            // Behind the end of a word all suffixes count as equal.
            let goesOn = pivot != 0
            if middle >= low, middle >= count - high {
                sort(first, low, symbols, depth)
                sort(first + high, count - high, symbols, depth)
                guard goesOn else { return }
                first += low
                count = middle
                depth += 1
            } else {
                if goesOn { sort(first + low, middle, symbols, depth + 1) }
                if low >= count - high {
                    sort(first + high, count - high, symbols, depth)
                    count = low
                } else {
                    sort(first, low, symbols, depth)
                    first += high
                    count -= high
                }
            }
        }
    }

    private static func median(_ a: Int32, _ b: Int32, _ c: Int32) -> Int32 { max(min(a, b), min(max(a, b), c)) }

    /// How many symbols two suffixes share; too many when they share the end of a word.
    private func shared(_ left: Int32, _ right: Int32, _ symbols: UnsafePointer<Int32>) -> Int {
        for index in 0...longest {
            let symbol = symbols[Int(left) + index]
            if symbol != symbols[Int(right) + index] { return index }
            if symbol == 0 { break }
        }
        return longest + 1
    }

    private func collect(_ order: [Int32], _ symbols: UnsafePointer<Int32>) -> [Substring] {
        var found: [Substring] = []
        var open: [(length: Int, first: Int)] = []
        for index in 0...order.count {
            let length =
                index > 0 && index < order.count ? shared(order[index - 1], order[index], symbols) : 0
            var first = max(index - 1, 0)
            while let last = open.last, last.length > length {
                open.removeLast()
                first = last.first
                if last.length >= 2, last.length <= longest {
                    found.append(
                        Substring(
                            start: Int(order[last.first]), length: last.length,
                            weight: last.length * (index - last.first)))
                }
            }
            if length > 0, (open.last?.length ?? 0) < length { open.append((length, first)) }
        }
        return found
    }
}
