import Testing

@testable import LLMTensor

/// Float matrix products of every kernel table, against sums in double precision.
@Suite struct FloatProductTests {
    /// A product with its factors as arrays.
    struct Case {
        var rows: Int
        var columns: Int
        var depth: Int
        var leftIsTransposed = false
        var rightIsTransposed = false
        var alpha: Float = 1
        var accumulates = false
        /// Whether the factors are rounded to bfloat16 beforehand.
        var isRounded = false

        /// `body` gets the product; returns the result with its unused margin of 3 columns.
        func run(seed: UInt64 = 1, _ body: (FloatProduct) throws -> Void) rethrows -> [Float] {
            var generator = SeededGenerator(seed: seed)
            let (leftStride, rightStride) = (
                (leftIsTransposed ? rows : depth) + 1, (rightIsTransposed ? depth : columns) + 2
            )
            var left = generator.floats((leftIsTransposed ? depth : rows) * leftStride)
            var right = generator.floats((rightIsTransposed ? columns : depth) * rightStride)
            if isRounded {
                left = left.map { Float(bitPattern: BFloat16.rounded($0) << 16) }
                right = right.map { Float(bitPattern: BFloat16.rounded($0) << 16) }
            }
            var out = generator.floats(rows * (columns + 3))
            try left.withUnsafeBufferPointer { left in
                try right.withUnsafeBufferPointer { right in
                    try out.withUnsafeMutableBufferPointer { out in
                        guard let l = left.baseAddress, let r = right.baseAddress, let o = out.baseAddress else {
                            return
                        }
                        try body(
                            FloatProduct(
                                leftIsTransposed
                                    ? .columns(l, stride: leftStride) : .rows(l, stride: leftStride),
                                rightIsTransposed
                                    ? .rows(r, stride: rightStride) : .columns(r, stride: rightStride),
                                into: o, stride: columns + 3, rows: rows, columns: columns, depth: depth,
                                alpha: alpha, accumulates: accumulates))
                    }
                }
            }
            return out
        }

