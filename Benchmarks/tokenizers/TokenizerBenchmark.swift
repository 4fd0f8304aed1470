import Foundation
import LLMTokenizer

/// Times a tokenizer on a text of documents with NUL between them.
///
///     tokenizer-benchmark TOKENIZER TEXT [--threads 1] [--bytes N] [--warm 3] [--ids FILE]
///     tokenizer-benchmark TOKENIZER TEXT --latency
///     tokenizer-benchmark TOKENIZER --worst
///
/// Prints one JSON object. `load_seconds` and `load_peak_bytes` are for making the tokenizer from its file; `cold_seconds`
/// is the first encoding in the process, `warm_seconds` the median of the next ones, documents told apart included.
/// `--ids` writes the ids as 32-bit integers. `--latency` encodes pieces of 100 bytes one call each; `--worst` times inputs that make
/// careless tokenizers quadratic, at two sizes.
@main
struct TokenizerBenchmark {
    static func main() throws {
        let options = Options(CommandLine.arguments)
        let before = peakBytes()
        let clock = ContinuousClock()
        let start = clock.now
        let tokenizer = try TokenizerLoader.load(path: options.tokenizer)
        var report: [String: Any] = [
            "load_seconds": seconds(clock.now - start), "load_peak_bytes": peakBytes() - before,
            "file_bytes": (try? FileManager.default.attributesOfItem(atPath: options.tokenizer)[.size]) as? Int ?? 0,
        ]
        if options.isWorst {
            worst(tokenizer, &report)
        } else {
            var text = try Data(contentsOf: URL(fileURLWithPath: options.text))
            if let limit = options.bytes, limit < text.count { text = Data(text.prefix(limit)) }
            try text.withUnsafeBytes { bytes in
                if options.isLatency {
                    latency(tokenizer, bytes, &report)
                } else {
                    try throughput(tokenizer, bytes, options, &report)
                }
            }
        }
        print(String(decoding: try JSONSerialization.data(withJSONObject: report), as: UTF8.self))
    }

    private static func throughput(
        _ tokenizer: any Tokenizer, _ text: UnsafeRawBufferPointer, _ options: Options, _ report: inout [String: Any]
    ) throws {
        let clock = ContinuousClock()
        var times: [Double] = []
        for _ in 0...options.warm {
            let start = clock.now
            let batch = tokenizer.encodeBatch(
                documents(text), addSpecialTokens: false, parseSpecialTokens: true, threadCount: options.threads)
            times.append(seconds(clock.now - start))
            if times.count == 1 {
                report["tokens"] = batch.ids.count
                if let path = options.ids {
                    try batch.ids.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
                }
            }
        }
        report["bytes"] = text.count
        report["cold_seconds"] = times[0]
        if times.count > 1 { report["warm_seconds"] = times.dropFirst().sorted()[(times.count - 1) / 2] }
    }

    private static func documents(_ text: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        var found: [UnsafeRawBufferPointer] = []
        var start = 0
        while start < text.count {
            let rest = text.baseAddress! + start
            let end = memchr(rest, 0, text.count - start).map { UnsafeRawPointer($0) - rest } ?? text.count - start
            if end > 0 { found.append(UnsafeRawBufferPointer(start: rest, count: end)) }
            start += end + 1
        }
        return found
    }

    /// Microseconds a call for texts of about 100 bytes, cut where a character begins.
    private static func latency(
        _ tokenizer: any Tokenizer, _ text: UnsafeRawBufferPointer, _ report: inout [String: Any]
    ) {
        var pieces: [String] = []
        var position = text.count / 7
        while pieces.count < 4000, position + 200 < text.count {
            while text[position] & 0xC0 == 0x80 { position += 1 }
            var end = position + 100
            while text[end] & 0xC0 == 0x80 { end += 1 }
            pieces.append(String(decoding: text[position..<end].map { $0 == 0 ? 32 : $0 }, as: UTF8.self))
            position = end + 1000
        }
        var times: [Double] = []
        var count = 0
        let clock = ContinuousClock()
        // Five passes at least, and half a second: a few milliseconds measure the neighbours of this process.
        let begin = clock.now
        while times.count < 5 || clock.now - begin < .milliseconds(500) {
            count = 0
            let start = clock.now
            for piece in pieces { count += tokenizer.encode(piece, addSpecialTokens: false).count }
            times.append(seconds(clock.now - start) / Double(pieces.count) * 1e6)
        }
        report["microseconds"] = times.sorted()[times.count / 2]
        report["first_microseconds"] = times[0]
        report["tokens"] = count
    }

    private static func worst(_ tokenizer: any Tokenizer, _ report: inout [String: Any]) {
        let clock = ContinuousClock()
        let kinds = [("letters", "a"), ("spaces", " "), ("ideographs", "漢字仮名交文章體"), ("digits", "7")]
        for (name, unit) in kinds {
            for size in [500_000, 1_000_000] {
                let text = String(repeating: unit, count: size / unit.utf8.count)
                let start = clock.now
                let count = tokenizer.encode(text, addSpecialTokens: false).count
                report["\(name)_\(size)_milliseconds"] = seconds(clock.now - start) * 1e3
                report["\(name)_\(size)_tokens"] = count
            }
        }
    }

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }

    private static func peakBytes() -> Int {
        var usage = rusage()
        #if canImport(Darwin)
            getrusage(RUSAGE_SELF, &usage)
            let unit = 1
        #else
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            let unit = 1024
        #endif
        return Int(usage.ru_maxrss) * unit
    }
}

private struct Options {
    var tokenizer = ""
    var text = ""
    var threads = 1
    var bytes: Int?
    var warm = 3
    var ids: String?
    var isLatency = false
    var isWorst = false

    init(_ arguments: [String]) {
        var plain: [String] = []
        var rest = arguments.dropFirst()[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--threads": threads = rest.popFirst().flatMap { Int($0) } ?? threads
            case "--bytes": bytes = rest.popFirst().flatMap { Int($0) }
            case "--warm": warm = max(rest.popFirst().flatMap { Int($0) } ?? warm, 0)
            case "--ids": ids = rest.popFirst()
            case "--latency": isLatency = true
            case "--worst": isWorst = true
            default: plain.append(argument)
            }
        }
        guard plain.count == (isWorst ? 1 : 2) else {
            print("usage: tokenizer-benchmark TOKENIZER TEXT [--threads N] [--bytes N] [--warm N] [--ids FILE]")
            exit(64)
        }
        tokenizer = plain[0]
        if !isWorst { text = plain[1] }
    }
}
