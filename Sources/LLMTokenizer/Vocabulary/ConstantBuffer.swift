/// Memory that is written once and then read from any thread, without array checks or reference counts on the way.
final class ConstantBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafePointer<Element>
    let count: Int
    private let memory: LargeMemory?
    /// What was taken over and is to be given back.
    private let taken: UnsafeMutablePointer<Element>?

    init(_ elements: some Collection<Element>) {
        count = elements.count
        let memory = LargeMemory(byteCount: count * MemoryLayout<Element>.stride, isZeroed: false)
        (self.memory, taken) = (memory, nil)
        let target = memory.pointer.bindMemory(to: Element.self, capacity: count)
        var index = 0
        for element in elements {
            (target + index).initialize(to: element)
            index += 1
        }
        pointer = UnsafePointer(target)
    }

    init(_ elements: [Element]) {
        count = elements.count
        let memory = LargeMemory(byteCount: count * MemoryLayout<Element>.stride, isZeroed: false)
        (self.memory, taken) = (memory, nil)
        let target = memory.pointer.bindMemory(to: Element.self, capacity: count)
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { target.initialize(from: base, count: source.count) }
        }
        pointer = UnsafePointer(target)
    }

    /// Takes over memory that was allocated with `allocate(capacity:)`.
    init(taking memory: UnsafeMutablePointer<Element>, count: Int) {
        pointer = UnsafePointer(memory)
        self.count = count
        (self.memory, taken) = (nil, memory)
    }

    /// Keeps memory whose first elements were written.
    init(taking memory: LargeMemory, count: Int) {
        pointer = UnsafePointer(memory.pointer.assumingMemoryBound(to: Element.self))
        self.count = count
        (self.memory, taken) = (memory, nil)
    }

    /// Memory that `fill` writes, where every element is `first` before.
    init(repeating first: Element, count: Int, _ fill: (UnsafeMutablePointer<Element>) -> Void) {
        self.count = count
        let memory = LargeMemory(byteCount: count * MemoryLayout<Element>.stride, isZeroed: false)
        (self.memory, taken) = (memory, nil)
        let target = memory.pointer.bindMemory(to: Element.self, capacity: count)
        target.initialize(repeating: first, count: count)
        fill(target)
        pointer = UnsafePointer(target)
    }

    /// Reading outside `0..<count` is a programmer's error.
    @inline(__always)
    subscript(index: Int) -> Element {
        assert(index >= 0 && index < count)
        return pointer[index]
    }

    deinit { taken?.deallocate() }
}
