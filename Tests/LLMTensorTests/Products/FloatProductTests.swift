import LLMTensor
import Testing

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

        /// `body` gets the product; returns the result with its unused margin of 3 columns.
        func run(seed: UInt64 = 1, _ body: (FloatProduct) throws -> Void) rethrows -> [Float] {
            var generator = SeededGenerator(seed: seed)
            let (leftStride, rightStride) = (
                (leftIsTransposed ? rows : depth) + 1, (rightIsTransposed ? depth : columns) + 2
            )
            let left = generator.floats((leftIsTransposed ? depth : rows) * leftStride)
            let right = generator.floats((rightIsTransposed ? columns : depth) * rightStride)
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

    @Test func `a factor larger than the packing memory is cut`() throws {
        let testCase = Case(rows: 20, columns: 30, depth: 150_000, leftIsTransposed: true)
        let ours = try testCase.run { try FloatMultiplier(pool: ComputePool(threadCount: 2)).multiply($0) }
        let expected = testCase.expected()
        #expect(zip(ours, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } < 5e-3)
    }
}
