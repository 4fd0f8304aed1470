internal import CLLMKernels

/// Packs some panels of a matrix, dealt out to the threads.
///
/// Packed layout (also `enum llmk_format` in CLLMKernels.h). A panel is 32 rows: two strips of 16.
/// - Floats: `[column][32 rows]`.
/// - Quantized: codes `[block of 32 columns][2 strips][code bytes]`, then scales `[2 strips][scale bytes]`.
///   Code bytes of a strip and block, with k4 = column / 4 within the block:
///   bytes `[8 k4][16 rows][4 columns]`; nibbles `[4][16 rows][4 columns]`, low k4 = j, high k4 = j + 4; a fifth bit as
///   `[16 rows][4 columns]` with k4 at bit k4; bits five and six as `[2][16 rows][4 columns]` with k4 = 4h + i at bits 2i
///   of byte h.
final class PackingTask: ParallelTask, @unchecked Sendable {
    private let tensor: Tensor
    private let shape: PackedShape
    private let destination: UnsafeMutableRawPointer
    private let panels: Range<Int>
    private let failures: FailureBox

    /// What went wrong, if anything.
    var failure: TensorError? { failures.first }

    /// - Parameter destination: Where the matrix's first panel goes.
    init(tensor: Tensor, shape: PackedShape, destination: UnsafeMutableRawPointer, panels: Range<Int>) {
        self.tensor = tensor
        self.shape = shape
        self.destination = destination
        self.panels = panels
        failures = FailureBox()
    }

