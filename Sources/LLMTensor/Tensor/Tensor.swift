/// A dense row-major array of numbers of one element type, immutable.
///
/// Shapes are outermost first, `[rows, columns]`; an empty shape is a scalar. A tensor is a view: copying it copies no
/// data, and it keeps its storage alive. It may be used from any thread.
public struct Tensor: Sendable {
    /// Extents, outermost first.
    public let shape: [Int]
    /// How elements are encoded.
    public let elementType: ElementType
    /// The bytes this tensor looks into.
    public let storage: TensorStorage
    /// Where the first block starts in `storage`.
    public let byteOffset: Int
    /// Bytes of the whole tensor.
    public let byteCount: Int
    /// Number of elements: the product of `shape`.
    public let elementCount: Int

    /// Makes a view of `storage`.
    ///
    /// - Throws: ``TensorError`` when the shape is not valid for the type or the storage ends too early.
    public init(
        shape: [Int], elementType: ElementType, storage: TensorStorage, byteOffset: Int = 0
    ) throws(TensorError) {
        let byteCount = try elementType.byteCount(shape: shape)
        let available = storage.bytes.count
        guard byteOffset >= 0, byteOffset <= available, byteCount <= available - byteOffset else {
            throw .storageTooSmall(
                needed: byteCount.addingReportingOverflow(max(byteOffset, 0)).partialValue, available: available)
        }
        self.shape = shape
        self.elementType = elementType
        self.storage = storage
        self.byteOffset = byteOffset
        self.byteCount = byteCount
        elementCount = shape.reduce(1, *)
    }

    /// Makes an F32 tensor with a copy of `floats`.
    ///
    /// - Precondition: `floats.count` is the product of `shape`.
    public init(shape: [Int], floats: [Float]) {
        precondition(shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == floats.count, "shape and count disagree")
        do {
            let storage = try floats.withUnsafeBytes { source throws(TensorError) in
                try TensorStorage(copying: source)
            }
            try self.init(shape: shape, elementType: .f32, storage: storage)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// Calls `body` with the encoded bytes; the pointer is valid during the call.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) {
            try body(UnsafeRawBufferPointer(rebasing: storage.bytes[byteOffset..<(byteOffset + byteCount)]))
        }
    }
}

extension Tensor {
    /// Extent of the last dimension: the elements of one row (1 for a scalar).
    public var columns: Int { shape.last ?? 1 }

    /// Product of all extents but the last.
    public var rows: Int { shape.dropLast().reduce(1, *) }

    /// Bytes of one row.
    public var bytesPerRow: Int { columns / elementType.elementsPerBlock * elementType.bytesPerBlock }

    /// Every element as `Float`, row-major, bit-identical to the reference dequantization of the GGUF format.
    ///
    /// - Throws: ``TensorError`` when the type has no meaning as floating-point numbers.
    public func floats() throws(TensorError) -> [Float] {
        try floats(rows: 0..<rows)
    }

    /// The elements of some rows as `Float`, row-major.
    ///
    /// - Precondition: `rows` lies within `0..<self.rows`.
    /// - Throws: ``TensorError`` when the type has no meaning as floating-point numbers.
    public func floats(rows range: Range<Int>) throws(TensorError) -> [Float] {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows outside the tensor")
        var failure: TensorError?
        let count = range.count * columns
        let result = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            let target = UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
            target.initialize(repeating: 0)
            initialized = count
            failure = dequantize(rows: range, into: target)
        }
        if let failure { throw failure }
        return result
    }

    private func dequantize(rows range: Range<Int>, into target: UnsafeMutableBufferPointer<Float>) -> TensorError? {
        withUnsafeBytes { bytes in
            let stride = bytesPerRow
            let slice = bytes[(range.lowerBound * stride)..<(range.upperBound * stride)]
            do throws(TensorError) {
                try Dequantization.dequantize(
                    elementType, blocks: UnsafeRawBufferPointer(rebasing: slice), into: target)
                return nil
            } catch {
                return error
            }
        }
    }
}
