internal import LLMTensor

extension Tensor {
    /// Some rows, as a view; for a vector, some elements of a type with single-element blocks.
    func slice(rows range: Range<Int>) throws(TensorError) -> Tensor {
        guard let extent = shape.first, range.lowerBound >= 0, range.upperBound <= extent, extent > 0 else {
            throw .bufferSize(expected: range.upperBound, found: shape.first ?? 0)
        }
        guard shape.count > 1 || elementType.elementsPerBlock == 1 else {
            throw .partialBlocks(type: elementType, elements: range.count)
        }
        let bytesPerStep = byteCount / extent
        return try Tensor(
            shape: [range.count] + shape.dropFirst(), elementType: elementType, storage: storage,
            byteOffset: byteOffset + range.lowerBound * bytesPerStep)
    }

    /// The transpose of a matrix of plain numbers, copied.
    func transposed() throws(TensorError) -> Tensor {
        guard shape.count == 2, elementType.elementsPerBlock == 1 else {
            throw .noConversion(from: elementType, to: elementType)
        }
        let (rows, columns, size) = (shape[0], shape[1], elementType.bytesPerBlock)
        let storage = try TensorStorage(byteCount: byteCount) { target in
            withUnsafeBytes { source in
                switch size {
                case 2: Self.transpose(source, into: target, rows, columns, as: UInt16.self)
                case 4: Self.transpose(source, into: target, rows, columns, as: UInt32.self)
                case 8: Self.transpose(source, into: target, rows, columns, as: UInt64.self)
                default: Self.transpose(source, into: target, rows, columns, as: UInt8.self)
                }
            }
        }
        return try Tensor(shape: [columns, rows], elementType: elementType, storage: storage)
    }

    private static func transpose<Word: FixedWidthInteger & BitwiseCopyable>(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, _ rows: Int, _ columns: Int,
        as word: Word.Type
    ) {
        let size = MemoryLayout<Word>.size
        for row in 0..<rows {
            for column in 0..<columns {
                let value = source.loadUnaligned(fromByteOffset: (row * columns + column) * size, as: Word.self)
                target.storeBytes(of: value, toByteOffset: (column * rows + row) * size, as: Word.self)
            }
        }
    }
}
