/// Writes GGUF files, version 3, little-endian.
///
/// Describe the file first, then call ``write(to:progress:)``: tensors are streamed one after the other, so a model
/// never has to be in memory. The file appears under its name only when it is complete. One owner at a time.
public struct GGUFWriter {
    /// The alignment of tensor data when a file does not state one.
    public static let defaultAlignment = 32

    /// Longest tensor name that the common readers take, in bytes.
    public static let maximumTensorNameLength = 63

    private var keys: [String] = []
    private var values: [String: GGUFValue] = [:]
    private var tensors: [PendingTensor] = []
    private var tensorNames: Set<String> = []
    private let alignment: Int

    /// Makes the description of an empty file.
    ///
    /// - Parameter alignment: Alignment of tensor data in bytes. Stated in the file if it is not the default one.
    /// - Precondition: `alignment` is a power of two, at least 8.
    public init(alignment: Int = GGUFWriter.defaultAlignment) {
        precondition(alignment >= 8 && alignment & (alignment - 1) == 0 && alignment <= 1 << 30)
        self.alignment = alignment
        if alignment != Self.defaultAlignment { self["general.alignment"] = .uint32(UInt32(alignment)) }
    }

    /// A metadata value. Keys are written in the order in which they are first set; nil removes the key.
    public subscript(key: String) -> GGUFValue? {
        get { values[key] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if values.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
    }

    /// Adds a tensor.
    ///
    /// - Throws: ``TensorFileError/cannotWrite(path:reason:)`` if GGUF cannot hold it.
    public mutating func addTensor(named name: String, _ tensor: Tensor) throws(TensorFileError) {
        try add(name, shape: tensor.shape, tensor.elementType, .tensor(tensor))
    }

    /// Adds a tensor whose bytes are produced while the file is written.
    ///
    /// - Throws: ``TensorFileError/cannotWrite(path:reason:)`` if GGUF cannot hold it.
    public mutating func addTensor(
        named name: String, shape: [Int], elementType: ElementType, producer: @escaping TensorProducer
    ) throws(TensorFileError) {
        try add(name, shape: shape, elementType, .produced(producer))
    }

    private mutating func add(
        _ name: String, shape: [Int], _ type: ElementType, _ content: PendingTensor.Content
    ) throws(TensorFileError) {
        func refuse(_ reason: String) -> TensorFileError {
            .cannotWrite(path: "GGUF", reason: "tensor '\(name)': \(reason)")
        }
        guard name.utf8.count <= Self.maximumTensorNameLength else {
            throw refuse("the name is longer than \(Self.maximumTensorNameLength) bytes")
        }
        guard shape.count <= 4 else { throw refuse("\(shape.count) dimensions; the format has at most 4") }
        guard type.ggufIdentifier != nil else { throw refuse("the format has no \(type)") }
        guard tensorNames.insert(name).inserted else { throw refuse("added twice") }
        do {
            tensors.append(try PendingTensor(name: name, shape: shape, elementType: type, content: content))
        } catch {
            throw refuse("\(error)")
        }
    }

    /// Writes the file.
    ///
    /// - Parameter progress: Called after each tensor with the bytes written so far and the bytes of all tensors.
    /// - Throws: ``TensorFileError``, `CancellationError` when the task is cancelled between two tensors, or what a
    ///   producer throws. No file is left behind then.
    public func write(to path: String, progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }) throws {
        if let stated = values["general.alignment"]?.integer, stated != alignment {
            throw TensorFileError.cannotWrite(
                path: path, reason: "general.alignment is \(stated) and the writer aligns to \(alignment)")
        }
        let writer = try AtomicFileWriter(path: path)
        try writer.write(try directory(path: path))
        try writer.pad(to: alignment)
        let total = tensors.reduce(0) { $0 + $1.byteCount }
        var written = 0
        for tensor in tensors {
            try Task.checkCancellation()
            try tensor.write(to: writer)
            try writer.pad(to: alignment)
            written += tensor.byteCount
            progress(written, total)
        }
        try writer.commit()
    }

    /// Header, metadata and tensor directory.
    private func directory(path: String) throws(TensorFileError) -> [UInt8] {
        var bytes: [UInt8] = GGUFHeader.magic
        bytes.appendLittleEndian(UInt32(3))
        bytes.appendLittleEndian(UInt64(tensors.count))
        bytes.appendLittleEndian(UInt64(keys.count))
        for key in keys {
            guard let value = values[key] else { continue }
            GGUFValue.string(key).encode(into: &bytes)
            bytes.appendLittleEndian(value.type.rawValue)
            value.encode(into: &bytes)
        }
        var offset = 0
        for tensor in tensors {
            GGUFValue.string(tensor.name).encode(into: &bytes)
            // A scalar is a tensor of one element, because readers expect a first extent.
            let shape = tensor.shape.isEmpty ? [1] : tensor.shape
            bytes.appendLittleEndian(UInt32(shape.count))
            for extent in shape.reversed() { bytes.appendLittleEndian(UInt64(extent)) }
            bytes.appendLittleEndian(tensor.elementType.rawValue)
            bytes.appendLittleEndian(UInt64(offset))
            let (end, overflow) = offset.addingReportingOverflow(tensor.byteCount)
            let (padded, paddingOverflow) = end.addingReportingOverflow(alignment - 1)
            guard !overflow, !paddingOverflow else {
                throw .cannotWrite(path: path, reason: "the tensors together are larger than a file can be")
            }
            offset = padded & ~(alignment - 1)
        }
        return bytes
    }
}
