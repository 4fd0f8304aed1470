package import LLMTensor

/// A tensor of a file to be written: rows of one or several others, perhaps in another order, perhaps increased.
///
/// Holds views only; numbers are computed when rows are asked for. Immutable, for use from any thread.
package struct ExportTensor: Sendable {
    /// The name in the file.
    package let name: String
    /// Extents, outermost first.
    package let shape: [Int]
    /// Where the rows come from, one after the other.
    let parts: [Part]

    /// Rows of one tensor.
    struct Part: Sendable {
        var tensor: Tensor
        /// The order of its rows; nil as they are.
        var order: HeadOrder?
        /// Added to every element.
        var offset: Float = 0
    }

    /// Numbers in the tensor.
    package var elementCount: Int { shape.reduce(1, *) }

    /// Numbers in one row: the last extent.
    package var columns: Int { shape.last ?? 1 }

    /// The type all parts have; nil when they differ.
    package var elementType: ElementType? {
        let first = parts.first?.tensor.elementType
        return parts.allSatisfy { $0.tensor.elementType == first } ? first : nil
    }

    init(name: String, shape: [Int], parts: [Part]) {
        self.name = name
        self.shape = shape
        self.parts = parts
    }

    /// A tensor as it is.
    init(name: String, _ tensor: Tensor, offset: Float = 0, order: HeadOrder? = nil) {
        self.init(name: name, shape: tensor.shape, parts: [Part(tensor: tensor, order: order, offset: offset)])
    }

    /// The rows of several tensors, one below the other.
    init(name: String, joining tensors: [Tensor]) {
        let rows = tensors.reduce(0) { $0 + ($1.shape.first ?? 1) }
        let shape = [rows] + (tensors.first?.shape.dropFirst() ?? [])
        self.init(name: name, shape: shape, parts: tensors.map { Part(tensor: $0) })
    }
}

/// The order of the rows of queries and keys when rotated pairs lie next to each other (GGUF files of the llama
/// architecture) instead of in two halves (Hugging Face): within each head row `2i + j` is row `j * dimensions/2 + i`.
struct HeadOrder: Sendable {
    /// Rows of one head.
    var headDimension: Int
    /// Leading rows of a head that are rotated.
    var dimensions: Int

    /// Which row of the old order stands at a place of the new one.
    func source(of row: Int) -> Int {
        let place = row % headDimension
        guard place < dimensions else { return row }
        return row - place + place / 2 + (place % 2) * (dimensions / 2)
    }
}

extension ExportTensor {
    /// Calls `body` with consecutive rows as numbers, at most `limit` elements (but at least one row) at a time.
    ///
    /// - Throws: ``TensorError`` for types without numbers, or what `body` throws.
    package func forEachChunk(
        limit: Int, _ body: (_ firstRow: Int, _ values: UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        var row = 0
        var buffer: [Float] = []
        for part in parts {
            // A reordered vector is a column of rows with one element each.
            let isReorderedVector = part.order != nil && part.tensor.shape.count == 1
            let columns = isReorderedVector ? 1 : part.tensor.columns
            let rows = columns > 0 ? part.tensor.elementCount / columns : 0
            guard rows > 0 else { continue }
            let step = isReorderedVector ? rows : max(1, limit / columns)
            var start = 0
            while start < rows {
                let end = min(start + step, rows)
                if buffer.count < (end - start) * columns {
                    buffer = [Float](repeating: 0, count: (end - start) * columns)
                }
                try buffer.withUnsafeMutableBufferPointer { buffer in
                    let target = UnsafeMutableBufferPointer(rebasing: buffer[..<((end - start) * columns)])
                    try part.read(rows: start..<end, columns: columns, into: target)
                    try body(row + start, UnsafeBufferPointer(target))
                }
                start = end
            }
            row += rows
        }
    }
}

extension ExportTensor.Part {
    /// Dequantizes rows in the new order.
    fileprivate func read(
        rows: Range<Int>, columns: Int, into target: UnsafeMutableBufferPointer<Float>
    ) throws(TensorError) {
        var failure: TensorError?
        tensor.withUnsafeBytes { bytes in
            do throws(TensorError) {
                let stride = try tensor.elementType.byteCount(shape: [columns])
                guard let order else {
                    let run = bytes[(rows.lowerBound * stride)..<(rows.upperBound * stride)]
                    try Dequantization.dequantize(
                        tensor.elementType, blocks: UnsafeRawBufferPointer(rebasing: run), into: target)
                    return
                }
                for row in rows {
                    let source = order.source(of: row) * stride
                    let place = (row - rows.lowerBound) * columns
                    try Dequantization.dequantize(
                        tensor.elementType, blocks: UnsafeRawBufferPointer(rebasing: bytes[source..<(source + stride)]),
                        into: UnsafeMutableBufferPointer(rebasing: target[place..<(place + columns)]))
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        if offset != 0 { for index in target.indices { target[index] += offset } }
    }
}