        func expected() -> [Float] {
            run { product in
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum = 0.0
                        for p in 0..<depth {
                            let a = product.left.base[row * product.left.laneStride + p * product.left.depthStride]
                            let b = product.right.base[
                                column * product.right.laneStride + p * product.right.depthStride]
                            sum += Double(a) * Double(b)
                        }
                        let place = row * product.outStride + column
                        let old = accumulates ? Double(product.out[place]) : 0
                        product.out[place] = Float(old + Double(alpha) * sum)
                    }
                }
            }
        }
    }

    static let cases: [Case] = {
        var cases: [Case] = []
        for (rows, columns, depth) in [
            (1, 1, 1), (3, 5, 7), (12, 32, 16), (13, 33, 257), (70, 40, 300), (40, 70, 3), (200, 8, 90), (8, 200, 90),
            (100, 130, 600), (5, 4, 0),
        ] {
            for (l, r) in [(false, false), (true, false), (false, true), (true, true)] {
                cases.append(
                    Case(rows: rows, columns: columns, depth: depth, leftIsTransposed: l, rightIsTransposed: r))
            }
        }
        cases.append(Case(rows: 50, columns: 60, depth: 700, alpha: 0.25, accumulates: true))
        cases.append(Case(rows: 60, columns: 50, depth: 700, rightIsTransposed: true, alpha: -2))
        return cases
    }()

    @Test(arguments: Kernels.available.map(\.name))
    func `products of all shapes and transpositions are right`(table: String) throws {
        let kernels = try #require(Kernels.named(table))
        let multiplier = try FloatMultiplier(pool: ComputePool(threadCount: 2), kernels: kernels)
        let scratch = try AlignedMemory(byteCount: 4 * FloatProduct.serialScratch(kernels))
        for testCase in Self.cases {
            let expected = testCase.expected()
            // Sums of `depth` products of numbers up to 2.
            let tolerance = 2e-6 * Float(testCase.depth + 1).squareRoot() * 4 * max(1, abs(testCase.alpha))
            for isSerial in [false, true] {
                let ours = testCase.run {
                    if isSerial {
                        $0.runSerially(
                            scratch: scratch.base.assumingMemoryBound(to: Float.self), kernels: kernels)
                    } else {
                        multiplier.multiply($0)
                    }
                }
                let difference = zip(ours, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
                #expect(difference <= tolerance, "\(testCase), serial \(isSerial)")
            }
        }
    }

    /// Depth is cut every 128 depths at most, whose sums are added up.
    @Test(arguments: Kernels.available.map(\.name))
    func `long sums lose little to rounding`(table: String) throws {
        let kernels = try #require(Kernels.named(table))
        let testCase = Case(rows: 40, columns: 60, depth: 4096, rightIsTransposed: true)
        let ours = try testCase.run {
            try FloatMultiplier(pool: ComputePool(threadCount: 2), kernels: kernels).multiply($0)
        }
        let expected = testCase.expected()
        var (errors, squares) = (0.0, 0.0)
        for row in 0..<40 {
            for column in 0..<60 {
                let (a, b) = (Double(ours[row * 63 + column]), Double(expected[row * 63 + column]))
                errors += (a - b) * (a - b)
                squares += b * b
            }
        }
        // One sum over all depths loses 1.1e-6.
        #expect((errors / squares).squareRoot() < 4e-7)
    }

    @Test func `results do not depend on threads, on other rows or on where the work is cut`() throws {
        let testCase = Case(rows: 150, columns: 97, depth: 1000, rightIsTransposed: true)
        let reference = try testCase.run {
            try FloatMultiplier(pool: ComputePool(threadCount: 1)).multiply($0)
        }
        for threads in [2, 3, 4] {
            let ours = try testCase.run {
                try FloatMultiplier(pool: ComputePool(threadCount: threads)).multiply($0)
            }
            #expect(ours == reference)
        }
        let scratch = try AlignedMemory(byteCount: 4 * FloatProduct.serialScratch(.best))
        let pieces = testCase.run { product in
            for row in stride(from: 0, to: 150, by: 37) {
                var part = product
                part.left = .rows(product.left.base + row * product.left.laneStride, stride: product.left.laneStride)
                part.out += row * product.outStride
                part.rows = min(37, 150 - row)
                part.runSerially(scratch: scratch.base.assumingMemoryBound(to: Float.self), kernels: .best)
            }
        }
        #expect(pieces == reference)
    }

    /// A product in bfloat16 is that of factors that were rounded before, in float32.
    @Test(arguments: Kernels.available.map(\.name))
    func `products in bfloat16 round their factors and nothing else`(table: String) throws {
        let kernels = try #require(Kernels.named(table))
        let multiplier = try FloatMultiplier(pool: ComputePool(threadCount: 2), kernels: kernels)
        for var testCase in Self.cases {
            let exact = testCase.run { multiplier.multiply($0) }
            testCase.isRounded = true
            let expected = testCase.expected()
            let ours = testCase.run {
                var product = $0
                product.precision = .bfloat16
                multiplier.multiply(product)
            }
            let tolerance = 2e-6 * Float(testCase.depth + 1).squareRoot() * 4 * max(1, abs(testCase.alpha))
            #expect(zip(ours, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } <= tolerance, "\(testCase)")
            // The factors were not what they are rounded to, so the precision did something.
            #expect(testCase.depth == 0 || ours != exact, "\(testCase)")
            testCase.isRounded = false
            let rounding = testCase.run {
                var product = $0
                product.precision = .bfloat16
                multiplier.multiply(product)
            }
            // Rounding what is rounded changes nothing: one pass of the tile (an even depth) gives the same bits.
            #expect(rounding == ours)
        }
    }

    @Test func `bfloat16 rounds to the nearest number, ties to even, and keeps what is none`() {
        let cases: [(UInt32, UInt32)] = [
            (0x3F80_0000, 0x3F80), (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81),
            (0x3F81_8000, 0x3F82), (0xBF81_8000, 0xBF82), (0x7F7F_FFFF, 0x7F80), (0x7F80_0000, 0x7F80),
            (0xFF80_0000, 0xFF80), (0x0000_0001, 0), (0x8000_0000, 0x8000), (0x0000_8001, 1),
        ]
        for (bits, expected) in cases {
            #expect(BFloat16.rounded(Float(bitPattern: bits)) == expected)
            #expect(BFloat16.rounded(SIMD8<UInt32>(repeating: bits)) == SIMD8(repeating: expected))
        }
        for bits in [0x7FC0_0000, 0x7F80_0001, 0xFFFF_FFFF] as [UInt32] {
            let half = BFloat16.rounded(Float(bitPattern: bits))
            #expect(Float(bitPattern: half << 16).isNaN)
            #expect(BFloat16.rounded(SIMD8<UInt32>(repeating: bits)) == SIMD8(repeating: half))
        }
    }

    @Test func `results in bfloat16 do not depend on threads`() throws {
        let testCase = Case(rows: 150, columns: 97, depth: 1001, rightIsTransposed: true)
        func run(_ threads: Int) throws -> [Float] {
            try testCase.run {
                var product = $0
                product.precision = .bfloat16
                try FloatMultiplier(pool: ComputePool(threadCount: threads)).multiply(product)
            }
        }
        let reference = try run(1)
        for threads in [2, 3, 4] { #expect(try run(threads) == reference) }
    }

    @Test func `a factor larger than the packing memory is cut`() throws {
        let testCase = Case(rows: 20, columns: 30, depth: 150_000, leftIsTransposed: true)
        let ours = try testCase.run { try FloatMultiplier(pool: ComputePool(threadCount: 2)).multiply($0) }
        let expected = testCase.expected()
        #expect(zip(ours, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } < 5e-3)
    }
}
