extension ElementType {
    /// Bytes that a row-major tensor of this shape takes.
    ///
    /// - Parameter shape: Extents, outermost first; an empty shape is a scalar.
    /// - Throws: ``TensorError`` when an extent is negative, the last extent is not a whole number of blocks, or the
    ///   size does not fit in `Int`.
    public func byteCount(shape: [Int]) throws(TensorError) -> Int {
        let rowLength = shape.last ?? 1
        var rows = 1
        for extent in shape {
            guard extent >= 0 else { throw .negativeExtent(shape: shape) }
        }
        for extent in shape.dropLast() {
            let (product, overflow) = rows.multipliedReportingOverflow(by: extent)
            guard !overflow else { throw .shapeTooLarge(shape: shape) }
            rows = product
        }
        guard rowLength % elementsPerBlock == 0 else {
            throw .partialBlocks(type: self, elements: rowLength)
        }
        let (rowBytes, rowOverflow) = (rowLength / elementsPerBlock).multipliedReportingOverflow(by: bytesPerBlock)
        let (bytes, overflow) = rowBytes.multipliedReportingOverflow(by: rows)
        let (_, elementOverflow) = rowLength.multipliedReportingOverflow(by: rows)
        guard !rowOverflow, !overflow, !elementOverflow else { throw .shapeTooLarge(shape: shape) }
        return bytes
    }

    /// Bytes that `elements` consecutive elements take, or nil when they are not whole blocks or do not fit in `Int`.
    public func byteCount(elements: Int) -> Int? {
        guard elements >= 0, elements % elementsPerBlock == 0 else { return nil }
        let (bytes, overflow) = (elements / elementsPerBlock).multipliedReportingOverflow(by: bytesPerBlock)
        return overflow ? nil : bytes
    }
}
