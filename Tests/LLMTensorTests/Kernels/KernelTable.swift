import CLLMKernels
import LLMTensor
import Testing

/// A kernel table this machine can run, as a test argument.
struct KernelTable: @unchecked Sendable, CustomTestStringConvertible {
    let name: String
    let kernels: llmk_kernels

    var testDescription: String { name }

    static let generic = KernelTable(name: "generic", kernels: GenericKernels.table)

    static let all: [KernelTable] =
        [generic]
        + ["avx2", "avx512", "amx", "neon", "neon-i8mm"].compactMap { name in
            llmk_kernels_named(name).map { KernelTable(name: name, kernels: $0.pointee) }
        }
}

/// SplitMix64: the same numbers on every platform.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}

/// Memory aligned for kernels, released with the object.
final class KernelMemory: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let byteCount: Int

    init(byteCount: Int) {
        self.byteCount = byteCount
        base = .allocate(byteCount: max(byteCount, 64), alignment: 64)
        base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
    }

    deinit { base.deallocate() }

    func of<T>(_ type: T.Type) -> UnsafeMutablePointer<T> { base.assumingMemoryBound(to: type) }
}
