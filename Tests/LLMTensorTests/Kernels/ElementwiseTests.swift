import CLLMKernels
import LLMTensor
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

private let counts = [1, 7, 8, 15, 16, 17, 31, 33, 64, 576, 1001]

@Suite("Norms, activations, rotation and conversions") struct ElementwiseTests {
    /// Equal up to rounding: a few units of single precision at the size of the numbers involved.
    private func isClose(_ value: Float, _ expected: Double, magnitude: Double, units: Double = 8) -> Bool {
        abs(Double(value) - expected) <= units * 0x1p-24 * max(magnitude, abs(expected)) + 1e-37
    }

    @Test("root-mean-square norm", arguments: KernelTable.all, counts)
    func rmsNorm(table: KernelTable, count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let (x, weight) = (generator.floats(count), generator.floats(count))
        var out = [Float](repeating: 7, count: count + 1)
        table.kernels.rms_norm(x, weight, 1e-5, Int32(count), &out)
        let mean = x.reduce(0) { $0 + Double($1) * Double($1) } / Double(count)
        let factor = 1 / (mean + 1e-5).squareRoot()
        for i in 0..<count {
            #expect(isClose(out[i], Double(x[i]) * factor * Double(weight[i]), magnitude: 0, units: 32))
        }
        #expect(out[count] == 7)
    }

    @Test("layer norm, in place and with or without bias", arguments: KernelTable.all, counts)
    func layerNorm(table: KernelTable, count: Int) {
        var generator = SeededGenerator(seed: UInt64(count) + 1)
        let (x, weight, bias) = (generator.floats(count), generator.floats(count), generator.floats(count))
        let mean = x.reduce(0) { $0 + Double($1) } / Double(count)
        let variance = x.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
        let factor = 1 / (variance + 1e-5).squareRoot()
        for hasBias in [false, true] {
            var out = x
            out.withUnsafeMutableBufferPointer {
                let base = $0.baseAddress
                table.kernels.layer_norm(base, weight, nil, 1e-5, 0, base)
                if hasBias {
                    table.kernels.layer_norm(base, weight, bias, 1e-5, Int32(count), base)
                } else {
                    table.kernels.layer_norm(base, weight, nil, 1e-5, Int32(count), base)
                }
            }
            for i in 0..<count {
                let expected = (Double(x[i]) - mean) * factor * Double(weight[i]) + (hasBias ? Double(bias[i]) : 0)
                #expect(isClose(out[i], expected, magnitude: 4 * factor * 2, units: 64))
            }
        }
    }

    @Test("sums", arguments: KernelTable.all, counts)
    func add(table: KernelTable, count: Int) {
        var generator = SeededGenerator(seed: 9)
        let (x, y) = (generator.floats(count + 1), generator.floats(count + 1))
        var out = x
        table.kernels.add(&out, y, Int32(count))
        for i in 0..<count { #expect(out[i] == x[i] + y[i]) }
        #expect(out[count] == x[count])
    }

    /// Twice the argument of the hyperbolic tangent: `0.5 (1 + tanh(u)) = 1 / (1 + e^(-2u))` without cancellation.
    private static func tanhArgument(_ x: Double) -> Double {
        2 * 0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x)
    }

    private static func activation(_ kind: Int32, _ x: Double) -> Double {
        switch kind {
        case 0: x / (1 + exp(-x))
        case 1: x / (1 + exp(-tanhArgument(x)))
        case 2: 0.5 * x * erfc(-x * 0.5.squareRoot())
        case 3: max(x, 0)
        default: max(x, 0) * max(x, 0)
        }
    }

