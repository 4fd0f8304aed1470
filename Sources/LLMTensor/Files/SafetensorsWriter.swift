/// Writes safetensors files, laid out as the reference implementation lays them out.
///
/// Describe the file first, then call ``write(to:progress:)``: tensors are streamed one after the other. The file
/// appears under its name only when it is complete. One owner at a time.
public struct SafetensorsWriter {
    /// The file's `__metadata__`; written in the order of the keys.
    public var metadata: [String: String]
    private var tensors: [(rank: Int, typeName: String, tensor: PendingTensor)] = []
    private var names: Set<String> = []

    /// Makes the description of an empty file.
    public init(metadata: [String: String] = [:]) {
        self.metadata = metadata
    }

    /// Adds a tensor.
    ///
    /// - Throws: ``TensorFileError/cannotWrite(path:reason:)`` for a quantized type or a name used before.
    public mutating func addTensor(named name: String, _ tensor: Tensor) throws(TensorFileError) {
        try add(name, shape: tensor.shape, tensor.elementType, .tensor(tensor))
    }

    /// Adds a tensor whose bytes are produced while the file is written.
    ///
    /// - Throws: ``TensorFileError/cannotWrite(path:reason:)`` for a quantized type or a name used before.
    public mutating func addTensor(
        named name: String, shape: [Int], elementType: ElementType, producer: @escaping TensorProducer
    ) throws(TensorFileError) {
        try add(name, shape: shape, elementType, .produced(producer))
    }

    private mutating func add(
        _ name: String, shape: [Int], _ type: ElementType, _ content: PendingTensor.Content
    ) throws(TensorFileError) {
        func refuse(_ reason: String) -> TensorFileError {
            .cannotWrite(path: "safetensors", reason: "tensor '\(name)': \(reason)")
        }
        guard let (typeName, rank) = SafetensorsType.name(type) else { throw refuse("the format has no \(type)") }
        guard name != "__metadata__" else { throw refuse("the name is reserved") }
        guard names.insert(name).inserted else { throw refuse("added twice") }
        do {
            let tensor = try PendingTensor(name: name, shape: shape, elementType: type, content: content)
            tensors.append((rank, typeName, tensor))
        } catch {
            throw refuse("\(error)")
        }
    }

    /// Writes the file.
    ///
    /// - Parameters:
    ///   - honorsCancellation: False for a file that a cancelled task saves its work to.
    ///   - progress: Called after each tensor with the bytes written so far and the bytes of all tensors.
    /// - Throws: ``TensorFileError``, `CancellationError` when the task is cancelled between two tensors, or what a
    ///   producer throws. No file is left behind then.
    public func write(
        to path: String, honorsCancellation: Bool = true,
        progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        // Wide types first, so that every tensor is aligned; then by the bytes of the names.
        let ordered = tensors.sorted { left, right in
            if left.rank != right.rank { return left.rank > right.rank }
            return left.tensor.name.utf8.lexicographicallyPrecedes(right.tensor.name.utf8)
        }
        let (header, total) = try header(ordered, path: path)
        let writer = try AtomicFileWriter(path: path)
        var length: [UInt8] = []
        length.appendLittleEndian(UInt64(header.count))
        try writer.write(length)
        try writer.write(header)
        var written = 0
        for (_, _, tensor) in ordered {
            if honorsCancellation { try Task.checkCancellation() }
            try tensor.write(to: writer)
            written += tensor.byteCount
            progress(written, total)
        }
        try writer.commit()
    }

    /// The JSON header, padded with spaces to a multiple of eight bytes.
    private func header(
        _ ordered: [(rank: Int, typeName: String, tensor: PendingTensor)], path: String
    ) throws(TensorFileError) -> (header: [UInt8], total: Int) {
        var object = JSONObject()
        if !metadata.isEmpty {
            var members = JSONObject()
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { members[key] = .string(value) }
            object["__metadata__"] = .object(members)
        }
        var offset = 0
        for (_, typeName, tensor) in ordered {
            let (end, overflow) = offset.addingReportingOverflow(tensor.byteCount)
            guard !overflow else {
                throw .cannotWrite(path: path, reason: "the tensors together are larger than a file can be")
            }
            object[tensor.name] = [
                "dtype": .string(typeName), "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
            ]
            offset = end
        }
        var header = JSONWriter().bytes(of: .object(object))
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        return (header, offset)
    }
}
