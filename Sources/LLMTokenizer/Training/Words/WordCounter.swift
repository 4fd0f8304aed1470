import LLMTensor

/// Counts the words of a corpus, which may be larger than memory: all a trainer needs to know of it.
///
/// Texts are counted in batches on the threads of a pool; counts from several machines can be merged. The counts do
/// not depend on the number of threads or the order of the texts. One owner at a time; not thread-safe.
public final class WordCounter {
    /// How text becomes words.
    public let pipeline: TokenizerPipeline
    /// Bytes of text counted so far, before any normalization.
    public private(set) var byteCount = 0
    /// Texts counted so far.
    public private(set) var textCount = 0

    let splitter: WordSplitter
    private let pool: ComputePool
    private let workers: [Worker]
    private var batch: [UInt8] = []
    private var ends: [Int] = []
    private static let batchBytes = 1 << 23

    /// A counter that has seen nothing.
    ///
    /// - Parameters:
    ///   - pipeline: how text becomes words.
    ///   - threads: threads that count; all processors by default.
    /// - Throws: ``TokenizerError`` when a split pattern is no regular expression.
    public init(pipeline: TokenizerPipeline, threads: Int? = nil) throws(TokenizerError) {
        self.pipeline = pipeline
        splitter = try WordSplitter(pipeline)
        pool = ComputePool(threadCount: threads ?? ComputePool.processorCount)
        workers = (0..<pool.threadCount).map { _ in Worker() }
    }

    /// Counts the words of a text.
    public func add(_ text: String) {
        var text = text
        text.withUTF8 { add(bytes: UnsafeRawBufferPointer($0)) }
    }

    /// Counts the words of a text in UTF-8; ill-formed parts are read as U+FFFD.
    public func add(bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        byteCount += bytes.count
        textCount += 1
        batch.append(contentsOf: bytes)
        ends.append(batch.count)
        if batch.count >= Self.batchBytes { flush() }
    }

    /// Counts the lines of a file: each line, with its line feed, is a text.
    public func add(lines bytes: UnsafeRawBufferPointer) {
        flush()
        guard !bytes.isEmpty else { return }
        byteCount += bytes.count
        pool.run(LineTask(bytes: bytes, splitter: splitter, workers: workers))
        for worker in workers {
            textCount += worker.lineCount
            worker.lineCount = 0
        }
    }

    /// Adds the counts of another counter, which has to have the same pipeline.
    ///
    /// - Throws: ``TokenizerError/invalidOption(name:reason:)`` when it has another one.
    public func merge(_ other: WordCounter) throws(TokenizerError) {
        guard pipeline == other.pipeline else {
            throw .invalidOption(name: "pipeline", reason: "the counters to merge cut text in different ways")
        }
        flush()
        other.flush()
        for worker in other.workers { workers[0].table.merge(worker.table) }
        byteCount += other.byteCount
        textCount += other.textCount
    }

    /// All counts in one table.
    func table() -> WordTable {
        flush()
        for worker in workers.dropFirst() where worker.table.count > 0 {
            workers[0].table.merge(worker.table)
            worker.table = WordTable()
        }
        return workers[0].table
    }

    private func flush() {
        guard !ends.isEmpty else { return }
        batch.withUnsafeBytes { bytes in
            pool.run(BatchTask(bytes: bytes, ends: ends, splitter: splitter, workers: workers))
        }
        batch.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// What one thread writes.
    fileprivate final class Worker: @unchecked Sendable {
        var table = WordTable()
        let scratch = EncodeScratch()
        var lineCount = 0
    }
}

/// Texts one behind the other, dealt out by their bytes.
private final class BatchTask: ParallelTask, @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer
    private let ends: [Int]
    private let splitter: WordSplitter
    private let workers: [WordCounter.Worker]

    init(bytes: UnsafeRawBufferPointer, ends: [Int], splitter: WordSplitter, workers: [WordCounter.Worker]) {
        self.bytes = bytes
        self.ends = ends
        self.splitter = splitter
        self.workers = workers
    }

    func execute(worker: Int, of workerCount: Int) {
        let mine = workers[worker]
        let from = bytes.count * worker / workerCount
        let to = bytes.count * (worker + 1) / workerCount
        var start = 0
        for end in ends {
            // A text belongs to the thread in whose share it begins.
            if start >= from, start < to {
                splitter.count(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), mine.table, mine.scratch)
            }
            start = end
        }
    }
}

/// The lines of a file, dealt out by bytes.
private final class LineTask: ParallelTask, @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer
    private let splitter: WordSplitter
    private let workers: [WordCounter.Worker]

    init(bytes: UnsafeRawBufferPointer, splitter: WordSplitter, workers: [WordCounter.Worker]) {
        self.bytes = bytes
        self.splitter = splitter
        self.workers = workers
    }

    func execute(worker: Int, of workerCount: Int) {
        let mine = workers[worker]
        var start = lineStart(bytes.count * worker / workerCount)
        let stop = lineStart(bytes.count * (worker + 1) / workerCount)
        while start < stop {
            let end = lineStart(start + 1)
            splitter.count(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), mine.table, mine.scratch)
            mine.lineCount += 1
            start = end
        }
    }

    /// The first line start at or behind a place.
    private func lineStart(_ position: Int) -> Int {
        guard position > 0 else { return 0 }
        guard position < bytes.count, let base = bytes.baseAddress else { return bytes.count }
        if bytes[position - 1] == 0x0A { return position }
        return ByteSearch.lineFeed(base, from: position, bytes.count).map { $0 + 1 } ?? bytes.count
    }
}

/// Finds a byte eight at a time.
private enum ByteSearch {
    static func lineFeed(_ base: UnsafeRawPointer, from start: Int, _ end: Int) -> Int? {
        var position = start
        while position + 8 <= end {
            let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self).littleEndian
            let different = word ^ 0x0A0A_0A0A_0A0A_0A0A
            let zeros = (different &- 0x0101_0101_0101_0101) & ~different & 0x8080_8080_8080_8080
            if zeros != 0 { return position + zeros.trailingZeroBitCount / 8 }
            position += 8
        }
        while position < end {
            if base.load(fromByteOffset: position, as: UInt8.self) == 0x0A { return position }
            position += 1
        }
        return nil
    }
}
