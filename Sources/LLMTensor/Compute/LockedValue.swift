internal import Synchronization

/// A value behind a lock, as an object.
package final class LockedValue<Value>: @unchecked Sendable {
    private let lock = Mutex(())
    private var value: Value

    /// Starts with `value`.
    package init(_ value: Value) { self.value = value }

    /// Exclusive access.
    package func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
        try lock.withLock { _ in try body(&value) }
    }
}
