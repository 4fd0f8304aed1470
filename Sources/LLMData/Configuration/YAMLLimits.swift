#if Storage
    /// Refuses texts whose tree a YAML parser would need too much stack or time to build, before it tries.
    ///
    /// The bounds are upper bounds found without parsing, far above what configurations have: brackets and indentation
    /// bound the depth, and anchors that are aliased bound how often one part of the text can be repeated.
    enum YAMLLimits {
        private static let deepest = 200
        private static let mostAliases = 24

        static func check(_ text: String, source: String) throws(ConfigurationError) {
            var line = 1
            var indents: [Int] = []
            var brackets = 0
            var deepest = 0
            var candidates = AliasCandidates()
            for part in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                let indent = part.prefix { $0 == UInt8(ascii: " ") }.count
                let content = part.dropFirst(indent)
                if let first = content.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "\r") {
                    while let last = indents.last, last >= indent { indents.removeLast() }
                    indents.append(indent)
                    brackets = max(0, brackets + balance(content))
                    deepest = indents.count + brackets + indicators(content)
                }
                if deepest > Self.deepest {
                    throw ConfigurationError(
                        .limit, source: source, position: ConfigurationPosition(line: line, column: 1),
                        expected: "at most \(ConfigurationNode.maximumDepth) nested values", found: "deeper ones")
                }
                candidates.add(content)
                line += 1
            }
            guard candidates.aliasCount <= mostAliases else {
                throw ConfigurationError(
                    .limit, source: source, expected: "at most \(mostAliases) aliases",
                    found: "\(candidates.aliasCount)")
            }
        }

        /// Brackets that a line leaves open.
        private static func balance(_ line: Substring.UTF8View.SubSequence) -> Int {
            var open = 0
            for byte in line {
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): open -= 1
                default: break
                }
            }
            return open
        }

        /// Entries that open on one line: `- - - x`, `? - x`, and brackets that close again.
        private static func indicators(_ line: Substring.UTF8View.SubSequence) -> Int {
            var count = 0
            var open = 0
            var most = 0
            var previous = UInt8(ascii: " ")
            for byte in line {
                if byte == UInt8(ascii: " "), previous == UInt8(ascii: "-") || previous == UInt8(ascii: "?") {
                    count += 1
                }
                previous = byte
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    open += 1
                    most = max(most, open)
                case UInt8(ascii: "]"), UInt8(ascii: "}"): open -= 1
                default: break
                }
            }
            return count + most
        }
    }

    /// Counts what may be an alias of what may be an anchor.
    private struct AliasCandidates {
        private var anchors: Set<String> = []
        private var aliases: [String] = []

        var aliasCount: Int { anchors.isEmpty ? 0 : aliases.reduce(0) { $0 + (anchors.contains($1) ? 1 : 0) } }

        mutating func add(_ line: Substring.UTF8View.SubSequence) {
            var previous = UInt8(ascii: " ")
            for (index, byte) in zip(line.indices, line) {
                defer { previous = byte }
                guard byte == UInt8(ascii: "*") || byte == UInt8(ascii: "&") else { continue }
                switch previous {
                case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"),
                    UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?"):
                    let tail = line[line.index(after: index)...]
                    let name = String(decoding: tail.prefix(while: Self.isNameByte), as: UTF8.self)
                    if name.isEmpty { continue }
                    if byte == UInt8(ascii: "&") { anchors.insert(name) } else { aliases.append(name) }
                default: break
                }
            }
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
#endif
