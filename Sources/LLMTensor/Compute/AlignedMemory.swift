#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Zeroed memory of its own, aligned for the kernels, released with the object.
///
/// Large regions start on a huge-page boundary and, if they will be filled, ask for huge pages: streaming weights through
/// 4 KiB pages costs up to half of the memory bandwidth. Huge pages lie inside the region only, so that what is asked for is
/// what becomes resident. Middling regions are mapped too: as the pages of a key/value cache they come and go, and the
/// allocator of the C library would keep much of what is freed. Who may write is up to the holder; the object itself
/// only owns.
package final class AlignedMemory: @unchecked Sendable {
    /// The first byte.
    package let base: UnsafeMutableRawPointer
    /// Bytes.
    package let byteCount: Int
    private let mapping: UnsafeMutableRawPointer?
    private let mappedBytes: Int

    private static let hugePage = 2 << 20
    /// From this size on a region is mapped for itself.
    private static let mappedFrom = 1 << 20

    /// Allocates; throws ``TensorError/outOfMemory(byteCount:)``.
    ///
    /// - Parameter isSparse: Most of it may never be touched: no huge pages, which would make it resident.
    package init(byteCount: Int, isSparse: Bool = false) throws(TensorError) {
        guard byteCount >= 0, byteCount < Int.max / 2 else { throw .outOfMemory(byteCount: byteCount) }
        self.byteCount = byteCount
        if byteCount >= Self.mappedFrom {
            let isLarge = byteCount >= Self.hugePage
            let size = isLarge ? byteCount + 2 * Self.hugePage : byteCount
            guard
                let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                address != MAP_FAILED
            else { throw .outOfMemory(byteCount: byteCount) }
            mapping = address
            mappedBytes = size
            guard isLarge else {
                base = address
                return
            }
            let start = (UInt(bitPattern: address) + UInt(Self.hugePage - 1)) & ~UInt(Self.hugePage - 1)
            base = address + Int(start - UInt(bitPattern: address))
            #if !canImport(Darwin)
                madvise(
                    base, byteCount & ~(Self.hugePage - 1), isSparse ? Int32(MADV_NOHUGEPAGE) : Int32(MADV_HUGEPAGE))
            #endif
        } else {
            mapping = nil
            mappedBytes = 0
            base = .allocate(byteCount: max(byteCount, 64), alignment: 64)
            base.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 64))
        }
    }

    deinit {
        if let mapping { munmap(mapping, mappedBytes) } else { base.deallocate() }
    }
}
