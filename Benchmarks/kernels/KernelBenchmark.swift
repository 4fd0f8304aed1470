import CLLMKernels
import LLMTensor

/// Times the kernels of every table this machine can run, on one thread.
///
///     swift run -c release kernel-benchmark [--products] [table ...]
///
/// With `--products`, times float products of a training step on all threads instead (``FloatProductBenchmark``).
///
/// Each figure is the best of many runs. Products of one token read weights from memory: GB/s of packed bytes, and the
/// share of what a plain loop reads. Products of many tokens: GOP/s (a multiplication and an addition count two), and
/// the share of the table's fastest format of the same kind, quantized or float.
@main
struct KernelBenchmark {
    static func main() throws {
        let names = CommandLine.arguments.dropFirst().filter { $0 != "--products" }
        let tables = availableTables.filter { names.isEmpty || names.contains(name(of: $0)) }
        guard !tables.isEmpty else {
            print("no such table; this machine runs " + availableTables.map(name(of:)).joined(separator: ", "))
            return
        }
        if CommandLine.arguments.contains("--products") {
            for table in tables {
                if let kernels = Kernels.named(name(of: table)) { try FloatProductBenchmark.run(kernels) }
            }
            return
        }
        let peak = try readBandwidth()
        print("reading memory: \(figure(peak / 1e9)) GB/s")
        for table in tables { try run(table, peakBandwidth: peak) }
    }

    private static var availableTables: [llmk_kernels] {
        let names = ["amx", "avx512", "avx2", "neon-i8mm", "neon"]
        return names.compactMap { (name: String) in llmk_kernels_named(name)?.pointee } + [GenericKernels.table]
    }

    private static func name(of table: llmk_kernels) -> String { String(cString: table.name) }

    private static func run(_ table: llmk_kernels, peakBandwidth: Double) throws {
        print("\n\(name(of: table))")
        print(row("format", ["1 token", "of peak", "4 tokens", "256 tokens", "of best", "two planes"]))
        print(row("", ["GB/s", "%", "GOP/s", "GOP/s", "%", "GOP/s"]))
        let results = try PackedFormat.allCases.map { format in
            (
                format,
                decode: try ProductBenchmark(format, table, rows: decodeRows(format), tokens: 1, planes: 1)
                    .bytesPerSecond(),
                few: try ProductBenchmark(format, table, rows: 1024, tokens: 4, planes: 1).operationsPerSecond(),
                many: try ProductBenchmark(format, table, rows: 512, tokens: 256, planes: 1).operationsPerSecond(),
                planes: format.isFloat
                    ? nil : try ProductBenchmark(format, table, rows: 512, tokens: 256, planes: 2).operationsPerSecond()
            )
        }
        for result in results {
            let best = results.filter { $0.0.isFloat == result.0.isFloat }.map(\.many).max() ?? 1
            print(
                row(
                    "\(result.0)",
                    [
                        figure(result.decode / 1e9), figure(100 * result.decode / peakBandwidth),
                        figure(result.few / 1e9), figure(result.many / 1e9), figure(100 * result.many / best),
                        result.planes.map { figure($0 / 1e9) } ?? "",
                    ]))
        }
    }

    /// Rows whose packed bytes pass the last-level cache.
    private static func decodeRows(_ format: PackedFormat) -> Int {
        let bytesPerRow = max(format.codeBytes * ProductBenchmark.columns / 512, ProductBenchmark.columns)
        return (128 << 20) / bytesPerRow / 32 * 32
    }

    /// Bytes per second that a plain loop reads from memory.
    private static func readBandwidth() throws -> Double {
        let count = 256 << 20
        let region = try AlignedMemory(byteCount: count)
        let memory = region.base
        memory.initializeMemory(as: UInt8.self, repeating: 1, count: count)
        var total = SIMD8<UInt64>()
        let seconds = bestSeconds(limit: 0.5) {
            var sums = (SIMD8<UInt64>(), SIMD8<UInt64>(), SIMD8<UInt64>(), SIMD8<UInt64>())
            for i in stride(from: 0, to: count, by: 256) {
                sums.0 &+= memory.load(fromByteOffset: i, as: SIMD8<UInt64>.self)
                sums.1 &+= memory.load(fromByteOffset: i + 64, as: SIMD8<UInt64>.self)
                sums.2 &+= memory.load(fromByteOffset: i + 128, as: SIMD8<UInt64>.self)
                sums.3 &+= memory.load(fromByteOffset: i + 192, as: SIMD8<UInt64>.self)
            }
            total &+= sums.0 &+ sums.1 &+ sums.2 &+ sums.3
        }
        // Uses the sums, so that the loop stays.
        return total.wrappedSum() == 1 ? 0 : Double(count) / seconds
    }

    private static func figure(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func row(_ title: String, _ cells: [String]) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.utf8.count)) + text
        }
        return title + String(repeating: " ", count: max(0, 8 - title.utf8.count))
            + cells.map { padded($0, 12) }.joined()
    }
}

/// The shortest run of `body`, repeated for `limit` seconds and at least twice.
func bestSeconds(limit: Double, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var best = Duration.seconds(1000)
    var runs = 0
    repeat {
        best = min(best, clock.measure(body))
        runs += 1
    } while runs < 2 || clock.now - start < .seconds(limit)
    return Double(best.components.seconds) + Double(best.components.attoseconds) * 1e-18
}
