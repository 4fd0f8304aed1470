internal import CLLMKernels

/// Column blocks of a panel unpacked at once: their codes, as floats, stay in the first-level cache.
private let panelBlocks = 4
/// Floats of the unpacked codes of one block: `[column][32 rows]`.
private let blockFloats = 32 * 32

extension GenericKernels {
    /// `out[token][row] = matrix[row] . activations[token]`; see ``PackedFormat``.
    static let multiply:
        @convention(c) (
            UnsafePointer<llmk_matrix>?, Int32, Int32, UnsafePointer<llmk_activations>?, UnsafeMutablePointer<Float>?,
            Int64, UnsafeMutableRawPointer?
        ) -> Void = { matrix, first, last, activations, out, stride, scratch in
            guard let matrix, let activations, let out, let scratch,
                let format = PackedFormat(rawValue: matrix.pointee.format)
            else { return }
            let panels = Int(first)..<Int(last)
            if format.isFloat {
                multiplyFloat(format, matrix.pointee, panels, activations.pointee, out, Int(stride), scratch)
            } else {
                multiplyInt8(format, matrix.pointee, panels, activations.pointee, out, Int(stride), scratch)
            }
        }

    private static func multiplyInt8(
        _ format: PackedFormat, _ matrix: llmk_matrix, _ panels: Range<Int>, _ activations: llmk_activations,
        _ out: UnsafeMutablePointer<Float>, _ stride: Int, _ scratch: UnsafeMutableRawPointer
    ) {
        let codes = scratch.assumingMemoryBound(to: Float.self)
        let scales = codes + panelBlocks * blockFloats
        let mins = scales + panelBlocks * 2 * 32
        let unpacker = PanelUnpacker(format: format, matrix: matrix)
        for panel in panels {
            let o = out + 32 * (panel - panels.lowerBound)
            for start in Swift.stride(from: 0, to: Int(matrix.blocks), by: panelBlocks) {
                let count = min(panelBlocks, Int(matrix.blocks) - start)
                unpacker.unpack(panel: panel, blocks: start..<start + count, codes: codes, scales: scales, mins: mins)
                let unpacked = UnpackedBlocks(
                    codes: codes, scales: scales, mins: mins, format: format, blocks: start..<start + count)
                for token in 0..<Int(activations.tokens) {
                    unpacked.multiply(activations, token: token, into: o + token * stride)
                }
            }
        }
    }
}

/// Some blocks of a panel with their codes as floats: sums of a block stay below 2^24, so float sums are exact.
private struct UnpackedBlocks {
    let codes: UnsafeMutablePointer<Float>  // [block][column][32 rows]
    let scales: UnsafeMutablePointer<Float>  // [block][group][32 rows]
    let mins: UnsafeMutablePointer<Float>  // [block][group][32 rows]
    let groups: Int
    let usesStarts: Bool
    let usesMins: Bool
    let startShift: Int32
    let blocks: Range<Int>

    init(
        codes: UnsafeMutablePointer<Float>, scales: UnsafeMutablePointer<Float>, mins: UnsafeMutablePointer<Float>,
        format: PackedFormat, blocks: Range<Int>
    ) {
        (self.codes, self.scales, self.mins, self.blocks) = (codes, scales, mins, blocks)
        groups = format.groups
        usesStarts = format.usesStarts
        usesMins = format.usesMins
        startShift = format.startShift
    }

    /// The part of these blocks in one token's 32 results; the first blocks set it, later ones add to it.
    @inline(__always)
    func multiply(_ activations: llmk_activations, token: Int, into out: UnsafeMutablePointer<Float>) {
        guard let x = activations.codes, let activationScales = activations.scales,
            let starts = groups == 2 ? activations.starts16 : activations.starts,
            let sums = groups == 2 ? activations.sums16 : activations.sums
        else { return }
        let planes = Int(activations.planes)
        let rowBlocks = Int(activations.blocks)
        let columns = 32 / groups
        var low = blocks.lowerBound == 0 ? Vector16(repeating: 0) : Vector16(loading: out)
        var high = blocks.lowerBound == 0 ? Vector16(repeating: 0) : Vector16(loading: out + 16)
        for block in blocks {
            let scale = activationScales[token * rowBlocks + block]
            for group in 0..<groups {
                let index = groups * (block - blocks.lowerBound) + group
                var total = (Vector16(repeating: 0), Vector16(repeating: 0))
                for plane in 0..<planes {
                    let row = token * planes + plane
                    let start = usesStarts ? starts[(row * rowBlocks + block) * groups + group] >> startShift : 0
                    let sum = dot(
                        codes + index * columns * 32, x + (row * rowBlocks + block) * 32 + group * columns, columns,
                        start: Float(start))
                    // 256 * total is exact, so this rounds once.
                    total.0 = total.0 * 256 + sum.0
                    total.1 = total.1 * 256 + sum.1
                }
                let s = scales + 32 * index
                low += total.0 * (Vector16(loading: s) * scale)
                high += total.1 * (Vector16(loading: s + 16) * scale)
                if usesMins {
                    let sum = sums[(token * rowBlocks + block) * groups + group]
                    low += Vector16(loading: mins + 32 * index) * sum
                    high += Vector16(loading: mins + 32 * index + 16) * sum
                }
            }
        }
        low.store(to: out)
        high.store(to: out + 16)
    }

    @inline(__always)
    private func dot(
        _ codes: UnsafeMutablePointer<Float>, _ x: UnsafePointer<Int8>, _ count: Int, start: Float
    ) -> (Vector16, Vector16) {
        var low = Vector16(repeating: start)
        var high = low
        for column in 0..<count {
            let value = Float(x[column])
            low += Vector16(loading: codes + 32 * column) * value
            high += Vector16(loading: codes + 32 * column + 16) * value
        }
        return (low, high)
    }
}
