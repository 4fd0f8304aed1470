#if CommandLine
    import ArgumentParser
    import LLMGovernance

    struct ScanCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "scan", abstract: "Find personal data and secrets in a text.",
            discussion: """
                Reads any size of text in constant memory. Every finding has its line (from 1), start and end (bytes in the line), offset (bytes in the \
                file), kind, score and rule. The text itself is printed only with --text, since logs live long.
                """)

        @OptionGroup var options: PrivacyOptions

        @Flag(help: "Print the text of the findings too.")
        var text = false

        @Flag(name: .customLong("fail-on-findings"), help: "Exit with 77 when there is a finding.")
        var failOnFindings = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() throws {
            let scanners = try options.scanners()
            let start = ContinuousClock.now
            var place = LinePlace()
            var counts: [String: Int] = [:]
            var total = 0
            var bytes = 0
            var progress = ProgressLine()
            // Nothing is printed before the file was opened.
            var opening: [UInt8] = json ? Array("{\"findings\":[".utf8) : []
            try TextBlocks.forEach(path: options.input) { block in
                var output = opening
                opening = []
                let findings = Finding.withoutOverlaps(scanners.flatMap { $0.scan(block, at: .input) })
                for finding in findings {
                    let (line, lineStart) = place.line(of: finding.range.lowerBound, in: block)
                    write(
                        finding, line: line, lineStart: lineStart, offset: bytes, block, isFirst: total == 0,
                        to: &output)
                    counts[finding.kind, default: 0] += 1
                    total += 1
                }
                place.finish(block)
                bytes += block.count
                try StandardStreams.write(output)
                progress.show("\(bytes >> 20) MiB, \(total) findings")
            }
            progress.clear()
            let seconds = (ContinuousClock.now - start).seconds
            if json {
                var end: OutputObject = [:]
                for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { end.append(kind, .integer(count)) }
                var tail = opening + Array("],\"counts\":".utf8)
                OutputValue.object(end).write(to: &tail)
                tail += ",\"total\":\(total),\"lines\":\(place.lines),\"bytes\":\(bytes),\"seconds\":\(seconds)}\n".utf8
                try StandardStreams.write(tail)
            } else {
                let list = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
                Console.note(
                    "\(total) findings in \(place.lines) lines"
                        + (list.isEmpty ? "" : ": " + list.joined(separator: ", ")))
            }
            if failOnFindings, total > 0 {
                throw CommandFailure(.refused, "\(total) findings in \(InputText.name(options.input))")
            }
        }

        private func write(
            _ finding: Finding, line: Int, lineStart: Int, offset: Int, _ block: UnsafeBufferPointer<UInt8>,
            isFirst: Bool,
            to output: inout [UInt8]
        ) {
            let start = finding.range.lowerBound - lineStart
            let found = text ? String(decoding: block[finding.range], as: UTF8.self) : nil
            if json {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                var object: OutputObject = [
                    "line": .integer(line), "start": .integer(start), "end": .integer(start + finding.range.count),
                    "offset": .integer(offset + finding.range.lowerBound), "kind": .text(finding.kind),
                    "score": .number((finding.score * 1000).rounded() / 1000), "rule": .text(finding.rule),
                ]
                if let found { object.append("text", .text(found)) }
                OutputValue.object(object).write(to: &output)
            } else {
                let score = finding.score.formatted(decimals: 2)
                output +=
                    "\(line):\(start)-\(start + finding.range.count)\t\(finding.kind)\t\(score)\t\(finding.rule)\(found.map { "\t" + $0 } ?? "")\n"
                    .utf8
            }
        }
    }

    /// Counts lines over blocks.
    struct LinePlace {
        /// Lines that were begun.
        private(set) var lines = 0
        private var line = 1
        private var lineStart = 0
        private var position = 0
        private var endsOpen = false

        /// The line of an offset in a block, and where in the block it starts (before it when the line began in the block before). Offsets come in order.
        mutating func line(of offset: Int, in block: UnsafeBufferPointer<UInt8>) -> (line: Int, start: Int) {
            advance(to: offset, block)
            return (line, lineStart)
        }

        /// Goes on to the next block.
        mutating func finish(_ block: UnsafeBufferPointer<UInt8>) {
            advance(to: block.count, block)
            endsOpen = block.last != 0x0A
            lines = endsOpen ? line : line - 1
            lineStart -= block.count
            position = 0
        }

        private mutating func advance(to offset: Int, _ block: UnsafeBufferPointer<UInt8>) {
            while position < offset {
                if block[position] == 0x0A {
                    line += 1
                    lineStart = position + 1
                }
                position += 1
            }
        }
    }
#endif
