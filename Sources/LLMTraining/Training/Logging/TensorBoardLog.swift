internal import LLMTensor

/// Writes the curves of a run as TensorBoard reads them.
///
/// Tags: `train/loss`, `train/learning_rate`, `train/gradient_norm`, `train/tokens_per_second`, `evaluation/loss` and
/// `evaluation/perplexity`, over steps. Source: TensorFlow's `event.proto` and `summary.proto` and its record format.
public final class TensorBoardLog: TrainingObserver {
    private let file: AppendingFile
    private let time: () -> Double

    /// Starts an event file in a folder; TensorBoard shows all files of a folder as one run.
    ///
    /// - Throws: `TensorFileError` when the file cannot be written.
    public convenience init(directory: String) throws {
        // Names sort by time; the number behind keeps two runs of one second apart.
        let name = "events.out.tfevents.\(Int(WallClock.seconds)).\(UInt32.random(in: 0...UInt32.max)).swift-llmops"
        try self.init(path: directory + "/" + name) { WallClock.seconds }
    }

    /// Writes to a file, with times from `time`.
    init(path: String, time: @escaping () -> Double) throws {
        file = try AppendingFile(path: path)
        self.time = time
        var event = ProtobufMessage()
        event.add(field: 1, time())
        event.add(field: 3, "brain.Event:2")
        try file.append(TensorFlowRecord.framed(event.bytes))
    }

    /// Writes what an event has to show.
    public func record(_ event: TrainingEvent) throws {
        switch event {
        case .step(let step):
            try write(
                [
                    ("train/loss", step.loss), ("train/learning_rate", step.learningRate),
                    ("train/gradient_norm", step.gradientNorm), ("train/tokens_per_second", step.tokensPerSecond),
                ], step: step.step)
        case .evaluation(let evaluation):
            try write(
                [("evaluation/loss", evaluation.loss), ("evaluation/perplexity", evaluation.perplexity)],
                step: evaluation.step)
        case .started, .skipped, .checkpoint, .finished: break
        }
    }

    private func write(_ scalars: [(tag: String, value: Double)], step: Int) throws {
        var summary = ProtobufMessage()
        for (tag, value) in scalars {
            var entry = ProtobufMessage()
            entry.add(field: 1, tag)
            entry.add(field: 2, Float(value))
            summary.add(field: 1, entry)
        }
        var event = ProtobufMessage()
        event.add(field: 1, time())
        if step != 0 { event.add(field: 2, UInt64(step)) }
        event.add(field: 5, summary)
        try file.append(TensorFlowRecord.framed(event.bytes))
    }
}

/// A message in the wire format of protocol buffers, written field by field.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    mutating func add(field: UInt64, _ value: UInt64) {
        varint(field << 3)
        varint(value)
    }

    mutating func add(field: UInt64, _ value: Double) {
        varint(field << 3 | 1)
        append(value.bitPattern)
    }

    mutating func add(field: UInt64, _ value: Float) {
        varint(field << 3 | 5)
        append(value.bitPattern)
    }

    mutating func add(field: UInt64, _ text: String) { add(field: field, content: Array(text.utf8)) }

    mutating func add(field: UInt64, _ message: ProtobufMessage) { add(field: field, content: message.bytes) }

    private mutating func add(field: UInt64, content: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(content.count))
        bytes += content
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// TensorFlow's record framing: length, checksum of the length, content, checksum of the content.
enum TensorFlowRecord {
    static func framed(_ content: [UInt8]) -> [UInt8] {
        var record: [UInt8] = []
        withUnsafeBytes(of: UInt64(content.count).littleEndian) { record.append(contentsOf: $0) }
        let checksums = [record, content].map { CRC32C.masked($0) }
        withUnsafeBytes(of: checksums[0].littleEndian) { record.append(contentsOf: $0) }
        record += content
        withUnsafeBytes(of: checksums[1].littleEndian) { record.append(contentsOf: $0) }
        return record
    }
}

/// The cyclic redundancy check with Castagnoli's polynomial (RFC 3720, appendix B.4).
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }

    static func value(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ $0 >> 8 }
    }

    /// Rotated and shifted, as TensorFlow stores it: a checksum of checksums would be weak.
    static func masked(_ bytes: [UInt8]) -> UInt32 {
        let value = value(bytes)
        return (value >> 15 | value << 17) &+ 0xA282_EAD8
    }
}
