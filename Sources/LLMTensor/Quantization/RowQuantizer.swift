internal import Synchronization

/// Quantizes rows, each thread a part of them.
final class RowQuantizer: ParallelTask {
    private let type: ElementType
    private let input: UnsafePointer<Float>
    private let rows: Int
    private let columns: Int
    private let importance: UnsafePointer<Float>?
    private let output: UnsafeMutableRawPointer
    private let next = Atomic<Int>(0)
    private let failure = Atomic<Int>(Int.max)

    init(
        type: ElementType, input: UnsafePointer<Float>, rows: Int, columns: Int, importance: UnsafePointer<Float>?,
        output: UnsafeMutableRawPointer
    ) {
        self.type = type
        self.input = input
        self.rows = rows
        self.columns = columns
        self.importance = importance
        self.output = output
    }

    /// The index of the first number that cannot be stored.
    var firstFailure: Int? {
        let index = failure.load(ordering: .acquiring)
        return index == .max ? nil : index
    }

    func execute(worker: Int, of workerCount: Int) {
        // Pieces small enough that a slow thread does not keep the others waiting.
        let step = max(1, min(rows, (1 << 14) / max(columns, 1)))
        let bytesPerRow = columns / type.elementsPerBlock * type.bytesPerBlock
        let limit: Float = type == .f16 ? 65_519.996 : .greatestFiniteMagnitude
        let blocks = BlockQuantizer()
        while true {
            let start = next.wrappingAdd(step, ordering: .relaxed).oldValue
            guard start < rows else { return }
            for row in start..<min(start + step, rows) {
                let values = input + row * columns
                if let bad = Self.firstBeyond(limit, values, columns) {
                    failure.min(row * columns + bad, ordering: .acquiringAndReleasing)
                    return
                }
                quantize(values, output + row * bytesPerRow, blocks)
            }
        }
    }

    private func quantize(
        _ values: UnsafePointer<Float>, _ blocks: UnsafeMutableRawPointer, _ quantizer: BlockQuantizer
    ) {
        switch type {
        case .f16:
            for index in 0..<columns {
                blocks.storeBytes(
                    of: HalfPrecision.binary16(values[index]).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
            }
        case .bf16:
            for index in 0..<columns {
                blocks.storeBytes(
                    of: HalfPrecision.bfloat16(values[index]).littleEndian, toByteOffset: 2 * index, as: UInt16.self)
            }
        case .f32:
            for index in 0..<columns {
                blocks.storeBytes(
                    of: values[index].bitPattern.littleEndian, toByteOffset: 4 * index, as: UInt32.self)
            }
        default: quantizer.quantize(type, values, count: columns, importance: importance, into: blocks)
        }
    }

    /// The first number whose magnitude is above `limit`, or that is no number.
    private static func firstBeyond(_ limit: Float, _ values: UnsafePointer<Float>, _ count: Int) -> Int? {
        var largest: UInt32 = 0
        for index in 0..<count { largest = max(largest, values[index].bitPattern & 0x7FFF_FFFF) }
        // Bit patterns of magnitudes are ordered like the magnitudes, infinity and NaN above all.
        if largest <= limit.bitPattern { return nil }
        return (0..<count).first { !(values[$0].magnitude <= limit) }
    }
}
