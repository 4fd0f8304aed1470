/// Produces the bytes of a tensor while a file is written: calls its argument with consecutive parts, in order.
///
/// The parts together must have exactly the bytes of the tensor's shape and type.
public typealias TensorProducer = (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

/// A tensor that a file writer was told about.
struct PendingTensor {
    enum Content {
        case tensor(Tensor)
        case produced(TensorProducer)
    }

    let name: String
    let shape: [Int]
    let elementType: ElementType
    let byteCount: Int
    let content: Content

    init(name: String, shape: [Int], elementType: ElementType, content: Content) throws(TensorError) {
        self.name = name
        self.shape = shape
        self.elementType = elementType
        byteCount = try elementType.byteCount(shape: shape)
        self.content = content
    }

    /// Writes the tensor's bytes.
    ///
    /// - Throws: ``TensorFileError``, or what the producer throws.
    func write(to writer: AtomicFileWriter) throws {
        let start = writer.position
        switch content {
        case .tensor(let tensor):
            try tensor.withUnsafeBytes { try writer.write($0) }
        case .produced(let produce):
            try produce { part in
                guard part.count <= byteCount - (writer.position - start) else { throw wrongSize("more", writer) }
                try writer.write(part)
            }
        }
        guard writer.position - start == byteCount else {
            throw wrongSize("\(writer.position - start)", writer)
        }
    }

    private func wrongSize(_ found: String, _ writer: AtomicFileWriter) -> TensorFileError {
        .cannotWrite(
            path: writer.path, reason: "tensor '\(name)' takes \(byteCount) bytes and its producer gave \(found)")
    }
}
