#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Memory at a cache line's start, in pages of 2 MiB where the system has them: tables that are read at random
/// otherwise wait for the page tables, and every small page's first touch is a trip into the kernel.
///
/// Unlike `AlignedMemory` it takes no more than it is asked for, whatever the pages, and cannot fail but as `allocate` does.
final class LargeMemory: @unchecked Sendable {
    private static let hugePage = 1 << 21
    private let block: UnsafeMutableRawPointer
    /// The size of memory of its own pages, 0 for memory of the heap.
    private var mapped: Int
    let pointer: UnsafeMutableRawPointer

    /// - Parameter isZeroed: whether small memory is cleared; fresh pages are anyway.
    init(byteCount: Int, isZeroed: Bool) {
        let size = byteCount + Self.hugePage
        if byteCount >= Self.hugePage,
            let pages = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), pages != MAP_FAILED
        {
            block = pages
            mapped = size
            pointer = pages.alignedUp(toMultipleOf: Self.hugePage)
            Self.prefersHugePages(pointer, byteCount)
        } else {
            block = .allocate(byteCount: max(byteCount, 1), alignment: 64)
            mapped = 0
            pointer = block
            if isZeroed { pointer.initializeMemory(as: UInt8.self, repeating: 0, count: max(byteCount, 1)) }
        }
    }

    /// Gives the memory behind so many bytes back to the system, from the next page on; it must not be touched then.
    func giveBack(behind byteCount: Int) {
        guard mapped > 0 else { return }
        let start = (pointer + byteCount).alignedUp(toMultipleOf: Int(getpagesize()))
        let end = block + mapped
        guard start < end, munmap(start, end - start) == 0 else { return }
        mapped = start - block
    }

    deinit {
        if mapped > 0 { munmap(block, mapped) } else { block.deallocate() }
    }

    /// Asks for large pages, which helps only before anything was written.
    static func prefersHugePages(_ start: UnsafeMutableRawPointer, _ byteCount: Int) {
        #if os(Linux)
            let first = start.alignedUp(toMultipleOf: hugePage)
            let end = (start + byteCount).alignedDown(toMultipleOf: hugePage)
            guard first < end else { return }
            // A refusal leaves small pages.
            _ = madvise(first, end - first, Int32(MADV_HUGEPAGE))
        #endif
    }
}