    func execute(worker: Int, of workerCount: Int) {
        let first = panels.lowerBound
        let range = (first + panels.count * worker / workerCount)..<(first + panels.count * (worker + 1) / workerCount)
        guard !range.isEmpty else { return }
        tensor.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            switch shape.format {
            case LLMK_F32, LLMK_F16, LLMK_BF16:
                do throws(TensorError) { try packFloats(range, bytes) } catch { failures.add(error) }
            case LLMK_Q4_K, LLMK_Q5_K, LLMK_Q6_K, LLMK_IQ4_XS:
                packBlocks256(range, source)
            case LLMK_Q8_SPLIT:
                packSplitBytes(range, source)
            default:
                packBlocks32(range, source)
            }
        }
    }

    // MARK: Floats

    private func packFloats(_ panels: Range<Int>, _ bytes: UnsafeRawBufferPointer) throws(TensorError) {
        let columns = tensor.columns
        let rowBytes = tensor.bytesPerRow
        if shape.format != LLMK_F32 {
            for panel in panels {
                let out = (destination + panel * shape.panelStride).assumingMemoryBound(to: UInt16.self)
                for row in 0..<min(32, tensor.rows - 32 * panel) {
                    let source = (32 * panel + row) * rowBytes
                    for column in 0..<columns {
                        out[32 * column + row] = bytes.loadUnaligned(
                            fromByteOffset: source + 2 * column, as: UInt16.self)
                    }
                }
            }
            return
        }
        let perRow = columns / tensor.elementType.elementsPerBlock
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: columns)
        defer { values.deallocate() }
        for panel in panels {
            let out = (destination + panel * shape.panelStride).assumingMemoryBound(to: Float.self)
            for row in 0..<min(32, tensor.rows - 32 * panel) {
                try Dequantization.dequantize(
                    tensor.elementType, blocks: bytes, firstBlock: (32 * panel + row) * perRow, into: values)
                for column in 0..<columns { out[32 * column + row] = values[column] }
            }
        }
    }

    /// Calls `body` with every (row of the matrix, its strip's code area, its strip's scale area, lane).
    private func forEachRow(
        _ panels: Range<Int>,
        _ body: (Int, _ codes: UnsafeMutableRawPointer, _ scales: UnsafeMutableRawPointer, _ lane: Int) -> Void
    ) {
        let blocks = tensor.columns / 32
        for panel in panels {
            let base = destination + panel * shape.panelStride
            for row in 0..<min(32, tensor.rows - 32 * panel) {
                let strip = row / 16
                body(
                    32 * panel + row, base + strip * shape.codeBytes,
                    base + 2 * shape.codeBytes * blocks + strip * shape.scaleStride, row % 16)
            }
        }
    }

    // MARK: Types with blocks of 32

    private func packBlocks32(_ panels: Range<Int>, _ source: UnsafeRawPointer) {
        let blocks = tensor.columns / 32
        let size = tensor.elementType.bytesPerBlock
        let format = shape.format
        let step = 2 * shape.codeBytes
        let hasMin = format == LLMK_Q4_1 || format == LLMK_Q5_1
        let hasFifthBit = format == LLMK_Q5_0 || format == LLMK_Q5_1
        let isExponent = format == LLMK_MXFP4
        let scaleBytes = isExponent ? 1 : (hasMin ? 4 : 2)
        let isBytes = format == LLMK_Q8_0
        forEachRow(panels) { row, codes, scales, lane in
            var block = source + row * blocks * size
            for b in 0..<blocks {
                let out = codes + b * step + 4 * lane
                if isExponent {
                    scales.storeBytes(of: block.load(as: UInt8.self), toByteOffset: 16 * b + lane, as: UInt8.self)
                } else if hasMin {
                    let scale = block.loadUnaligned(as: UInt16.self)
                    let min = block.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
                    scales.storeBytes(of: scale, toByteOffset: 64 * b + 2 * lane, as: UInt16.self)
                    scales.storeBytes(of: min, toByteOffset: 64 * b + 32 + 2 * lane, as: UInt16.self)
                } else {
                    let scale = block.loadUnaligned(as: UInt16.self)
                    scales.storeBytes(of: scale, toByteOffset: 32 * b + 2 * lane, as: UInt16.self)
                }
                if isBytes {
                    for j in 0..<8 {
                        let word = block.loadUnaligned(fromByteOffset: 2 + 4 * j, as: UInt32.self)
                        out.storeBytes(of: word ^ 0x8080_8080, toByteOffset: 64 * j, as: UInt32.self)
                    }
                } else {
                    let nibbles = block + scaleBytes + (hasFifthBit ? 4 : 0)
                    for j in 0..<4 {
                        let word = nibbles.loadUnaligned(fromByteOffset: 4 * j, as: UInt32.self)
                        out.storeBytes(of: word, toByteOffset: 64 * j, as: UInt32.self)
                    }
                    if hasFifthBit {
                        let bits = block.loadUnaligned(fromByteOffset: scaleBytes, as: UInt32.self)
                        out.storeBytes(of: Self.byColumn(bits), toByteOffset: 256, as: UInt32.self)
                    }
                }
                block += size
            }
        }
    }

    /// The fifth bits of a row's 32 codes: bit `4 j + c` of `bits` becomes bit `j` of byte `c`.
    @inline(__always)
    private static func byColumn(_ bits: UInt32) -> UInt32 {
        var columns = SIMD4<UInt32>(bits, bits &>> 1, bits &>> 2, bits &>> 3) & 0x1111_1111
        columns = (columns | columns &>> 3) & 0x0303_0303
        columns = (columns | columns &>> 6) & 0x000F_000F
        columns = (columns | columns &>> 12) & 0xFF
        return columns[0] | columns[1] << 8 | columns[2] << 16 | columns[3] << 24
    }

    /// Bytes in two parts: five bits as Q5_0 has them, three bits behind all panels.
    private func packSplitBytes(_ panels: Range<Int>, _ source: UnsafeRawPointer) {
        let blocks = tensor.columns / 32
        let size = tensor.elementType.bytesPerBlock
        let step = 2 * shape.codeBytes
        let lowerStart = destination + shape.panelStride * ((tensor.rows + 31) / 32)
        forEachRow(panels) { row, codes, scales, lane in
            var block = source + row * blocks * size
            let (panel, strip) = (row / 32, row % 32 / 16)
            for b in 0..<blocks {
                let out = codes + b * step + 4 * lane
                let lower = lowerStart + 192 * (2 * (panel * blocks + b) + strip) + 4 * lane
                scales.storeBytes(
                    of: block.loadUnaligned(as: UInt16.self), toByteOffset: 32 * b + 2 * lane, as: UInt16.self)
                // A word is four columns of a line.
                let words = (block + 2).loadUnaligned(as: SIMD8<UInt32>.self) ^ 0x8080_8080
                let four = (words &>> 3) & 0x0F0F_0F0F
                for j in 0..<4 {
                    out.storeBytes(of: four[j] | four[j + 4] &<< 4, toByteOffset: 64 * j, as: UInt32.self)
                }
                var (highest, lowest) = (UInt32(0), UInt32(0))
                for j in 0..<8 {
                    highest |= (words[j] &>> 7 & 0x0101_0101) &<< UInt32(j)
                    lowest |= (words[j] & 0x0101_0101) &<< UInt32(j)
                }
                out.storeBytes(of: highest, toByteOffset: 256, as: UInt32.self)
                lower.storeBytes(of: lowest, toByteOffset: 128, as: UInt32.self)
                for h in 0..<2 {
                    var two: UInt32 = 0
                    for i in 0..<4 { two |= (words[4 * h + i] &>> 1 & 0x0303_0303) &<< UInt32(2 * i) }
                    lower.storeBytes(of: two, toByteOffset: 64 * h, as: UInt32.self)
                }
                block += size
            }
        }
    }

    // MARK: Types with blocks of 256

    private func packBlocks256(_ panels: Range<Int>, _ source: UnsafeRawPointer) {
        let blocks = tensor.columns / 256
        let size = tensor.elementType.bytesPerBlock
        let step = 2 * shape.codeBytes
        let format = shape.format
        forEachRow(panels) { row, codes, scales, lane in
            for b in 0..<blocks {
                let block = source + (row * blocks + b) * size
                let out = codes + 8 * b * step
                switch format {
                case LLMK_Q4_K, LLMK_Q5_K:
                    Self.packScales4K(block, scales + 320 * b, lane)
                    Self.packNibbles4K(block + (format == LLMK_Q5_K ? 48 : 16), out, step, lane)
                    if format == LLMK_Q5_K { Self.packFifthBits5K(block + 16, out, step, lane) }
                case LLMK_Q6_K:
                    Self.pack6K(block, out, scales + 288 * b, step, lane)
                default:
                    Self.pack4XS(block, out, scales + 160 * b, step, lane)
                }
            }
        }
    }

    /// d and dmin as they are; the 6-bit scales and mins, packed in 12 bytes, one byte each.
    private static func packScales4K(_ block: UnsafeRawPointer, _ scales: UnsafeMutableRawPointer, _ lane: Int) {
        scales.storeBytes(of: block.loadUnaligned(as: UInt16.self), toByteOffset: 2 * lane, as: UInt16.self)
        scales.storeBytes(
            of: block.loadUnaligned(fromByteOffset: 2, as: UInt16.self), toByteOffset: 32 + 2 * lane, as: UInt16.self)
        func byte(_ index: Int) -> UInt8 { block.load(fromByteOffset: 4 + index, as: UInt8.self) }
        for j in 0..<8 {
            let scale = j < 4 ? byte(j) & 63 : (byte(j + 4) & 15) | (byte(j - 4) >> 6) << 4
            let min = j < 4 ? byte(j + 4) & 63 : (byte(j + 4) >> 4) | (byte(j) >> 6) << 4
            scales.storeBytes(of: scale, toByteOffset: 64 + 32 * j + lane, as: UInt8.self)
            scales.storeBytes(of: min, toByteOffset: 64 + 32 * j + 16 + lane, as: UInt8.self)
        }
    }

    /// 32 bytes hold two blocks of 32 codes: low nibbles the first, high nibbles the second.
    private static func packNibbles4K(
        _ nibbles: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ step: Int, _ lane: Int
    ) {
        for pair in 0..<4 {
            for j in 0..<4 {
                let first = nibbles.loadUnaligned(fromByteOffset: 32 * pair + 4 * j, as: UInt32.self)
                let second = nibbles.loadUnaligned(fromByteOffset: 32 * pair + 16 + 4 * j, as: UInt32.self)
                let low = (first & 0x0f0f_0f0f) | (second & 0x0f0f_0f0f) << 4
                let high = (first >> 4 & 0x0f0f_0f0f) | (second & 0xf0f0_f0f0)
                let offset = 64 * j + 4 * lane
                out.storeBytes(of: low, toByteOffset: 2 * pair * step + offset, as: UInt32.self)
                out.storeBytes(of: high, toByteOffset: (2 * pair + 1) * step + offset, as: UInt32.self)
            }
        }
    }

    /// Byte k holds the fifth bits of column k of all eight blocks.
    private static func packFifthBits5K(
        _ high: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ step: Int, _ lane: Int
    ) {
        for b in 0..<8 {
            var columns: UInt32 = 0
            for j in 0..<8 {
                let four = high.loadUnaligned(fromByteOffset: 4 * j, as: UInt32.self)
                columns |= (four >> UInt32(b) & 0x0101_0101) << UInt32(j)
            }
            out.storeBytes(of: columns, toByteOffset: b * step + 256 + 4 * lane, as: UInt32.self)
        }
    }

    private static func pack6K(
        _ block: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ scales: UnsafeMutableRawPointer, _ step: Int,
        _ lane: Int
    ) {
        scales.storeBytes(
            of: block.loadUnaligned(fromByteOffset: 208, as: UInt16.self), toByteOffset: 2 * lane, as: UInt16.self)
        for i in 0..<16 {
            let scale = block.load(fromByteOffset: 192 + i, as: UInt8.self)
            scales.storeBytes(of: scale, toByteOffset: 32 + 16 * i + lane, as: UInt8.self)
        }
        for b in 0..<8 {
            let half = b / 4
            let quarter = b % 4
            let low = block + 64 * half + 32 * (quarter & 1)
            let high = block + 128 + 32 * half
            let target = out + b * step
            for k in 0..<16 {
                func code(_ k: Int) -> (UInt8, UInt8) {
                    let nibble = low.load(fromByteOffset: k, as: UInt8.self) >> UInt8(quarter >= 2 ? 4 : 0) & 15
                    let two = high.load(fromByteOffset: k, as: UInt8.self) >> UInt8(2 * quarter) & 3
                    return (nibble, two)
                }
                let (nibble0, two0) = code(k)
                let (nibble1, two1) = code(k + 16)
                let place = 4 * lane + k % 4
                target.storeBytes(of: nibble0 | nibble1 << 4, toByteOffset: 64 * (k / 4) + place, as: UInt8.self)
                // Columns k and k + 16 belong to k4 = k / 4 and k / 4 + 4: byte planes 0 and 1, bits 2 (k / 4).
                let shift = UInt8(2 * (k / 4))
                for (plane, two) in [(0, two0), (1, two1)] {
                    let offset = 256 + 64 * plane + place
                    let byte = target.load(fromByteOffset: offset, as: UInt8.self)
                    target.storeBytes(of: byte | two << shift, toByteOffset: offset, as: UInt8.self)
                }
            }
        }
    }

    private static func pack4XS(
        _ block: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, _ scales: UnsafeMutableRawPointer, _ step: Int,
        _ lane: Int
    ) {
        scales.storeBytes(of: block.loadUnaligned(as: UInt16.self), toByteOffset: 2 * lane, as: UInt16.self)
        let high = block.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
        for b in 0..<8 {
            let low = block.load(fromByteOffset: 4 + b / 2, as: UInt8.self) >> UInt8(4 * (b % 2)) & 15
            let scale = Int8(Int(low) | Int(high >> UInt16(2 * b) & 3) << 4) - 32
            scales.storeBytes(of: scale, toByteOffset: 32 + 16 * b + lane, as: Int8.self)
            for j in 0..<4 {
                let word = block.loadUnaligned(fromByteOffset: 8 + 16 * b + 4 * j, as: UInt32.self)
                out.storeBytes(of: word, toByteOffset: b * step + 64 * j + 4 * lane, as: UInt32.self)
            }
        }
    }
}

/// The first error of several threads.
private final class FailureBox: @unchecked Sendable {
    private let lock = LockedValue<TensorError?>(nil)
    var first: TensorError? { lock.withLock { $0 } }
    func add(_ error: TensorError) { lock.withLock { $0 = $0 ?? error } }
}
