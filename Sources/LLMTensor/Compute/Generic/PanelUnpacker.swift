internal import CLLMKernels

/// Reads the bytes of a packed panel: the layouts of ``PackedFormat`` as code.
struct PanelUnpacker {
    let format: PackedFormat
    let matrix: llmk_matrix

    /// Codes as floats `[block][column][32 rows]`, scales and mins `[block][group][32 rows]`.
    func unpack(
        panel: Int, blocks: Range<Int>, codes: UnsafeMutablePointer<Float>, scales: UnsafeMutablePointer<Float>,
        mins: UnsafeMutablePointer<Float>
    ) {
        guard let data = matrix.data else { return }
        let base = UnsafeRawPointer(data) + panel * Int(matrix.panel_stride)
        for strip in 0..<2 {
            let stripScales = base + Int(matrix.scale_offset) + strip * Int(matrix.scale_stride)
            for block in blocks {
                let index = block - blocks.lowerBound
                let lower =
                    UnsafeRawPointer(data) + Int(matrix.lower_offset)
                    + 192 * (2 * (panel * Int(matrix.blocks) + block) + strip)
                unpackCodes(
                    base + (2 * block + strip) * format.codeBytes, lower, into: codes + index * 32 * 32 + 16 * strip)
                for group in 0..<format.groups {
                    let offset = 32 * (format.groups * index + group) + 16 * strip
                    unpackScale(
                        stripScales, block: block, group: group, scale: scales + offset, min: mins + offset)
                }
            }
        }
    }

    // MARK: Codes

    /// The codes of one strip and block to `out[column * 32 + row]`.
    private func unpackCodes(
        _ bytes: UnsafeRawPointer, _ lower: UnsafeRawPointer, into out: UnsafeMutablePointer<Float>
    ) {
        switch format {
        case .q8_0, .w8:
            for line in 0..<8 {
                let codes = lanes(bytes, line)
                for c in 0..<4 {
                    Vector16(small: (codes &>> UInt32(8 * c)) & 0xFF).store(to: out + 32 * (4 * line + c))
                }
            }
        case .iq4_NL, .iq4_XS, .mxfp4: unpackNibbles(bytes, into: out) { _, _, codes in lookUp(codes) }
        case .q5_0, .q5_1, .q5_K, .q8_upper:
            unpackNibbles(bytes, into: out) { line, c, codes in
                codes | (((lanes(bytes + 256, 0) &>> UInt32(8 * c + line)) & 1) &<< 4)
            }
        case .q8_split:
            unpackNibbles(bytes, into: out) { line, c, codes in
                let fifth = (lanes(bytes + 256, 0) &>> UInt32(8 * c + line)) & 1
                let two = (lanes(lower, line / 4) &>> UInt32(8 * c + 2 * (line % 4))) & 3
                let one = (lanes(lower + 128, 0) &>> UInt32(8 * c + line)) & 1
                return fifth &<< 7 | codes &<< 3 | two &<< 1 | one
            }
        case .q6_K:
            unpackNibbles(bytes, into: out) { line, c, codes in
                let pairs = lanes(bytes + 256, line / 4) &>> UInt32(8 * c + 2 * (line % 4))
                return codes | ((pairs & 3) &<< 4)
            }
        default: unpackNibbles(bytes, into: out) { _, _, codes in codes }
        }
    }

    @inline(__always)
    private func unpackNibbles(
        _ bytes: UnsafeRawPointer, into out: UnsafeMutablePointer<Float>,
        _ complete: (_ line: Int, _ column: Int, SIMD16<UInt32>) -> SIMD16<UInt32>
    ) {
        for line in 0..<8 {
            let codes = lanes(bytes, line % 4)
            for c in 0..<4 {
                let nibbles = (codes &>> UInt32(8 * c + (line < 4 ? 0 : 4))) & 15
                Vector16(small: complete(line, c, nibbles)).store(to: out + 32 * (4 * line + c))
            }
        }
    }

    /// A line of 64 bytes: a lane per row, whose bytes are columns.
    @inline(__always)
    private func lanes(_ bytes: UnsafeRawPointer, _ line: Int) -> SIMD16<UInt32> {
        (bytes + 64 * line).loadUnaligned(as: SIMD16<UInt32>.self)
    }

