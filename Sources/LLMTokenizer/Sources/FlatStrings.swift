internal import LLMTensor

/// Many byte strings one behind the other, in memory that becomes a ``Vocabulary`` without being copied.
///
/// Room for as many as the file can hold is asked for at once: what is never touched costs nothing.
final class FlatStrings {
    @exclusivity(unchecked) private var bytes: UnsafeMutablePointer<UInt8>
    /// Where each string begins, and where the next one will.
    @exclusivity(unchecked) private var offsets: UnsafeMutablePointer<UInt32>
    @exclusivity(unchecked) private(set) var count = 0
    private let byteCapacity: Int
    private let capacity: Int

    /// - Parameter fileSize: how large the file is that the strings are in, with at least a comma and two quotation marks each.
    init(fileSize: Int) {
        byteCapacity = fileSize
        capacity = fileSize / 3 + 1
        bytes = .allocate(capacity: max(byteCapacity, 1))
        offsets = .allocate(capacity: capacity + 1)
        offsets[0] = 0
    }

    deinit {
        bytes.deallocate()
        offsets.deallocate()
    }

    /// Appends a string whose escapes are resolved.
    func append(_ text: JSONText) {
        if text.isEscaped {
            text.bytes.withUnsafeBytes(append)
        } else {
            append(text.raw)
        }
    }

    func append(_ text: UnsafeRawBufferPointer) {
        let start = Int(offsets[count])
        // More than the file can hold comes from nobody.
        guard count < capacity, text.count <= byteCapacity - start else { return }
        if let base = text.baseAddress {
            UnsafeMutableRawPointer(bytes + start).copyMemory(from: base, byteCount: text.count)
        }
        count += 1
        offsets[count] = UInt32(truncatingIfNeeded: start + text.count)
    }

    subscript(index: Int) -> UnsafeRawBufferPointer {
        let start = Int(offsets[index])
        return UnsafeRawBufferPointer(start: bytes + start, count: Int(offsets[index + 1]) - start)
    }

    /// Hands over the memory and is empty afterwards.
    func take() -> (blob: ConstantBuffer<UInt8>, offsets: ConstantBuffer<UInt32>) {
        let blob = ConstantBuffer(taking: bytes, count: Int(offsets[count]))
        let starts = ConstantBuffer(taking: offsets, count: count + 1)
        bytes = .allocate(capacity: 1)
        offsets = .allocate(capacity: 1)
        offsets[0] = 0
        count = 0
        return (blob, starts)
    }
}
