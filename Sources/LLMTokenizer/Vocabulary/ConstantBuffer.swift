/// Memory that is written once and then read from any thread, without array checks or reference counts on the way.
final class ConstantBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafePointer<Element>
    let count: Int

    init(_ elements: some Collection<Element>) {
        count = elements.count
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(count, 1))
        var index = 0
        for element in elements {
            (memory + index).initialize(to: element)
            index += 1
        }
        pointer = UnsafePointer(memory)
    }

    init(_ elements: [Element]) {
        count = elements.count
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(count, 1))
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { memory.initialize(from: base, count: source.count) }
        }
        pointer = UnsafePointer(memory)
    }

    /// Takes over memory that was allocated with `allocate(capacity:)`.
    init(taking memory: UnsafeMutablePointer<Element>, count: Int) {
        pointer = UnsafePointer(memory)
        self.count = count
    }

    /// Memory that `fill` writes, where every element is `first` before.
    init(repeating first: Element, count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void) {
        self.count = count
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: Swift.max(count, 1))
        memory.initialize(repeating: first, count: count)
        fill(memory)
        pointer = UnsafePointer(memory)
    }

    /// Reading outside `0..<count` is a programmer's error.
    @inline(__always)
    subscript(index: Int) -> Element {
        assert(index >= 0 && index < count)
        return pointer[index]
    }

    deinit {
        UnsafeMutablePointer(mutating: pointer).deallocate()
    }
}
