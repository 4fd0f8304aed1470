#if canImport(Darwin)
    import Darwin
#endif

/// Refuses to recurse when little of the calling thread's stack is left.
///
/// Frame sizes differ between debug and release builds and threads have stacks of 512 KiB to 8 MiB, so a count of
/// levels alone cannot promise that recursion over a hostile template does not overflow.
struct StackGuard {
    /// Lowest address a frame may have.
    private let floor: UInt

    /// Notes how far the calling thread's stack may grow from here.
    init() {
        let here = Self.currentAddress()
        #if canImport(Darwin)
            let top = UInt(bitPattern: pthread_get_stackaddr_np(pthread_self()))
            let bottom = top &- UInt(pthread_get_stacksize_np(pthread_self()))
            let room = here > bottom + (96 << 10) ? here - bottom - (96 << 10) : 0
            floor = here &- min(room, 4 << 20)
        #elseif canImport(Musl)
            // Threads of the static Linux SDK have 512 KiB.
            floor = here &- (256 << 10)
        #else
            // Threads have 8 MiB unless the host asked for less.
            floor = here &- (1 << 20)
        #endif
    }

    /// Whether another level of recursion fits.
    var hasRoom: Bool { Self.currentAddress() > floor }

    @inline(never)
    private static func currentAddress() -> UInt {
        var marker: UInt8 = 0
        return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    }
}
