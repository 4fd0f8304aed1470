/// What can be wrong with a tensor, its shape or its storage.
public enum TensorError: Error, Sendable, Hashable {
    /// An extent is below zero.
    case negativeExtent(shape: [Int])
    /// The number of elements or bytes does not fit in `Int`.
    case shapeTooLarge(shape: [Int])
    /// Block-quantized elements come in whole blocks only.
    case partialBlocks(type: ElementType, elements: Int)
    /// The storage ends before the tensor does.
    case storageTooSmall(needed: Int, available: Int)
    /// A buffer handed in does not have the size that the other arguments ask for.
    case bufferSize(expected: Int, found: Int)
    /// Elements of this type have no meaning as floating-point numbers, or the conversion is not supported.
    case noConversion(from: ElementType, to: ElementType)
    /// The system has no memory left for this many bytes.
    case outOfMemory(byteCount: Int)
    /// An element is infinite, not a number, or too large for the type it is to be stored in.
    case notFinite(index: Int, value: Float, type: ElementType)
}

extension TensorError: CustomStringConvertible {
    /// A sentence that says what was expected and what was found.
    public var description: String {
        switch self {
        case .negativeExtent(let shape):
            "shape \(shape) has an extent below zero"
        case .shapeTooLarge(let shape):
            "shape \(shape) has more elements than this machine can address"
        case .partialBlocks(let type, let elements):
            "\(elements) elements are not a whole number of \(type) blocks of \(type.elementsPerBlock)"
        case .storageTooSmall(let needed, let available):
            "the tensor needs \(needed) bytes of storage and \(available) are there"
        case .bufferSize(let expected, let found):
            "expected a buffer of \(expected) and got one of \(found)"
        case .noConversion(let source, let target):
            "no conversion from \(source) to \(target)"
        case .outOfMemory(let byteCount):
            "cannot allocate \(byteCount) bytes"
        case .notFinite(let index, let value, let type):
            "element \(index) is \(value), which cannot be stored as \(type)"
        }
    }
}