    @inline(__always)
    private func lookUp(_ codes: SIMD16<UInt32>) -> SIMD16<UInt32> {
        // The table, eight bytes in each word. Each bit of the codes chooses between halves of what is left: bit
        // operations stay in vectors where comparisons and indexing do not.
        let low: UInt64 = format == .mxfp4 ? 0x8C88_8684_8382_8180 : 0x766A_5D4F_3F2D_1801
        let high: UInt64 = format == .mxfp4 ? 0x7478_7A7C_7D7E_7F80 : 0xF1D9_C5B5_A699_8D81
        let masks = (mask(codes, bit: 0), mask(codes, bit: 1), mask(codes, bit: 2), mask(codes, bit: 3))
        func pair(_ word: UInt64, _ index: UInt64) -> SIMD16<UInt32> {
            let first = UInt32(truncatingIfNeeded: word &>> (8 * index)) & 0xFF
            let second = UInt32(truncatingIfNeeded: word &>> (8 * index + 8)) & 0xFF
            return chosen(SIMD16(repeating: first), SIMD16(repeating: second), masks.0)
        }
        func eight(_ word: UInt64) -> SIMD16<UInt32> {
            chosen(
                chosen(pair(word, 0), pair(word, 2), masks.1), chosen(pair(word, 4), pair(word, 6), masks.1), masks.2)
        }
        return chosen(eight(low), eight(high), masks.3)
    }

    /// All ones where the bit is set.
    @inline(__always)
    private func mask(_ codes: SIMD16<UInt32>, bit: UInt32) -> SIMD16<UInt32> {
        SIMD16(repeating: 0) &- ((codes &>> bit) & 1)
    }

    /// `b` where the mask is set, else `a`.
    @inline(__always)
    private func chosen(
        _ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>, _ mask: SIMD16<UInt32>
    ) -> SIMD16<UInt32> { a ^ ((a ^ b) & mask) }

    // MARK: Scales

    private func unpackScale(
        _ bytes: UnsafeRawPointer, block: Int, group: Int, scale: UnsafeMutablePointer<Float>,
        min: UnsafeMutablePointer<Float>
    ) {
        switch format {
        case .q4_1, .q5_1:
            Vector16(halves: bytes + 64 * block).store(to: scale)
            Vector16(halves: bytes + 64 * block + 32).store(to: min)
        case .q4_K, .q5_K:
            let base = bytes + 320 * (block / 8)
            let d = Vector16(halves: base)
            let dmin = Vector16(halves: base + 32)
            (d * unsignedBytes(base + 64 + 32 * (block % 8))).store(to: scale)
            (-(dmin * unsignedBytes(base + 80 + 32 * (block % 8)))).store(to: min)
        case .q6_K:
            let base = bytes + 288 * (block / 8)
            (Vector16(halves: base) * signedBytes(base + 32 + 32 * (block % 8) + 16 * group)).store(to: scale)
        case .iq4_XS:
            let base = bytes + 160 * (block / 8)
            (Vector16(halves: base) * signedBytes(base + 32 + 16 * (block % 8))).store(to: scale)
        case .mxfp4:
            for row in 0..<16 { scale[row] = powerOfTwo(bytes.load(fromByteOffset: 16 * block + row, as: UInt8.self)) }
        case .w8:
            let base = bytes + 256 * block + 128 * group
            base.loadUnaligned(as: Vector16.self).store(to: scale)
            (base + 64).loadUnaligned(as: Vector16.self).store(to: min)
        case .q8_upper:
            let d = Vector16(halves: bytes + 32 * block)
            (d * 8).store(to: scale)
            (d * 4).store(to: min)
        default: Vector16(halves: bytes + 32 * block).store(to: scale)
        }
    }

    private func unsignedBytes(_ address: UnsafeRawPointer) -> Vector16 {
        let bytes = address.loadUnaligned(as: SIMD16<UInt8>.self)
        var result = Vector16()
        for i in 0..<16 { result[i] = Float(bytes[i]) }
        return result
    }

    private func signedBytes(_ address: UnsafeRawPointer) -> Vector16 {
        let bytes = address.loadUnaligned(as: SIMD16<Int8>.self)
        var result = Vector16()
        for i in 0..<16 { result[i] = Float(bytes[i]) }
        return result
    }

    /// `2^(exponent - 128)`; below 2 the result is subnormal.
    private func powerOfTwo(_ exponent: UInt8) -> Float {
        let e = UInt32(exponent)
        return Float(bitPattern: e < 2 ? 0x0020_0000 << e : (e - 1) << 23)
    }
}
