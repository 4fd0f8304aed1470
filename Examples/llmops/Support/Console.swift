#if CommandLine
    /// Text for people, on standard error.
    enum Console {
        /// A line of information.
        static func note(_ message: String) { StandardStreams.writeError(message + "\n") }

        /// The line a failed command ends with.
        static func error(_ message: String) { StandardStreams.writeError("llmops: error: \(message)\n") }
    }

    /// A line of progress that overwrites itself on a terminal; on anything else only its last state is written.
    struct ProgressLine: ~Copyable {
        private var last = ""
        private var nextUpdate = ContinuousClock.now
        private let isTerminal = StandardStreams.errorIsTerminal

        /// Shows `text`, at most ten times a second.
        mutating func show(_ text: @autoclosure () -> String) {
            let now = ContinuousClock.now
            guard isTerminal, now >= nextUpdate else { return }
            nextUpdate = now + .milliseconds(100)
            last = text()
            StandardStreams.writeError("\r\u{1B}[K" + last)
        }

        /// Removes the line.
        mutating func clear() {
            guard !last.isEmpty else { return }
            last = ""
            StandardStreams.writeError("\r\u{1B}[K")
        }
    }

    extension Duration {
        /// As a number of seconds.
        var seconds: Double {
            let (seconds, attoseconds) = components
            return Double(seconds) + Double(attoseconds) * 1e-18
        }
    }

    extension Double {
        /// With a fixed number of decimals, for people.
        func formatted(decimals: Int) -> String {
            guard isFinite else { return "\(self)" }
            var scale = 1.0
            for _ in 0..<decimals { scale *= 10 }
            let scaled = (magnitude * scale).rounded()
            guard scaled < 1e15 else { return "\(self)" }
            let digits = String(Int(scaled))
            let sign = self < 0 && scaled > 0 ? "-" : ""
            guard decimals > 0 else { return sign + digits }
            let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
            return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
        }
    }
#endif
