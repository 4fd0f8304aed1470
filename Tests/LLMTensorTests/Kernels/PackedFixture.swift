import CLLMKernels
import LLMTensor

/// A packed matrix with random bytes, and an independent reading of it.
final class PackedFixture: @unchecked Sendable {
    enum Content {
        /// Random codes and scales.
        case random
        /// Random codes, every scale one and every min zero: results are integers.
        case unit
        /// The largest code everywhere, scales one: the largest integer sums.
        case extreme
    }

    let format: PackedFormat
    let panels: Int
    let columns: Int
    let memory: KernelMemory
    let matrix: llmk_matrix

    private var scaleOffset: Int { Int(matrix.scale_offset) }
    private var scaleStride: Int { Int(matrix.scale_stride) }

    init(_ format: PackedFormat, panels: Int, columns: Int, content: Content, generator: inout SeededGenerator) {
        self.format = format
        self.panels = panels
        self.columns = columns
        let blocks = columns / 32
        let codes = format.isFloat ? columns * 32 * format.floatBytes : 2 * blocks * format.codeBytes
        let scaleStride = format.scaleBytes(blocks: blocks)
        let panelStride = (codes + 2 * scaleStride + 63) / 64 * 64
        let lowerStride = 2 * blocks * format.lowerBytes
        memory = KernelMemory(byteCount: panels * (panelStride + lowerStride))
        matrix = llmk_matrix(
            data: UnsafePointer(memory.of(UInt8.self)), panel_stride: Int64(panelStride), scale_offset: Int64(codes),
            scale_stride: Int64(scaleStride), format: format.rawValue, blocks: format.isFloat ? 0 : Int32(blocks),
            columns: Int32(columns), panels: Int32(panels), lower_offset: Int64(panels * panelStride))
        for panel in 0..<panels {
            let base = memory.base + panel * panelStride
            if format.isFloat {
                fillFloats(base, &generator)
            } else {
                for i in 0..<codes {
                    let byte = UInt8.random(in: 0...255, using: &generator)
                    base.storeBytes(of: content == .extreme ? 255 : byte, toByteOffset: i, as: UInt8.self)
                }
                for strip in 0..<2 {
                    fillScales(base + codes + strip * scaleStride, blocks, content != .random, &generator)
                }
                for i in 0..<lowerStride {
                    let byte = UInt8.random(in: 0...255, using: &generator)
                    memory.base.storeBytes(
                        of: content == .extreme ? 255 : byte,
                        toByteOffset: panels * panelStride + panel * lowerStride + i, as: UInt8.self)
                }
            }
        }
    }

    private func fillFloats(_ base: UnsafeMutableRawPointer, _ generator: inout SeededGenerator) {
        for i in 0..<columns * 32 {
            let value = Float.random(in: -1...1, using: &generator)
            switch format {
            case .f16: base.storeBytes(of: HalfPrecision.binary16(value), toByteOffset: 2 * i, as: UInt16.self)
            case .bf16: base.storeBytes(of: HalfPrecision.bfloat16(value), toByteOffset: 2 * i, as: UInt16.self)
            default: base.storeBytes(of: value, toByteOffset: 4 * i, as: Float.self)
            }
        }
    }

    private func fillScales(
        _ base: UnsafeMutableRawPointer, _ blocks: Int, _ unit: Bool, _ generator: inout SeededGenerator
    ) {
        func halves(_ offset: Int, isMin: Bool = false) {
            for row in 0..<16 {
                let value: Float = unit ? (isMin ? 0 : 1) : .random(in: -0.02...0.02, using: &generator)
                base.storeBytes(
                    of: HalfPrecision.binary16(value), toByteOffset: offset + 2 * row, as: UInt16.self)
            }
        }
        func bytes(_ offset: Int, _ range: ClosedRange<UInt8>, unit one: UInt8 = 1) {
            for row in 0..<16 {
                base.storeBytes(
                    of: unit ? one : UInt8.random(in: range, using: &generator), toByteOffset: offset + row,
                    as: UInt8.self)
            }
        }
        for block in 0..<blocks {
            let (group, index) = (block / 8, block % 8)
            switch format {
            case .q4_1, .q5_1:
                halves(64 * block)
                halves(64 * block + 32, isMin: true)
            case .q4_K, .q5_K:
                if index == 0 {
                    halves(320 * group)
                    halves(320 * group + 32, isMin: true)
                }
                bytes(320 * group + 64 + 32 * index, 0...63)
                bytes(320 * group + 80 + 32 * index, 0...63)
            case .q6_K:
                if index == 0 { halves(288 * group) }
                bytes(288 * group + 32 + 32 * index, 0...255)
                bytes(288 * group + 48 + 32 * index, 0...255)
            case .iq4_XS:
                if index == 0 { halves(160 * group) }
                bytes(160 * group + 32 + 16 * index, 0...255)
            case .mxfp4: bytes(16 * block, 112...126, unit: 128)
            case .w8:
                for i in 0..<64 {
                    let isMin = (i / 16) % 2 == 1
                    let value: Float = unit ? (isMin ? 0 : 1) : .random(in: -0.02...0.02, using: &generator)
                    base.storeBytes(of: value, toByteOffset: 256 * block + 4 * i, as: Float.self)
                }
            default: halves(32 * block)
            }
        }
    }

