internal import LLMTensor

/// Finds which rows of a large output head can have the largest logits from the upper five bits of their codes, so that most
/// of the lower bits need not be read.
///
/// What the upper bits and one plane of the activations make of a row differs from its logit by no more than bounds of the row
/// times norms of the activations (`UpperBitsBounds`). Panels in which no sum of the two reaches the largest logits
/// found so far hold none of them: results are the same bits as when everything is computed. Greedy decoding of Gemma 3
/// 270M computes about one panel of a hundred and reads two thirds of the head, which is most of what a token reads.
struct HeadScreen: Sendable {
    /// The most logits worth finding this way.
    static let limit = 64

    /// The head without its lower bits.
    let upper: PackedMatrix
    /// How far that is from the whole.
    let bounds: UpperBitsBounds

    /// Whether a head is of a kind that can be screened: nothing but a product of 8-bit codes, and large.
    static func isPossible(
        _ weights: DecoderWeights, _ configuration: DecoderConfiguration, _ options: DecoderOptions
    ) -> Bool {
        options.compute != .exact && weights.head?.bias == nil && configuration.logitScale == 1
            && configuration.logitSoftcap == nil && configuration.vocabularySize >= options.screenedHeadRows
    }

    /// - Returns: nil for a head whose codes are not split.
    /// - Throws: ``TensorError`` when memory is short.
    init?(_ head: PackedMatrix, pool: ComputePool) throws(TensorError) {
        guard let upper = head.upperBits, let bounds = try UpperBitsBounds(head, pool: pool) else { return nil }
        self.upper = upper
        self.bounds = bounds
    }
}

/// What a screening finds out about every panel, and the largest of some numbers.
final class ScreenMemory {
    /// Panels multiplied at once.
    static let grain = 64

    /// The largest value of each panel, as the upper bits have it.
    let values: UnsafeMutablePointer<Float>
    /// What no logit of the panel exceeds.
    let tops: UnsafeMutablePointer<Float>
    /// Panels chosen, and the numbers they were chosen by, largest first.
    private let chosen: UnsafeMutablePointer<Int32>
    private let keys: UnsafeMutablePointer<Float>
    private var count = 0
    private let memory: AlignedMemory
    private let products: Int

    init(panels: Int, threads: Int) throws(TensorError) {
        let room = (panels + 15) / 16 * 16
        products = 2 * room + 2 * HeadScreen.limit
        memory = try AlignedMemory(byteCount: 4 * (products + threads * 32 * Self.grain))
        values = memory.base.assumingMemoryBound(to: Float.self)
        tops = values + room
        keys = tops + room
        chosen = (memory.base + 4 * (2 * room + HeadScreen.limit)).assumingMemoryBound(to: Int32.self)
    }

    /// Where a thread puts products of upper bits: `[32 * grain]`.
    func products(ofWorker worker: Int) -> UnsafeMutablePointer<Float> {
        values + products + worker * 32 * Self.grain
    }

    /// Notes what a panel's 32 products say for activations of a norm and a distance from those of the logits; `errors` and
    /// `norms` are the rows' bounds.
    @inline(__always)
    func note(
        panel: Int, _ products: UnsafePointer<Float>, errors: UnsafePointer<Float>, norms: UnsafePointer<Float>,
        norm: Float, distance: Float
    ) {
        typealias Vector = SIMD16<Float>
        func load(_ source: UnsafePointer<Float>) -> Vector { UnsafeRawPointer(source).loadUnaligned(as: Vector.self) }
        let (low, high) = (load(products), load(products + 16))
        let lowTop = low + load(errors) * norm + load(norms) * distance
        let highTop = high + load(errors + 16) * norm + load(norms + 16) * distance
        values[panel] = Self.largest(low, high)
        tops[panel] = Self.largest(lowTop, highTop)
    }

    /// Keeps the `limit` largest of what is offered to it, with their indices.
    @inline(__always)
    func choose(_ limit: Int, of range: Range<Int>, _ value: (Int) -> Float) {
        for index in range {
            let key = value(index)
            if count == limit {
                guard key > keys[limit - 1] else { continue }
            } else {
                count += 1
            }
            var place = count - 1
            while place > 0, keys[place - 1] < key {
                keys[place] = keys[place - 1]
                chosen[place] = chosen[place - 1]
                place -= 1
            }
            keys[place] = key
            chosen[place] = Int32(truncatingIfNeeded: index)
        }
    }

    /// Forgets what was chosen.
    func reset() { count = 0 }

    /// The smallest number chosen, once there are `limit` of them.
    func smallest(of limit: Int) -> Float { count == limit ? keys[limit - 1] : -.infinity }

    /// The indices chosen, largest first.
    var indices: UnsafeBufferPointer<Int32> { UnsafeBufferPointer(start: chosen, count: count) }

    @inline(__always)
    private static func largest(_ low: SIMD16<Float>, _ high: SIMD16<Float>) -> Float {
        var sixteen = low
        sixteen.replace(with: high, where: high .> low)
        let (a, b) = (sixteen.lowHalf, sixteen.highHalf)
        var eight = a
        eight.replace(with: b, where: b .> a)
        let (c, d) = (eight.lowHalf, eight.highHalf)
        var four = c
        four.replace(with: d, where: d .> c)
        return max(max(four.x, four.y), max(four.z, four.w))
    }
}
