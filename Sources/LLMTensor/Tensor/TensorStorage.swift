#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Bytes that tensors look into: memory of its own, or a mapped file.
///
/// Immutable once made, so it can be shared between threads freely.
public final class TensorStorage: Sendable {
    /// Alignment of owned memory in bytes: one cache line, and one AVX-512 register.
    public static let alignment = 64

    /// All bytes. Valid while this object lives.
    nonisolated(unsafe) public let bytes: UnsafeRawBufferPointer

    /// The file the bytes are mapped from; nil for owned memory.
    public let file: MappedFile?

    /// Makes owned memory, 64-byte aligned, zeroed, then filled by `initialize`.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public init(
        byteCount: Int, initialize: (UnsafeMutableRawBufferPointer) -> Void = { _ in }
    ) throws(TensorError) {
        guard byteCount >= 0, byteCount <= Int.max - Self.alignment else { throw .outOfMemory(byteCount: byteCount) }
        var pointer: UnsafeMutableRawPointer?
        guard posix_memalign(&pointer, Self.alignment, max(byteCount, 1)) == 0, let pointer else {
            throw .outOfMemory(byteCount: byteCount)
        }
        let buffer = UnsafeMutableRawBufferPointer(start: pointer, count: byteCount)
        memset(pointer, 0, byteCount)
        initialize(buffer)
        bytes = UnsafeRawBufferPointer(buffer)
        file = nil
    }

    /// Looks into a whole mapped file, and keeps the mapping alive.
    public init(mapping file: MappedFile) {
        bytes = file.bytes
        self.file = file
    }

    deinit {
        if file == nil { free(UnsafeMutableRawPointer(mutating: bytes.baseAddress)) }
    }
}

extension TensorStorage {
    /// Makes owned memory holding a copy of `source`.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public convenience init(copying source: UnsafeRawBufferPointer) throws(TensorError) {
        try self.init(byteCount: source.count) { $0.copyMemory(from: source) }
    }

    /// Makes owned memory holding a copy of `source`.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:)``.
    public convenience init(copying source: [UInt8]) throws(TensorError) {
        try self.init(byteCount: source.count) { $0.copyBytes(from: source) }
    }
}