    // MARK: An independent reading

    private func byte(_ offset: Int) -> Int { Int(memory.base.load(fromByteOffset: offset, as: UInt8.self)) }
    private func half(_ offset: Int) -> Double {
        Double(HalfPrecision.float(memory.base.load(fromByteOffset: offset, as: UInt16.self)))
    }

    /// The value of a code, without scale and min.
    func code(panel: Int, row: Int, column: Int) -> Int {
        let block = column / 32
        let bytes = format.codeBytes
        let base = panel * Int(matrix.panel_stride) + (2 * block + row / 16) * bytes
        let line = column % 32 / 4
        let position = 4 * (row % 16) + column % 4
        if bytes == 512 { return byte(base + 64 * line + position) - 128 }
        let packed = byte(base + 64 * (line % 4) + position)
        let low = line < 4 ? packed & 15 : packed >> 4
        switch format {
        case .q4_0: return low - 8
        case .q5_0, .q5_1, .q5_K:
            let fifth = (byte(base + 256 + position) >> line) & 1
            return low + 16 * fifth - (format == .q5_0 ? 16 : 0)
        case .q8_split, .q8_upper:
            let five = low + 16 * ((byte(base + 256 + position) >> line) & 1)
            // Of the upper bits alone, in eighths of what `scale` says: the middle of eight codes.
            guard format == .q8_split else { return five - 16 }
            let lower =
                Int(matrix.lower_offset) + 192 * (2 * (panel * Int(matrix.blocks) + block) + row / 16)
            let two = (byte(lower + 64 * (line / 4) + position) >> (2 * (line % 4))) & 3
            return 8 * five + 2 * two + (byte(lower + 128 + position) >> line) & 1 - 128
        case .q6_K: return low + 16 * ((byte(base + 256 + 64 * (line / 4) + position) >> (2 * (line % 4))) & 3) - 32
        case .iq4_NL, .iq4_XS:
            return [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113][low]
        case .mxfp4: return [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12][low]
        default: return low
        }
    }

    func scale(panel: Int, row: Int, column: Int) -> (scale: Double, min: Double) {
        let base = panel * Int(matrix.panel_stride) + scaleOffset + row / 16 * scaleStride
        let (r, block) = (row % 16, column / 32)
        let (group, index, half16) = (block / 8, block % 8, column % 32 / 16)
        func signed(_ offset: Int) -> Double { Double(Int8(truncatingIfNeeded: byte(offset))) }
        func float(_ offset: Int) -> Double { Double(memory.base.load(fromByteOffset: offset, as: Float.self)) }
        switch format {
        case .q4_1, .q5_1: return (half(base + 64 * block + 2 * r), half(base + 64 * block + 32 + 2 * r))
        case .q4_K, .q5_K:
            let start = base + 320 * group
            return (
                half(start + 2 * r) * Double(byte(start + 64 + 32 * index + r)),
                -half(start + 32 + 2 * r) * Double(byte(start + 80 + 32 * index + r))
            )
        case .q6_K:
            let start = base + 288 * group
            return (half(start + 2 * r) * signed(start + 32 + 32 * index + 16 * half16 + r), 0)
        case .iq4_XS:
            let start = base + 160 * group
            return (half(start + 2 * r) * signed(start + 32 + 16 * index + r), 0)
        case .q8_upper: return (8 * half(base + 32 * block + 2 * r), 4 * half(base + 32 * block + 2 * r))
        case .mxfp4: return (Double(sign: .plus, exponent: byte(base + 16 * block + r) - 128, significand: 1), 0)
        case .w8:
            let start = base + 256 * block + 128 * half16
            return (float(start + 4 * r), float(start + 64 + 4 * r))
        default: return (half(base + 32 * block + 2 * r), 0)
        }
    }

    func float(panel: Int, row: Int, column: Int) -> Double {
        let base = memory.base + panel * Int(matrix.panel_stride)
        let index = column * 32 + row
        switch format {
        case .f16: return Double(HalfPrecision.float(base.load(fromByteOffset: 2 * index, as: UInt16.self)))
        case .bf16:
            let bits = UInt32(base.load(fromByteOffset: 2 * index, as: UInt16.self)) << 16
            return Double(Float(bitPattern: bits))
        default: return Double(base.load(fromByteOffset: 4 * index, as: Float.self))
        }
    }
}