    @Test("activations", arguments: KernelTable.all, [Int32](0..<5))
    func activations(table: KernelTable, kind: Int32) {
        var generator = SeededGenerator(seed: 77)
        for count in counts {
            var x = generator.floats(count, in: -12...12)
            x[0] = [0, -100, 100, 88, -88][count % 5]
            let up = generator.floats(count)
            for hasUp in [false, true] {
                var out = x + [3]
                table.kernels.activate(&out, hasUp ? up : nil, kind, Int32(count))
                for i in 0..<count {
                    let factor = hasUp ? Double(up[i]) : 1
                    let expected = Self.activation(kind, Double(x[i])) * factor
                    // The argument of the exponential is rounded: its size shows in the relative error. The error
                    // function of the exact kind cancels near -1.
                    let slack = kind == 2 ? abs(Double(x[i])) * abs(factor) : 0
                    let units: Double =
                        switch kind {
                        case 1: 4 * (8 + abs(Self.tanhArgument(Double(x[i]))))
                        case 2: 4.0
                        default: 4 * (8 + abs(Double(x[i])))
                        }
                    #expect(
                        isClose(out[i], expected, magnitude: slack, units: units),
                        "\(x[i]): \(out[i]) for \(expected)")
                }
                #expect(out[count] == 3)
            }
        }
    }

    @Test("activations keep NaN and do not trap on infinity", arguments: KernelTable.all, [Int32](0..<3))
    func activationsOfSpecials(table: KernelTable, kind: Int32) {
        var x: [Float] = [.nan, .infinity, 1]
        table.kernels.activate(&x, nil, kind, 3)
        #expect(x[0].isNaN)
        #expect(x[1] == .infinity)
        #expect(x[2].isFinite)
    }

    @Test("rotation of halves and of neighbours", arguments: KernelTable.all, [2, 8, 16, 24, 64, 80, 128, 256])
    func rotation(table: KernelTable, dimensions: Int) {
        var generator = SeededGenerator(seed: 31)
        let head = generator.floats(dimensions + 4)
        let half = dimensions / 2
        let angles = generator.floats(half, in: -3...3)
        let (cosines, sines) = (angles.map { cosf($0) }, angles.map { sinf($0) })
        for interleaved in [false, true] {
            var out = head
            table.kernels.rotate(&out, cosines, sines, Int32(dimensions), interleaved ? 1 : 0)
            for i in 0..<half {
                let (p, q) = interleaved ? (2 * i, 2 * i + 1) : (i, i + half)
                let (a, b) = (Double(head[p]), Double(head[q]))
                let (c, s) = (Double(cosines[i]), Double(sines[i]))
                #expect(isClose(out[p], a * c - b * s, magnitude: abs(a * c) + abs(b * s), units: 2))
                #expect(isClose(out[q], b * c + a * s, magnitude: abs(b * c) + abs(a * s), units: 2))
            }
            #expect(Array(out[dimensions...]) == Array(head[dimensions...]))
        }
    }

    @Test("conversions to and from half, to the bit", arguments: KernelTable.all)
    func halves(table: KernelTable) {
        let all = (0...UInt16.max).map { $0 }
        var floats = [Float](repeating: 0, count: all.count)
        table.kernels.from_half(all, &floats, Int32(all.count))
        for bits in all where bits & 0x7FFF <= 0x7C00 {
            #expect(floats[Int(bits)].bitPattern == HalfPrecision.float(bits).bitPattern)
        }
        #expect(all.allSatisfy { ($0 & 0x7FFF > 0x7C00) == floats[Int($0)].isNaN })
        var generator = SeededGenerator(seed: 8)
        let values =
            generator.floats(999, in: -70000...70000) + generator.floats(1000, in: -1e-4...1e-4)
            + [0, -0.0, .infinity, -.infinity, 65519, 65520, 1e-9, 2.98e-8]
        var out = [UInt16](repeating: 1, count: values.count + 1)
        table.kernels.to_half(values, &out, Int32(values.count))
        for (i, value) in values.enumerated() { #expect(out[i] == HalfPrecision.binary16(value)) }
        #expect(out[values.count] == 1)
    }

    @Test("logarithm of summed exponentials", arguments: KernelTable.all, counts)
    func logSumExp(table: KernelTable, count: Int) {
        var generator = SeededGenerator(seed: 13)
        let x = generator.floats(count, in: -30...30)
        var largest: Float = 0
        let sum = table.kernels.log_sum_exp(x, Int64(count), &largest)
        #expect(largest == x.max())
        let expected = x.reduce(0.0) { $0 + exp(Double($1) - Double(largest)) }
        // The rounded difference enters the exponential: up to 60 * 2^-25 relative, on the small terms only.
        #expect(abs(sum - expected) <= 2e-6 * expected)
    }
}
