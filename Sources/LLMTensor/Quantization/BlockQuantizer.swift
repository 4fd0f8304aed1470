/// Room to work in for one thread that quantizes blocks.
///
/// Weights of errors are set for a whole block of up to 256 numbers first; then the block's format searches scales and
/// writes bytes. No memory is allocated per block.
final class BlockQuantizer {
    let weights: UnsafeMutablePointer<Float>
    /// Integers of the block at hand.
    let quants: UnsafeMutablePointer<Int32>
    var scales: [Float] = Array(repeating: 0, count: 16)
    var minimums: [Float] = Array(repeating: 0, count: 16)
    var scaleCodes: [Int32] = Array(repeating: 0, count: 16)
    var minimumCodes: [Int32] = Array(repeating: 0, count: 16)

    init() {
        weights = .allocate(capacity: 256)
        quants = .allocate(capacity: 256)
        weights.initialize(repeating: 1, count: 256)
        quants.initialize(repeating: 0, count: 256)
    }

    deinit {
        weights.deallocate()
        quants.deallocate()
    }

    /// Quantizes a row.
    func quantize(
        _ type: ElementType, _ values: UnsafePointer<Float>, count: Int, importance: UnsafePointer<Float>?,
        into blocks: UnsafeMutableRawPointer
    ) {
        let size = type.elementsPerBlock
        let mean = importance == nil ? 0 : Self.meanSquare(values, count)
        for block in 0..<(count / size) {
            let x = values + block * size
            setWeights(type, x, size, importance.map { $0 + block * size }, meanSquare: mean)
            write(type, x, blocks + block * type.bytesPerBlock)
        }
    }

    private func write(_ type: ElementType, _ x: UnsafePointer<Float>, _ block: UnsafeMutableRawPointer) {
        switch type {
        case .q8_0: q8_0(x, block)
        case .q4_0: symmetric32(x, block, bits: 4)
        case .q5_0: symmetric32(x, block, bits: 5)
        case .q4_1: affine32(x, block, bits: 4)
        case .q5_1: affine32(x, block, bits: 5)
        case .iq4_NL: iq4_NL(x, block)
        case .q2_K: q2_K(x, block)
        case .q3_K: q3_K(x, block)
        case .q4_K: q4_K(x, block)
        case .q5_K: q5_K(x, block)
        case .q6_K: q6_K(x, block)
        default: break
        }
    }

    /// How much errors count: by importance, where it is known, more for large numbers than for small ones; without
    /// importance all the same, or for super-blocks with few bits a little more for large ones.
    private func setWeights(
        _ type: ElementType, _ x: UnsafePointer<Float>, _ count: Int, _ importance: UnsafePointer<Float>?,
        meanSquare: Float
    ) {
        if let importance {
            for index in 0..<count {
                weights[index] = importance[index] * (meanSquare + x[index] * x[index]).squareRoot()
            }
        } else {
            for index in 0..<count { weights[index] = 1 }
        }
    }

    private static func meanSquare(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
        var sum: Float = 0
        for index in 0..<count { sum += x[index] * x[index] }
        return count > 0 ? 2 * sum / Float(count) : 0
    }

    /// The run of `count` numbers (a multiple of 16) from `start` on, with its weights.
    @inline(__always)
    func search(_ x: UnsafePointer<Float>, _ start: Int, _ count: Int) -> ScaleSearch {
        ScaleSearch(values: x + start, weights: weights + start, vectors: count / 16)
    }

    /// Stores a half-precision number and returns what was stored.
    @inline(__always)
    func store(half value: Float, _ target: UnsafeMutableRawPointer, _ offset: Int) {
        target.storeBytes(of: HalfPrecision.binary16(value).littleEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// The number that half precision makes of it, kept in its finite range.
    @inline(__always)
    func half(_ value: Float) -> Float {
        HalfPrecision.float(HalfPrecision.binary16(min(max(value, -65504), 65504)))
    }
}
